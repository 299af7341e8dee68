/** Commands in one process that stays: the side of the tests. */
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';

export interface HostedCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface HostedResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Each test file is a bundle with its own copy of this module: the process belongs to the process of mocha. */
interface Host {
  child: ChildProcess | null;
  isBusy: boolean;
}
const HOST = Symbol.for('goldset.test.commandHost');
const host = ((globalThis as Record<symbol, unknown>)[HOST] ??= { child: null, isBusy: false }) as Host;

/** Variables that Node, its network or its child processes read once, at their start. */
const OF_THE_PROCESS = /^NODE_|_proxy$|^SSL_|^LD_|^(LANG|LC_ALL|TZ|HOME|USERPROFILE)$/i;
const INHERITED: Readonly<Record<string, string | undefined>> = { ...process.env };

/** Whether a command reads standard input, or what a process reads only once at its start. `GOLDSET_OWN_PROCESS`: every command does. */
export const mustStartAlone = (args: readonly string[], environment: Readonly<Record<string, string>>): boolean =>
  process.env['GOLDSET_OWN_PROCESS'] !== undefined ||
  args.includes('-') ||
  args[0] === 'signal' ||
  Object.entries(environment).some(([name, value]) => OF_THE_PROCESS.test(name) && INHERITED[name] !== value);

/** Null: another command runs there. @throws {Error} when the process ends with the command. */
export async function runInHost(command: HostedCommand): Promise<HostedResult | null> {
  if (host.isBusy) return null;
  host.isBusy = true;
  const child = (host.child ??= startHost());
  child.ref();
  child.channel?.ref();
  try {
    return await new Promise<HostedResult>((resolve, reject) => {
      const gone = (): void => {
        host.child = null;
        reject(new Error(`The process of the commands ended with: goldset ${command.args.join(' ')}`));
      };
      child.once('exit', gone);
      child.once('message', (result) => {
        child.off('exit', gone);
        resolve(result as HostedResult);
      });
      child.send(command);
    });
  } finally {
    host.isBusy = false;
    child.unref();
    child.channel?.unref();
  }
}

const startHost = (): ChildProcess => {
  const child = fork(path.resolve('test/system/command-host.mjs'), [path.resolve('dist')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  process.once('exit', () => child.kill());
  return child;
};
