/** Paths that a journal names are from outside: only a prompt inside the workspace is touched. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError, HumanError } from '../../core/problems/errors.ts';
import { isInside, isWithin } from '../within.ts';
import {
  holdsPrompts,
  idOfPrompt,
  isCodePath,
  isMessagesPath,
  isPromptPath,
  isTextPath,
  placeOfPrompt,
} from '../../core/prompt/formats/prompt-name.ts';

/**
 * The id of a prompt as journals name it, relative to the root, made absolute; null: it is no prompt, or lies elsewhere. A file that is a
 * prompt by its ending need not be there; any other must, and whether it is a prompt is checked where it is loaded.
 */
export function promptFileIn(root: string, shown: string): string | null {
  if (root === '' || path.isAbsolute(shown)) return null;
  const { file: own, name } = placeOfPrompt(shown);
  const byEnding = isPromptPath(own);
  if (!byEnding && ![isTextPath, isCodePath, isMessagesPath, holdsPrompts].some((isOne) => isOne(own))) return null;
  const file = path.resolve(root, own);
  if (!isWithin(root, file)) return null;
  if (existsSync(file) ? !isInside(root, file) : !byEnding) return null;
  return idOfPrompt({ file, name });
}

/**
 * Refuses a file that stands in the folder and is a link to one outside it. A file that the user named elsewhere is allowed.
 * @throws {HumanError} `file/outside`
 */
export function refuseLinkOutside(folder: string, file: string): void {
  if (!existsSync(file) || !isWithin(folder, file) || isInside(folder, file)) return;
  throw new HumanError('file/outside', `${file} is a link to a file outside the workspace.`, 'Put the file itself into the workspace.');
}

/** @throws {ConfigurationError} `path/not-a-prompt` for a file that is no prompt by its name. `shown`: as messages name it. */
export function requirePrompt(file: string, shown: string): void {
  if (!isPromptPath(file))
    throw new ConfigurationError(
      'path/not-a-prompt',
      `${shown} is not a prompt.`,
      'Prompts are files that end with .prompt or .prompt.yml.',
    );
}
