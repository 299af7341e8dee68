/**
 * Runs commands of `dist/cli.js` one after the other in this process, as tests send them, and answers with what each printed and its exit
 * code. The bundle of the commands and the worker thread stay: both are made to be used for weeks by an editor, and starting them is most of
 * what a command costs. `dist/cli.js` itself is read again for each command.
 */
import processes from 'node:child_process';
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import threads from 'node:worker_threads';

const folder = process.argv[2] ?? 'dist';
const cli = path.join(folder, 'cli.js');
const require = createRequire(import.meta.url);

/** Threads that have answered everything, by the environment that they were started with. */
const idle = new Map();

/** A thread of the product for one command: gives it back instead of ending it, unless an answer is missing. */
class KeptWorker extends EventEmitter {
  open = new Set();

  /** @param {string} script @param {import('node:worker_threads').WorkerOptions} options */
  constructor(script, options) {
    super();
    this.key = JSON.stringify([script, options.env]);
    const kept = idle.get(this.key);
    idle.delete(this.key);
    this.thread = kept?.thread ?? new RealWorker(script, options);
    this.news = kept?.news;
    this.thread.removeAllListeners();
    this.thread.on('message', (/** @type {Record<string, unknown>} */ message) => {
      if ('thread' in message) this.news = message;
      if ('result' in message || 'error' in message) this.open.delete(message.id);
      this.emit('message', message);
    });
    this.thread.on('error', (/** @type {Error} */ error) => this.emit('error', error));
    this.thread.on('exit', (/** @type {number} */ code) => {
      this.hasEnded = true;
      this.emit('exit', code);
    });
    if (this.news !== undefined) queueMicrotask(() => this.emit('message', this.news));
  }

  /** @param {{ id: number }} request */
  postMessage(request) {
    this.open.add(request.id);
    this.thread.postMessage(request);
  }

  ref() {
    this.thread.ref();
  }

  unref() {
    this.thread.unref();
  }

  terminate() {
    this.removeAllListeners();
    this.on('error', () => undefined);
    if (this.open.size > 0 || this.hasEnded || idle.has(this.key)) return this.thread.terminate();
    this.thread.unref();
    idle.set(this.key, { thread: this.thread, news: this.news });
    return Promise.resolve(0);
  }
}
const RealWorker = threads.Worker;
threads.Worker = /** @type {any} */ (KeptWorker);

/** Processes that the command has started: the end of a process would close their pipes, which ends `git cat-file --batch`. */
const started = new Set();
const realSpawn = processes.spawn;
processes.spawn = /** @type {any} */ (
  (/** @type {Parameters<typeof realSpawn>} */ ...given) => {
    const child = realSpawn(...given);
    started.add(child);
    child.once('exit', () => started.delete(child));
    return child;
  }
);

const streams = [process.stdout, process.stderr];
const SIGNALS = ['SIGINT', 'SIGTERM', 'beforeExit'];

/** @param {import('./command-host.ts').HostedCommand} command */
async function run({ args, cwd, environment }) {
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(environment, name)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, environment);
  process.chdir(cwd);
  process.argv = [process.execPath, cli, ...args];
  process.exitCode = undefined;
  const printed = streams.map(() => /** @type {Buffer[]} */ ([]));
  const writers = streams.map(({ write }) => write);
  const listeners = streams.map((stream) => stream.listeners('error'));
  streams.forEach((stream, i) => {
    stream.write = (/** @type {string | Uint8Array} */ chunk, /** @type {unknown[]} */ ...rest) => {
      // No command writes text in another encoding.
      printed[i]?.push(Buffer.from(chunk));
      const written = rest.find((item) => typeof item === 'function');
      if (written !== undefined) process.nextTick(written);
      return true;
    };
  });
  try {
    Reflect.deleteProperty(require.cache, cli);
    await require(cli).ended;
    // What the command left in the event loop of this turn belongs to it.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    streams.forEach((stream, i) => {
      stream.write = writers[i] ?? stream.write;
      for (const listener of stream.listeners('error'))
        if (!listeners[i]?.includes(listener)) stream.off('error', /** @type {any} */ (listener));
    });
    for (const child of started) {
      for (const pipe of child.stdio) pipe?.destroy();
      child.unref();
    }
    started.clear();
    for (const signal of SIGNALS) process.removeAllListeners(signal);
    process.chdir(folder);
  }
  const [out, err] = printed.map((chunks) => Buffer.concat(chunks).toString('utf8'));
  return { code: process.exitCode ?? 0, out, err };
}

process.on('message', (command) => {
  void run(/** @type {import('./command-host.ts').HostedCommand} */ (command)).then((result) => {
    process.exitCode = undefined;
    process.send?.(result);
  });
});
process.once('disconnect', () => process.exit(0));
