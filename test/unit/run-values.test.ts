/** What a run counts and decides, value by value and by hand: shares, verdicts, retries, reported limits, several at once. */
import assert from 'node:assert/strict';
import { ProviderError, type ProviderFailure } from '../../src/core/problems/errors.ts';
import { caseVerdicts, type CaseOutcome } from '../../src/core/results/case-outcomes.ts';
import { forEachConcurrently } from '../../src/core/run/concurrency.ts';
import { readReportedLimits } from '../../src/core/model/reported-limits.ts';
import { type ResultOutline } from '../../src/core/results/result-list.ts';
import { mayRetryRefusal, retryDelay } from '../../src/core/calls/retry.ts';
import { capReached, INTERRUPTED, originDown } from '../../src/core/results/stop.ts';
import { pairedDifference, percentiles, wilsonInterval } from '../../src/core/statistics/summary.ts';
import { exitCodeOf, verdictOf, worstOf, type RunVerdict } from '../../src/core/results/verdict.ts';
import { outline } from './simulated-suite.ts';
import { DEFAULT_GATE, type Gate } from '../../src/core/config/gate.ts';

const near = (actual: number | undefined, expected: number, within = 1e-9): void =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= within, `${actual} instead of ${expected}`);

describe('statistics of a run', () => {
  it('percentiles are the nearest rank: of 20 the 10th and the 19th', () => {
    const twenty = Array.from({ length: 20 }, (_, i) => 20 - i);
    assert.deepEqual(percentiles(twenty), { p50: 10, p95: 19 });
    assert.deepEqual([percentiles([7]), percentiles([10, 9]), percentiles([])], [{ p50: 7, p95: 7 }, { p50: 9, p95: 10 }, null]);
  });

  it('Wilson’s interval is the published one (Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20)', () => {
    for (const [successes, total, low, high] of [
      [81, 263, 0.2552885198782743, 0.3662095769828],
      [15, 148, 0.06238639953073628, 0.16048724172330803],
      [0, 20, 0, 0.16112515805281938],
      [20, 20, 1 - 0.16112515805281938, 1],
    ] as const) {
      const found = wilsonInterval(successes, total);
      near(found?.[0], low);
      near(found?.[1], high);
    }
  });

  it('Newcombe’s interval of paired shares is the published one, with and without the correction of φ', () => {
    for (const [both, first, second, neither, low, high] of [
      [36, 12, 2, 0, 0.056929584003239, 0.34042760297494046],
      [20, 12, 2, 16, 0.056156424841748265, 0.32920699540014053],
      [5, 3, 2, 0, -0.3146449014941296, 0.4754102421595022],
      [10, 0, 0, 10, -0.08975665937768049, 0.08975665937768049],
      [3, 10, 4, 3, -0.055570315723377395, 0.5764188743153786],
      [10, 0, 0, 0, -0.2775327998628886, 0.2775327998628886],
    ] as const) {
      const { interval, difference } = pairedDifference({ both, first, second, neither });
      near(difference, (first - second) / (both + first + second + neither));
      near(interval[0], low);
      near(interval[1], high);
    }
  });
});

describe('the verdict of a run', () => {
  const outcome = (verdict: CaseOutcome['verdict'], over: Partial<CaseOutcome> = {}): CaseOutcome => ({
    case: 'c',
    status: 'active',
    critical: false,
    group: null,
    verdict,
    hasPass: verdict === 'pass',
    ...over,
  });
  const [pass, fail, error] = [outcome('pass'), outcome('fail'), outcome('error')];
  const verdict = (
    cases: CaseOutcome[],
    gate: Partial<Gate> = {},
    compared: RunVerdict[] | null = null,
    passRate: number | null = 0.5,
  ): RunVerdict => verdictOf([{ passRate, cases }], { ...DEFAULT_GATE, ...gate }, compared);

  it('without a baseline needs every active case to pass, or the pass rate of the gate', () => {
    assert.deepEqual([verdict([pass]), verdict([pass, fail]), verdict([])], ['pass', 'fail', 'pass']);
    assert.deepEqual([verdict([pass, fail], { minPassRate: 0.5 }), verdict([pass, fail], { minPassRate: 0.51 })], ['pass', 'fail']);
    assert.equal(verdict([pass, fail], { minPassRate: 0.9 }, null, null), 'pass');
    assert.equal(verdict([outcome('fail', { status: 'known-failing' }), outcome('fail', { status: 'unverified' })]), 'inconclusive');
    assert.equal(verdict([outcome('fail', { critical: true })], { minPassRate: 0 }), 'fail');
  });

  it('with a baseline is that of the comparisons, and of critical cases', () => {
    assert.deepEqual(
      [verdict([fail], {}, ['pass']), verdict([pass], {}, ['inconclusive']), verdict([pass], {}, ['fail'])],
      ['pass', 'inconclusive', 'fail'],
    );
    assert.equal(verdict([outcome('fail', { critical: true })], {}, ['pass']), 'fail');
  });

  it('is an error where more cases than the gate allows are, or a critical one is', () => {
    const twenty = Array.from({ length: 19 }, () => pass);
    assert.deepEqual([verdict([...twenty, error]), verdict([...twenty, error, error])], ['pass', 'error']);
    assert.deepEqual([verdict([error, error, fail]), verdict([...twenty, outcome('error', { critical: true })])], ['fail', 'error']);
    assert.equal(verdict([...twenty, outcome('pass', { critical: true }), error], { maxErrors: 1 }), 'pass');
    assert.equal(verdict([error], { maxErrors: 1 }), 'pass');
  });

  it('of several is the worst', () => {
    const order: RunVerdict[] = ['fail', 'error', 'not-comparable', 'inconclusive', 'pass'];
    for (let i = 0; i < order.length; i++) assert.equal(worstOf(order.slice(i).reverse()), order[i]);
    assert.equal(worstOf([]), 'pass');
    assert.equal(
      verdictOf(
        [
          { passRate: 1, cases: [pass] },
          { passRate: 0, cases: [fail] },
        ],
        DEFAULT_GATE,
        null,
      ),
      'fail',
    );
  });

  it('is an exit code; what cannot be told may count as something else, a run that was cut off not', () => {
    const verdicts: RunVerdict[] = ['pass', 'fail', 'inconclusive', 'not-comparable', 'error'];
    assert.deepEqual(
      verdicts.map((one) => exitCodeOf(one)),
      [0, 1, 3, 3, 4],
    );
    assert.deepEqual(
      verdicts.map((one) => exitCodeOf(one, 'fail')),
      [0, 1, 1, 1, 4],
    );
    assert.deepEqual(
      verdicts.map((one) => exitCodeOf(one, 'pass')),
      [0, 1, 0, 0, 4],
    );
    assert.deepEqual(
      verdicts.map((one) => exitCodeOf(one, 'pass', false)),
      [0, 1, 3, 3, 4],
    );
  });

  it('of a case is that of its worst sample, in the order of the first samples', () => {
    const of = (id: string, one: ResultOutline['verdict'], critical = false): ResultOutline =>
      outline('m', { case: id, verdict: one, critical });
    assert.deepEqual(
      caseVerdicts([of('b', 'pass', true), of('a', 'error'), of('b', 'fail'), of('a', 'pass'), of('b', 'error'), of('c', 'pass')]).map(
        (one) => [one.case, one.verdict, one.critical],
      ),
      [
        ['b', 'fail', true],
        ['a', 'error', false],
        ['c', 'pass', false],
      ],
    );
  });

  it('may be cut off, for a reason that says how to go on', () => {
    assert.deepEqual([INTERRUPTED.code, capReached(2).code], ['interrupted', 'spend/cap']);
    assert.match(capReached(2).message, /\$2/);
    const down = (hint?: string) => originDown(new ProviderError('connection', 'No route.', null, null, hint));
    assert.deepEqual([down('Ask.').code, down('Ask.').message], ['origin/down', 'Stopped sending requests: No route.']);
    assert.match(down('Ask.').hint, /^Ask\. Then resume: .*--resume$/);
    assert.match(down().hint, /^Wait until .* Then resume/);
  });
});

describe('another attempt', () => {
  const failure = (kind: ProviderFailure, status: number | null = null, retryAfterMs: number | null = null): ProviderError =>
    new ProviderError(kind, 'm', status, retryAfterMs);

  it('comes after twice as long each time, from half of it to all of it', () => {
    assert.deepEqual(
      [1, 2, 3, 4].map((attempt) => retryDelay(failure('server'), attempt, 0)),
      [250, 500, 1000, 2000],
    );
    assert.equal(retryDelay(failure('server'), 2, 0.5), 750);
    assert.equal(retryDelay(failure('connection'), 5, 0), null);
    const patient = { maxAttempts: 20, baseMs: 500, maxMs: 30_000 };
    assert.deepEqual(
      [6, 7, 8].map((attempt) => retryDelay(failure('server'), attempt, 0, patient)),
      [8000, 15_000, 15_000],
    );
  });

  it('comes when the server says, and a bit later', () => {
    assert.equal(retryDelay(failure('server', 503, 4000), 1, 0.5), 4050);
    assert.equal(retryDelay(failure('server', 503, -5), 1, 0.5), 50);
  });

  it('is worth it for a server, a connection and one timeout, and for two statuses', () => {
    const isWorth = (error: ProviderError, attempt = 1): boolean => retryDelay(error, attempt, 0) !== null;
    assert.deepEqual([isWorth(failure('timeout')), isWorth(failure('timeout'), 2)], [true, false]);
    assert.equal(retryDelay(failure('timeout'), 1, 0, { maxAttempts: 1, baseMs: 1, maxMs: 1 }), null);
    assert.deepEqual(
      [408, 409, 410].map((status) => isWorth(failure('bad-request', status))),
      [true, true, false],
    );
    for (const kind of ['authentication', 'quota', 'not-found', 'malformed', 'aborted', 'unreachable', 'rate-limit'] as const)
      assert.equal(isWorth(failure(kind)), false, kind);
  });

  it('after 429 is made until nobody was answered 8 times and for 3 minutes', () => {
    assert.deepEqual(
      [mayRetryRefusal(7, 999_999), mayRetryRefusal(8, 179_999), mayRetryRefusal(8, 180_000), mayRetryRefusal(9, 180_001)],
      [true, true, false, false],
    );
  });
});

describe('limits that a provider reports', () => {
  const now = new Date('2026-11-01T00:00:00Z');
  const read = (headers: Record<string, string>) => readReportedLimits((name) => headers[name] ?? null, now);

  it('are OpenAI’s or Anthropic’s headers', () => {
    const of = (vendor: (kind: string, name: string) => string) => ({
      [vendor('remaining', 'requests')]: '5',
      [vendor('reset', 'requests')]: '2',
      [vendor('remaining', 'tokens')]: '700',
      [vendor('reset', 'tokens')]: '3',
    });
    const expected = { requestsLeft: 5, requestsResetMs: 2000, tokensLeft: 700, tokensResetMs: 3000 };
    assert.deepEqual(read(of((kind, name) => `x-ratelimit-${kind}-${name}`)), expected);
    assert.deepEqual(read(of((kind, name) => `anthropic-ratelimit-${name}-${kind}`)), expected);
    assert.deepEqual(read({ 'x-ratelimit-remaining-requests': ' ', 'anthropic-ratelimit-requests-remaining': '4' })?.requestsLeft, 4);
    assert.deepEqual(read({ 'x-ratelimit-remaining-tokens': '0' }), {
      requestsLeft: null,
      requestsResetMs: null,
      tokensLeft: 0,
      tokensResetMs: null,
    });
    assert.deepEqual(
      [read({}), read({ 'x-ratelimit-reset-requests': '1' }), read({ 'x-ratelimit-remaining-requests': 'many' })],
      [null, null, null],
    );
  });

  it('are full again after a duration, seconds, or at a date', () => {
    const reset = (text: string): number | null | undefined =>
      read({ 'x-ratelimit-remaining-requests': '1', 'x-ratelimit-reset-requests': text })?.requestsResetMs;
    const texts = ['1m30.5s', '20ms', '1d2h', '3', '0.5', ' 4s ', '2026-11-01T00:00:07Z', '2025-01-01T00:00:00Z', 'soon', '5 s', '1x', 's'];
    assert.deepEqual(texts.map(reset), [90_500, 20, 93_600_000, 3000, 500, 4000, 7000, 0, null, null, null, null]);
  });
});

describe('several at once', () => {
  it('are as many as allowed, each once, in order', async () => {
    for (const limit of [0, 1, 3, 10]) {
      let [running, most] = [0, 0];
      const seen: number[] = [];
      await forEachConcurrently([1, 2, 3, 4, 5], limit, new AbortController().signal, async (item) => {
        seen.push(item);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
      });
      assert.deepEqual([seen, most], [[1, 2, 3, 4, 5], Math.min(5, Math.max(1, limit))]);
    }
  });

  it('stop at the first error, which is thrown, and at a signal', async () => {
    const seen: number[] = [];
    const failing = forEachConcurrently([1, 2, 3, 4, 5, 6], 2, new AbortController().signal, async (item) => {
      seen.push(item);
      await Promise.resolve();
      if (item <= 2) throw new Error(`${item}`);
    });
    await assert.rejects(failing, /^Error: 1$/);
    assert.deepEqual(seen, [1, 2]);
    const stop = new AbortController();
    const taken: number[] = [];
    await forEachConcurrently([1, 2, 3], 1, stop.signal, (item) => {
      taken.push(item);
      if (item === 2) stop.abort();
      return Promise.resolve();
    });
    assert.deepEqual(taken, [1, 2]);
  });
});
