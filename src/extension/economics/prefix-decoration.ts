/** Where the cached prefix ends: a bar in the gutter beside what is the same in every call, as far as the messages go, and a mark at what breaks it. */
import * as vscode from 'vscode';
import { prefixNote } from './cost-text.ts';
import { quantity } from '../../core/display/figures.ts';
import type { SegmentSource } from '../../core/prompt/document.ts';
import { rangeIn } from '../window/documents.ts';
import { isPrompt } from '../window/open-prompts.ts';
import { settings } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { isInDocument, type DocumentAnalysis, type PromptAnalyses } from './prompt-analyses.ts';

const NOTE = new vscode.ThemeColor('editorCodeLens.foreground');

export function registerPrefixDecoration(services: Services, insights: PromptAnalyses): void {
  const bar = (name: string): vscode.TextEditorDecorationType => {
    const icon = (theme: string): { readonly gutterIconPath: vscode.Uri; readonly gutterIconSize: string } => ({
      gutterIconPath: vscode.Uri.joinPath(services.context.extensionUri, 'media', `${name}-${theme}.svg`),
      gutterIconSize: 'cover',
    });
    return vscode.window.createTextEditorDecorationType({ light: icon('light'), dark: icon('dark') });
  };
  const stable = bar('prefix-stable');
  const fresh = bar('prefix-fresh');
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
    const known = insights.all(document);
    if (known.some(({ version }) => version !== document.version)) return;
    const isOn = vscode.workspace.getConfiguration(settings.section).get<boolean>(settings.prefixDecoration, true);
    const parts = isOn ? known.flatMap((insight) => partsOf(document, insight) ?? []) : [];
    editor.setDecorations(
      stable,
      parts.flatMap((item) => item.stable ?? []),
    );
    editor.setDecorations(
      fresh,
      parts.map((item) => item.fresh),
    );
    editor.setDecorations(
      boundary,
      parts.map((item) => item.boundary),
    );
    editor.setDecorations(
      note,
      parts.map((item) => item.note),
    );
  };
  const all = (): void => vscode.window.visibleTextEditors.forEach(draw);
  services.context.subscriptions.push(stable, fresh, boundary, insights.onDidChange(all), vscode.window.onDidChangeVisibleTextEditors(all));
}

interface ShownPrefix {
  /** Lines; null: the prefix ends in the first one. */
  readonly stable: vscode.Range | null;
  readonly fresh: vscode.Range;
  readonly boundary: vscode.DecorationOptions;
  readonly note: vscode.DecorationOptions;
}

/** Null: the prefix does not end in this document. */
function partsOf(document: vscode.TextDocument, insight: DocumentAnalysis): ShownPrefix | null {
  const model = insight.report.models[0];
  const isHere = ({ path }: SegmentSource): boolean => isInDocument(document, insight, path);
  const sources = insight.messages.flatMap(({ source }) => source ?? []);
  // A message of a prompt in code may begin with a constant of another file.
  const body = insight.code === null ? sources[0] : sources.find(isHere);
  const end = insight.boundary?.source;
  if (!model || !body || !end || !isHere(body) || !isHere(end)) return null;
  const at = rangeIn(document, end.range);
  const first = document.positionAt(body.range.start).line;
  const ends = insight.messages.flatMap((message) => (message.source !== null && isHere(message.source) ? (message.end ?? []) : []));
  // Without the line ends between the last message and what follows.
  const text = document.getText().slice(0, Math.max(end.range.end, ...ends));
  const last = document.positionAt(text.trimEnd().length);
  const contentText = `◂ ${prefixNote(model.prefix)}`;
  return {
    // To the end of the last line: it may be wrapped.
    stable: at.start.line > first ? new vscode.Range(new vscode.Position(first, 0), document.lineAt(at.start.line - 1).range.end) : null,
    fresh: new vscode.Range(new vscode.Position(at.start.line, 0), last),
    boundary: {
      range: at,
      hoverMessage: `Up to here every call is the same: ${quantity(model.prefix.stableTokens, 'token')}. ${model.prefix.reason}`,
    },
    note: {
      range: document.lineAt(at.start.line).range,
      renderOptions: { after: { contentText, color: NOTE, margin: '0 0 0 2em' } },
    },
  };
}
