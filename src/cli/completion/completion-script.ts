/** `goldset completion SHELL`: a script made from the table of commands, so that no Tab has to wait until Node has started. */
import { ConfigurationError } from '../../core/problems/errors.ts';
import { bashCompletion } from './bash.ts';
import { completionTable, type CommandTable } from './completion-table.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** The script, to be sourced. @throws {ConfigurationError} when no shell, or more than one, is named. */
export function completionScript(words: readonly string[], table: CommandTable): string {
  const [shell, ...more] = words;
  const make = Object.entries(SHELLS).find(([name]) => name === shell)?.[1];
  if (make === undefined || more.length > 0)
    throw new ConfigurationError('usage', 'Name one shell: bash, zsh or fish.', 'See: goldset help completion');
  return make(completionTable(table));
}
