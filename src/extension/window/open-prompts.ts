/** Which open documents are prompts. Of those in plain text, `TextPrompts` finds it out. */
import * as vscode from 'vscode';
import type { TextRange } from '../../core/text/text.ts';
import { isPromptPath } from '../../core/prompt/formats/prompt-name.ts';

export interface CodePromptPlace {
  readonly id: string;
  readonly range: TextRange;
}

/** What is known of documents in plain text: the ids of the prompts that each is or is part of. */
const textPrompts = new WeakMap<vscode.TextDocument, readonly string[]>();
/** Where the prompts of a source file are, as far as is known. */
const codePlaces = new WeakMap<vscode.TextDocument, readonly CodePromptPlace[]>();
const looks = new WeakMap<vscode.TextDocument, Promise<void>>();

export const setPrompts = (document: vscode.TextDocument, ids: readonly string[]): void => void textPrompts.set(document, ids);
export const setCodePlaces = (document: vscode.TextDocument, places: readonly CodePromptPlace[]): void =>
  void codePlaces.set(document, places);
export const setLook = (document: vscode.TextDocument, looked: Promise<void>): void => void looks.set(document, looked);

/** Resolves when it is known whether a document that was just opened is a prompt. */
export const whenKnown = (document: vscode.TextDocument): Promise<void> => looks.get(document) ?? Promise.resolve();

/** The ids of the prompts that a document is or is part of. */
export function promptsIn(document: vscode.TextDocument): readonly string[] {
  if (document.uri.scheme !== 'file') return [];
  return isPromptPath(document.uri.fsPath) ? [document.uri.fsPath] : (textPrompts.get(document) ?? []);
}

/** The id of the prompt that features of a document show: its own, or the first that it is part of. */
export const promptOf = (document: vscode.TextDocument): string => promptsIn(document)[0] ?? document.uri.fsPath;

/** The prompt at an offset of a source file: the innermost around it, else the last one above it, else the first. Elsewhere `promptOf`. */
export function promptAround(document: vscode.TextDocument, offset: number): string {
  const ids = promptsIn(document);
  const places = (codePlaces.get(document) ?? []).filter(({ id }) => ids.includes(id));
  const size = ({ range }: CodePromptPlace): number => range.end - range.start;
  const around = places.filter(({ range }) => range.start <= offset && offset <= range.end).sort((a, b) => size(a) - size(b))[0];
  return (around ?? places.findLast(({ range }) => range.start <= offset) ?? places[0])?.id ?? promptOf(document);
}

export const isPrompt = (document: vscode.TextDocument): boolean => promptsIn(document).length > 0;

/** The file of a scripted model. */
export const isScript = (document: vscode.TextDocument): boolean =>
  document.uri.scheme === 'file' && /\.scripted\.ya?ml$/.test(document.uri.path);

/** A goldset.yaml. */
export const isSettings = (document: vscode.TextDocument): boolean =>
  document.uri.scheme === 'file' && /\/goldset\.yaml$/.test(document.uri.path);
