/** A prompt by the name that an application or a record calls it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { HumanError } from '../../core/errors.ts';
import { isPartialPath, isPromptPath } from '../../core/prompt/formats/prompt-name.ts';
import { findPrompts } from './find-prompts.ts';
import { promptFileIn } from './prompt-path.ts';
import { shownPath } from './root.ts';

const ENDINGS = ['.prompt', '.prompt.yml', '.prompt.yaml'];

/**
 * The file: `name` is its path below the root, with or without its ending, or the name of one prompt alone.
 * @throws {HumanError} when there is none, or more than one.
 */
export async function namedPrompt(root: string, name: string): Promise<string> {
  const byPath = ['', ...ENDINGS].map((ending) => promptFileIn(root, `${name}${ending}`));
  const file = byPath.find((candidate) => candidate !== null && existsSync(candidate));
  if (file !== undefined && file !== null) return file;
  const found = (await findPrompts([], root)).filter((candidate) => stemOf(candidate) === stemOf(name) && path.dirname(name) === '.');
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const shown = found.map((candidate) => shownPath(root, candidate));
  if (shown.length > 0)
    throw new HumanError(
      'prompt/ambiguous',
      `There are ${shown.length} prompts "${name}": ${shown.slice(0, 5).join(', ')}.`,
      `Name one by its path, such as ${shown[0] ?? ''}.`,
    );
  throw new HumanError(
    'prompt/missing',
    `There is no prompt "${name}" below ${root}.`,
    isPromptPath(name) && isPartialPath(name)
      ? 'A file that begins with _ is part of other prompts, and none itself.'
      : 'Name it by its path below the folder of goldset.yaml, such as prompts/triage.prompt, and ship the file with the application.',
  );
}

/** The file's name without its folder and ending: `triage.formal` of `prompts/triage.formal.prompt`. */
function stemOf(file: string): string {
  const base = path.basename(file);
  const ending = ENDINGS.find((item) => base.endsWith(item));
  return ending === undefined ? base : base.slice(0, -ending.length);
}
