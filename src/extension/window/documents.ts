/** Which documents are ours, and what they say, read once per version of the document. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { GoldenSet } from '../../core/golden/case.ts';
import { CODE_ENDINGS, fileOfPrompt, isCodePath, isGoldenPath, isTextPath, TEXT_ENDINGS } from '../../core/prompt/formats/prompt-name.ts';
import type { TextRange } from '../../core/text/text.ts';
import { COLLECTION_PATTERN, DOTPROMPT } from './names.ts';
import { isPrompt, isSettings, promptOf } from './open-prompts.ts';
import type { Services } from './services.ts';

export const PROMPT_FILES: vscode.DocumentFilter[] = [
  { language: DOTPROMPT, scheme: 'file' },
  { pattern: '**/*.prompt', scheme: 'file' },
  { pattern: '**/*.prompt.{yml,yaml}', scheme: 'file' },
  { pattern: '**/*.{prompty,prompt.md,chatmode.md,agent.md}', scheme: 'file' },
];
/** Files that are prompts if the index of their workspace says so: every feature checks `isPrompt` first. */
export const TEXT_FILES: vscode.DocumentFilter[] = [
  { pattern: `**/*.{${TEXT_ENDINGS.join(',')}}`, scheme: 'file' },
  { pattern: '**/{messages,*.messages,prompt,*.prompt}.json', scheme: 'file' },
];
/** Source files: a prompt in one shows only where it has a golden set, an entry of goldset.yaml or a marker, or where a setting says so. */
export const CODE_FILES: vscode.DocumentFilter[] = [{ pattern: `**/*.{${CODE_ENDINGS.join(',')}}`, scheme: 'file' }];
/** Files of other tools that hold several prompts. */
export const COLLECTION_FILES: vscode.DocumentFilter[] = [{ pattern: COLLECTION_PATTERN, scheme: 'file' }];
export const GOLDEN_FILES: vscode.DocumentFilter[] = [{ pattern: '**/*.golden.{yaml,yml,json,jsonl,csv}', scheme: 'file' }];

/** Files of settings: goldset.yaml, and scripted models. */
export const SETTINGS_FILES: vscode.DocumentFilter[] = [{ pattern: '**/{goldset.yaml,*.scripted.yaml,*.scripted.yml}', scheme: 'file' }];

export const isGolden = (document: vscode.TextDocument): boolean => document.uri.scheme === 'file' && isGoldenPath(document.uri.fsPath);

/** A prompt, a partial, a golden set or a goldset.yaml. */
export const isOurs = (document: vscode.TextDocument): boolean => isPrompt(document) || isGolden(document) || isSettings(document);

export const rangeIn = (document: vscode.TextDocument, { start, end }: TextRange): vscode.Range =>
  new vscode.Range(document.positionAt(start), document.positionAt(end));

type Loaded = Awaited<ReturnType<import('../../engine/engine.ts').Engine['load']>>;
const prompts = new WeakMap<vscode.TextDocument, Map<string, { stamp: string; loaded: Promise<Loaded> }>>();
const sets = new WeakMap<vscode.TextDocument, { version: number; set: Promise<GoldenSet> }>();

/** A prompt of a document with its partials and the first of its golden cases; read again when any open document has changed. */
export function loadedPrompt(document: vscode.TextDocument, { engine }: Services, id: string = promptOf(document)): Promise<Loaded> {
  const stamp = vscode.workspace.textDocuments
    .filter(isOurs)
    .map((item) => item.version)
    .join();
  const byId = prompts.get(document) ?? new Map<string, { stamp: string; loaded: Promise<Loaded> }>();
  prompts.set(document, byId);
  const known = byId.get(id);
  if (known?.stamp === stamp) return known.loaded;
  const loaded = engine().outline(id, unsavedTexts());
  byId.set(id, { stamp, loaded });
  return loaded;
}

/** Of the places that a prompt names, those in this document: a prompt may have several files. */
export function inDocument<T extends { readonly file?: string }>(
  { reading, root }: Loaded,
  document: vscode.TextDocument,
  places: readonly T[],
): T[] {
  const own = fileOfPrompt(reading.document.path);
  return places.filter(({ file = own }) => path.resolve(root, file) === document.uri.fsPath);
}

/** What editors hold of prompts, golden sets and settings and have not saved, by absolute path. */
export const unsavedTexts = (): Record<string, string> =>
  Object.fromEntries(
    vscode.workspace.textDocuments
      // An included file is not known as a part of a prompt.
      .filter(
        (document) =>
          document.isDirty &&
          (isOurs(document) || (document.uri.scheme === 'file' && (isTextPath(document.uri.fsPath) || isCodePath(document.uri.fsPath)))),
      )
      .map((document) => [document.uri.fsPath, document.getText()]),
  );

export function goldenSetOf(document: vscode.TextDocument, { engine }: Services): Promise<GoldenSet> {
  const known = sets.get(document);
  if (known?.version === document.version) return known.set;
  const set = engine().readGolden(document.uri.fsPath);
  sets.set(document, { version: document.version, set });
  return set;
}
