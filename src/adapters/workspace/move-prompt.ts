/** *Move Prompt to File* on the files of a workspace: what it reads beside the source file, and the name that the new file must not have yet. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { MAX_STORE, readText } from '../bounded-file.ts';
import { isInside } from '../within.ts';
import { importsAmong } from '../../core/prompt/code/code-prompt-reading.ts';
import { moveToFile } from '../../core/prompt/code/move-to-file.ts';
import type { PromptMove } from '../../core/prompt/code/move-types.ts';
import { idOfPrompt, placeOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { loadImports } from './code-imports.ts';
import { readerOf } from './golden-sets.ts';
import { PromptIndex } from './prompt-index.ts';
import { shownPath, type Workspace } from './root.ts';

/** Of a prompt in code. `file`: its id, absolute. @throws {HumanError} when its file cannot be read. */
export async function movePrompt({
  workspace,
  file: id,
  unsaved,
}: {
  readonly workspace: Workspace;
  readonly file: string;
  readonly unsaved: Readonly<Record<string, string>>;
}): Promise<PromptMove> {
  const { root, config } = workspace;
  const { file, name } = placeOfPrompt(id);
  const shown = shownPath(root, file);
  const read = readerOf(unsaved, (at) => readText(at, MAX_STORE));
  const text = await read(file);
  const has = (at: string): Promise<boolean> => Promise.resolve(isInside(root, at));
  const imports = await loadImports(root, shown, text, { read, has });
  const hasModel = config.model !== null || (new PromptIndex(workspace).declared(id)?.model ?? null) !== null;
  const move = moveToFile({ path: shown, text }, idOfPrompt({ file: shown, name }), { resolveImport: importsAmong(imports), hasModel });
  if ('refused' in move || !existsSync(path.resolve(root, move.file.path))) return move;
  return { refused: `${move.file.path} exists already. Rename or delete it, then move the prompt.` };
}
