/** What is known about the prompts that are open, kept fresh while somebody types: one analysis at a time, the newest text. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { WorkspacePromptAnalysis } from '../../adapters/analysis/prompt-analyst.ts';
import { isHumanError } from '../../core/problems/errors.ts';
import type { TextRange } from '../../core/text/text.ts';
import { isCodePath, isPartialPath, holdsPrompts, isTextPath } from '../../core/prompt/formats/prompt-name.ts';
import { isGolden, isOurs, unsavedTexts } from '../window/documents.ts';
import { isPrompt, isSettings, promptAround, promptOf, promptsIn, setCodePlaces, whenKnown } from '../window/open-prompts.ts';
import { showError } from '../window/messages.ts';
import { settings } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { findingsOff } from '../window/findings-off.ts';

/** ms after the last keystroke. */
const QUIET = 120;

/** Prompts of one source file that are analysed; the lenses say when there are more. */
export const MOST_ANALYSED = 20;

export interface DocumentAnalysis extends WorkspacePromptAnalysis {
  /** Of the prompt. */
  readonly id: string;
  /** Of the document when it was analysed: places are those of this version. */
  readonly version: number;
  readonly root: string;
}

export class PromptAnalyses {
  private readonly changed = new vscode.EventEmitter<vscode.TextDocument>();
  private readonly known = new Map<string, readonly DocumentAnalysis[]>();
  /** The version of the text that was analysed last. */
  private readonly analysed = new Map<string, number>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly running = new Set<string>();
  /** Whose text, or that of a file which they are made of, was edited since it was analysed. */
  private readonly edited = new Set<string>();
  /** Fires when there is a new insight of the document. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly services: Services) {
    services.context.subscriptions.push(
      this.changed,
      vscode.workspace.onDidOpenTextDocument((document) => this.follow(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.follow(document, QUIET, true);
      }),
      vscode.workspace.onDidSaveTextDocument((document) => this.saved(document)),
      services.textPrompts.onDidChange((document) => this.changedKind(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) services.loadedEngine()?.forgetCommitted();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settings.section)) this.refresh();
      }),
      { dispose: () => this.timers.forEach((timer) => clearTimeout(timer)) },
    );
    vscode.workspace.textDocuments.forEach((document) => this.follow(document, 0));
  }

  /** The newest there is, perhaps of an older version of the text. */
  of(document: vscode.TextDocument): DocumentAnalysis | undefined {
    return this.all(document)[0];
  }

  /** As `of`, of each prompt of a source file, in the order of its text; of another document the one that it is. */
  all(document: vscode.TextDocument): readonly DocumentAnalysis[] {
    return this.known.get(document.uri.toString()) ?? [];
  }

  /** Of the prompt at a place of a document. */
  at(document: vscode.TextDocument, position: vscode.Position): DocumentAnalysis | undefined {
    const id = promptAround(document, document.offsetAt(position));
    return this.all(document).find((item) => item.id === id) ?? this.of(document);
  }

  /** Resolves when what is known is of the text as it is now, or when the request for it was cancelled. */
  async whenCurrent(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<void> {
    await whenKnown(document);
    if (!isPrompt(document) || this.isCurrent(document)) return;
    await new Promise<void>((resolve) => {
      const listeners: vscode.Disposable[] = [];
      const end = (): void => {
        listeners.forEach((listener) => void listener.dispose());
        resolve();
      };
      listeners.push(
        this.onDidChange((changed) => changed === document && (this.isCurrent(document) || !isPrompt(document)) && end()),
        token.onCancellationRequested(end),
      );
    });
  }

  /** Whether what is known is of the text as it is now. */
  isCurrent(document: vscode.TextDocument): boolean {
    return this.analysed.get(document.uri.toString()) === document.version && !this.edited.has(document.uri.toString());
  }

  /** Everything that is open, anew: a run has taught something, or a setting changed. */
  refresh(): void {
    vscode.workspace.textDocuments.forEach((document) => this.follow(document, 0));
  }

  private follow(document: vscode.TextDocument, delay: number, isEdit = false): void {
    const isShared = (isPrompt(document) && isPartialPath(document.uri.fsPath)) || isGolden(document) || isSettings(document);
    const prompts = vscode.workspace.textDocuments.filter(
      (item) => isPrompt(item) && (isShared || item === document || isTogether(item, document)),
    );
    for (const prompt of prompts) {
      if (isEdit) this.edited.add(prompt.uri.toString());
      this.schedule(prompt, delay);
    }
  }

  private saved(document: vscode.TextDocument): void {
    // A text that is no prompt may be included by one.
    const isIncluded = document.uri.scheme === 'file' && isTextPath(document.uri.fsPath) && !isPrompt(document);
    if (isIncluded) vscode.workspace.textDocuments.filter((item) => isTextPath(item.uri.fsPath)).forEach((item) => this.follow(item, 0));
    // A source file may hold constants of a prompt.
    if (document.uri.scheme === 'file' && isCodePath(document.uri.fsPath))
      vscode.workspace.textDocuments.filter((item) => item !== document && isCode(item)).forEach((item) => this.follow(item, 0));
    if (!isOurs(document)) return;
    this.services.loadedEngine()?.forgetCommitted();
    this.follow(document, 0);
  }

  /** A text has become a prompt, or is one no more. */
  private changedKind(document: vscode.TextDocument): void {
    if (isPrompt(document)) return this.follow(document, 0);
    this.forget(document);
    this.changed.fire(document);
  }

  private forget(document: vscode.TextDocument): void {
    const id = document.uri.toString();
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    this.known.delete(id);
    this.analysed.delete(id);
    this.edited.delete(id);
  }

  /** Null: the prompt is not in the text of a source file that is being edited. */
  private async analysisOf(prompt: string, document: vscode.TextDocument): Promise<Omit<DocumentAnalysis, 'id' | 'version'> | null> {
    const options = { unsaved: unsavedTexts(), models: [], off: findingsOff(), git: vscode.workspace.isTrusted };
    try {
      return await this.services.engine().analysePrompt(prompt, options);
    } catch (error) {
      if (!isCode(document) || !isHumanError(error) || error.code !== 'code/no-prompt') throw error;
      this.services.log.debug(`${prompt}: ${error.message}`);
      return null;
    }
  }

  private schedule(document: vscode.TextDocument, delay: number): void {
    const id = document.uri.toString();
    clearTimeout(this.timers.get(id));
    this.timers.set(
      id,
      setTimeout(() => {
        this.timers.delete(id);
        this.analyse(document, id).catch((error: unknown) => void showError(error, this.services));
      }, delay),
    );
  }

  private async analyse(document: vscode.TextDocument, id: string): Promise<void> {
    if (this.running.has(id)) return this.schedule(document, QUIET);
    this.running.add(id);
    try {
      const { version } = document;
      const found: DocumentAnalysis[] = [];
      for (const prompt of isCode(document) ? promptsIn(document).slice(0, MOST_ANALYSED) : [promptOf(document)]) {
        const analysis = await this.analysisOf(prompt, document);
        if (analysis !== null) found.push({ ...analysis, id: prompt, version });
        // Someone types on: the rest would be of an old text.
        if (document.version !== version && this.timers.has(id)) return;
      }
      if (document.isClosed || !isPrompt(document)) return;
      found.sort((a, b) => startOf(a) - startOf(b));
      this.known.set(id, found);
      this.analysed.set(id, version);
      if (isCode(document) && document.version === version)
        setCodePlaces(
          document,
          found.flatMap((item) => placeOf(item)),
        );
      if (!this.timers.has(id)) this.edited.delete(id);
      this.changed.fire(document);
    } finally {
      this.running.delete(id);
    }
  }
}

/** Whether the document is of a kind of file that holds several prompts. */
const isCode = (document: vscode.TextDocument): boolean =>
  (isCodePath(document.uri.fsPath) || holdsPrompts(document.uri.fsPath)) && isPrompt(document);

const startOf = ({ code, place }: DocumentAnalysis): number => (code?.range ?? place)?.start ?? 0;

function placeOf({ id, code, place }: DocumentAnalysis): { id: string; range: TextRange }[] {
  const range = code?.range ?? place;
  return range === null ? [] : [{ id, range }];
}

/** Whether two documents are parts of one prompt. */
const isTogether = (a: vscode.TextDocument, b: vscode.TextDocument): boolean => promptsIn(a).some((id) => promptsIn(b).includes(id));

/** Whether a place that the analysis names is in this document. */
export const isInDocument = (document: vscode.TextDocument, { root }: DocumentAnalysis, at: string): boolean =>
  path.resolve(root, at) === document.uri.fsPath;
