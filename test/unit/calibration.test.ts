/** What labels say of a judge. Agreement by hand and from facts that were published; how labels were drawn decides what is computed. */
import assert from 'node:assert/strict';
import { agreementOf } from '../../src/core/judge/calibration/agreement.ts';
import { calibrationFigures, type DrawnFrame } from '../../src/core/judge/calibration/calibrate.ts';
import type { GradedLabel } from '../../src/core/judge/calibration/graded-items.ts';

const near = (found: number | null | undefined, wanted: number, within = 1e-9): void =>
  assert.ok(typeof found === 'number' && Math.abs(found - wanted) < within, `${found}, not ${wanted}`);

type Word = 'pass' | 'fail';
let next = 0;
const labels = (n: number, judged: Word, grade: Word, draw: GradedLabel['draw'] = null, by = 'ana'): GradedLabel[] =>
  Array.from({ length: n }, () => ({ item: `item ${next++}`, by, grade, judged, draw }));

describe('agreement of judge and people', () => {
  it('is high by kappa’s paradox where nearly everything passes, and AC1 says so', () => {
    const found = agreementOf({ tp: 90, fp: 4, tn: 2, fn: 4 });
    near(found?.agreement, 0.92);
    // pe = .94² + .06² = .8872
    near(found?.kappa, (0.92 - 0.8872) / (1 - 0.8872));
    // 2 · .94 · .06 = .1128
    near(found?.ac1, (0.92 - 0.1128) / (1 - 0.1128));
    near(found?.prevalence, 0.94);
  });

  it('has no kappa where both grade everything alike', () => assert.equal(agreementOf({ tp: 9, fp: 0, tn: 0, fn: 0 })?.kappa, null));
  it('of nothing is nothing', () => assert.equal(agreementOf({ tp: 0, fp: 0, tn: 0, fn: 0 }), null));
});

describe('a calibration', () => {
  const frame: DrawnFrame = {
    id: 'w48',
    strata: [
      { verdict: 'pass', n: 800 },
      { verdict: 'fail', n: 200 },
    ],
    judged: null,
  };
  const byVerdict = [
    ...labels(45, 'pass', 'pass', { id: 'w48', probability: 50 / 800 }),
    ...labels(5, 'pass', 'fail', { id: 'w48', probability: 50 / 800 }),
    ...labels(10, 'fail', 'pass', { id: 'w48', probability: 50 / 200 }),
    ...labels(40, 'fail', 'fail', { id: 'w48', probability: 50 / 200 }),
  ];

  it('of labels drawn by verdict weighs them by how likely they were drawn', () => {
    const found = calibrationFigures(byVerdict, [frame]);
    assert.equal(found?.sampling, 'by-verdict');
    assert.equal(found.status, 'calibrated');
    near(found.corrected?.raw, 0.8);
    near(found.corrected?.value, 0.76);
    near(found.tpr?.value, 720 / 760);
    near(found.tnr?.value, 160 / 240);
    assert.deepEqual([found.table.tp, found.table.fp, found.table.fn, found.table.tn].map(Math.round), [720, 80, 40, 160]);
  });

  it('says the same without the draw’s file, for each label has its probability', () => {
    const found = calibrationFigures(byVerdict, []);
    near(found?.corrected?.value, 0.76);
    near(found?.corrected?.raw, 0.8);
  });

  it('of a random sample counts', () => {
    const draw = { id: 'random', probability: 0.1 };
    const sample = [...labels(70, 'pass', 'pass', draw), ...labels(8, 'pass', 'fail', draw), ...labels(22, 'fail', 'fail', draw)];
    const found = calibrationFigures(sample, [{ id: 'random', strata: [{ verdict: null, n: 1000 }], judged: null }]);
    assert.equal(found?.sampling, 'random');
    assert.equal(found.corrected?.method, 'direct');
    near(found.corrected.value, 0.7);
    near(found.tpr?.value, 1);
    near(found.tnr?.value, 22 / 30);
    assert.deepEqual(found.missing, { pass: 0, fail: 20 });
    assert.equal(found.status, 'provisional');
  });

  it('of outputs that people chose has no corrected rate', () => {
    const found = calibrationFigures([...labels(60, 'pass', 'pass'), ...labels(60, 'fail', 'fail'), ...labels(6, 'pass', 'fail')], []);
    assert.equal(found?.corrected, null);
    assert.equal(found?.status, 'calibrated');
    near(found?.tnr?.value, 60 / 66);
  });

  it('never mixes samples: the largest counts', () => {
    const found = calibrationFigures([...byVerdict, ...labels(30, 'fail', 'pass')], [frame]);
    assert.equal(found?.items, 100);
    assert.equal(found?.leftOut, 30);
    near(found?.corrected?.value, 0.76);
  });

  it('refuses a judge that hardly tells good from bad, and one that always says the same', () => {
    const coin = calibrationFigures(
      [...labels(30, 'pass', 'pass'), ...labels(30, 'fail', 'pass'), ...labels(30, 'pass', 'fail'), ...labels(30, 'fail', 'fail')],
      [],
    );
    assert.equal(coin?.status, 'refused');
    assert.match(coin?.refusal ?? '', /passes 50 % of what people pass and 50 % of what they fail/);
    const yes = calibrationFigures([...labels(80, 'pass', 'pass'), ...labels(20, 'pass', 'fail')], []);
    assert.match(yes?.refusal ?? '', /says pass to everything/);
  });

  it('counts an output once that two people graded, half where they disagree, and says how often they agree', () => {
    const shared = ['a', 'b', 'c', 'd'].flatMap((item): GradedLabel[] => [
      { item, by: 'ana', grade: 'pass', judged: 'pass', draw: null },
      { item, by: 'ben', grade: item === 'a' ? 'fail' : 'pass', judged: 'pass', draw: null },
    ]);
    const found = calibrationFigures(shared, []);
    assert.equal(found?.items, 4);
    near(found?.table.tp, 3.5);
    assert.deepEqual(found?.betweenPeople, { agreement: 0.75, pairs: 4 });
  });

  it('counts the newest label of a person', () => {
    const one = { item: 'a', by: 'ana', judged: 'pass', draw: null } as const;
    near(
      calibrationFigures(
        [
          { ...one, grade: 'fail' },
          { ...one, grade: 'pass' },
        ],
        [],
      )?.table.tp,
      1,
    );
  });
});
