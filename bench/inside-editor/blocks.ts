/** How long the extension host did not come to its next turn, and how much of that ran Goldset's code. */
import { readFileSync } from 'node:fs';
import { Session, type Profiler } from 'node:inspector';
import { largest } from '../measures/numbers.ts';

export interface Blocks {
  /** ms between two turns of the event loop, whichever code was busy. */
  readonly longestMs: number;
  /** ms of one such block that Goldset's functions, or what they called, were running. */
  readonly longestOwnMs: number;
}

export interface Span {
  /** µs on the clock of the profiler. */
  readonly start: number;
  readonly end: number;
}

/** `own`: the folder that our scripts are in. @throws {Error} when the profile has nothing of them. */
export async function longestBlocks(work: () => Promise<unknown>, own: string): Promise<Blocks> {
  const { result: turns, ownTime } = await profiled(() => turnsDuring(work), own);
  return { longestMs: longest(turns), longestOwnMs: largest(turns.map(ownTime)) / 1000 };
}

/** ms of the longest block, whichever code was busy. */
export const longestBlock = async (work: () => Promise<unknown>): Promise<number> => longest(await turnsDuring(work));

const longest = (turns: readonly Span[]): number => largest(turns.map(({ start, end }) => end - start)) / 1000;

/** ms of processor time of this process's main thread so far; null: the system does not say. A sample of a profiler also lasts while others run. */
export function mainThreadCpuMs(): number | null {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

/**
 * Does the work under the profiler; `ownTime` then gives the µs of a span that our functions, or what they called, were running.
 * @throws {Error} when the profile has nothing of them: then nothing of ours was measured.
 */
export async function profiled<T>(work: () => Promise<T>, own: string): Promise<{ result: T; ownTime: (span: Span) => number }> {
  const session = new Session();
  session.connect();
  const post = (method: string, parameters?: object): Promise<object> =>
    new Promise((resolve, reject) => {
      session.post(method, parameters, (error, answer) => (error ? reject(error) : resolve(answer ?? {})));
    });
  try {
    await post('Profiler.enable');
    await post('Profiler.setSamplingInterval', { interval: 1000 });
    await post('Profiler.start');
    const result = await work();
    const { profile } = (await post('Profiler.stop')) as Profiler.StopReturnType;
    return { result, ownTime: ownShare(profile, own) };
  } finally {
    session.disconnect();
  }
}

export const microseconds = (): number => Number(process.hrtime.bigint() / 1000n);

/** A timer that fires every ms finds the turns. */
async function turnsDuring(work: () => Promise<unknown>): Promise<Span[]> {
  const turns: Span[] = [];
  let last = microseconds();
  const ticker = setInterval(() => {
    const now = microseconds();
    turns.push({ start: last, end: now });
    last = now;
  }, 1);
  try {
    await work();
  } finally {
    clearInterval(ticker);
  }
  return turns;
}

function ownShare({ nodes, startTime, samples = [], timeDeltas = [] }: Profiler.Profile, own: string): (span: Span) => number {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const ofOurs = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.url.includes(own)]));
  const isOwn = (id: number | undefined): boolean => id !== undefined && (ofOurs.get(id) === true || isOwn(parents.get(id)));
  const ours = new Map(nodes.map(({ id }) => [id, isOwn(id)]));
  // For every sample: when it was taken, and the µs of ours up to it.
  let at = startTime;
  let sum = 0;
  const times = timeDeltas.map((delta) => (at += delta));
  const sums = samples.map((id, i) => (sum += ours.get(id) === true ? (timeDeltas[i] ?? 0) : 0));
  if (sum === 0) throw new Error(`No sample of the profile is of a script in ${own}.`);
  const until = (time: number): number => sums[firstAfter(times, time) - 1] ?? 0;
  return ({ start, end }) => until(end) - until(start);
}

/** Where the first of the sorted times stands that is later. */
function firstAfter(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
