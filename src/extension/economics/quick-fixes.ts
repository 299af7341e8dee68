/** What can be done about a finding: make the change, see it first, or switch the finding off. */
import * as vscode from 'vscode';
import { isCodePath, isPromptMdPath, isPromptyPath, isTextPath } from '../../core/prompt/formats/prompt-name.ts';
import type { Diagnostic } from '../../core/problems/diagnostics.ts';
import { Newest } from '../../core/collections/newest.ts';
import { applyEdits, type TextEdit } from '../../core/text/text.ts';
import { CODE_FILES, PROMPT_FILES, rangeIn, TEXT_FILES } from '../window/documents.ts';
import { commands, schemes } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { isInDocument, type DocumentAnalysis, type PromptAnalyses } from './prompt-analyses.ts';

/** Previews whose text is kept. */
const KEPT = 40;

export function registerQuickFixes(services: Services, insights: PromptAnalyses): void {
  const previews = new Newest<string>(KEPT);
  let made = 0;
  const provider: vscode.CodeActionProvider = {
    provideCodeActions(document, range, { diagnostics }) {
      const current = insights.all(document).filter(({ version }) => version === document.version);
      return current.flatMap((insight) => actionsOf(document, range, insight, diagnostics));
    },
  };
  services.context.subscriptions.push(
    vscode.languages.registerCodeActionsProvider([...PROMPT_FILES, ...TEXT_FILES, ...CODE_FILES], provider, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
    vscode.workspace.registerTextDocumentContentProvider(schemes.fix, {
      provideTextDocumentContent: (uri) => previews.get(uri.toString()) ?? '',
    }),
    vscode.commands.registerCommand(commands.previewFix, async (uri: vscode.Uri, title: string, edits: readonly TextEdit[]) => {
      const document = await vscode.workspace.openTextDocument(uri);
      const changed = vscode.Uri.from({ scheme: schemes.fix, path: uri.path, query: String(made++) });
      previews.set(changed.toString(), applyEdits(document.getText(), edits));
      await vscode.commands.executeCommand('vscode.diff', uri, changed, title, { preview: true });
    }),
  );
}

function actionsOf(
  document: vscode.TextDocument,
  range: vscode.Range,
  insight: DocumentAnalysis,
  diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction[] {
  const isMeant = ({ path: shown, range: at }: Diagnostic): boolean =>
    isInDocument(document, insight, shown) && rangeIn(document, at ?? { start: 0, end: 1 }).intersection(range) !== undefined;
  const changes = insight.diagnostics.filter(isMeant).flatMap(({ code, fixes }) =>
    (fixes ?? []).map(({ title, edits }) => {
      const change = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      change.diagnostics = diagnostics.filter((diagnostic) => codeOf(diagnostic) === code);
      change.edit = new vscode.WorkspaceEdit();
      for (const edit of edits) change.edit.replace(document.uri, rangeIn(document, edit.range), edit.text);
      return change;
    }),
  );
  const own = insight.findings.filter(isMeant).flatMap((item) =>
    actionsFor(
      document,
      insight.id,
      item,
      diagnostics.filter((diagnostic) => codeOf(diagnostic) === item.code),
    ),
  );
  return [...changes, ...own];
}

function actionsFor(
  document: vscode.TextDocument,
  prompt: string,
  { code, fix }: DocumentAnalysis['findings'][number],
  diagnostics: vscode.Diagnostic[],
): vscode.CodeAction[] {
  const action = (title: string): vscode.CodeAction => {
    const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    made.diagnostics = diagnostics;
    return made;
  };
  const compareFirst = (to: string): vscode.CodeAction => {
    const compare = action(`Compare with ${to} on the golden cases`);
    compare.command = { title: compare.title, command: commands.upgradeModel, arguments: [document.uri, to] };
    return compare;
  };
  const actions: vscode.CodeAction[] = [];
  if (fix?.settings !== undefined) {
    const change = action(`${fix.title} in goldset.yaml`);
    change.isPreferred = true;
    change.command = { title: change.title, command: commands.applySettingsFix, arguments: [prompt, fix.settings] };
    actions.push(change);
  } else if (fix) {
    const change = action(fix.title);
    change.isPreferred = fix.compareWith === undefined;
    change.edit = new vscode.WorkspaceEdit();
    for (const { range, text } of fix.edits) change.edit.replace(document.uri, rangeIn(document, range), text);
    const preview = action(`Preview: ${fix.title}`);
    preview.command = { title: preview.title, command: commands.previewFix, arguments: [document.uri, fix.title, fix.edits] };
    actions.push(...(fix.compareWith === undefined ? [] : [compareFirst(fix.compareWith)]), change, preview);
  }
  // A comment in such a text would be sent with it.
  if ([isTextPath, isPromptyPath, isPromptMdPath].some((isOne) => isOne(document.uri.fsPath))) return actions;
  const off = action(`Turn off ${code} in this file`);
  off.edit = new vscode.WorkspaceEdit();
  if (isCodePath(document.uri.fsPath)) off.edit.insert(document.uri, commentPlace(document), codeComment(document, `goldset-off ${code}`));
  else if (/\.ya?ml$/.test(document.uri.path)) off.edit.insert(document.uri, new vscode.Position(0, 0), `# goldset-off ${code}\n`);
  else off.edit.insert(document.uri, document.lineAt(document.lineCount - 1).range.end, `\n{{! goldset-off ${code} }}`);
  return [...actions, off];
}

/** Behind the lines that must come first: how the file is run, and in Python its encoding. */
function commentPlace(document: vscode.TextDocument): vscode.Position {
  const lead = /^(?:#!.*\r?\n)?(?:[ \t]*#.*coding[:=].*\r?\n)?/.exec(document.getText())?.[0].length ?? 0;
  return document.positionAt(lead);
}

const codeComment = (document: vscode.TextDocument, text: string): string =>
  `${document.uri.path.endsWith('.py') ? '#' : '//'} ${text}${document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n'}`;

const codeOf = ({ code }: vscode.Diagnostic): string | number | undefined => (typeof code === 'object' ? code.value : code);
