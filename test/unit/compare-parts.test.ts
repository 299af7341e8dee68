/** Which candidates are compared, what is recommended, and differences of texts and JSON at their bounds. */
import assert from 'node:assert/strict';
import type { Comparison } from '../../src/core/compare/compare.ts';
import { isStored, pairedCandidates } from '../../src/core/run/pair-candidates.ts';
import type { PlannedTarget } from '../../src/core/run/plan.ts';
import { recommendation } from '../../src/core/compare/recommendation.ts';
import { diffJson } from '../../src/core/compare/text/json-diff.ts';
import { diffWords, fromFirstChange, onlyChanges, type DiffPart } from '../../src/core/compare/text/word-diff.ts';
import type { JsonValue } from '../../src/core/json/json.ts';
import { side } from './compared-side.ts';
import { GATED_METRICS } from '../../src/core/config/gate.ts';

describe('candidates that are compared', () => {
  const hash = (text: string): string => text.replace(/\W+/g, '');
  const target = (version: string, ...models: string[]): PlannedTarget =>
    ({
      target: { document: { path: 'p', parameters: { t: 1 } }, version },
      clients: models.map((id) => ({ id })),
    }) as unknown as PlannedTarget;
  const idOf = (version: string, model: string, parameters: object): string =>
    JSON.stringify(['p', version, model, parameters]).replace(/\W+/g, '').slice(0, 12);

  it('have the same model, or are the only two', () => {
    const a = target('1', 'x', 'y');
    assert.deepEqual(pairedCandidates(a, target('2', 'y', 'z'), [], hash), [
      { a: { kind: 'candidate', id: idOf('1', 'y', { t: 1 }) }, b: idOf('2', 'y', { t: 1 }) },
    ]);
    assert.deepEqual(pairedCandidates(target('1', 'x'), target('2', 'z'), [], hash), [
      { a: { kind: 'candidate', id: idOf('1', 'x', { t: 1 }) }, b: idOf('2', 'z', { t: 1 }) },
    ]);
    assert.deepEqual(pairedCandidates(target('1', 'x'), target('2', 'y', 'z'), [], hash), []);
    assert.deepEqual(pairedCandidates(target('1', 'x', 'y'), target('2', 'z'), [], hash), []);
  });

  it('have the same overrides', () => {
    const pairs = pairedCandidates(target('1', 'x'), target('2', 'x'), [{}, { temperature: 0 }], hash);
    assert.deepEqual(
      pairs.map(({ b }) => b),
      [idOf('2', 'x', { t: 1 }), idOf('2', 'x', { t: 1, temperature: 0 })],
    );
  });

  it('are each compared with the stored side, where there is one', () => {
    const stored = side('a', 'P');
    assert.deepEqual([isStored(stored), isStored(target('1'))], [true, false]);
    const pairs = pairedCandidates(stored, target('2', 'y', 'z'), [], hash);
    assert.deepEqual(
      pairs.map(({ a, b }) => [a, b]),
      ['y', 'z'].map((model) => [{ kind: 'stored', side: stored }, idOf('2', model, { t: 1 })]),
    );
  });
});

describe('a recommendation', () => {
  const metric = (name: string, a: number, b: number) => ({ name, a, b, difference: b - a, interval: null, p: null, n: 2 });
  const comparison = (prompt: string, verdict: string, over: object = {}): Comparison =>
    ({ prompt, verdict, difference: 0.1, metrics: [], flipped: ['a'], paired: { n: 20 }, ...over }) as unknown as Comparison;

  it('keeps the old model where one prompt got worse, and names it', () => {
    assert.equal(
      recommendation('old', 'new', [comparison('a', 'pass'), comparison('b', 'fail'), comparison('c', 'fail', { difference: null })]),
      'Keep old for b, c: new is worse there (a: +10.0 points over 20 cases, 1 flipped; b: +10.0 points over 20 cases, 1 flipped; c: no case answered on both sides).',
    );
  });

  it('switches where all pass, and waits where one cannot tell', () => {
    assert.match(recommendation('old', 'new', [comparison('a', 'pass'), comparison('b', 'pass')]), /^Switch to new: .* for a, b \(a: /);
    assert.match(recommendation('old', 'new', [comparison('a', 'pass'), comparison('b', 'inconclusive')]), /^Not enough data to tell/);
  });

  it('says what a call costs and how long the first token takes', () => {
    const said = (...metrics: object[]): string =>
      recommendation('old', 'new', [comparison('a', 'pass', { metrics })]).replace(/^.*flipped/, '');
    assert.equal(said(metric('costPerCallUsd', 0.02, 0.03)), ', $0.020 → $0.030 per call (+50 %)).');
    assert.equal(said(metric('costPerCallUsd', 0.04, 0.03)), ', $0.040 → $0.030 per call (−25 %)).');
    assert.equal(said(metric('costPerCallUsd', 0.02, 0.02)), ', $0.020 → $0.020 per call (+0 %)).');
    assert.equal(said(metric('costPerCallUsd', 0, 0.03)), ', $0 → $0.030 per call).');
    assert.equal(said(metric('ttftMs', 100.4, 250.6), metric('score', 1, 1)), ', TTFT 100 → 251 ms).');
  });
});

describe('differences of texts', () => {
  const parts = (from: string, to: string): string =>
    diffWords(from, to)
      .map(({ kind, text }) => ({ same: '=', added: '+', removed: '-' })[kind] + text)
      .join('|');

  it('of equal texts are none', () => {
    assert.deepEqual(diffWords('', ''), []);
    assert.deepEqual(diffWords('a b', 'a b'), [{ kind: 'same', text: 'a b' }]);
  });

  it('go by words, numbers, signs and white space', () => {
    assert.equal(parts('', 'a'), '+a');
    assert.equal(parts('a', ''), '-a');
    assert.equal(parts('snake_case 12 x', 'snake_case 13 x'), '=snake_case |-12|+13|= x');
    assert.equal(parts('a  b', 'a b'), '=a|-  |+ |=b');
    assert.equal(parts('wörter?', 'wörter!'), '=wörter|-?|+!');
  });

  it('compare 6,000 words, and what comes after as one piece', () => {
    // Word, space, word, …: 3,000 words and 3,000 spaces.
    const long = 'w '.repeat(3000);
    const kinds = (from: string, to: string) => diffWords(from, to).map(({ kind, text }) => [kind, text.length]);
    assert.deepEqual(kinds(`${long}tail one`, `${long}tail two`), [
      ['same', 6000],
      ['removed', 8],
      ['added', 8],
    ]);
    assert.deepEqual(kinds(`x ${long}`, `y ${long}`), [
      ['removed', 1],
      ['added', 1],
      ['same', 5999],
      ['same', 2],
    ]);
    assert.deepEqual(kinds(long, `${long}more`), [
      ['same', 6000],
      ['added', 4],
    ]);
    assert.deepEqual(kinds(`${long}more`, long), [
      ['same', 6000],
      ['removed', 4],
    ]);
  });

  it('give up after 1,500 changes', () => {
    const words = (prefix: string, count: number): string => Array.from({ length: count }, (_, i) => `${prefix}${i}`).join(' ');
    assert.ok(diffWords(words('a', 700), words('b', 700)).length > 2);
    const [from, to] = [words('a', 800), words('b', 800)];
    assert.deepEqual(diffWords(from, to), [
      { kind: 'removed', text: from },
      { kind: 'added', text: to },
    ]);
  });

  it('begin, in a cell, shortly before the first change when it stands further on than half of the cell', () => {
    const added: DiffPart = { kind: 'added', text: 'new' };
    const first = (text: string): string | undefined => fromFirstChange([{ kind: 'same', text }, added], 40)[0]?.text;
    assert.equal(first('a'.repeat(20)), 'a'.repeat(20));
    assert.equal(first('a'.repeat(21)), `… ${'a'.repeat(10)}`);
    assert.equal(first(`${'a'.repeat(30)}\nlast `), '… last ');
    assert.equal(first(`${'a'.repeat(30)}\nof this line`), '… this line');
    assert.deepEqual(fromFirstChange([added], 40), [added]);
    assert.deepEqual(fromFirstChange([{ kind: 'same', text: 'a'.repeat(90) }], 40)[0]?.text.length, 90);
  });

  it('show of what is the same only what stands beside a change', () => {
    const same = (text: string): DiffPart => ({ kind: 'same', text });
    const added: DiffPart = { kind: 'added', text: 'x'.repeat(40) };
    const text = '0123456789abcdef';
    const shown = (...given: DiffPart[]): string[] => onlyChanges(given, 4).map((part) => part.text);
    assert.deepEqual(shown(same(text), added, same(text), added, same(text)), [
      ' … cdef',
      added.text,
      '0123 … cdef',
      added.text,
      '0123 … ',
    ]);
    assert.deepEqual(shown(added, same('0123456789a')), [added.text, '0123456789a']);
    assert.deepEqual(shown(added, same('0123456789ab')), [added.text, '0123 … ']);
    const [kept, cut] = onlyChanges([added, same('y'.repeat(51)), added, same('y'.repeat(52)), added]).filter(
      ({ kind }) => kind === 'same',
    );
    assert.deepEqual([kept?.text.length, cut?.text], [51, `${'y'.repeat(24)} … ${'y'.repeat(24)}`]);
  });
});

describe('differences of JSON', () => {
  const rows = (from: JsonValue, to: JsonValue) => diffJson(from, to).map(({ path, kind, from: a, to: b }) => [path, kind, a, b]);

  it('name each field, also the empty and the whole', () => {
    assert.deepEqual(rows(1, 2), [['', 'changed', '1', '2']]);
    assert.deepEqual(rows({}, {}), [['', 'same', '{}', '{}']]);
    assert.deepEqual(rows([], [1]), [['[0]', 'added', null, '1']]);
    assert.deepEqual(rows([1], {}), [['', 'changed', '[1]', '{}']]);
    assert.deepEqual(rows({ 0: 1 }, [1]), [['', 'changed', '{"0":1}', '[1]']]);
    assert.deepEqual(rows({ a: { b: [{ c: 1 }] } }, { a: { b: [{ c: 2 }] } }), [['a.b[0].c', 'changed', '1', '2']]);
    assert.deepEqual(rows({ a: [[]] }, { a: [[]] }), [['a[0]', 'same', '[]', '[]']]);
    assert.deepEqual(rows({ a: 1 }, { toString: 1 }), [
      ['a', 'removed', '1', null],
      ['toString', 'added', null, '1'],
    ]);
  });

  it('end at 40 levels and at 500 fields', () => {
    const nested = (levels: number, leaf: number): JsonValue => (levels === 0 ? leaf : { a: nested(levels - 1, leaf) });
    assert.deepEqual(rows(nested(40, 1), nested(40, 2)), [[Array(40).fill('a').join('.'), 'changed', '1', '2']]);
    assert.deepEqual(rows(nested(41, 1), nested(41, 2)), [[Array(40).fill('a').join('.'), 'changed', '{"a":1}', '{"a":2}']]);
    const many = (count: number, last: JsonValue): JsonValue => [...Array.from({ length: count }, () => 0), last];
    assert.deepEqual(rows(many(499, [1]), many(499, [2])).at(-1), ['[499][0]', 'changed', '1', '2']);
    assert.deepEqual(rows(many(500, [1]), many(500, [2])).at(-1), ['[500]', 'changed', '[1]', '[2]']);
  });
});

describe('metrics that a gate may limit', () => {
  it('are those of which more is worse', () =>
    assert.deepEqual(GATED_METRICS, ['costPerCallUsd', 'ttftMs', 'latencyMs', 'inputTokens', 'outputTokens']));
});
