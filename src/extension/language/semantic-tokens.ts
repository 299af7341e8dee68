/** Placeholders of `.prompt.yml` files, which stay YAML for the editor. */
import * as vscode from 'vscode';
import { loadedPrompt, rangeIn } from '../window/documents.ts';
import type { Services } from '../window/services.ts';

export const TOKEN_LEGEND = new vscode.SemanticTokensLegend(['variable']);

export const semanticTokens = (services: Services): vscode.DocumentSemanticTokensProvider => ({
  async provideDocumentSemanticTokens(document) {
    const { reading } = await loadedPrompt(document, services);
    const builder = new vscode.SemanticTokensBuilder(TOKEN_LEGEND);
    for (const { range, name } of reading.analysis.variables) {
      const place = rangeIn(document, range);
      if (place.isSingleLine && document.getText(place) === name) builder.push(place, 'variable');
    }
    return builder.build();
  },
});
