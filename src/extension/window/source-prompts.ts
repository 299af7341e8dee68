/**
 * The prompts in source files of the window, for lists of prompts. They are looked for in the background, after a list was shown without
 * them, and again when a source file, a golden set or goldset.yaml has changed. A new look ends the one before.
 */
import * as vscode from 'vscode';
import { CODE_ENDINGS } from '../../core/prompt/formats/prompt-name.ts';
import type { Engine } from '../../engine/engine.ts';
import { messageOf } from '../../core/problems/errors.ts';
import { settings } from './names.ts';
import { showsAllCode } from './text-prompts.ts';

const CODE_PATTERN = `**/*.{${CODE_ENDINGS.join(',')}}`;
/** Source files that are looked at; lists say when there are more. */
export const MOST_SOURCES = 20_000;
/** ms in which changes are taken together: a checkout makes many. */
const TOGETHER = 500;

export class SourcePrompts {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: { dispose(): unknown }[] = [this.changed];
  private ids: readonly string[] = [];
  /** The folders have more source files than are looked at. */
  isCut = false;
  /** Nothing is looked for until a list was wanted. */
  private isWanted = false;
  private isStale = true;
  private timer: NodeJS.Timeout | null = null;
  private abort = new AbortController();
  /** Other prompts were found than the last time. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly engine: () => Engine,
    private readonly log: vscode.LogOutputChannel,
    /** What of a search is not ignored by git. */
    private readonly wanted: (files: readonly vscode.Uri[]) => Promise<vscode.Uri[]>,
    private readonly skipped: string,
  ) {
    const watcher = vscode.workspace.createFileSystemWatcher(CODE_PATTERN);
    const again = (): void => this.lookAgain();
    this.subscriptions.push(
      watcher,
      watcher.onDidCreate(again),
      watcher.onDidChange(again),
      watcher.onDidDelete(again),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${settings.section}.${settings.codePrompts}`)) again();
      }),
    );
  }

  /** The ids that the last look found. A new look begins where something has changed since; `onDidChange` tells what it finds. */
  list(): readonly string[] {
    this.isWanted = true;
    if (this.isStale) this.look();
    return this.ids;
  }

  /** Something has changed that decides which prompts there are. */
  lookAgain(): void {
    this.isStale = true;
    if (!this.isWanted || this.timer !== null) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.isStale) this.look();
    }, TOGETHER);
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.abort.abort();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private look(): void {
    this.isStale = false;
    this.abort.abort();
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.find(signal).catch((error: unknown) => this.log.warn(`Prompts in source files cannot be listed: ${messageOf(error)}`));
  }

  private async find(signal: AbortSignal): Promise<void> {
    const listed = await vscode.workspace.findFiles(CODE_PATTERN, this.skipped, MOST_SOURCES);
    const files = await this.wanted(listed);
    if (signal.aborted) return;
    this.isCut = listed.length >= MOST_SOURCES;
    const found = await this.engine().promptsInSources(
      files.map(({ fsPath }) => fsPath),
      showsAllCode(),
      signal,
    );
    if (found === undefined) return;
    const ids = found.sort();
    if (ids.join('\n') === this.ids.join('\n')) return;
    this.ids = ids;
    this.changed.fire();
  }
}
