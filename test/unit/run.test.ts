/** The run engine with models of our own making and a virtual clock. */
import assert from 'node:assert/strict';
import { ProviderError } from '../../src/core/problems/errors.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { gradeHere, renderHere } from '../../src/core/evaluation/evaluate-here.ts';
import type { RunEvent } from '../../src/core/run/events.ts';
import { SampleCancels } from '../../src/core/calls/sample-cancels.ts';
import { executeRun } from '../../src/core/run/execute.ts';
import { readJournal, type JournalRecord } from '../../src/core/results/journal.ts';
import type { ModelClient } from '../../src/core/model/model-client.ts';
import type { ModelRequest, ModelResponse } from '../../src/core/model/model-request.ts';
import type { Plan } from '../../src/core/run/plan.ts';
import { planRun } from '../../src/core/run/plan-run.ts';
import type { Result } from '../../src/core/results/result.ts';
import type { RunReport } from '../../src/core/run/report.ts';
import { retryDelay } from '../../src/core/calls/retry.ts';
import { wilsonInterval, percentiles } from '../../src/core/statistics/summary.ts';
import { exitCodeOf } from '../../src/core/results/verdict.ts';
import { pricingOf, scriptedPrice, type Pricing } from '../../src/core/economics/prices/price.ts';
import { genaiPrices } from '../../src/core/economics/prices/genai-prices.ts';
import { PriceBook } from '../../src/core/economics/prices/price-book.ts';
import { promptVersion } from '../../src/core/versions/identity.ts';
import { sha256 } from '../../src/adapters/hash.ts';
import { DEFAULT_GATE, type Gate } from '../../src/core/config/gate.ts';

type Answer = (request: ModelRequest, call: number) => Partial<ModelResponse> | ProviderError;

function client(answer: Answer, id = 'test:model'): ModelClient {
  let calls = 0;
  return {
    id,
    source: 'model',
    origin: 'https://test.example',
    endpoint: `https://test.example/v1#${id}`,
    account: null,
    caching: null,
    takesCacheKeys: false,
    pricing: pricingOf(
      scriptedPrice({ input: 1, cacheRead: 0.1, output: 2 }, { asOf: '2026-01-01', source: 'test', basis: 'exact', basedOn: null }),
      () => new Date('2026-01-01'),
    ),
    complete: (request, { signal, onText }) => {
      if (signal.aborted) return Promise.reject(new ProviderError('aborted', 'cancelled'));
      const given = answer(request, ++calls);
      if (given instanceof ProviderError) return Promise.reject(given);
      onText?.(given.output ?? '');
      const usage = { input: 100, cacheRead: 50, cacheWriteShort: 0, cacheWriteLong: 0, output: 10, reasoning: 0 };
      return Promise.resolve({ output: '', toolCalls: [], finish: 'stop', usage, ttftMs: 5, latencyMs: 9, ...given });
    },
  };
}

function plan(golden: string, clients: readonly ModelClient[], repeats = 1): Plan {
  const { document } = readPrompt('t.prompt', '{{x}}');
  const { cases } = readGoldenSet('t.golden.yaml', golden);
  return planRun({
    targets: [{ target: { document, partials: [], listVariables: [], cases, version: 'v', ref: null, golden: 'g' }, clients }],
    parameters: [],
    repeats,
    selection: { matches: null, tags: [], shard: null },
    hash: sha256,
  });
}

interface Outcome {
  readonly report: RunReport;
  readonly journal: JournalRecord[];
  readonly events: RunEvent[];
  readonly slept: number[];
}

async function run(
  from: Plan,
  options: { gate?: Partial<Gate>; concurrency?: number; abort?: AbortController; cancels?: SampleCancels; onResult?: () => void } = {},
): Promise<Outcome> {
  const journal: JournalRecord[] = [];
  const events: RunEvent[] = [];
  const slept: number[] = [];
  let time = 0;
  const report = await executeRun(
    from,
    {
      evaluator: { render: (job) => Promise.resolve(renderHere(job)), grade: (job) => Promise.resolve(gradeHere(job)) },
      journal: {
        append: (record) => journal.push(record) - 1,
        result: (position) => resultAt(journal, position),
      },
      answers: { find: () => null, keep: () => true },
      judges: null,
      code: null,
      readMedia: (url) => Promise.resolve({ url }),
      hash: sha256,
      now: () => time,
      date: () => '2026-01-01T00:00:00.000Z',
      yieldToEventLoop: () => Promise.resolve(),
      sleep: (ms) => {
        slept.push(ms);
        time += ms;
        return Promise.resolve();
      },
      random: () => 0.5,
      emit: (event) => {
        if (event.type === 'result') {
          assert.ok(
            journal.some((record) => record.kind === 'result' && record.result === event.result),
            'in the journal before it is shown',
          );
          options.onResult?.();
        }
        events.push(event);
      },
    },
    {
      id: 'r1',
      toolVersion: 'test',
      concurrency: options.concurrency ?? 4,
      gate: { ...DEFAULT_GATE, ...options.gate },
      cache: 'use',
      cap: null,
      resumed: null,
      abort: options.abort ?? new AbortController(),
      streamText: true,
      ...(options.cancels ? { cancels: options.cancels } : {}),
    },
  );
  return { report, journal, events, slept };
}

function resultAt(journal: readonly JournalRecord[], position: number): Result {
  const record = journal[position];
  assert.equal(record?.kind, 'result');
  return record.result;
}

const golden = (...lines: string[]): string => lines.map((line, i) => `- { id: c${i}, vars: { x: "${i}" }, ${line} }`).join('\n');
const echo: Answer = (request) => ({
  output: request.messages[0]?.content.map((part) => ('text' in part ? part.text : '')).join('') ?? '',
});

describe('a run', () => {
  it('gives the report of the contract', async () => {
    const { report } = await run(plan(golden('expected: "0"', 'expected: "no"'), [client(echo)]));
    assert.equal(report.schema, 'goldset.run/1');
    assert.equal(report.verdict, 'fail');
    assert.equal(report.complete, true);
    const [candidate] = report.candidates;
    assert.ok(candidate);
    assert.deepEqual([candidate.cases, candidate.passed, candidate.failed, candidate.errors, candidate.passRate], [2, 1, 1, 0, 0.5]);
    assert.deepEqual(candidate.usage, {
      input: 200,
      cacheRead: 100,
      cacheWriteShort: 0,
      cacheWriteLong: 0,
      output: 20,
      reasoning: 0,
      basis: 'reported',
    });
    assert.ok(Math.abs((candidate.costPerCallUsd ?? 0) - (50 * 1 + 50 * 0.1 + 10 * 2) / 1e6) < 1e-15);
    assert.ok(Math.abs((report.spend.usd ?? 0) - 2 * (candidate.costPerCallUsd ?? 0)) < 1e-15);
    assert.deepEqual(candidate.ttftMs, { p50: 5, p95: 5 });
    assert.deepEqual(
      [...report.results].map((result) => [result.case, result.verdict, result.source]),
      [
        ['c0', 'pass', 'model'],
        ['c1', 'fail', 'model'],
      ],
    );
  });

  it('journals head, results and end, and the journal reads back even when its last line is torn', async () => {
    const { journal } = await run(plan(golden('expected: "0"'), [client(echo)]));
    assert.deepEqual(
      journal.map((record) => record.kind),
      ['run', 'prompt', 'answer', 'result', 'end'],
    );
    const text = journal.map((record) => JSON.stringify(record)).join('\n');
    const torn = readJournal(text.slice(0, -9));
    assert.deepEqual([torn.results.length, torn.end, torn.damaged, torn.head?.id], [1, null, 1, 'r1']);
  });

  it('keeps the order of the plan whatever the order of the answers', async () => {
    const { report } = await run(
      plan(golden('expected: "0"', 'expected: "1"', 'expected: "2"'), [client(echo, 'a:a'), client(echo, 'b:b')], 2),
    );
    assert.deepEqual(
      [...report.results].map(
        (result) => `${result.case}/${report.candidates.findIndex((item) => item.id === result.candidate)}/${result.repeat}`,
      ),
      ['c0/0/0', 'c0/0/1', 'c0/1/0', 'c0/1/1', 'c1/0/0', 'c1/0/1', 'c1/1/0', 'c1/1/1', 'c2/0/0', 'c2/0/1', 'c2/1/0', 'c2/1/1'],
    );
  });

  const verdicts: readonly (readonly [string, string[], Partial<Gate>, string, number])[] = [
    ['all pass', ['expected: "0"'], {}, 'pass', 0],
    ['an active case fails', ['expected: x'], {}, 'fail', 1],
    ['only a known-failing case, which fails', ['expected: x, status: known-failing'], {}, 'inconclusive', 3],
    ['a known-failing case fails beside a pass', ['expected: "0"', 'expected: x, status: known-failing'], {}, 'pass', 0],
    ['only an unverified case, which fails', ['expected: x, status: unverified'], {}, 'inconclusive', 3],
    ['only an unjudged case', [''], {}, 'inconclusive', 3],
    ['below the pass rate', ['expected: "0"', 'expected: x'], { minPassRate: 0.6 }, 'fail', 1],
    ['at the pass rate', ['expected: "0"', 'expected: x'], { minPassRate: 0.5 }, 'pass', 0],
    ['a critical case fails within the pass rate', ['expected: "0"', 'expected: x, critical: true'], { minPassRate: 0.5 }, 'fail', 1],
    ['too many errors', ['expected: "0"', 'assert: [{ type: llm-rubric, value: x }]'], {}, 'error', 4],
    ['as many errors as allowed', ['expected: "0"', 'assert: [{ type: llm-rubric, value: x }]'], { maxErrors: 0.5 }, 'pass', 0],
    ['a fail beside errors', ['expected: x', 'assert: [{ type: llm-rubric, value: x }]'], {}, 'fail', 1],
  ];
  for (const [name, lines, gate, verdict, code] of verdicts) {
    it(`${name}: ${verdict}, exit ${code}`, async () => {
      const { report } = await run(plan(golden(...lines), [client(echo)]), { gate });
      assert.equal(report.verdict, verdict);
      assert.equal(exitCodeOf(report.verdict), code);
    });
  }

  it('passes a case only when every repeat passes', async () => {
    const flaky: Answer = (request) => ({ output: request.repeat === 2 ? 'other' : '0' });
    const { report } = await run(plan(golden('expected: "0"'), [client(flaky)], 3));
    assert.deepEqual([report.candidates[0]?.cases, report.candidates[0]?.failed, report.results.length], [1, 1, 3]);
  });

  it('retries what is worth it, waits as told, and records each attempt', async () => {
    const answer: Answer = (request, call) =>
      call === 1
        ? new ProviderError('rate-limit', 'slow down', 429, 2000)
        : call === 2
          ? new ProviderError('server', 'oops', 500)
          : echo(request, call);
    const { report, slept } = await run(plan(golden('expected: "0"'), [client(answer)]));
    const [result] = report.results;
    assert.equal(result?.verdict, 'pass');
    assert.equal(result.attempts, 3);
    assert.deepEqual(
      result.attemptLog.map((attempt) => attempt.status),
      [429, 500, 200],
    );
    // As long as the server said, then the back-off of a first failure.
    assert.deepEqual(slept.slice(0, 2), [2000, 375]);
  });

  it('does not retry what cannot get better, and an error is no fail', async () => {
    let calls = 0;
    const answer: Answer = () => {
      calls++;
      return new ProviderError('authentication', 'bad key', 401);
    };
    const { report } = await run(plan(golden('expected: "0"'), [client(answer)]));
    assert.equal(calls, 1);
    assert.equal(report.verdict, 'error');
    assert.deepEqual(
      [report.candidates[0]?.failed, report.candidates[0]?.errors, report.candidates[0]?.passRate, report.candidates[0]?.costUsd],
      [0, 1, null, null],
    );
    assert.equal([...report.results][0]?.error?.code, 'provider/authentication');
  });

  it('stops on abort, keeps what is done, and says that it is incomplete', async () => {
    const abort = new AbortController();
    const { report, events } = await run(plan(golden(...Array<string>(50).fill('expected: x')), [client(echo)]), {
      concurrency: 1,
      abort,
      onResult: () => abort.abort(),
    });
    assert.equal(report.complete, false);
    // What was being graded when it stopped has been paid for, so it is kept as well.
    assert.ok(report.results.length >= 1 && report.results.length <= 3, `${report.results.length}`);
    assert.deepEqual([report.stopped?.code, report.verdict], ['interrupted', 'fail']);
    assert.equal(events.at(-1)?.type, 'ended');
  });

  it('leaves a cancelled case unanswered, ends its call, and asks for the others', async () => {
    const cancels = new SampleCancels();
    let ended = 0;
    const answers = client(() => ({ output: 'x' }));
    const hangs: ModelClient = {
      ...answers,
      complete: (request, options) =>
        JSON.stringify(request.messages).includes('wait')
          ? new Promise((_, reject) => {
              setImmediate(() => cancels.cancel([head?.id ?? ''], 'c1'));
              options.signal.addEventListener('abort', () => {
                ended++;
                reject(new ProviderError('aborted', 'cancelled'));
              });
            })
          : answers.complete(request, options),
    };
    const asked = plan(
      '- { id: c0, vars: { x: a }, expected: x }\n- { id: c1, vars: { x: wait }, expected: x }\n- { id: c2, vars: { x: b }, expected: x }\n',
      [hangs],
    );
    const head = asked.candidates[0]?.candidate;
    const { report, events } = await run(asked, { cancels });
    assert.deepEqual([...report.results].map((result) => result.case).sort(), ['c0', 'c2']);
    assert.deepEqual([ended, report.complete, report.candidates[0]?.errors], [1, false, 0]);
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'cancelled' ? [event.sample.case] : [])),
      ['c1'],
    );
  });

  it('never has more calls under way than allowed', async () => {
    let now = 0;
    let most = 0;
    const slow: ModelClient = {
      ...client(echo),
      complete: async () => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        now--;
        return { output: '', toolCalls: [], finish: 'stop', usage: null, ttftMs: null, latencyMs: 1 };
      },
    };
    const { report } = await run(plan(golden(...Array<string>(40).fill('threshold: 0')), [slow]), { concurrency: 7 });
    assert.equal(most, 7);
    assert.equal(report.candidates[0]?.costUsd, null);
  });
});

describe('retries', () => {
  it('double, are jittered and have an end', () => {
    const error = new ProviderError('server', 'x', 500);
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((attempt) => retryDelay(error, attempt, 0)),
      [250, 500, 1000, 2000, null],
    );
    assert.deepEqual(
      [1, 2].map((attempt) => retryDelay(new ProviderError('timeout', 'x'), attempt, 0)),
      [250, null],
    );
    assert.equal(retryDelay(new ProviderError('bad-request', 'x', 400), 1, 0), null);
    assert.equal(retryDelay(new ProviderError('bad-request', 'x', 409), 1, 0), 250);
  });
});

describe('statistics of a run', () => {
  it('Wilson intervals agree with the published example (23 of 24)', () => {
    const interval = wilsonInterval(23, 24);
    assert.deepEqual(
      interval?.map((value) => value.toFixed(4)),
      ['0.7976', '0.9926'],
    );
    assert.equal(wilsonInterval(0, 0), null);
    assert.equal(wilsonInterval(0, 10)?.[0], 0);
  });
  it('percentiles are by nearest rank', () => {
    assert.deepEqual(percentiles(Array.from({ length: 100 }, (_, i) => 100 - i)), { p50: 50, p95: 95 });
    assert.deepEqual(percentiles([7]), { p50: 7, p95: 7 });
    assert.equal(percentiles([]), null);
  });
});

describe('prices', () => {
  const now = (): Date => new Date('2026-11-28T12:00:00Z');
  const findPricing = (provider: string, model: string): Pricing | null => {
    const found = new PriceBook([genaiPrices()]).find(provider, model, now());
    return found === null ? null : pricingOf(found.price, now);
  };
  const usage = { input: 100_000, cacheRead: 80_000, cacheWriteShort: 10_000, cacheWriteLong: 0, output: 1000, reasoning: 0 };
  it('are exact for an id that has one, and cost as the data says', () => {
    const pricing = findPricing('openai', 'gpt-5.6-sol');
    assert.equal(pricing?.info.basis, 'exact');
    assert.equal(pricing.costUsd(usage)?.toFixed(6), '0.142000');
    assert.equal(findPricing('openai', 'gpt-6-luna-2026-09-01')?.info.basis, 'exact');
  });
  it('say so when an id only resembles a known one, and are null when nothing does', () => {
    const pricing = findPricing('anthropic', 'claude-sonnet-5-9');
    assert.deepEqual([pricing?.info.basis, pricing?.info.basedOn], ['estimated', 'claude-sonnet-5']);
    assert.equal(findPricing('openai', 'nothing-like-it'), null);
  });
});

describe('versions', () => {
  const version = (text: string, partial = 'p'): string =>
    promptVersion(readPrompt('a.prompt', text).document, [{ name: 'p', path: '_p.prompt', text: partial }], sha256);
  const base = '---\nmodel: a:b\nconfig: { temperature: 0 }\n---\nHello {{>p}}';
  it('do not change with line ends, BOM, description, name, goldset.* or the order of keys', () => {
    assert.equal(version(base.replaceAll('\n', '\r\n'), 'p'), version(base));
    assert.equal(version(`\ufeff${base}`), version(base));
    assert.equal(version(base.replace('---\n', '---\ndescription: x\nname: y\ngoldset.golden: ./g.yaml\n')), version(base));
    assert.equal(version('---\nconfig: { temperature: 0 }\nmodel: a:b\n---\nHello {{>p}}'), version(base));
  });
  it('change with text, model, parameters and partials', () => {
    const all = [base, base.replace('Hello', 'Hi'), base.replace('a:b', 'a:c'), base.replace('0 }', '1 }')].map((text) => version(text));
    assert.equal(new Set([...all, version(base, 'q')]).size, 5);
  });
});
