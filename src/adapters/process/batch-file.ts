/**
 * A `.cmd` or `.bat` file on Windows, which only cmd.exe can run. Node does not start one without a shell, since cmd.exe reads the command line
 * by rules of its own (CVE-2024-27980): outside quotes `&`, `|`, `<`, `>`, `^`, `(` and `)` mean something, and `%NAME%` is replaced everywhere.
 * So each argument is in quotes, and what no quotes protect is refused.
 */
import path from 'node:path';
import { HumanError } from '../../core/problems/errors.ts';

export interface Spawnable {
  readonly command: string;
  readonly args: readonly string[];
  /** The arguments are quoted already: Windows gets them as they are. */
  readonly isVerbatim: boolean;
}

/**
 * How a program is started without a shell. `file`: absolute.
 * @throws {HumanError} `process/argument` when an argument cannot be given to a `.cmd` file safely.
 */
export function spawnable(file: string, args: readonly string[], platform: NodeJS.Platform, env: NodeJS.ProcessEnv): Spawnable {
  if (platform !== 'win32' || !/\.(?:cmd|bat)$/i.test(file)) return { command: file, args, isVerbatim: false };
  const line = [file, ...args].map(quoted).join(' ');
  // /d: no AutoRun of the registry. /v:off: `!NAME!` is text. /s: only the outermost quotes are removed.
  return { command: commandProcessor(env), args: ['/d', '/e:on', '/v:off', '/s', '/c', `"${line}"`], isVerbatim: true };
}

/** In double quotes; backslashes before a quote count double. */
function quoted(text: string): string {
  // eslint-disable-next-line no-control-regex -- a line break ends the command, and no argument needs the others
  if (/["%\u0000-\u001f\u007f]/.test(text))
    throw new HumanError(
      'process/argument',
      'An argument contains a double quote, a percent sign or a control character, which a .cmd file cannot be given safely.',
      'Name a program that is no .cmd file, or put the arguments into a script outside the workspace.',
    );
  return `"${text.replace(/\\+$/, '$&$&')}"`;
}

function commandProcessor(env: NodeJS.ProcessEnv): string {
  const root = Object.entries(env).find(([name]) => name.toUpperCase() === 'SYSTEMROOT')?.[1] ?? 'C:\\Windows';
  return path.win32.join(root, 'System32', 'cmd.exe');
}
