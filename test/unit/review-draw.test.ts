/** What a review looks at: the draw that tells nothing before the label, who labels what, and the label that a person gives. Dates: the calendar of ISO 8601. */
import assert from 'node:assert/strict';
import { drawFileText, readDrawFile, type DrawFile } from '../../src/core/judge/labels/draw-file.ts';
import { unseal } from '../../src/core/judge/labels/sealed.ts';
import { isoWeek } from '../../src/core/judge/review/iso-week.ts';
import { targetKey } from '../../src/core/judge/labels/label-record.ts';
import { newDraw, type Reviewable } from '../../src/core/judge/review/new-draw.ts';
import { failureModes, queueOf, reviewLabel, type ReviewAnswer } from '../../src/core/judge/review/review-queue.ts';

const JUDGE = { path: 'judges/strict.prompt', version: '3a91bc02', model: 'scripted:judge' };
const CRITERION = { type: 'llm-rubric', hash: 'c0ffee00', text: 'Is it polite?' };

const outputs = (n: number): Reviewable[] =>
  Array.from({ length: n }, (_, i) => ({
    target: { interaction: `i${i}`, run: null, case: null, repeat: null, hash: `h${i}` },
    item: null,
    verdict: i % 5 === 0 ? 'fail' : i % 7 === 0 ? null : 'pass',
    score: i / 400,
    isNotable: i % 11 === 0,
  }));

const drawOf = (people: readonly string[] = [], seed = 5): DrawFile =>
  newDraw(outputs(400), {
    ...{ id: '2026-W48', seed, at: '2026-11-23T09:00:00.000Z', size: 25, people },
    frame: { query: 'production', judge: JUDGE, criterion: CRITERION, prompt: 'answer.prompt' },
  });

const answer = (by: string, more: Partial<ReviewAnswer> = {}): ReviewAnswer => ({
  ...{ grade: 'pass', cause: null, failureMode: null, critique: null, correction: null },
  ...{ by, at: '2026-11-24T10:00:00.000Z' },
  ...more,
});

describe('a week', () => {
  for (const [day, week] of [
    ['2026-11-30', '2026-W49'],
    ['2026-11-29', '2026-W48'],
    ['2026-01-01', '2026-W01'],
    ['2027-01-03', '2026-W53'],
    ['2027-01-04', '2027-W01'],
    ['2024-12-30', '2025-W01'],
    ['2021-01-01', '2020-W53'],
  ] as const)
    it(`of ${day} is ${week}`, () => assert.equal(isoWeek(new Date(`${day}T23:59:00Z`)), week));
});

describe('the draw of a review', () => {
  it('is read as it was written', () => {
    const draw = drawOf(['ana', 'ben']);
    const read = readDrawFile(drawFileText(draw));
    assert.ok(typeof read !== 'string');
    assert.deepEqual(read, { draw, problems: [] });
  });

  it('has half where the judge says fail, and says each probability over all parts together', () => {
    const draw = drawOf();
    const opened = draw.items.map(({ sealed }) => unseal(sealed ?? ''));
    assert.equal(opened.filter((seal) => seal?.verdict === 'fail').length, 13);
    for (const seal of opened) {
      const stratum = draw.strata.find(({ id }) => id === seal?.stratum);
      assert.ok(stratum !== undefined && seal !== null);
      assert.equal(seal.probability, stratum.drawn / stratum.n);
    }
    // Each output stands for 1 / probability: together they are all that was drawn from.
    assert.ok(Math.abs(opened.reduce((sum, seal) => sum + 1 / (seal?.probability ?? 0), 0) - 400) < 1e-9);
    assert.equal(draw.frame.n, 400);
  });

  it('tells nothing of an item before its label: no word, no equal texts, no length, no order', () => {
    let [first, all] = [0, 0];
    for (let seed = 0; seed < 60; seed++) {
      const draw = drawOf([], seed);
      const items = JSON.stringify(draw.items);
      assert.doesNotMatch(items, /pass|fail|not-judged|notable|probability|verdict|stratum/);
      const sealed = draw.items.map((item) => item.sealed ?? '');
      assert.equal(new Set(sealed.map((text) => text.length)).size, 1);
      // Neither equal as a whole nor in a part that shows: not one group of four digits is the same in all of a kind.
      for (let at = 8; at < (sealed[0]?.length ?? 0); at += 4) assert.ok(new Set(sealed.map((text) => text.slice(at, at + 4))).size > 20);
      const isFail = draw.items.map((item) => unseal(item.sealed ?? '')?.verdict === 'fail');
      first += isFail.slice(0, 12).filter(Boolean).length;
      all += isFail.filter(Boolean).length;
    }
    // 12 of 25 places: 0.48, within five standard errors of 780 fails.
    assert.ok(Math.abs(first / all - 0.48) < 0.09, `${first} of ${all}`);
  });

  it('counts equal outputs once', () => {
    const [one] = outputs(1);
    assert.ok(one !== undefined);
    const draw = newDraw([one, { ...one, target: { ...one.target } }], { ...drawOf(), size: 25, people: [] });
    assert.equal(draw.frame.n, 1);
    assert.equal(draw.items.length, 1);
  });
});

describe('who labels what', () => {
  it('each output is of one person, and a fifth of two', () => {
    const draw = drawOf(['ana', 'ben', 'cleo']);
    assert.equal(draw.items.filter(({ assignees }) => assignees.length === 2).length, 5);
    assert.ok(draw.items.every(({ assignees }) => assignees.length === 1 || new Set(assignees).size === 2));
    const counts = ['ana', 'ben', 'cleo'].map((person) => queueOf(draw, [], person).length);
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      30,
    );
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 3, counts.join());
    assert.ok(drawOf(['ana']).items.every(({ assignees }) => assignees.join() === 'ana'));
  });

  it('without names the second person gets what the first left, and a fifth of the rest', () => {
    const draw = drawOf();
    const labels = draw.items.slice(0, 20).map((item, i) => reviewLabel(draw, item, answer('ana'), `l${i}`));
    const ben = queueOf(draw, labels, 'ben');
    assert.deepEqual(
      ben.map(({ index }) => index),
      [0, 5, 10, 15, 20, 21, 22, 23, 24],
    );
    const ana = queueOf(draw, labels, 'ana');
    assert.equal(ana.length, 25);
    assert.equal(ana.filter(({ label }) => label !== null).length, 20);
    // Labels of another draw are not of this one.
    assert.equal(queueOf({ ...draw, id: '2026-W49' }, labels, 'ben').length, 25);
  });
});

describe('a label of a review', () => {
  it('is blind, and has what was sealed', () => {
    const draw = drawOf();
    const [item] = draw.items;
    assert.ok(item?.sealed != null);
    const sealed = unseal(item.sealed);
    // The judge's score of the output with this number.
    const score = sealed?.verdict === null ? null : Number(/\d+/.exec(item.target.interaction ?? '')?.[0]) / 400;
    assert.equal(sealed?.score, score);
    const label = reviewLabel(draw, item, answer('ana', { grade: 'fail', failureMode: 'wrong parcel' }), 'l1');
    assert.deepEqual(label, {
      ...{ id: 'l1', target: item.target, item: null, criterion: { type: 'llm-rubric', hash: 'c0ffee00' } },
      judge: { ...JUDGE, verdict: sealed?.verdict, score: sealed?.score },
      ...{ grade: 'fail', cause: null, failureMode: 'wrong parcel', critique: null, correction: null },
      ...{ by: 'ana', at: '2026-11-24T10:00:00.000Z', blind: true },
      draw: { id: '2026-W48', stratum: sealed?.stratum, probability: sealed?.probability },
    });
  });

  it('of a draw of plain ids has neither judge nor draw', () => {
    const draw = drawOf();
    const [item] = draw.items;
    assert.ok(item !== undefined);
    const label = reviewLabel(draw, { ...item, sealed: null }, answer('ana'), 'l1');
    assert.deepEqual([label.judge, label.draw], [null, null]);
  });

  it('has failure modes that are counted, a changed label once', () => {
    const draw = drawOf();
    const label = (i: number, by: string, failureMode: string | null, at = '2026-11-24T10:00:00.000Z'): ReturnType<typeof reviewLabel> => {
      const item = draw.items[i];
      assert.ok(item !== undefined && targetKey(item.target) !== '');
      return reviewLabel(draw, item, answer(by, { grade: 'fail', failureMode, at }), `${i}${by}${at}`);
    };
    const labels = [
      label(0, 'ana', 'rude'),
      label(1, 'ana', 'late'),
      label(2, 'ben', 'late'),
      label(0, 'ana', 'late', '2026-11-24T11:00:00.000Z'),
      label(3, 'ben', null),
      label(4, 'ben', 'rude'),
    ];
    assert.deepEqual(failureModes(labels), [
      { mode: 'late', count: 3 },
      { mode: 'rude', count: 1 },
    ]);
  });
});
