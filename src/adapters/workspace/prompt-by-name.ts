/** The prompt that an application means by a name: its path below the root, with or without its ending, or a base name that only one has. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { HumanError } from '../../core/problems/errors.ts';
import {
  fileOfPrompt,
  isPartialPath,
  isPromptPath,
  isTextPath,
  placeOfPrompt,
  PROMPT_ENDINGS,
} from '../../core/prompt/formats/prompt-name.ts';
import { findPrompts } from './find-prompts.ts';
import { promptFileIn } from './prompt-path.ts';
import { shownPath } from './root.ts';
import { quantity } from '../../core/display/figures.ts';

/** `paths`: prompts relative to the root, with forward slashes. Null: none, or several are called so. */
export function promptNamed(name: string, paths: readonly string[]): string | null {
  const found = calledSo(name, paths);
  return found.length === 1 ? (found[0] ?? null) : null;
}

/**
 * The file, looked for below the root.
 * @throws {HumanError} when there is none, or more than one.
 */
export async function namedPrompt(root: string, name: string): Promise<string> {
  const byPath = ['', ...PROMPT_ENDINGS].map((ending) => promptFileIn(root, `${name}${ending}`));
  const file = byPath.find((candidate) => candidate !== null && existsSync(fileOfPrompt(candidate)));
  if (file !== undefined && file !== null && isPromptPath(file)) return file;
  const shown = calledSo(
    name,
    (await findPrompts([], root)).map((candidate) => shownPath(root, candidate)),
  );
  const [only, ...others] = shown;
  if (only !== undefined && others.length === 0) return path.resolve(root, only);
  if (shown.length > 0)
    throw new HumanError(
      'prompt/ambiguous',
      `There are ${quantity(shown.length, 'prompt')} "${name}": ${shown.slice(0, 5).join(', ')}.`,
      `Name one by its path, such as ${only ?? ''}.`,
    );
  throw new HumanError(
    'prompt/missing',
    `There is no prompt "${name}" below ${root}.`,
    isPromptPath(name) && isPartialPath(name)
      ? 'A file whose name begins with _ is a partial, not a prompt.'
      : 'Use its path from the folder of goldset.yaml, such as prompts/triage.prompt, and ship the file with the application.',
  );
}

/** A path is meant before a base name. */
function calledSo(name: string, paths: readonly string[]): string[] {
  const wanted = name.replaceAll('\\', '/').replace(/^\.?\/+/, '');
  if (wanted === '') return [];
  const exact = paths.filter((item) => item === wanted);
  const byPath = exact.length > 0 ? exact : paths.filter((item) => bare(item) === wanted);
  if (byPath.length > 0) return byPath;
  return paths.filter((item) => path.posix.basename(item) === wanted || path.posix.basename(bare(item)) === wanted);
}

const bare = (id: string): string => {
  const { file, name } = placeOfPrompt(id);
  if (name !== null) return name;
  return isTextPath(file)
    ? file.replace(/\.[^./]+$/, '')
    : file.replace(/\.(?:prompt(?:\.ya?ml|\.md)?|prompty|chatmode\.md|agent\.md)$/, '');
};
