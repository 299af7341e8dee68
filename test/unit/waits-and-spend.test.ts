/** What a run makes of what servers say: waits that are shown, and usage that is unknown but counts. */
import assert from 'node:assert/strict';
import { retryText } from '../../src/core/calls/retry-text.ts';
import { progressReporter } from '../../src/cli/reporters/progress.ts';
import { answeredAtMost } from '../../src/core/calls/call-bound.ts';
import { OriginLimiter } from '../../src/core/calls/origin-limiter.ts';
import { SpendLedger } from '../../src/core/calls/spend-ledger.ts';
import { ProviderError } from '../../src/core/problems/errors.ts';
import type { ModelResponse } from '../../src/core/model/model-request.ts';
import { readJournal, type JournalRecord } from '../../src/core/results/journal.ts';
import type { RunEvent } from '../../src/core/run/events.ts';
import { ResultsView } from '../../src/engine/results-view/results-view.ts';
import { EVERYTHING } from '../../src/protocol/query.ts';
import { SyntheticRun } from '../ui/harness/synthetic-run.ts';
import { answerOf, goldenOf, modelOf, planOf, PRICING, World } from './run-world.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('a wait of more than 5 s', () => {
  it('is told once, by the limiter of its origin', async () => {
    const clock = new VirtualClock();
    const told: number[] = [];
    const origin = new OriginLimiter(5, clock, new AbortController().signal, (ms) => told.push(ms));
    const pause = async (ms: number): Promise<void> => {
      (await clock.run(origin.place(1, false)))?.rateLimited(ms);
    };
    await pause(4900);
    await pause(8000);
    const both = Promise.all([origin.place(1, false), origin.place(1, false)]);
    await clock.run(both);
    assert.deepEqual(told, [8000]);
    for (const slot of await both) slot?.answered();
    // Another one, an hour later.
    await clock.run(clock.sleep(3_600_000));
    await pause(20_000);
    await clock.run(origin.place(1, false));
    assert.deepEqual(told, [8000, 20_000]);
  });

  it('is an event of the run, with its origin', async () => {
    const world = new World();
    let calls = 0;
    const model = modelOf(() => {
      if (calls++ === 0) return Promise.reject(new ProviderError('rate-limit', 'slow', 429, 9000));
      return Promise.resolve({});
    });
    await world.run(planOf(goldenOf(1), [model]));
    const waits = world.events.flatMap((event) => (event.type === 'waiting' ? [[event.origin, event.ms]] : []));
    assert.deepEqual(waits, [['https://test.example', 9000]]);
  });

  it('is written to the terminal, with what it waits for', () => {
    const lines: string[] = [];
    const out = {
      isTTY: false,
      write: (text: unknown) => void lines.push(String(text)),
      redraw: () => undefined,
      clearLine: () => undefined,
    };
    const event: RunEvent = { type: 'waiting', origin: 'https://api.example', ms: 12_345 };
    progressReporter(out, () => 0).event(event);
    assert.deepEqual(lines, ['Waiting 12.3 s: https://api.example accepts no request before then.\n']);
  });

  it('of a rate limit is named, with the seconds', () => {
    assert.equal(retryText('rate-limit', 4000), 'rate limited, retrying in 4 s');
    assert.equal(retryText('server', 450), 'the provider failed, retrying in 0.5 s');
  });

  it('is shown on the page as long as it goes on', () => {
    let now = 0;
    const run = new SyntheticRun({ cases: 2, candidates: 1 });
    const view = new ResultsView({ root: '', sideBySide: false, readOnly: false, now: () => now });
    view.add({ ...run.viewed(null), report: null });
    const waiting = (): unknown => view.snapshot(EVERYTHING).progress.waiting;
    view.pace.wait.tell(5000, 'too short to show');
    assert.equal(waiting(), null);
    view.pace.wait.tell(9000, 'the server said so');
    now = 2000;
    assert.deepEqual(waiting(), { ms: 7000, reason: 'the server said so' });
    now = 9000;
    assert.equal(waiting(), null);
  });
});

describe('a call whose usage is unknown', () => {
  // One call: 64 + 1 byte + 16 input tokens at $1, and 50 output tokens at $2 a million.
  const BOUND = (64 + 1 + 16 + 100) / 1e6;

  it('counts towards the cap with the most that it can cost', async () => {
    const world = new World();
    let calls = 0;
    const model = modelOf(() => {
      calls++;
      return Promise.resolve({ usage: null });
    });
    const plan = planOf(goldenOf(9), [model], { parameters: { maxOutputTokens: 50 } });
    const report = await world.run(plan, { cap: 4.5 * BOUND, concurrency: 1 });
    assert.equal(calls, 4);
    assert.deepEqual([report.complete, report.spend.cap], [false, 4.5 * BOUND]);
  });

  it('without an output limit counts what the answer itself shows', async () => {
    const long = answerOf({ usage: null, output: 'x'.repeat(1000) });
    const request = {
      messages: [],
      tools: [],
      output: { format: null, name: null, schema: null, strict: false },
      parameters: {},
      repeat: 0,
    } as const;
    // 64 input tokens at $1; 1,000 bytes and the two of an empty list at $2.
    const atMost = (64 + 2 * 1002) / 1e6;
    assert.ok(Math.abs(answeredAtMost({ pricing: PRICING }, request, long) - atMost) < 1e-12);
    const world = new World();
    let calls = 0;
    const model = modelOf((): Promise<Partial<ModelResponse>> => {
      calls++;
      return Promise.resolve({ usage: null, output: 'x'.repeat(1000) });
    });
    const report = await world.run(planOf(goldenOf(9), [model]), { cap: 3 * atMost, concurrency: 1 });
    assert.ok(calls >= 3 && calls <= 4, `${calls} calls`);
    assert.equal(report.complete, false);
    // What was counted is in the journal too.
    const { unconfirmedUsd } = readJournal(world.journal.map((record) => JSON.stringify(record)).join('\n'));
    assert.ok(unconfirmedUsd >= calls * atMost, `${unconfirmedUsd}`);
  });
});

describe('the ledger of a run', () => {
  const ledgerOf = (journal: JournalRecord[]) =>
    new SpendLedger({ cap: 1, spent: 0, unconfirmed: 0, journal: (record) => void journal.push(record) });

  it('credits nothing: a cost below zero is unknown, and counts as the most', () => {
    for (const usd of [-0.86, NaN, -Infinity]) {
      const journal: JournalRecord[] = [];
      const ledger = ledgerOf(journal);
      const reservation = ledger.reserve(0.25);
      assert.ok(typeof reservation !== 'string');
      reservation.settle(usd);
      assert.deepEqual([ledger.countedUsd, ledger.unconfirmedUsd], [0.25, 0.25]);
      assert.deepEqual(journal.at(-1), { kind: 'settled', call: '0', usd: null });
    }
  });

  it('that is resumed from a journal with a cost below zero counts the most as well', () => {
    const lines = [
      { kind: 'reserved', call: '0', usd: 0.25 },
      { kind: 'settled', call: '0', usd: -0.86 },
      { kind: 'reserved', call: '1', usd: 0.25 },
      { kind: 'settled', call: '1', usd: 0.1 },
    ];
    const { settledUsd, unconfirmedUsd } = readJournal(lines.map((line) => JSON.stringify(line)).join('\n'));
    assert.deepEqual([settledUsd, unconfirmedUsd], [0.1, 0.25]);
  });
});
