/** Pages of Markdown that commands write, shown beside the editor. */
import * as vscode from 'vscode';
import { Newest } from '../../core/collections/newest.ts';
import { schemes } from './names.ts';

/** Pages whose text is kept. */
const KEPT = 40;

/** Beside the last of several groups would be a narrow third one: there the page is a tab. */
function hasNoSide(): boolean {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  return all.length > 1 && all.every(({ viewColumn }) => viewColumn <= activeTabGroup.viewColumn);
}

export class ReportPages implements vscode.Disposable {
  private readonly pages = new Newest<string>(KEPT);
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly provider = vscode.workspace.registerTextDocumentContentProvider(schemes.report, {
    onDidChange: this.changed.event,
    provideTextDocumentContent: (uri) => this.pages.get(uri.toString()) ?? '',
  });

  async show(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: schemes.report, path: `/${name}.md` });
    this.pages.set(uri.toString(), text);
    this.changed.fire(uri);
    // Editors made from VS Code may come without its Markdown preview: then the text itself is shown.
    if (vscode.extensions.getExtension('vscode.markdown-language-features')) {
      await vscode.commands.executeCommand(hasNoSide() ? 'markdown.showPreview' : 'markdown.showPreviewToSide', uri);
      return;
    }
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true, preserveFocus: true });
  }

  dispose(): void {
    this.provider.dispose();
    this.changed.dispose();
  }
}
