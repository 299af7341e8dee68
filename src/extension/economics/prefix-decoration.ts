/** Where the cached prefix ends, shown in the text: a bar beside what is the same in every call, and a mark at what breaks it. */
import * as vscode from 'vscode';
import { quantity } from '../../core/figures.ts';
import { rangeIn } from '../window/documents.ts';
import { isPrompt } from '../window/open-prompts.ts';
import { settings } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { isInDocument, type PromptAnalyses } from './prompt-analyses.ts';

const NOTE = new vscode.ThemeColor('editorCodeLens.foreground');

export function registerPrefixDecoration(services: Services, insights: PromptAnalyses): void {
  const bar = (color: string): vscode.TextEditorDecorationType =>
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      borderWidth: '0 0 0 2px',
      borderStyle: 'solid',
      borderColor: new vscode.ThemeColor(color),
    });
  const stable = bar('goldset.stablePrefix');
  const fresh = bar('goldset.freshTokens');
  const boundary = vscode.window.createTextEditorDecorationType({
    borderWidth: '0 0 1px 0',
    borderStyle: 'dashed',
    borderColor: new vscode.ThemeColor('goldset.prefixBoundary'),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  const note = vscode.window.createTextEditorDecorationType({});
  const draw = (editor: vscode.TextEditor): void => {
    const { document } = editor;
    if (!isPrompt(document)) return;
    const insight = insights.of(document);
    if (insight && insight.version !== document.version) return;
    const isOn = vscode.workspace.getConfiguration(settings.section).get<boolean>(settings.prefixDecoration, true);
    const model = insight?.report.models[0];
    const body = insight?.messages.find(({ source }) => source !== null)?.source;
    const end = insight?.boundary?.source;
    const shown =
      isOn && insight && model && body && end && isInDocument(document, insight, end.path) && isInDocument(document, insight, body.path);
    if (!shown) return [stable, fresh, boundary, note].forEach((type) => editor.setDecorations(type, []));
    const at = rangeIn(document, end.range);
    const first = document.positionAt(body.range.start).line;
    const hover = `The stable prefix ends here, after ${quantity(model.prefix.stableTokens, 'token')}. ${model.prefix.reason}`;
    editor.setDecorations(stable, at.start.line > first ? [new vscode.Range(first, 0, at.start.line - 1, 0)] : []);
    editor.setDecorations(fresh, [new vscode.Range(at.start.line, 0, document.lineCount - 1, 0)]);
    editor.setDecorations(boundary, [{ range: at, hoverMessage: hover }]);
    const state = model.prefix.cacheable ? 'cached' : 'not cached';
    const after = {
      contentText: `◂ prefix ends: ${quantity(model.prefix.stableTokens, 'token')}, ${state}`,
      color: NOTE,
      margin: '0 0 0 2em',
    };
    editor.setDecorations(note, [{ range: document.lineAt(at.start.line).range, renderOptions: { after } }]);
  };
  const all = (): void => vscode.window.visibleTextEditors.forEach(draw);
  services.context.subscriptions.push(stable, fresh, boundary, insights.onDidChange(all), vscode.window.onDidChangeVisibleTextEditors(all));
}
