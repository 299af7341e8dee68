/** A world for runs in memory: a virtual clock, a journal and answers that are lists, and models of our own making. */
import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import type { CodeRunner } from '../../src/core/grade/code-assertion.ts';
import type { Judges } from '../../src/core/judge/judges-port.ts';
import { HumanError } from '../../src/core/problems/errors.ts';
import { pricingOf, scriptedPrice } from '../../src/core/economics/prices/price.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { gradeHere, renderHere } from '../../src/core/evaluation/evaluate-here.ts';
import type { RunEvent } from '../../src/core/run/events.ts';
import { executeRun, type RunOptions } from '../../src/core/run/execute.ts';
import { readJournal, type JournalRecord } from '../../src/core/results/journal.ts';
import type { ModelClient, ModelCallOptions } from '../../src/core/model/model-client.ts';
import type { ModelRequest, ModelResponse } from '../../src/core/model/model-request.ts';
import type { Plan } from '../../src/core/run/plan.ts';
import { planRun } from '../../src/core/run/plan-run.ts';
import type { RunReport } from '../../src/core/run/report.ts';
import type { Result } from '../../src/core/results/result.ts';
import { resumedFrom } from '../../src/core/results/resume.ts';
import { seeded, VirtualClock } from './virtual-clock.ts';
import { sha256 } from '../../src/adapters/hash.ts';
import { DEFAULT_GATE } from '../../src/core/config/gate.ts';

export const PRICING = pricingOf(
  scriptedPrice({ input: 1, cacheRead: 0.1, output: 2 }, { asOf: '2026-01-01', source: 'test', basis: 'exact', basedOn: null }),
  () => new Date('2026-01-01'),
);

export type Complete = (request: ModelRequest, options: ModelCallOptions) => Promise<Partial<ModelResponse>>;

export const answerOf = (given: Partial<ModelResponse> = {}): ModelResponse => ({
  output: 'ok',
  toolCalls: [],
  finish: 'stop',
  usage: { input: 100, cacheRead: 0, cacheWriteShort: 0, cacheWriteLong: 0, output: 10, reasoning: 0 },
  ttftMs: 5,
  latencyMs: 9,
  ...given,
});

export const modelOf = (complete: Complete, given: Partial<ModelClient> = {}): ModelClient => ({
  id: 'test:model',
  source: 'model',
  origin: 'https://test.example',
  endpoint: 'https://test.example/v1#model',
  account: null,
  caching: null,
  takesCacheKeys: false,
  pricing: PRICING,
  complete: (request, options) => complete(request, options).then(answerOf),
  ...given,
});

export interface PlanOptions {
  readonly repeats?: number;
  readonly template?: string;
  readonly parameters?: Record<string, number>;
}

export function planOf(
  golden: string,
  clients: readonly ModelClient[],
  { repeats = 1, template = '{{x}}', parameters }: PlanOptions = {},
): Plan {
  const { document } = readPrompt('t.prompt', template);
  const { cases } = readGoldenSet(`t.golden.${golden.startsWith('{') ? 'jsonl' : 'yaml'}`, golden);
  return planRun({
    targets: [{ target: { document, partials: [], listVariables: [], cases, version: 'v', ref: null, golden: 'g' }, clients }],
    parameters: parameters ? [parameters] : [],
    repeats,
    selection: { matches: null, tags: [], shard: null },
    hash: sha256,
  });
}

/** As JSON lines, which are read a good deal faster than YAML. */
export const goldenOf = (count: number, expected = 'ok'): string =>
  Array.from({ length: count }, (_, i) => JSON.stringify({ id: `c${i}`, vars: { x: String(i) }, expected })).join('\n');

/** Many listen to the end of a run. */
export function quietAbort(): AbortController {
  const abort = new AbortController();
  setMaxListeners(0, abort.signal);
  return abort;
}

/** What stays between two runs. */
export class World {
  judges: Judges | null = null;
  code: CodeRunner | null = null;
  readonly journal: JournalRecord[] = [];
  readonly answers = new Map<string, ModelResponse>();
  readonly events: RunEvent[] = [];
  readonly clock = new VirtualClock();

  constructor(seed = 1) {
    this.random = seeded(seed);
  }

  readonly random: () => number;

  /** `room`: lines that the journal takes before its disk is full. */
  run(plan: Plan, options: Partial<RunOptions> = {}, room = Infinity): Promise<RunReport> {
    return this.clock.run(this.start(plan, options, room));
  }

  /** A run that goes on with what the journal has. */
  resume(plan: Plan, options: Partial<RunOptions> = {}): Promise<RunReport> {
    return this.run(plan, {
      ...options,
      resumed: resumedFrom(readJournal(this.journal.map((record) => JSON.stringify(record)).join('\n'))),
    });
  }

  start(plan: Plan, options: Partial<RunOptions> = {}, room = Infinity): Promise<RunReport> {
    const { clock, journal, answers, events } = this;
    return executeRun(
      plan,
      {
        evaluator: { render: (job) => Promise.resolve(renderHere(job)), grade: (job) => Promise.resolve(gradeHere(job)) },
        journal: {
          append: (record) => {
            if (journal.length >= room) throw new HumanError('journal/write', 'no room');
            return journal.push(record) - 1;
          },
          result: (position) => this.result(position),
        },
        answers: { find: (key) => answers.get(key) ?? null, keep: (key, _account, answer) => Boolean(answers.set(key, answer)) },
        judges: this.judges,
        code: this.code,
        readMedia: (url) => Promise.resolve({ url }),
        hash: sha256,
        now: clock.now,
        yieldToEventLoop: clock.yieldToEventLoop,
        sleep: clock.sleep,
        random: this.random,
        date: () => '2026-01-01T00:00:00.000Z',
        emit: (event) => events.push(event),
      },
      {
        id: 'r1',
        toolVersion: 'test',
        concurrency: 8,
        gate: DEFAULT_GATE,
        cache: 'use',
        cap: null,
        resumed: null,
        abort: quietAbort(),
        streamText: false,
        ...options,
      },
    );
  }

  private result(position: number): Result {
    const record = this.journal[position];
    assert.equal(record?.kind, 'result');
    return record.result;
  }
}
