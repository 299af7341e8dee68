/** Tokens of each message, where it begins. */
import * as vscode from 'vscode';
import { quantity } from '../../core/display/figures.ts';
import { CODE_FILES, PROMPT_FILES, COLLECTION_FILES, TEXT_FILES } from '../window/documents.ts';
import { settings } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { isInDocument, type PromptAnalyses } from './prompt-analyses.ts';

export function registerTokenHints(services: Services, insights: PromptAnalyses): void {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.InlayHintsProvider = {
    onDidChangeInlayHints: changed.event,
    provideInlayHints(document, range) {
      const isOn = vscode.workspace.getConfiguration(settings.section).get<boolean>(settings.tokenHints, true);
      if (!isOn) return [];
      const current = insights.all(document).filter(({ version }) => version === document.version);
      const messages = current.flatMap((insight) => insight.messages.map((message) => ({ insight, ...message })));
      const shown = new Set<string>();
      return messages.flatMap(({ insight, tokens, role, source }) => {
        const about = insight.report.models[0]?.tokens.basis === 'exact' ? '' : '~';
        if (source === null || !isInDocument(document, insight, source.path)) return [];
        // What the user of the application writes stands in no string.
        if (insight.code !== null && source.range.start === source.range.end) return [];
        const begin = document.positionAt(source.range.start);
        const line = document.lineAt(begin.character === 0 && begin.line > 0 ? begin.line - 1 : begin.line);
        const at = line.range.end;
        if (!range.contains(at)) return [];
        const label = `${about}${quantity(tokens, 'token')}`;
        // A constant that a call sends is a prompt of its own as well.
        if (shown.has(`${String(at.line)} ${label}`)) return [];
        shown.add(`${String(at.line)} ${label}`);
        const hint = new vscode.InlayHint(at, label);
        hint.paddingLeft = true;
        hint.tooltip = `The ${role} message with the variables of the first golden case, including its role markup.`;
        return [hint];
      });
    },
  };
  services.context.subscriptions.push(
    changed,
    insights.onDidChange(() => changed.fire()),
    vscode.languages.registerInlayHintsProvider([...PROMPT_FILES, ...TEXT_FILES, ...CODE_FILES, ...COLLECTION_FILES], provider),
  );
}
