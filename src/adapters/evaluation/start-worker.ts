import { Worker } from 'node:worker_threads';

/** Variables that say where the user's folders are: the mark of `.goldset/` is checked on the thread, too. */
const PLACES = ['GOLDSET_CONFIG_DIR', 'XDG_CONFIG_HOME', 'APPDATA', 'GOLDSET_CACHE_DIR', 'XDG_CACHE_HOME'];

/** Starts a worker thread; heaps are small, since it holds one golden set and one prompt at a time;
 *  no environment but for places: no key of the user's is in reach of a template. */
export const startWorker = (script: string): Worker =>
  new Worker(script, {
    name: 'goldset',
    env: Object.fromEntries(PLACES.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]))),
    stdout: false,
    stderr: false,
    resourceLimits: { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 8 },
  });
