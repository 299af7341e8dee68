/** Which open text documents are prompts: the index of the workspace says it, and is asked again when a golden set or goldset.yaml changes. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { findRoot } from '../../adapters/workspace/root.ts';
import { messageOf } from '../../core/errors.ts';
import { goldenCandidates, isTextPath } from '../../core/prompt/formats/prompt-name.ts';
import type { Engine } from '../../engine/engine.ts';
import { isSettings, promptsIn, setLook, setPrompts } from './open-prompts.ts';

export class TextPrompts {
  private readonly changed = new vscode.EventEmitter<vscode.TextDocument>();
  private readonly relisted = new vscode.EventEmitter<void>();
  private readonly subscriptions: { dispose(): unknown }[] = [this.changed, this.relisted];
  /** A document has become a prompt, is one no more, or is part of other prompts. */
  readonly onDidChange = this.changed.event;
  /** A golden set or goldset.yaml was made, removed or edited: other files may be prompts now. */
  readonly onDidRelist = this.relisted.event;

  constructor(
    private readonly engine: () => Engine,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const sets = vscode.workspace.createFileSystemWatcher('**/*.golden.{yaml,yml,json,jsonl,csv}', false, true, false);
    const settings = vscode.workspace.createFileSystemWatcher('**/goldset.yaml');
    const again = (): void => this.lookAgain();
    this.subscriptions.push(
      sets,
      settings,
      sets.onDidCreate(again),
      sets.onDidDelete(again),
      settings.onDidCreate(again),
      settings.onDidChange(again),
      settings.onDidDelete(again),
      vscode.workspace.onDidOpenTextDocument((document) => this.look(document)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && isSettings(document)) this.lookAgain();
      }),
    );
    vscode.workspace.textDocuments.forEach((document) => this.look(document));
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private lookAgain(): void {
    vscode.workspace.textDocuments.forEach((document) => this.look(document));
    this.relisted.fire();
  }

  private look(document: vscode.TextDocument): void {
    if (document.uri.scheme !== 'file' || !isTextPath(document.uri.fsPath)) return;
    const looked = this.find(document).catch((error: unknown) =>
      this.log.warn(`Whether ${document.uri.fsPath} is a prompt cannot be told: ${messageOf(error)}`),
    );
    setLook(document, looked);
  }

  private async find(document: vscode.TextDocument): Promise<void> {
    const file = document.uri.fsPath;
    // The engine is not loaded for a Markdown file of a folder that uses no golden set and no goldset.yaml.
    const isPossible =
      existsSync(path.join(findRoot(path.dirname(file)), 'goldset.yaml')) || goldenCandidates(file).some((at) => existsSync(at));
    const found = isPossible ? await this.engine().promptsOf(file) : [];
    const known = promptsIn(document);
    if (document.isClosed || known.join('\n') === found.join('\n')) return;
    setPrompts(document, found);
    this.changed.fire(document);
  }
}
