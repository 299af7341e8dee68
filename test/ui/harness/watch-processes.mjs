/**
 * Loaded into the extension host by NODE_OPTIONS: writes down, one JSON line each, which processes it starts and which connections it
 * opens, with the code that did so. What a test looks for in a window that must not do either.
 */
import childProcess from 'node:child_process';
import { appendFileSync } from 'node:fs';
import net from 'node:net';

const log = process.env.GOLDSET_TEST_WATCH;
if (log !== undefined && process.argv.some((part) => part.includes('extensionHost'))) {
  /** @param {string} kind @param {string} what */
  const note = (kind, what) => appendFileSync(log, `${JSON.stringify({ kind, what, stack: String(new Error('here').stack) })}\n`);

  /**
   * Notes each call of a method before it is made.
   * @param {object} owner
   * @param {string} name
   * @param {string} kind
   * @param {(args: readonly unknown[]) => string} what
   */
  const watch = (owner, name, kind, what) => {
    /** @type {unknown} */
    const original = Reflect.get(owner, name);
    if (typeof original !== 'function') throw new Error(`There is no ${name} to watch.`);
    Reflect.set(
      owner,
      name,
      /** @this {unknown} @param {unknown[]} args */ function (...args) {
        note(kind, what(args));
        return /** @type {unknown} */ (Reflect.apply(original, this, args));
      },
    );
  };
  /** @param {readonly unknown[]} args */
  const commandLine = ([file, args]) => [file, ...(Array.isArray(args) ? args : [])].join(' ');
  watch(childProcess.ChildProcess.prototype, 'spawn', 'process', ([options]) => {
    const { file, args = [] } = /** @type {{ file: string, args?: string[] }} */ (options);
    return commandLine([file, args.slice(1)]);
  });
  for (const name of ['spawnSync', 'execFileSync', 'execSync']) watch(childProcess, name, 'process', commandLine);
  watch(net.Socket.prototype, 'connect', 'connection', ([target]) => JSON.stringify(target));
}
