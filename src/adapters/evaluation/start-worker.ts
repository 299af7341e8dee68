import { Worker } from 'node:worker_threads';

/** Starts a worker thread; heaps are small, since it holds one golden set and one prompt at a time;
 *  no environment: no key of the user's is in reach of a template. */
export const startWorker = (script: string): Worker =>
  new Worker(script, {
    name: 'goldset',
    env: {},
    stdout: false,
    stderr: false,
    resourceLimits: { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 8 },
  });
