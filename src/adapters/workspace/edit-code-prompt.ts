/** Edits of prompts in code on the files of a workspace: *Move Prompt to File*, and the rename of a field. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { MAX_STORE, readText } from '../bounded-file.ts';
import { isInside } from '../within.ts';
import { renamedPrompt } from '../../core/config/rename-prompt.ts';
import { importsAmong } from '../../core/prompt/code/code-prompt-reading.ts';
import { moveToFile } from '../../core/prompt/code/move-to-file.ts';
import type { PromptMove } from '../../core/prompt/code/move-types.ts';
import { codeLanguageOf } from '../../core/prompt/code/code-language.ts';
import type { ImportResolver, SourceText } from '../../core/prompt/code/read-code.ts';
import { constantOf, renameField, type RenamedField } from '../../core/prompt/code/rename-field.ts';
import { declaredPrompt, type DeclaredPrompt } from '../../core/prompt/formats/declared-prompt.ts';
import { DEPLOYMENTS_FILE, readDeployments } from '../../core/versions/deployments.ts';
import { fileOfPrompt, idOfPrompt, nameOfDotprompt, nameOfText, placeOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { SETTINGS_FILE } from '../../core/prompt/formats/text-prompt.ts';
import type { TextEdit } from '../../core/text/text.ts';
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

/** A move with what goldset.yaml says about the prompt. */
export type WorkspacePromptMove =
  | (Extract<PromptMove, { file: SourceText }> & {
      /** Of goldset.yaml, in the order of its text. */
      readonly settings: readonly TextEdit[];
      /** What a person has to change beside that, as sentences. */
      readonly notes: readonly string[];
    })
  | { readonly refused: string };

/** @throws {HumanError} when the file of the prompt, or goldset.yaml, cannot be read. */
export async function movePrompt(job: CodeEditJob): Promise<WorkspacePromptMove> {
  const { workspace, file } = job;
  const { root, config } = workspace;
  const { source, id, resolveImport, read } = await opened(job);
  const hasModel = config.model !== null || (new PromptIndex(workspace).declared(file)?.model ?? null) !== null;
  const move = moveToFile(source, id, { resolveImport, hasModel });
  if ('refused' in move) return move;
  const to = move.file.path;
  if (existsSync(path.resolve(root, to))) return { refused: `${to} exists already. Rename or delete it, then move the prompt.` };
  const unsaid = notSaid(config.prompts, id, to);
  if (unsaid !== null) return { refused: unsaid };
  const settings = path.join(root, SETTINGS_FILE);
  const text = job.unsaved[settings] ?? (existsSync(settings) ? await read(settings) : '');
  const toName = to.endsWith('.prompt') ? nameOfDotprompt(to).name : nameOfText(to);
  const { edits, notes } = renamedPrompt(text, { id, name: placeOfPrompt(id).name ?? '' }, { id: to, name: toName });
  const deployments = path.join(root, DEPLOYMENTS_FILE);
  const isDeployed = existsSync(deployments) && readDeployments(await read(deployments)).deployments.some(({ prompt }) => prompt === id);
  return { ...move, settings: edits, notes: isDeployed ? [...notes, DEPLOY_AGAIN.replace('ID', id).replace('TO', to)] : notes };
}

/** A deployment points at a commit in which the new file does not exist. */
const DEPLOY_AGAIN = `${DEPLOYMENTS_FILE} still names ID. After a commit, deploy the file: goldset deploy TO NAME HEAD`;

/** Why goldset.yaml would say something else about the file than about the string; null: it would not. */
function notSaid(prompts: ReadonlyMap<string, DeclaredPrompt>, id: string, to: string): string | null {
  const before = declaredPrompt(prompts, id);
  const moved = new Map([...prompts].map(([key, entry]) => [key.replace(/^(?:\.\/)+/, '') === id ? to : key, entry]));
  const after = declaredPrompt(moved, to);
  const differs = ([name, value]: [string, unknown]): boolean => !isDeepStrictEqual(value, after?.[name as keyof DeclaredPrompt] ?? null);
  const lost = Object.entries(before ?? {}).find(differs)?.[0];
  if (lost !== undefined)
    return `goldset.yaml sets \`${lost}\` of this prompt by a pattern that does not name ${to}. Give ${id} an entry of its own under \`prompts\`.`;
  const read = to.endsWith('.prompt') ? (['role', 'user', 'syntax'] as const).find((name) => (after?.[name] ?? null) !== null) : undefined;
  return read === undefined
    ? null
    : `goldset.yaml sets \`${read}\` of it, which means nothing for a string but changes a file. Remove it from goldset.yaml.`;
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
