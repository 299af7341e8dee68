/** The prompt files of the window: one search and one watcher for everything that lists them. What git ignores is left out. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { SKIPPED_FOLDERS } from '../../adapters/workspace/skipped-folders.ts';
import {
  CODE_ENDINGS,
  fileOfPrompt,
  isCodePath,
  isMessagesPath,
  isPartialPath,
  isPromptPath,
  isTextPath,
  TEXT_ENDINGS,
} from '../../core/prompt/formats/prompt-name.ts';
import type { Engine } from '../../engine/engine.ts';
import { COLLECTION_PATTERN } from './names.ts';
import { isPrompt } from './open-prompts.ts';
import { messageOf } from '../../core/problems/errors.ts';
import { SourcePrompts } from './source-prompts.ts';
import { showsAllCode } from './text-prompts.ts';

const PATTERN = '**/*.{prompt,prompt.yml,prompt.yaml,prompty,prompt.md,chatmode.md,agent.md}';
const GOLDEN_PATTERN = '**/*.golden.{yaml,yml,json,jsonl,csv}';
const TEXT_PATTERN = `**/*.{${TEXT_ENDINGS.join(',')}}`;
/** What searches of the window leave out. */
export const SKIPPED_GLOB = `**/{${SKIPPED_FOLDERS.join(',')}}/**`;
/** ms in which new files are taken together: a checkout makes many. */
const TOGETHER = 200;

export class WindowPrompts {
  private readonly created = new vscode.EventEmitter<readonly vscode.Uri[]>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly deleted = new vscode.EventEmitter<vscode.Uri>();
  private readonly moved = new vscode.EventEmitter<void>();
  private readonly relisted = new vscode.EventEmitter<void>();
  private readonly subscriptions: { dispose(): unknown }[] = [this.created, this.changed, this.deleted, this.moved, this.relisted];
  private fresh: vscode.Uri[] = [];
  private timer: NodeJS.Timeout | null = null;
  /** Files in plain text that the last search found to be prompts, or parts of them. */
  private textFiles: ReadonlySet<string> = new Set();
  /** Prompts that are new, without those that a search leaves out. */
  readonly onDidCreate = this.created.event;
  /** A prompt or a partial has another text on disk. */
  readonly onDidChange = this.changed.event;
  readonly onDidDelete = this.deleted.event;
  private readonly sources: SourcePrompts;
  /** Other files may be prompts now. */
  readonly onDidRelist = this.relisted.event;
  /** Folders were added to the window, or removed from it. */
  readonly onDidChangeFolders = this.moved.event;

  constructor(
    private readonly engine: () => Engine,
    private readonly log: vscode.LogOutputChannel,
    /** A golden set or goldset.yaml was made, removed or edited. */
    onDidChangeSettings: vscode.Event<void>,
  ) {
    const texts = vscode.workspace.createFileSystemWatcher(TEXT_PATTERN, true, false, true);
    const watcher = vscode.workspace.createFileSystemWatcher(PATTERN);
    this.sources = new SourcePrompts(engine, log, (files) => this.wanted(files), SKIPPED_GLOB);
    const configs = vscode.workspace.createFileSystemWatcher(COLLECTION_PATTERN);
    this.subscriptions.push(
      configs,
      configs.onDidCreate(() => this.relisted.fire()),
      configs.onDidChange((uri) => !isSkipped(uri) && this.relisted.fire()),
      configs.onDidDelete(() => this.relisted.fire()),
      this.sources,
      this.sources.onDidChange(() => this.relisted.fire()),
      onDidChangeSettings(() => {
        this.sources.lookAgain();
        this.relisted.fire();
      }),
      watcher,
      texts,
      texts.onDidChange((uri) => this.textFiles.has(uri.fsPath) && this.changed.fire(uri)),
      watcher.onDidCreate((uri) => this.add(uri)),
      watcher.onDidChange((uri) => !isSkipped(uri) && this.changed.fire(uri)),
      watcher.onDidDelete((uri) => !isSkipped(uri) && this.deleted.fire(uri)),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.sources.lookAgain();
        this.moved.fire();
      }),
    );
  }

  /** Prompts, not partials, sorted by path. The path is the prompt's id: of several files, and in code, `FILE#NAME`. */
  async find(): Promise<vscode.Uri[]> {
    const files = await vscode.workspace.findFiles(PATTERN, SKIPPED_GLOB);
    const { others, judges, usesGoldset } = await this.findOthers();
    const sources = usesGoldset || files.length > 0 || showsAllCode() ? this.sources.list() : [];
    const prompts = [...files, ...others].filter(({ fsPath }) => !judges.has(fsPath));
    const listed = [...(await this.wanted(prompts)), ...sources.map((id) => vscode.Uri.file(id))];
    return [...new Map(listed.map((uri) => [uri.toString(), uri])).values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Whether there are source files in which no prompt is looked for. */
  get leavesOut(): boolean {
    return this.sources.isCut;
  }

  /** Texts and prompts in code with a golden set beside them, those that goldset.yaml names, and marked ones in open source files. */
  private async findOthers(): Promise<{
    readonly others: vscode.Uri[];
    /** Files that goldset.yaml names as judges: they grade prompts and are not evaluated themselves. */
    readonly judges: ReadonlySet<string>;
    readonly usesGoldset: boolean;
  }> {
    const [sets, settings] = await Promise.all([
      vscode.workspace.findFiles(GOLDEN_PATTERN, SKIPPED_GLOB),
      vscode.workspace.findFiles('**/goldset.yaml', SKIPPED_GLOB),
    ]);
    const stems = sets.map(({ fsPath }) => fsPath.replace(/\.golden\.[a-z]+$/, ''));
    const beside = stems
      .flatMap((stem) => [...TEXT_ENDINGS.map((ending) => `${stem}.${ending}`), ...messagesOf(stem), ...sourcesOf(stem)])
      .filter((file) => existsSync(file));
    const configs = await vscode.workspace.findFiles(COLLECTION_PATTERN, SKIPPED_GLOB);
    const declared = await Promise.all(settings.map(({ fsPath }) => this.declaredIn(path.dirname(fsPath))));
    const open = vscode.workspace.textDocuments
      .filter((item) => isPrompt(item) && isCodePath(item.uri.fsPath))
      .map(({ uri }) => uri.fsPath);
    const files = new Set([...beside, ...declared.flat(), ...open, ...configs.map(({ fsPath }) => fsPath)]);
    const usesGoldset = sets.length > 0 || settings.length > 0;
    const keys = await Promise.all(settings.map(({ fsPath }) => this.engine().promptKeys(path.dirname(fsPath))));
    const judges = new Set(keys.flatMap((item) => item.judges));
    if (files.size === 0) return { others: [], judges, usesGoldset };
    const found = await Promise.all([...files].map((file) => this.engine().promptsOf(file)));
    this.textFiles = new Set([...files].filter((_, i) => (found[i] ?? []).length > 0));
    const others = [...new Set(found.flat())].filter((id) => !isPromptPath(id)).map((id) => vscode.Uri.file(id));
    return { others, judges, usesGoldset };
  }

  private async declaredIn(folder: string): Promise<string[]> {
    const { root, keys } = await this.engine().promptKeys(folder);
    const found = await Promise.all(
      keys.map(async (key) => {
        const file = fileOfPrompt(path.resolve(root, key));
        if (existsSync(file)) return [file];
        if (!/[*?[{]/.test(key)) return [];
        return (await vscode.workspace.findFiles(new vscode.RelativePattern(root, key), SKIPPED_GLOB)).map(({ fsPath }) => fsPath);
      }),
    );
    return found.flat().filter((file) => isTextPath(file) || isCodePath(file));
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private add(uri: vscode.Uri): void {
    if (isSkipped(uri)) return;
    this.fresh.push(uri);
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.tellFresh().catch((error: unknown) => this.log.warn(`New prompts cannot be listed: ${messageOf(error)}`));
    }, TOGETHER);
  }

  private async tellFresh(): Promise<void> {
    const wanted = await this.wanted(this.fresh.splice(0));
    if (wanted.length > 0) this.created.fire(wanted);
  }

  private async wanted(files: readonly vscode.Uri[]): Promise<vscode.Uri[]> {
    const prompts = files.filter((uri) => !isPartialPath(uri.fsPath));
    const folders = new Set(prompts.flatMap((uri) => vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? []));
    const ignored = await Promise.all([...folders].map((folder) => this.engine().ignoredBelow(folder)));
    return prompts.filter((uri) => !ignored.some((paths) => isListed(paths, fileOfPrompt(uri.fsPath))));
  }
}

/** The source files whose prompt may have the golden set `STEM.golden.yaml`: `triage.ts` for `triage.SYSTEM_PROMPT`. */
function sourcesOf(stem: string): string[] {
  const parts = path.basename(stem).split('.');
  const names = parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('.'));
  return names.flatMap((name) => CODE_ENDINGS.map((ending) => path.join(path.dirname(stem), `${name}.${ending}`)));
}

/** The file of messages that may have the golden set `STEM.golden.yaml`. */
const messagesOf = (stem: string): string[] => [`${stem}.json`].filter(isMessagesPath);

/** Whether the file, or a folder above it, is one of the paths. */
function isListed(paths: ReadonlySet<string>, file: string): boolean {
  for (let place = file; path.dirname(place) !== place; place = path.dirname(place)) if (paths.has(place)) return true;
  return false;
}

function isSkipped(uri: vscode.Uri): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.path ?? '';
  return uri.path
    .slice(folder.length)
    .split('/')
    .some((name) => SKIPPED_FOLDERS.includes(name));
}
