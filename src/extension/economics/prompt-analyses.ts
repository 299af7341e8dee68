/** What is known about the prompts that are open, kept fresh while somebody types: one analysis at a time, the newest text. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { WorkspacePromptAnalysis } from '../../adapters/analysis/prompt-analyst.ts';
import { isPartialPath, isTextPath } from '../../core/prompt/formats/prompt-name.ts';
import { isGolden, isOurs, unsavedTexts } from '../window/documents.ts';
import { isPrompt, isSettings, promptOf, promptsIn } from '../window/open-prompts.ts';
import { showError } from '../window/messages.ts';
import { settings } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { findingsOff } from '../window/findings-off.ts';

/** ms after the last keystroke. */
const QUIET = 120;

export interface DocumentAnalysis extends WorkspacePromptAnalysis {
  /** Of the document when it was analysed: places are those of this version. */
  readonly version: number;
  readonly root: string;
}

export class PromptAnalyses {
  private readonly changed = new vscode.EventEmitter<vscode.TextDocument>();
  private readonly known = new Map<string, DocumentAnalysis>();
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
    return this.known.get(document.uri.toString());
  }

  /** Whether what is known is of the text as it is now. */
  isCurrent(document: vscode.TextDocument): boolean {
    return this.of(document)?.version === document.version && !this.edited.has(document.uri.toString());
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
    this.edited.delete(id);
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
      const insight = await this.services.engine().analysePrompt(promptOf(document), {
        unsaved: unsavedTexts(),
        models: [],
        off: findingsOff(),
        git: vscode.workspace.isTrusted,
      });
      if (document.isClosed || !isPrompt(document)) return;
      this.known.set(id, { ...insight, version });
      if (!this.timers.has(id)) this.edited.delete(id);
      this.changed.fire(document);
    } finally {
      this.running.delete(id);
    }
  }
}

/** Whether two documents are parts of one prompt. */
const isTogether = (a: vscode.TextDocument, b: vscode.TextDocument): boolean => promptsIn(a).some((id) => promptsIn(b).includes(id));

/** Whether a place that the analysis names is in this document. */
export const isInDocument = (document: vscode.TextDocument, { root }: DocumentAnalysis, at: string): boolean =>
  path.resolve(root, at) === document.uri.fsPath;
