/** Tokens of each message, where it begins. */
import * as vscode from 'vscode';
import { quantity } from '../../core/figures.ts';
import { PROMPT_FILES, TEXT_FILES } from '../window/documents.ts';
import { settings } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { isInDocument, type PromptAnalyses } from './prompt-analyses.ts';

export function registerTokenHints(services: Services, insights: PromptAnalyses): void {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.InlayHintsProvider = {
    onDidChangeInlayHints: changed.event,
    provideInlayHints(document, range) {
      const insight = insights.of(document);
      const isOn = vscode.workspace.getConfiguration(settings.section).get<boolean>(settings.tokenHints, true);
      if (!isOn || insight?.version !== document.version) return [];
      const about = insight.report.models[0]?.tokens.basis === 'exact' ? '' : '~';
      return insight.messages.flatMap(({ tokens, role, source }) => {
        if (source === null || !isInDocument(document, insight, source.path)) return [];
        const begin = document.positionAt(source.range.start);
        const line = document.lineAt(begin.character === 0 && begin.line > 0 ? begin.line - 1 : begin.line);
        const at = line.range.end;
        if (!range.contains(at)) return [];
        const hint = new vscode.InlayHint(at, `${about}${quantity(tokens, 'token')}`);
        hint.paddingLeft = true;
        hint.tooltip = `The ${role} message with the variables of the first golden case, including its role markup.`;
        return [hint];
      });
    },
  };
  services.context.subscriptions.push(
    changed,
    insights.onDidChange(() => changed.fire()),
    vscode.languages.registerInlayHintsProvider([...PROMPT_FILES, ...TEXT_FILES], provider),
  );
}
