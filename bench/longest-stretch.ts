/** How long the extension host ever did not come round to its next turn, and how much of that ran Goldset's code. */
import { Session, type Profiler } from 'node:inspector';

export interface Blocks {
  /** ms between two turns of the event loop, whoever was busy. */
  readonly longestMs: number;
  /** ms of one such block that Goldset's functions, or what they called, were running. */
  readonly longestOwnMs: number;
}

export interface Span {
  /** µs on the clock of the profiler. */
  readonly start: number;
  readonly end: number;
}

/** `own`: what the address of a script of ours ends with. */
export async function longestBlocks(work: () => Promise<unknown>, own: RegExp): Promise<Blocks> {
  const { result: blocks, ownTime } = await profiled(() => blocksDuring(work), own);
  return {
    longestMs: Math.max(0, ...blocks.map(({ start, end }) => end - start)) / 1000,
    longestOwnMs: Math.max(0, ...blocks.map(ownTime)) / 1000,
  };
}

/** Does the work under the profiler; `ownTime` then gives the µs of a span that our functions, or what they called, were running. */
export async function profiled<T>(work: () => Promise<T>, own: RegExp): Promise<{ result: T; ownTime: (span: Span) => number }> {
  const session = new Session();
  session.connect();
  const post = (method: string, parameters?: object): Promise<object> =>
    new Promise((resolve, reject) => {
      session.post(method, parameters, (error, answer) => (error ? reject(error) : resolve(answer ?? {})));
    });
  await post('Profiler.enable');
  await post('Profiler.setSamplingInterval', { interval: 1000 });
  await post('Profiler.start');
  const result = await work();
  const { profile } = (await post('Profiler.stop')) as Profiler.StopReturnType;
  session.disconnect();
  return { result, ownTime: ownShare(profile, own) };
}

export const microseconds = (): number => Number(process.hrtime.bigint() / 1000n);

/** A timer that fires every ms finds the times when it could not. */
async function blocksDuring(work: () => Promise<unknown>): Promise<Span[]> {
  const blocks: Span[] = [];
  let last = microseconds();
  const ticker = setInterval(() => {
    const now = microseconds();
    if (now - last > 5000) blocks.push({ start: last, end: now });
    last = now;
  }, 1);
  await work();
  clearInterval(ticker);
  return blocks;
}

function ownShare({ nodes, startTime, samples = [], timeDeltas = [] }: Profiler.Profile, own: RegExp): (span: Span) => number {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const isOwn = (id: number | undefined): boolean =>
    id !== undefined && (own.test(byId.get(id)?.callFrame.url ?? '') || isOwn(parents.get(id)));
  const ours = new Map(nodes.map(({ id }) => [id, isOwn(id)]));
  let at = startTime;
  const times = timeDeltas.map((delta) => (at += delta));
  return ({ start, end }) =>
    samples.reduce((sum, id, i) => {
      const time = times[i] ?? 0;
      return time > start && time <= end && ours.get(id) === true ? sum + (timeDeltas[i] ?? 0) : sum;
    }, 0);
}
