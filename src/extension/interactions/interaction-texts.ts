/** Texts that the diff editor shows: an output as it was, and as it is now. */
import * as vscode from 'vscode';
import { Newest } from '../../core/newest.ts';
import { schemes } from '../window/names.ts';
import type { Services } from '../window/services.ts';

/** Texts that are kept; the oldest go. */
const KEPT = 40;

export class InteractionTexts implements vscode.TextDocumentContentProvider {
  private readonly texts = new Newest<string>(KEPT);
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  constructor({ context }: Services) {
    context.subscriptions.push(this.changed, vscode.workspace.registerTextDocumentContentProvider(schemes.interaction, this));
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  /** `name`: what its tab says, with its ending. */
  keep(folder: string, name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: schemes.interaction, path: `/${encodeURIComponent(folder)}/${name}` });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    return uri;
  }
}
