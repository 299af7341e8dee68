/** From samples to what a candidate is worth: lists of a case, results without outputs, models to choose. By hand. */
import assert from 'node:assert/strict';
import type { GoldenCase } from '../../src/core/golden/case.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { reportCandidate, onlyModel, type CandidateReport } from '../../src/core/results/candidate-report.ts';
import { caseVerdicts } from '../../src/core/results/case-outcomes.ts';
import { costOf } from '../../src/core/model/cost-of.ts';
import { expandLists } from '../../src/core/prompt/expand-lists.ts';
import { jsonReport } from '../../src/cli/reporters/json.ts';
import type { RunReport } from '../../src/core/run/report.ts';
import { chooseModels } from '../../src/core/compare/model-choice.ts';
import type { Result } from '../../src/core/results/result.ts';
import { outlineOf, ResultList, type ResultOutline } from '../../src/core/results/result-list.ts';
import { headNamed, outline } from './simulated-suite.ts';
import type { PromptWithLists } from '../../src/core/prompt/run-target.ts';

const near = (actual: number | undefined, expected: number, within = 1e-9): void =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= within, `${actual} instead of ${expected}`);

describe('lists of a case', () => {
  const taker = (listVariables: string[] = [], properties?: JsonObject): PromptWithLists =>
    ({ listVariables, document: { input: { schema: properties === undefined ? null : { properties } } } }) as unknown as PromptWithLists;
  const expanded = (vars: JsonObject, target = taker(), expand = true): [string, unknown][] =>
    expandLists({ id: 'c', vars, expandLists: expand } as GoldenCase, target).map(({ id, vars: own }) => [id, own]);

  it('make a case for each combination', () => {
    assert.deepEqual(expanded({ a: [1, 2], b: 'x', c: ['p', 'q'] }), [
      ['c/1', { a: 1, b: 'x', c: 'p' }],
      ['c/2', { a: 1, b: 'x', c: 'q' }],
      ['c/3', { a: 2, b: 'x', c: 'p' }],
      ['c/4', { a: 2, b: 'x', c: 'q' }],
    ]);
  });

  it('stay lists where the prompt takes one, the case says so, or they are empty', () => {
    const whole = [['c', { a: [1, 2] }]];
    assert.deepEqual(expanded({ a: [1, 2] }, taker(), false), whole);
    assert.deepEqual(expanded({ a: [1, 2] }, taker(['a'])), whole);
    for (const declared of [{ type: 'array' }, {}, true, { type: ['string', 'array'] }])
      assert.deepEqual(expanded({ a: [1, 2] }, taker([], { a: declared })), whole, JSON.stringify(declared));
    for (const type of ['string', 'number', 'integer', 'boolean'])
      assert.equal(expanded({ a: [1, 2] }, taker([], { a: { type } })).length, 2, type);
    assert.equal(expanded({ toString: [1, 2] }, taker([], {})).length, 2);
    assert.deepEqual(expanded({ a: [] }), [['c', { a: [] }]]);
  });

  it('are refused beyond 10,000 combinations', () => {
    const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
    assert.equal(expanded({ a: numbers(100), b: numbers(100) }).length, 10_000);
    const [only, ...others] = expandLists(
      { id: 'c', vars: { a: numbers(100), b: numbers(101) }, expandLists: true } as unknown as GoldenCase,
      taker(),
    );
    assert.deepEqual([only?.id, others.length], ['c', 0]);
    assert.match(only?.unsupported ?? '', /more than 10000 combinations/);
  });
});

describe('results without their outputs', () => {
  const result = (over: Partial<Result>): Result =>
    ({ ...outline('m', { case: 'c', verdict: 'pass' }), output: 'o', assertions: [], ...over }) as unknown as Result;

  it('keep what counting needs', () => {
    assert.deepEqual(outlineOf(result({}), 7), { ...outline('m', { case: 'c', verdict: 'pass' }), position: 7 });
    const judged = outlineOf(result({ output: null, group: 'g', judgeCostUsd: 1, usageEstimated: true }), 0);
    assert.deepEqual(
      [judged.answered, judged.group, judged.judgeCostUsd, judged.judgePaidUsd, judged.usageEstimated],
      [false, 'g', 1, null, true],
    );
    assert.equal(outlineOf(result({ judgeCostUsd: 1, judgePaidUsd: 0.5 }), 0).judgePaidUsd, 0.5);
    assert.equal('judgeCostUsd' in outlineOf(result({ judgePaidUsd: 1 }), 0), false);
  });

  it('are read when they are looked at, and counted without', () => {
    const read: number[] = [];
    const outlines = [5, 6, 7].map((position) =>
      outline('m', {
        case: `c${position}`,
        verdict: position === 6 ? 'fail' : 'pass',
        position,
        latencyMs: position === 7 ? null : position,
      }),
    );
    const list = new ResultList(outlines, (position) => {
      read.push(position);
      return result({ case: `c${position}` });
    });
    assert.deepEqual([list.length, list.count(({ verdict }) => verdict === 'pass'), list.totalMs, read], [3, 2, 11, []]);
    assert.deepEqual([list.first(2).length, read], [2, [5, 6]]);
    assert.deepEqual(
      [...list.where(({ verdict }) => verdict === 'fail')].map((one) => one.case),
      ['c6'],
    );
    assert.equal(list.toJSON().length, 3);
  });
});

describe('what a candidate is worth', () => {
  it('counts cases, active ones for its rate, and calls that answered', () => {
    const usage = { input: 1, cacheRead: 0, cacheWriteShort: 0, cacheWriteLong: 0, output: 2, reasoning: 0 };
    const outlines = [
      outline('m', { case: 'a', verdict: 'pass', usage, costUsd: 1, ttftMs: 10, latencyMs: 30, judgeCostUsd: 0.25 }),
      outline('m', { case: 'b', verdict: 'fail', usage, costUsd: 3, usageEstimated: true }),
      outline('m', { case: 'c', verdict: 'error', costUsd: 99, answered: false }),
      outline('m', { case: 'd', verdict: 'fail', status: 'known-failing', answered: false }),
      outline('m', { case: 'e', verdict: 'pass', status: 'unverified', answered: false }),
    ];
    const found = reportCandidate(headNamed('m'), outlines, caseVerdicts(outlines));
    assert.deepEqual(
      [
        found.cases,
        found.passed,
        found.failed,
        found.errors,
        found.passRate,
        found.knownFailing,
        found.unverified,
        found.costUsd,
        found.costPerCallUsd,
      ],
      [5, 2, 2, 1, 0.5, 1, 1, 4, 2],
    );
    assert.deepEqual(
      [found.usage?.output, found.usage?.basis, found.judgeCostUsd, found.uncalibrated, found.ttftMs?.p50, found.latencyMs?.p95],
      [4, 'estimated', 0.25, true, 10, 30],
    );
    const nothing = reportCandidate(headNamed('m'), [], []);
    assert.deepEqual(
      [nothing.passRate, nothing.interval, nothing.usage, nothing.judgeCostUsd, nothing.costPerCallUsd, nothing.uncalibrated],
      [null, null, null, null, null, false],
    );
    const unknown = reportCandidate(headNamed('m'), [outline('m', { case: 'a', verdict: 'pass', judgeCostUsd: null, usage })], []);
    assert.deepEqual([unknown.judgeCostUsd, unknown.costUsd, unknown.costPerCallUsd, unknown.usage?.basis], [null, null, null, 'reported']);
    const heads = (...models: string[]) => models.map((model) => ({ model }));
    assert.deepEqual([onlyModel(heads('x', 'x')), onlyModel(heads('x', 'y')), onlyModel([])], ['x', null, null]);
  });

  it('has a cost that is told, else one by its usage and price', () => {
    const pricing = { costUsd: () => 7 } as never;
    const response = (over: object) => ({ usage: {}, ...over }) as never;
    assert.deepEqual(
      [
        costOf({ pricing }, response({ costUsd: 0 })),
        costOf({ pricing }, response({ costUsd: null })),
        costOf({ pricing }, response({})),
        costOf({ pricing: null }, response({})),
        costOf({ pricing }, response({ usage: null })),
      ],
      [0, null, 7, null, null],
    );
  });

  it('is a model to choose when it is surely good enough, and the cheapest of these', () => {
    const candidate = (
      id: string,
      costPerCallUsd: number | null,
      passRate: number | null,
      ttft: number | null,
      path = 'p',
    ): CandidateReport =>
      ({
        ...headNamed(id),
        prompt: { path, name: path, version: id, ref: null },
        costPerCallUsd,
        passRate,
        ttftMs: ttft === null ? null : { p50: ttft, p95: ttft },
      }) as CandidateReport;
    const answers = (id: string, passed: number, failed: number): ResultOutline[] =>
      Array.from({ length: passed + failed }, (_, i) => outline(id, { case: `c${i}`, verdict: i < passed ? 'pass' : 'fail' }));
    const results = [...answers('big', 200, 0), ...answers('mid', 199, 1), ...answers('small', 100, 100), ...answers('tiny', 2, 0)];
    const [choice, ...others] = chooseModels(
      [
        candidate('mid', 2, 0.995, 50),
        candidate('big', 9, 1, 100),
        candidate('small', 1, 0.5, 10),
        candidate('tiny', 0.5, 1, null),
        candidate('free', null, 1, 1),
      ],
      results,
      0.05,
    );
    assert.deepEqual(
      [others.length, choice?.mostExpensive, choice?.cheapestGoodEnough, choice?.savesPerThousandUsd],
      [0, 'big', 'mid', 7000],
    );
    const json = [...jsonReport({ choices: [choice], results: [] } as unknown as RunReport)].join('');
    const [written] = (JSON.parse(json) as { choices: JsonObject[] }).choices;
    assert.deepEqual([written?.['dearest'], Object.hasOwn(written ?? {}, 'mostExpensive')], ['big', false]);
    assert.deepEqual(
      choice?.compared.map((one) => [one.candidate, one.verdict, one.cases]),
      [
        ['mid', 'good-enough', 200],
        ['small', 'worse', 200],
        ['tiny', 'too-few-cases', 2],
      ],
    );
    near(choice?.compared[1]?.difference, -0.5);
    // Of tiny no first token is known; it passes as much as big for less.
    assert.deepEqual(choice?.front, ['tiny']);
    const lone = (a: CandidateReport, b: CandidateReport): unknown => chooseModels([a, b], results, 0.05)[0]?.front;
    assert.deepEqual(lone(candidate('big', 9, 1, 100), candidate('small', 1, 0.5, 200)), ['big', 'small']);
    assert.deepEqual(lone(candidate('big', 9, 1, 100), candidate('mid', 9, 1, 100)), ['big', 'mid']);
    assert.deepEqual(lone(candidate('big', 9, 1, 100), candidate('mid', 9, 1, 90)), ['mid']);
    assert.deepEqual(
      chooseModels([candidate('big', 9, 1, 1), candidate('mid', 2, null, 1), candidate('small', 1, 1, 1, 'q')], results, 0.05),
      [],
    );
    const none = chooseModels([candidate('big', 9, 1, 1), candidate('tiny', 1, 1, 1)], results, 0.05)[0];
    assert.deepEqual([none?.cheapestGoodEnough, none?.savesPerThousandUsd], [null, null]);
    const apart = [
      ...answers('x', 60, 0),
      outline('y', { case: 'c0', verdict: 'error' }),
      outline('y', { case: 'c1', verdict: 'fail', status: 'unverified' }),
      outline('y', { case: 'other', verdict: 'pass' }),
    ];
    assert.equal(chooseModels([candidate('x', 9, 1, 1), candidate('y', 1, 1, 1)], apart, 0.05)[0]?.compared[0]?.cases, 0);
  });
});
