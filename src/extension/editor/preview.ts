/** Preview Request: what would be sent, as a read-only JSON document beside the prompt. */
import * as vscode from 'vscode';
import { Newest } from '../../core/collections/newest.ts';
import { showError } from '../window/messages.ts';
import { commands, schemes } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { caseUnderCursor, promptUnderCursor } from '../window/target-under-cursor.ts';

/** Previews whose text is kept. */
const KEPT = 40;

export function registerPreview(services: Services): void {
  const texts = new Newest<string>(KEPT);
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provider: vscode.TextDocumentContentProvider = {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
  };
  services.context.subscriptions.push(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(schemes.preview, provider),
    vscode.commands.registerCommand(commands.previewRequest, async (uri?: vscode.Uri) => {
      try {
        const file = await promptUnderCursor(uri, services);
        const { target } = await services.engine().load(file);
        const goldenCase = (await caseUnderCursor(uri, services)) ?? target.cases[0] ?? null;
        const { model, to, body } = await services.engine().preview(file, goldenCase);
        const name = `${target.document.name} · ${goldenCase?.id ?? 'no case'}`;
        const at = vscode.Uri.from({ scheme: schemes.preview, path: `/${name}.json` });
        texts.set(
          at.toString(),
          `// ${model ?? 'no model'}, ${to}, variables of ${goldenCase?.id ?? 'nothing'}\n${JSON.stringify(body, null, 2)}\n`,
        );
        changed.fire(at);
        const document = await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(at), 'jsonc');
        await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true, preserveFocus: true });
      } catch (error) {
        void showError(error, services);
      }
    }),
  );
}
