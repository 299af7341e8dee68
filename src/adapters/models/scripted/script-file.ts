/** A scripted model's file, read from disk. */
import { readText } from '../../bounded-file.ts';
import { leadsTo } from '../../within.ts';
import { ConfigurationError, messageOf } from '../../../core/problems/errors.ts';
import { readScript, type Script } from './script.ts';

export type { Script } from './script.ts';

/**
 * The model of a script. `within`: the folder that must hold the file, because a repository names it; null: the user named it.
 * @throws {ConfigurationError} when the file is not there, not in that folder, or not valid.
 */
export async function loadScript(file: string, within: string | null): Promise<Script> {
  if (within !== null && leadsTo(within, file) === 'outside')
    throw new ConfigurationError(
      'scripted/outside',
      `The scripted model ${file} is outside the workspace.`,
      'Put the file into the workspace, or name it on the command line with --model.',
    );
  let text: string;
  try {
    text = await readText(file);
  } catch (error) {
    throw new ConfigurationError(
      'scripted/missing',
      `The scripted model ${file} cannot be read: ${messageOf(error)}`,
      'The path is relative to the file that contains it.',
    );
  }
  const { script, diagnostics } = readScript(file, text);
  // A slip in a key would make a rule answer everything, or nothing.
  const problem = diagnostics.find((item) => item.severity === 'error' || item.code.endsWith('/unknown-key'));
  if (problem) throw new ConfigurationError(problem.code, `${file}: ${problem.message}`, problem.hint);
  return script;
}
