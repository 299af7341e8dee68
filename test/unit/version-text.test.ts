/** What the tree says of a version: its own score, or whose it is; a change only between scores that can be compared. */
import assert from 'node:assert/strict';
import { bestScore, type Score, type ScoreOwner } from '../../src/core/versions/score.ts';
import { isRegressed, versionRow, versionText } from '../../src/core/versions/version-text.ts';

const OWNER: ScoreOwner = { golden: 'now', model: 'a:own', parameters: { temperature: 0 } };

const score = (passRate: number | null, given: Partial<Score> = {}): Score => ({
  schema: 'goldset.score/1',
  prompt: 'p.prompt',
  version: 'v',
  golden: 'now',
  model: 'a:own',
  parameters: { temperature: 0 },
  cases: 10,
  passed: Math.round((passRate ?? 0) * 10),
  failed: passRate === null ? 0 : 10 - Math.round(passRate * 10),
  errors: 0,
  passRate,
  interval: [0, 0.05],
  costPerCallUsd: null,
  inputTokens: null,
  outputTokens: null,
  cacheReadShare: null,
  ttftMs: null,
  at: '2026-11-30T00:00:00Z',
  run: 'r',
  by: 'local',
  ...given,
});
const OTHER_MODEL = { model: 'b:other' };
const OTHER_PARAMETERS = { parameters: { temperature: 1 } };

describe('the score of a version in the tree', () => {
  const texts: readonly (readonly [string, Score | null, Score | null, string])[] = [
    ['its own', score(0.9), null, '90 %'],
    ['with the change since the one before', score(0.9), score(0.8), '90 % ↑10'],
    ['the same as before', score(0.9), score(0.9), '90 %'],
    ['of another model, which says so and shows no change', score(0, OTHER_MODEL), score(0.9), '0 % with b:other'],
    ['before it another model ran', score(0), score(0.9, OTHER_MODEL), '0 %'],
    ['of other parameters', score(0.5, OTHER_PARAMETERS), score(0.9), '50 % with other parameters'],
    ['over another golden set', score(0.5, { golden: 'old' }), score(0.9), '50 % over other cases'],
    [
      'of another model over another golden set',
      score(0.5, { ...OTHER_MODEL, golden: 'old' }),
      null,
      '50 % with b:other, over other cases',
    ],
    [
      'of errors alone',
      score(null, { errors: 3, errorCauses: [{ code: 'provider/quota', cases: 3 }] }),
      score(0.9),
      '3 errors: the quota is used up',
    ],
    [
      'of few cases, because the others have no verdict',
      score(1, { errors: 59, unjudged: 2, errorCauses: [{ code: 'provider/quota', cases: 59 }] }),
      null,
      '100 % · 59 errors: the quota is used up · 2 unjudged',
    ],
    ['not run', null, score(0.9), 'not run'],
  ];
  for (const [name, own, older, expected] of texts)
    it(name, () => assert.equal(versionText({ score: own, older, owner: OWNER, cacheableShare: null }), expected));

  const rows: readonly (readonly [string, Score | null, Score | null, string, string])[] = [
    ['its own', score(0.9), score(0.88), '90 % ↑2 · Wording', ''],
    ['with what it cost', score(0.889, { costPerCallUsd: 0.0021 }), score(0.931), '88.9 % ↓4.2 · Wording', '$0.0021/call'],
    ['of another model', score(0, OTHER_MODEL), score(0.9), 'Wording', '0 % with b:other'],
    ['over another golden set', score(0.5, { golden: 'old' }), score(0.9), 'Wording', '50 % over other cases'],
    ['of errors alone', score(null, { errors: 3 }), null, 'Wording', '3 errors'],
    ['not run', null, null, 'Wording', 'not run'],
  ];
  for (const [name, own, older, label, facts] of rows)
    it(`stands before the name only where it is the version's own: ${name}`, () =>
      assert.deepEqual(versionRow('Wording', { score: own, older, owner: OWNER, cacheableShare: null }), { label, facts }));

  it('is marked as regressed only against a score of the same model, parameters and golden set', () => {
    assert.equal(isRegressed(score(0), score(0.9)), true);
    for (const other of [OTHER_MODEL, OTHER_PARAMETERS, { golden: 'old' }]) assert.equal(isRegressed(score(0), score(0.9, other)), false);
  });

  it('is that of its own model over the golden set of today, however old, before any other', () => {
    const own = score(0.9);
    const late = { at: '2026-12-01T00:00:00Z' };
    const ownOld = score(0.7, { golden: 'old', ...late });
    const other = score(0.1, { ...OTHER_MODEL, ...late });
    assert.equal(bestScore([other, ownOld, own], 'v', OWNER), own);
    assert.equal(bestScore([other, ownOld], 'v', OWNER), ownOld);
    assert.equal(bestScore([other], 'v', OWNER), other);
    assert.equal(bestScore([own], 'w', OWNER), null);
  });
});
