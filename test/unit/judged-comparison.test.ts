/** A judged comparison with labels of its sides: what is left of the difference, when the judge errs unequally, and what lengths explain. Values by hand. */
import assert from 'node:assert/strict';
import { compareAll } from '../../src/core/compare/compare.ts';
import { judgedDifferenceLines } from '../../src/core/compare/judged-difference.ts';
import type { SideInput } from '../../src/core/compare/side.ts';
import { compareWithLabels, judgedDifferences, withJudgedDifference } from '../../src/core/judge/calibration/judged-comparison.ts';
import type { LabelRecord } from '../../src/core/judge/labels/label-record.ts';
import type { JudgedBy } from '../../src/core/results/judged-sample.ts';
import type { ResultOutline } from '../../src/core/results/result-list.ts';
import { comparisonLines } from '../../src/core/report/comparison.ts';
import { DEFAULT_GATE } from '../../src/core/config/gate.ts';
import { headNamed } from './simulated-suite.ts';

const BY: JudgedBy = { judge: { path: 'llm-rubric', version: 'v1', model: 'm1' }, criterion: { type: 'llm-rubric', hash: 'r1' } };

/** `words`: by case, what the judge says: `p` or `f`. */
function side(name: 'a' | 'b', words: string, tokens = 100, by = BY): SideInput {
  const outlines = words.split('').map((word, i): ResultOutline => ({
    ...{ candidate: name, case: `c${i}`, repeat: 0, status: 'active', critical: false, verdict: word === 'p' ? 'pass' : 'fail' },
    ...{ score: word === 'p' ? 1 : 0, costUsd: 0, ttftMs: 1, latencyMs: 1, source: 'model', attempts: 1, group: null, answered: true },
    usage: { input: 1, cacheRead: 0, cacheWriteShort: 0, cacheWriteLong: 0, output: tokens + (i % 2), reasoning: 0 },
    judged: {
      judgements: [{ by, verdict: word === 'p' ? 'pass' : 'fail', isNegated: false, score: word === 'p' ? 1 : 0 }],
      others: null,
      isEach: true,
    },
    position: i,
  }));
  return {
    head: { ...headNamed(name), prompt: { path: 't.prompt', name: 't', version: name, ref: null } },
    outlines,
    run: null,
    outputOf: ({ case: id }) => `${name} ${id}`,
  };
}

/** `words`: by case, what people say; `.` is not labelled. */
const labels = (name: 'a' | 'b', words: string, more: Partial<LabelRecord> = {}): LabelRecord[] =>
  words.split('').flatMap((word, i) =>
    word === '.'
      ? []
      : [
          {
            id: `${name}${i}`,
            target: { interaction: null, run: 'r', case: `c${i}`, repeat: 0, hash: `# ${name} c${i}` },
            item: null,
            criterion: BY.criterion,
            judge: { ...BY.judge, verdict: 'pass', score: null },
            grade: word === 'p' ? 'pass' : 'fail',
            ...{
              cause: null,
              failureMode: null,
              critique: null,
              correction: null,
              by: 'ana',
              at: '2026-11-12T09:00:00.000Z',
              blind: true,
              draw: null,
            },
            ...more,
          } satisfies LabelRecord,
        ],
  );
const source = (...all: LabelRecord[][]) => ({ labelsOf: () => all.flat(), hash: (text: string) => `# ${text}` });
const near = (found: number | undefined, wanted: number, within = 1e-9): void =>
  assert.ok(found !== undefined && Math.abs(found - wanted) < within, `${found}, not ${wanted}`);
const compared = (a: SideInput, b: SideInput, ...all: LabelRecord[][]) => {
  const [found] = compareWithLabels([{ a, b, sequential: null }], DEFAULT_GATE, source(...all));
  assert.ok(found);
  return found;
};

describe('a judged comparison', () => {
  it('without labels says what the judge sees, and how many labels are missing', () => {
    const [found] = judgedDifferences({ a: side('a', 'pf'.repeat(20)), b: side('b', 'pppf'.repeat(10)) }, source());
    assert.ok(found);
    near(found.raw, 0.25);
    assert.deepEqual([found.corrected, found.favours, found.labels], [null, null, { a: 0, b: 0 }]);
    assert.deepEqual(judgedDifferenceLines([found]), [
      'judge +25.0 points, not corrected: it needs 20 more labels of the old side and 20 more labels of the new side',
      'length: 101 → 101 tokens (+0 %); to tell how much it explains, it needs 100 more labels of the old side and 100 more labels of the new side',
    ]);
  });

  it('is corrected by how much more the judge favours one side than people do', () => {
    // On a judge and people agree; on b the judge passes 5 of 40 that people fail: it favours b by 12.5 points.
    const [a, b] = [side('a', 'pf'.repeat(20)), side('b', 'pppf'.repeat(10))];
    const found = compared(a, b, labels('a', 'pf'.repeat(20)), labels('b', `${'fppf'.repeat(5)}${'pppf'.repeat(5)}`));
    const [judged] = found.judged ?? [];
    near(judged?.favours?.value, 0.125);
    near(judged?.corrected?.value, 0.125);
    assert.ok(judged?.corrected && judged.corrected.low < 0.1 && judged.corrected.high > 0.15);
    // 5 of 40 (standard error .053) is less than twice its error and that of the other side, .024.
    assert.ok((judged.favours?.p ?? 0) < 0.05);
  });

  it('weighs labels by how likely they were drawn', () => {
    // Of b, 20 passes are drawn at 1 in 4 and 20 fails at 1 in 1; people fail 4 of the passes: (4 · 4) / (20 · 4 + 20) = 16 points.
    const words = 'p'.repeat(20) + 'f'.repeat(20);
    const draw = (probability: number) => ({ draw: { id: 'w', stratum: 's', probability } });
    const passes = labels('b', `${'f'.repeat(4)}${'p'.repeat(16)}`, draw(0.25));
    const fails = labels('b', `${'.'.repeat(20)}${'f'.repeat(20)}`, draw(1));
    const [found] = judgedDifferences({ a: side('a', words), b: side('b', words) }, source(labels('a', words), passes, fails));
    near(found?.favours?.value, 0.16);
  });

  it('is inconclusive, whatever the raw test says, only when the judge surely errs differently on the sides', () => {
    const [a, b] = [side('a', 'p'.repeat(60)), side('b', `${'f'.repeat(30)}${'p'.repeat(30)}`)];
    const [raw] = compareAll([{ a, b, sequential: null }], DEFAULT_GATE);
    assert.equal(raw?.verdict, 'fail');
    const agreed = compared(a, b, labels('a', 'p'.repeat(60)), labels('b', `${'f'.repeat(30)}${'p'.repeat(30)}`));
    assert.deepEqual([agreed.verdict, agreed.reason], ['fail', raw.reason]);
    // People pass on b what the judge fails.
    const unequal = compared(a, b, labels('a', 'p'.repeat(60)), labels('b', 'p'.repeat(60)));
    assert.equal(unequal.verdict, 'inconclusive');
    assert.match(
      unequal.reason,
      /^The judge errs differently on the two sides: by people’s labels \(60 and 60\) it favours the old side by \+50\.0 points/,
    );
    assert.match(
      comparisonLines(unequal).join('\n'),
      /judged +judge −50\.0 points; corrected by labels of both sides \(60 and 60\) [+−]0\.0 points/,
    );
    // A critical case that fails has failed.
    const critical = { ...raw, criticalFailures: ['c0'] };
    assert.equal(
      withJudgedDifference(critical, { a, b, sequential: null }, source(labels('a', 'p'.repeat(60)), labels('b', 'p'.repeat(60)))).verdict,
      'fail',
    );
  });

  it('counts only blind labels of the same judge and criterion', () => {
    const [a, b] = [side('a', 'p'.repeat(30)), side('b', 'p'.repeat(30))];
    const of = (more: Partial<LabelRecord>): number | undefined =>
      judgedDifferences({ a, b }, source(labels('a', 'p'.repeat(30), more)))[0]?.labels.a;
    assert.deepEqual(
      [of({}), of({ blind: false }), of({ grade: 'unknown' }), of({ criterion: { type: 'llm-rubric', hash: 'r0' } })],
      [30, 0, 0, 0],
    );
    assert.equal(of({ judge: { ...BY.judge, model: 'other', verdict: 'pass', score: null } }), 0);
  });

  it('warns when the lengths differ by more than a fifth, and says what they explain from 100 labels a side on', () => {
    const words = 'pf'.repeat(60);
    const found = compared(side('a', words, 100), side('b', words, 130), labels('a', words), labels('b', words));
    const [judged] = found.judged ?? [];
    assert.equal(judged?.length.differs, true);
    assert.deepEqual(judged.length.missing, { a: 0, b: 0 });
    assert.match(
      judgedDifferenceLines([judged])[1] ?? '',
      /^length: 101 → 131 tokens \(\+30 %\), a difference that judges may reward by itself;/,
    );
    assert.equal(compared(side('a', words, 100), side('b', words, 110)).judged?.[0]?.length.differs, false);
  });

  it('of sides that different judges judged has nothing to correct', () => {
    const other = { ...BY, judge: { ...BY.judge, version: 'v2' } };
    assert.deepEqual(judgedDifferences({ a: side('a', 'pf'), b: side('b', 'pf', 100, other) }, source()), []);
  });
});
