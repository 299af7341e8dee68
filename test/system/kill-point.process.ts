/**
 * Loaded into a command before its own code (`node --import`): kills the process at the Nth point at which what is on disk can be told apart
 * from before: each change of a file or folder, half of each write, and each start of another program. GOLDSET_KILL_AT is N; 0 kills
 * nothing, and writes into the file GOLDSET_KILL_COUNT how many points there are.
 */
import { writeFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

type Call = (this: unknown, ...args: unknown[]) => unknown;
type Methods = Record<string, Call>;

const at = Number(process.env['GOLDSET_KILL_AT'] ?? 0);
const counted = process.env['GOLDSET_KILL_COUNT'];
const load = createRequire(import.meta.url);
let points = 0;

/** One more point, and maybe the last. `half`: what is still done of it. */
function point(half: () => unknown = () => undefined): void {
  if (++points !== at) return;
  half();
  process.kill(process.pid, 'SIGKILL');
  // The signal is there before this loop ends.
  for (;;);
}

function before(methods: Methods, name: string, pointsOf: (original: Call, self: unknown, args: unknown[]) => void): void {
  const original = methods[name];
  if (original === undefined) throw new Error(`There is no ${name}.`);
  methods[name] = function (...args) {
    pointsOf(original, this, args);
    return original.apply(this, args);
  };
}

const halfOf = (content: unknown): Buffer => {
  const bytes = Buffer.from(content as string | Uint8Array);
  return bytes.subarray(0, bytes.length >> 1);
};
const isOutput = (target: unknown): boolean => target === 1 || target === 2;

function watch(fs: Methods): void {
  for (const name of [
    'mkdirSync',
    'renameSync',
    'rmSync',
    'unlinkSync',
    'linkSync',
    'symlinkSync',
    'ftruncateSync',
    'truncateSync',
    'copyFileSync',
  ])
    before(fs, name, () => point());
  before(fs, 'openSync', (_, __, [, flags]) => (flags === undefined || flags === 'r' || flags === 0 ? undefined : point()));
  for (const name of ['writeSync', 'writeFileSync', 'appendFileSync'])
    before(fs, name, (original, self, [target, content, ...rest]) => {
      if (isOutput(target)) return;
      point();
      point(() => original.call(self, target, halfOf(content), ...(name === 'writeSync' ? [] : rest)));
    });
}

if (isMainThread) {
  const fs = load('node:fs') as Methods & { promises: Methods };
  watch(fs);
  const processes = load('node:child_process') as Methods;
  for (const name of ['spawn', 'execFile', 'execFileSync', 'spawnSync']) before(processes, name, () => point());
  for (const name of ['mkdir', 'writeFile', 'rename', 'rm']) before(fs.promises, name, () => point());
  const opened = fs.promises['open'];
  if (opened === undefined) throw new Error('There is no open.');
  fs.promises['open'] = async function (...args) {
    if (args[1] !== undefined && args[1] !== 'r') point();
    const handle = (await opened.apply(this, args)) as Methods & { readonly fd: unknown };
    before(handle, 'write', (_, __, [content]) => {
      point();
      point(() => fs['writeSync']?.(handle.fd, halfOf(content)));
    });
    return handle;
  };
  syncBuiltinESMExports();
  process.once('exit', () => {
    if (counted !== undefined) writeFileSync(counted, String(points));
  });
}
