import assert from 'node:assert/strict';
import { chooseModels } from '../../src/core/compare/model-choice.ts';
import { choiceLines } from '../../src/core/report/choice.ts';
import type { CandidateReport } from '../../src/core/results/candidate-report.ts';
import type { ResultOutline } from '../../src/core/results/result-list.ts';
import { pairedDifference } from '../../src/core/statistics/summary.ts';

const candidate = (id: string, passRate: number, costPerCallUsd: number | null, ttft: number): CandidateReport =>
  ({
    id,
    model: id,
    parameters: {},
    prompt: { path: 'p.prompt', name: 'p', version: 'v', ref: null },
    passRate,
    costPerCallUsd,
    ttftMs: { p50: ttft, p95: ttft },
  }) as CandidateReport;
/** `passed`: how many of the cases, from the first on. */
const results = (id: string, cases: number, passed: number): ResultOutline[] =>
  Array.from(
    { length: cases },
    (_, i) =>
      ({
        candidate: id,
        case: `c${i}`,
        repeat: 0,
        status: 'active',
        critical: false,
        verdict: i < passed ? 'pass' : 'fail',
      }) as ResultOutline,
  );

describe('the choice of a model', () => {
  const choose = (cases: number, small: number, large: number): ReturnType<typeof chooseModels>[number] | undefined =>
    chooseModels(
      [candidate('small', small / cases, 0.001, 200), candidate('large', large / cases, 0.01, 900)],
      [...results('small', cases, small), ...results('large', cases, large)],
      0.05,
    )[0];

  it('is the cheapest that is surely not below the dearest by more than the margin', () => {
    const choice = choose(400, 392, 392);
    assert.deepEqual([choice?.mostExpensive, choice?.cheapestGoodEnough, choice?.compared[0]?.verdict], ['large', 'small', 'good-enough']);
    assert.ok(Math.abs((choice?.savesPerThousandUsd ?? 0) - 9) < 1e-9);
    assert.deepEqual(choice?.front, ['small']);
  });

  it('is none where everything fails, however alike', () => {
    const choice = choose(400, 0, 0);
    assert.deepEqual([choice?.compared[0]?.verdict, choice?.cheapestGoodEnough, choice?.savesPerThousandUsd], ['good-enough', null, null]);
  });

  it('says when there are not enough cases to tell', () => {
    const choice = choose(12, 11, 11);
    assert.deepEqual(
      [choice?.compared[0]?.verdict, choice?.cheapestGoodEnough, choice?.savesPerThousandUsd],
      ['too-few-cases', null, null],
    );
  });

  it('says when the cheaper one is worse, and both stay on the front', () => {
    const choice = choose(200, 120, 190);
    assert.deepEqual([choice?.compared[0]?.verdict, choice?.cheapestGoodEnough], ['worse', null]);
    assert.deepEqual(choice?.front, ['small', 'large']);
  });

  it('needs two candidates whose cost is known', () => {
    assert.deepEqual(chooseModels([candidate('a', 1, 0.1, 1), candidate('b', 1, null, 1)], [], 0.05), []);
  });
});

describe('the interval of a paired difference', () => {
  it('is that of the published example (Newcombe 1998, table II)', () => {
    // Of 50 pairs 36 pass both, 12 the first alone, 2 the second alone: 0.2, method 10 from 0.0569 to 0.3404.
    const { difference, interval } = pairedDifference({ both: 36, first: 12, second: 2, neither: 0 });
    assert.ok(Math.abs(difference - 0.2) < 1e-12);
    assert.ok(Math.abs(interval[0] - 0.0569) < 5e-4 && Math.abs(interval[1] - 0.3404) < 5e-4, interval.join());
  });
  it('of nothing is everything', () => assert.deepEqual(pairedDifference({ both: 0, first: 0, second: 0, neither: 0 }).interval, [-1, 1]));
  it('is symmetric', () => {
    const one = pairedDifference({ both: 20, first: 5, second: 3, neither: 4 }).interval;
    const other = pairedDifference({ both: 20, first: 3, second: 5, neither: 4 }).interval;
    assert.ok(Math.abs(one[0] + other[1]) < 1e-12 && Math.abs(one[1] + other[0]) < 1e-12);
  });
});

describe('the choice of an effort', () => {
  const effort = (name: string, passRate: number, costPerCallUsd: number, thinking: number): CandidateReport => ({
    ...candidate(name, passRate, costPerCallUsd, thinking),
    model: 'openai:gpt-6-luna',
    parameters: { reasoningEffort: name },
    reasoningTokens: { p50: thinking, p95: 2 * thinking },
  });
  const candidates = [effort('low', 0.98, 0.001, 100), effort('medium', 0.98, 0.004, 400), effort('high', 0.985, 0.01, 900)];
  const outlines = [...results('low', 400, 392), ...results('medium', 400, 392), ...results('high', 400, 394)];

  it('shows quality, cost, TTFT and thinking side by side, and the cheapest that passes', () => {
    const [choice] = chooseModels(candidates, outlines, 0.05);
    assert.ok(choice);
    assert.deepEqual([choice.by, choice.mostExpensive, choice.cheapestGoodEnough], ['effort', 'high', 'low']);
    const lines = choiceLines(choice, { candidates });
    assert.equal(lines[0], 'Choice of effort for p.prompt, compared with the most expensive, high');
    assert.equal(lines[1], '  low: 98 % passed, $0.0010 per call, TTFT 100 ms, thinking 100 tokens (p95 200)');
    assert.equal(lines[3], '  high: 98.5 % passed, $0.010 per call, TTFT 900 ms, thinking 900 tokens (p95 1,800)');
    assert.equal(lines.at(-2), '  The cheapest good-enough effort is low (98 % passed). It saves $9.00 per 1,000 calls.');
  });

  it('is not made of candidates with several models', () => {
    const mixed = [{ ...candidates[0], model: 'openai:gpt-6-sol' } as CandidateReport, ...candidates.slice(1)];
    assert.equal(chooseModels(mixed, outlines, 0.05)[0]?.by, 'model');
  });
});
