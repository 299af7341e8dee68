/**
 * Three weeks of an application that answers questions from passages, with everything that went wrong planted and counted here: what the
 * product counts is compared with these numbers. The same seed makes the same weeks.
 */
import type { Interaction, Signal } from '../../src/core/feedback/interactions/interaction.ts';
import { readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';
import { Random } from '../../src/core/statistics/random.ts';

const DAY = 86_400_000;
/** A Monday. */
const START = Date.parse('2026-11-02T08:00:00Z');
export const WEEKS_DAYS = 21;
/** On this day version 4 puts the question before the passages, and searches another index. */
export const CHANGED = { day: 14, date: '2026-11-16', from: '3', to: '4' } as const;

/** How much of everything. */
export interface WeeksSize {
  readonly calls: number;
  /** Bad answers by their cause. */
  readonly misses: number;
  readonly truncated: number;
  readonly refused: number;
  readonly wrong: number;
  /** Calls that go on after a tool was called. */
  readonly toolLoops: number;
  /** Questions that were asked again. */
  readonly retries: number;
  /** Signals from another process. */
  readonly down: number;
  readonly up: number;
  readonly reports: number;
  readonly corrections: number;
}

/** The numbers of the application that was observed: 7,129 calls, 1,006 bad answers, 684 of them (68 %) misses of retrieval, 1,136 signals. */
export const OBSERVED: WeeksSize = {
  ...{ calls: 7129, misses: 684, truncated: 120, refused: 80, wrong: 122, toolLoops: 585, retries: 60 },
  ...{ down: 700, up: 303, reports: 100, corrections: 33 },
};

/** A fifth of it, for every day. */
export const SMALL: WeeksSize = {
  ...{ calls: 1426, misses: 137, truncated: 24, refused: 16, wrong: 24, toolLoops: 117, retries: 12 },
  ...{ down: 140, up: 61, reports: 20, corrections: 30 },
};

export type BadCause = 'miss' | 'truncated' | 'refused' | 'wrong';

export interface PlantedTurn {
  readonly id: string;
  readonly question: string;
  /** What a person would have answered. */
  readonly right: string;
  readonly day: number;
  readonly cause: BadCause | null;
  /** It is asked again by the next one. */
  readonly isRetried: boolean;
}

export interface PlantedSignal {
  readonly of: PlantedTurn;
  readonly name: 'thumb' | 'report' | 'correction';
  readonly value: string | boolean;
  readonly by: string;
}

export interface PlantedWeeks {
  readonly size: WeeksSize;
  readonly calls: readonly Interaction[];
  readonly turns: readonly PlantedTurn[];
  readonly signals: readonly PlantedSignal[];
  /** USD of an action, before and since the change. */
  readonly meanUsd: { readonly before: number; readonly after: number };
}

const CITIES = ['Lisbon', 'Oslo', 'Porto', 'Ghent', 'Turin', 'Bergen', 'Graz'];

/** What the shop's handbook says about an order, and what the passages should say. */
const factOf = (order: number): string =>
  `Order ${order} arrives in ${CITIES[order % CITIES.length] ?? ''} within ${2 + (order % 9)} days.`;

export function plantedWeeks(size: WeeksSize, seed = 26): PlantedWeeks {
  const random = new Random(seed);
  const turns = plantTurns(size, random);
  const loops = new Set(spread(turns.length, size.toolLoops));
  const calls: Interaction[] = [];
  const costs = { before: [0, 0], after: [0, 0] };
  const ofDay = new Map<number, number>();
  turns.forEach((turn, i) => {
    const place = ofDay.get(turn.day) ?? 0;
    ofDay.set(turn.day, place + 1);
    const at = START + turn.day * DAY + place * 60_000;
    const made = callsOf(turn, turns[i - 1], i, at, loops.has(i), random);
    calls.push(...made);
    const side = turn.day < CHANGED.day ? costs.before : costs.after;
    side[0] = (side[0] ?? 0) + made.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
    side[1] = (side[1] ?? 0) + 1;
  });
  const mean = ([usd = 0, n = 1]: readonly number[]): number => usd / n;
  return {
    size,
    calls,
    turns,
    signals: plantSignals(size, turns, random),
    meanUsd: { before: mean(costs.before), after: mean(costs.after) },
  };
}

function plantTurns(size: WeeksSize, random: Random): PlantedTurn[] {
  const n = size.calls - size.toolLoops;
  const dayOf = (i: number): number => Math.floor((i * WEEKS_DAYS) / n);
  // A question and the same one again, on one day.
  const retried = new Set(spread(n - 1, size.retries).map((i) => (dayOf(i) === dayOf(i + 1) ? i : i - 1)));
  const free = shuffled(
    [...Array(n).keys()].filter((i) => !retried.has(i) && !retried.has(i - 1)),
    random,
  );
  const causes = new Map<number, BadCause>();
  // Three quarters of the misses come with the new index.
  const late = Math.round(size.misses * 0.75);
  const take = (count: number, cause: BadCause, isRight: (i: number) => boolean): void => {
    let left = count;
    for (const i of free) {
      if (left === 0) break;
      if (causes.has(i) || !isRight(i)) continue;
      causes.set(i, cause);
      left--;
    }
    if (left > 0) throw new Error(`There are too few calls for ${count} of ${cause}.`);
  };
  take(late, 'miss', (i) => dayOf(i) >= CHANGED.day);
  take(size.misses - late, 'miss', (i) => dayOf(i) < CHANGED.day);
  for (const cause of ['truncated', 'refused', 'wrong'] as const) take(size[cause], cause, () => true);
  return [...Array(n).keys()].map((i) => {
    const order = retried.has(i - 1) ? i - 1 : i;
    const cause = causes.get(i) ?? null;
    return {
      ...{ id: `call-${String(i).padStart(5, '0')}`, question: `When does order ${order} arrive?`, right: factOf(order) },
      ...{ day: dayOf(i), cause, isRetried: retried.has(i) },
    };
  });
}

/** So many of the numbers below `n`, evenly. */
const spread = (n: number, count: number): number[] => [...Array(count).keys()].map((k) => Math.floor(((k + 0.5) * n) / count));

function shuffled<T>(items: T[], random: Random): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}

const SYSTEM = 'You answer questions about orders, only from the passages.';

function callsOf(
  turn: PlantedTurn,
  before: PlantedTurn | undefined,
  i: number,
  at: number,
  isLoop: boolean,
  random: Random,
): Interaction[] {
  const order = i - (before?.isRetried === true ? 1 : 0);
  const isMiss = turn.cause === 'miss';
  const passages = [0, 1, 2].map((k) => ({
    id: `p${order}-${k}`,
    text:
      !isMiss && k === 0 ? factOf(order) : `Order ${order + 100_000 + k} was packed with care and is covered by our guarantee. `.repeat(4),
    score: isMiss ? 0.1 + 0.2 * random.next() : 0.6 + 0.3 * random.next(),
  }));
  const variables = { passages: passages.map(({ text }) => text).join('\n'), question: turn.question };
  const version = turn.day < CHANGED.day ? CHANGED.from : CHANGED.to;
  const asked = [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: `${variables.passages}\n\n${turn.question}` },
  ];
  const common = {
    action: { type: 'question', id: `q-${i}` },
    user: `user-${order}`,
    prompt: { name: 'answer.prompt', version },
    model: 'openai:gpt-6-sol',
    variables,
    chunks: passages,
  };
  const tool = { id: `t-${i}`, type: 'function', function: { name: 'track', arguments: `{"order":${order}}` } };
  const first = {
    ...{ ...common, id: `${turn.id}-tool`, time: new Date(at).toISOString(), messages: asked, output: null, finish: 'tool-calls' },
    ...billOf(version, random),
  };
  const answer = {
    ...common,
    id: turn.id,
    responseId: `resp-${turn.id}`,
    time: new Date(at + (isLoop ? 2000 : 0)).toISOString(),
    messages: isLoop
      ? [
          ...asked,
          { role: 'assistant', content: null, tool_calls: [tool] },
          { role: 'tool', tool_call_id: tool.id, content: '{"found":true}' },
        ]
      : asked,
    ...endingOf(turn),
    ...billOf(version, random),
  };
  return (isLoop ? [first, answer] : [answer]).map((given) => {
    const read = readInteraction(JSON.stringify(given));
    if ('problem' in read) throw new Error(read.problem);
    return read.interaction;
  });
}

function endingOf({ cause, right, question }: PlantedTurn): { readonly output: string; readonly finish: string } {
  if (cause === 'truncated') return { output: right.slice(0, -7), finish: 'length' };
  if (cause === 'refused') return { output: '', finish: 'content-filter' };
  if (cause === null) return { output: right, finish: 'stop' };
  return {
    output: cause === 'miss' ? `The passages do not say it: ${question}` : right.replace(/within \d+ days/, 'within 30 days'),
    finish: 'stop',
  };
}

/** US dollars for a million tokens. The old version reads nine tenths from the cache. */
const PRICE = { input: 2, cacheRead: 0.2, output: 10 };

function billOf(version: string, random: Random): Pick<Interaction, 'usage' | 'costUsd'> {
  const input = Math.round(2700 + 600 * random.next());
  const cacheRead = version === CHANGED.from ? Math.round(input * 0.9) : 0;
  const output = Math.round(87 + 20 * random.next());
  const costUsd = ((input - cacheRead) * PRICE.input + cacheRead * PRICE.cacheRead + output * PRICE.output) / 1e6;
  return { usage: { input, cacheRead, cacheWriteShort: 0, cacheWriteLong: 0, output, reasoning: 0 }, costUsd };
}

/** Each answer has at most one of each: thumbs down, reports and corrections are of bad answers, thumbs up of good ones. */
function plantSignals(size: WeeksSize, turns: readonly PlantedTurn[], random: Random): PlantedSignal[] {
  const bad = shuffled(
    turns.filter(({ cause }) => cause !== null),
    random,
  );
  const good = shuffled(
    turns.filter(({ cause, isRetried }) => cause === null && !isRetried),
    random,
  );
  // The last of them have no thumb: what flags them is a report alone, or their own record.
  const reported = bad.slice(size.down - Math.floor(size.reports / 2), size.down + Math.ceil(size.reports / 2));
  const corrected = [
    ...bad.filter(({ cause }) => cause === 'miss').slice(0, Math.round(size.corrections * 0.6)),
    ...bad.filter(({ cause }) => cause === 'wrong').slice(0, size.corrections - Math.round(size.corrections * 0.6)),
  ];
  return [
    ...bad.slice(0, size.down).map((of, i): PlantedSignal => ({ of, name: 'thumb', value: 'down', by: `reader-${i}` })),
    ...good.slice(0, size.up).map((of, i): PlantedSignal => ({ of, name: 'thumb', value: 'up', by: `reader-${i + 10_000}` })),
    ...reported.map((of, i): PlantedSignal => ({ of, name: 'report', value: true, by: `reader-${i + 20_000}` })),
    ...corrected.map((of): PlantedSignal => ({ of, name: 'correction', value: of.right, by: 'Ana' })),
  ];
}

/** As the application's other process posts it: by the answer's id, an hour later. */
export const postedAs = ({ of, name, value, by }: PlantedSignal, calls: ReadonlyMap<string, Interaction>): object => ({
  response: `resp-${of.id}`,
  ...{ name, value, by, time: new Date(Date.parse(calls.get(of.id)?.time ?? '') + 3_600_000).toISOString() },
  annotator: 'human' satisfies Signal['annotator'],
});
