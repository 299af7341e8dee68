/** Where to work in a run: failures with planted reasons. Counts are by hand. */
import assert from 'node:assert/strict';
import type { AssertionResult } from '../../src/core/grade/assertion.ts';
import { failedResult } from '../../src/core/results/failures/failed-result.ts';
import { failureGroups } from '../../src/core/results/failures/failure-groups.ts';
import { whereToWorkLines } from '../../src/core/report/failure-groups-text.ts';
import type { Result } from '../../src/core/results/result.ts';
import { Random } from '../../src/core/statistics/random.ts';
import { queryOf } from '../../src/protocol/query.ts';

const failing = (type: string, reason: string, more: Partial<AssertionResult> = {}): AssertionResult => ({
  ...{ type, reason, pass: false, score: 0, weight: 1 },
  ...more,
});

const answer = (id: string, assertions: readonly AssertionResult[], more: Partial<Result> = {}): Result =>
  ({
    ...{ candidate: 'a', case: id, repeat: 0, verdict: 'fail', status: 'active', vars: {}, expected: null, output: '' },
    ...{ finish: 'stop', assertions },
    ...more,
  }) as Result;

const judge = { prompt: 'p', version: 'v', model: 'm', costUsd: null, paidUsd: null, quotes: [], calibrated: false } as const;

describe('why an answer of a run failed', () => {
  const keyOf = (result: Result): string | undefined => failedResult(result)?.key;

  it('is its ending before anything else', () => {
    const cut = answer('a', [failing('is-json', 'Expected JSON.')], { finish: 'length' });
    assert.equal(keyOf(cut), 'cut off at the output limit');
    assert.equal(keyOf(answer('a', [failing('contains', 'x')], { finish: 'refusal' })), 'refused');
  });

  it('is the class that was found instead of the expected one, where that is what failed', () => {
    const more = { expected: { label: 'refund' }, output: '{"label":"billing"}' };
    assert.equal(keyOf(answer('a', [failing('expected', 'differs')], more)), 'label: expected refund, found billing');
    assert.equal(keyOf(answer('a', [failing('contains', 'Expected "x".')], more)), 'contains: expected x');
  });

  it('is the first assertion that counts, without numbers, and of a set the one that failed in it', () => {
    const idle = failing('latency', 'slow', { weight: 0 });
    assert.equal(keyOf(answer('a', [idle, failing('cost', 'It cost $0.0021.')])), keyOf(answer('b', [failing('cost', 'It cost $0.47.')])));
    const set = failing('assert-set', '1 of 2', {
      members: [failing('contains', 'no “sorry”'), { ...failing('is-json', ''), pass: true }],
    });
    assert.equal(keyOf(answer('a', [set])), 'contains: no sorry');
  });

  it('is not asked of what did not fail', () => {
    assert.equal(failedResult(answer('a', [], { verdict: 'pass' })), null);
    assert.equal(failedResult(answer('a', [], { verdict: 'error' })), null);
  });
});

describe('where to work in a run', () => {
  it('counts answers that failed for the same reason as one, the most frequent first', () => {
    const found = failureGroups([
      ...[1, 2, 3].map((n) => answer(`long-${n}`, [], { finish: 'length' })),
      ...[1, 2].map((n) => answer(`json-${n}`, [failing('is-json', 'Expected JSON, found "<p>".')])),
      answer('alone', [failing('contains', 'Expected "voucher".')]),
    ]);
    assert.deepEqual(
      found?.groups.map(({ what, answers, cases }) => [what, answers, cases]),
      [
        ['cut off at the output limit', 3, ['long-1', 'long-2', 'long-3']],
        ['is-json: Expected JSON, found "<p>".', 2, ['json-1', 'json-2']],
      ],
    );
    assert.deepEqual([found?.answers, found?.others], [6, 1]);
    assert.deepEqual(found === null ? [] : whereToWorkLines(found), [
      'where to work, of 6 answers that failed:',
      '3 × cut off at the output limit (long-1, long-2, long-3)',
      '2 × is-json: Expected JSON, found "<p>". (json-1, json-2)',
      '1 × in a way of its own',
    ]);
  });

  it('groups by what the texts are about where each reason is another, whatever the order', () => {
    const about = {
      voucher: 'redeem voucher code at checkout discount friday',
      invoice: 'invoice tax number company address missing pdf',
    };
    const random = new Random(7);
    const filler = ['please', 'today', 'phone', 'garden', 'window', 'ticket', 'train', 'coffee', 'monday', 'letter', 'paper', 'music'];
    const said = (words: string): string =>
      Array.from({ length: 14 }, (_, i) => {
        const list = i % 3 === 0 ? filler : words.split(' ');
        return list[Math.floor(random.next() * list.length)] ?? '';
      }).join(' ');
    const results = Object.entries(about).flatMap(([name, words]) =>
      Array.from({ length: 12 }, (_, i) =>
        answer(`${name}-${i}`, [failing('llm-rubric', said(words), { judge })], { vars: { question: said(words) }, output: said(words) }),
      ),
    );
    const groups = failureGroups(results)?.groups ?? [];
    const purest = (cases: readonly string[]): number =>
      Math.max(...Object.keys(about).map((name) => cases.filter((id) => id.startsWith(name)).length));
    assert.equal(groups.length, 2);
    for (const { cases, answers, what, examples } of groups) {
      assert.ok(answers >= 11 && purest(cases) === cases.length, what);
      assert.match(what, /^llm-rubric, about \w+/);
      assert.equal(examples.length, 3);
    }
    const setsOf = (found: typeof groups): string[] => found.map(({ cases }) => [...cases].sort().join()).sort();
    assert.deepEqual(setsOf(failureGroups([...results].reverse())?.groups ?? []), setsOf(groups));
  });

  it('says nothing of one failure', () => {
    assert.equal(failureGroups([answer('a', [failing('contains', 'x')]), answer('b', [], { verdict: 'pass' })]), null);
  });

  it('filters a page by its cases, whatever a page sends', () => {
    assert.deepEqual(queryOf({ alike: { what: 'refused', cases: ['a', 7, 'b'] } }).alike, { what: 'refused', cases: ['a', 'b'] });
    for (const alike of [null, 'a', { what: 'x' }, { what: 1, cases: [] }, { cases: 'a' }]) assert.equal(queryOf({ alike }).alike, null);
  });
});
