/** Which open text documents are prompts: the index of the workspace says it, and is asked again when a golden set or goldset.yaml changes. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { findRoot } from '../../adapters/workspace/root.ts';
import { messageOf } from '../../core/problems/errors.ts';
import { goldenCandidates, isCodePath, isMessagesPath, holdsPrompts, isTextPath } from '../../core/prompt/formats/prompt-name.ts';
import type { Engine } from '../../engine/engine.ts';
import { settings } from './names.ts';
import { isSettings, promptsIn, setCodePlaces, setLook, setPrompts } from './open-prompts.ts';

/** What a comment that marks a prompt in code begins with. */
const MARKER = 'goldset:';

/** Whether every prompt in code shows, or only those that are used. */
export const showsAllCode = (): boolean => vscode.workspace.getConfiguration(settings.section).get<string>(settings.codePrompts) === 'all';

/** Whether a golden set stands beside a source file that may be that of a prompt in it. The engine is not loaded for other files. */
function hasGoldenBeside(file: string): boolean {
  const stem = `${path.basename(file).replace(/\.[^.]+$/, '')}.`;
  return readdirSync(path.dirname(file)).some((name) => name.startsWith(stem) && name.includes('.golden.'));
}

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
    const configuration = vscode.workspace.createFileSystemWatcher('**/goldset.yaml');
    const again = (): void => this.lookAgain();
    this.subscriptions.push(
      sets,
      configuration,
      sets.onDidCreate(again),
      sets.onDidDelete(again),
      configuration.onDidCreate(again),
      configuration.onDidChange(again),
      configuration.onDidDelete(again),
      vscode.workspace.onDidOpenTextDocument((document) => this.look(document)),
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (isCodePath(document.uri.fsPath) || holdsPrompts(document.uri.fsPath)) this.look(document);
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${settings.section}.${settings.codePrompts}`)) this.lookAgain();
      }),
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
    if (
      document.uri.scheme !== 'file' ||
      ![isTextPath, isCodePath, holdsPrompts, isMessagesPath].some((isOne) => isOne(document.uri.fsPath))
    )
      return;
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
    const isAll = isCodePath(file) && showsAllCode();
    const isUsed = isPossible || holdsPrompts(file) || (isCodePath(file) && (document.getText().includes(MARKER) || hasGoldenBeside(file)));
    const used = isUsed ? await this.engine().promptsOf(file) : [];
    const places = isCodePath(file) && (isAll || used.length > 0) ? await this.engine().codePromptsIn(file, document.getText()) : [];
    if (!holdsPrompts(file)) setCodePlaces(document, places);
    const others = isAll ? places.filter(({ isContained }) => !isContained).map(({ id }) => id) : [];
    const found = [...new Set([...used, ...others])];
    const known = promptsIn(document);
    if (document.isClosed || known.join('\n') === found.join('\n')) return;
    setPrompts(document, found);
    this.changed.fire(document);
  }
}
