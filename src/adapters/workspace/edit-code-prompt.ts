/** Edits of prompts in code on the files of a workspace: *Move Prompt to File*, and the rename of a field. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { MAX_STORE, readText } from '../bounded-file.ts';
import { isInside } from '../within.ts';
import { importsAmong } from '../../core/prompt/code/code-prompt-reading.ts';
import { moveToFile } from '../../core/prompt/code/move-to-file.ts';
import type { PromptMove } from '../../core/prompt/code/move-types.ts';
import { codeLanguageOf } from '../../core/prompt/code/code-language.ts';
import type { ImportResolver, SourceText } from '../../core/prompt/code/read-code.ts';
import { constantOf, renameField, type RenamedField } from '../../core/prompt/code/rename-field.ts';
import { fileOfPrompt, idOfPrompt, placeOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { loadImports } from './code-imports.ts';
import { readerOf } from './golden-sets.ts';
import { PromptIndex } from './prompt-index.ts';
import { shownPath, type Workspace } from './root.ts';

/** A prompt in code. */
export interface CodeEditJob {
  readonly workspace: Workspace;
  /** `FILE#NAME`, absolute. */
  readonly file: string;
  /** What editors have not saved, by absolute path. */
  readonly unsaved: Readonly<Record<string, string>>;
}

export interface RenameFieldJob extends CodeEditJob {
  readonly variable: string;
  readonly to: string;
  /** Source files of the workspace, absolute: some may use the prompt. */
  readonly sources: readonly string[];
}

/** @throws {HumanError} when the file of the prompt cannot be read. */
export async function movePrompt(job: CodeEditJob): Promise<PromptMove> {
  const { workspace, file } = job;
  const { root, config } = workspace;
  const { source, id, resolveImport } = await opened(job);
  const hasModel = config.model !== null || (new PromptIndex(workspace).declared(file)?.model ?? null) !== null;
  const move = moveToFile(source, id, { resolveImport, hasModel });
  if ('refused' in move || !existsSync(path.resolve(root, move.file.path))) return move;
  return { refused: `${move.file.path} exists already. Rename or delete it, then move the prompt.` };
}

/** @throws {HumanError} when the file of the prompt, or one that uses it, cannot be read. */
export async function renamePromptField(job: RenameFieldJob): Promise<RenamedField> {
  const { workspace, file, variable, to, sources } = job;
  const { source, id, resolveImport, read } = await opened(job);
  const constant = constantOf(source, id, resolveImport);
  const others: SourceText[] = [];
  for (const other of sources) {
    if (other === fileOfPrompt(file) || constant === null || !isInside(workspace.root, other)) continue;
    const text = await read(other);
    const shown = shownPath(workspace.root, other);
    if (text.includes(constant) && codeLanguageOf(shown) === codeLanguageOf(source.path)) others.push({ path: shown, text });
  }
  return renameField(source, { id, variable, to }, others, resolveImport);
}

async function opened({ workspace: { root }, file: given, unsaved }: CodeEditJob): Promise<{
  readonly source: SourceText;
  readonly id: string;
  readonly resolveImport: ImportResolver;
  readonly read: (file: string) => Promise<string>;
}> {
  const { file, name } = placeOfPrompt(given);
  const shown = shownPath(root, file);
  const read = readerOf(unsaved, (at) => readText(at, MAX_STORE));
  const text = await read(file);
  const has = (at: string): Promise<boolean> => Promise.resolve(isInside(root, at));
  const resolveImport = importsAmong(await loadImports(root, shown, text, { read, has }));
  return { source: { path: shown, text }, id: idOfPrompt({ file: shown, name }), resolveImport, read };
}
