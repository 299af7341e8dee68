/** A scripted model's file, read from disk. */
import { readFile } from 'node:fs/promises';
import { ConfigurationError, messageOf } from '../../../core/errors.ts';
import { readScript, type Script } from './script.ts';

export type { Script } from './script.ts';

/** @throws {ConfigurationError} when the file is not there or not valid. */
export async function loadScript(file: string): Promise<Script> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
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
