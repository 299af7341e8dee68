/** A case that checks nothing has not passed. */
import assert from 'node:assert/strict';
import { DEFAULT_GATE } from '../../src/core/config/gate.ts';
import { compareSides } from '../../src/core/compare/compare.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { gradeOutput } from '../../src/core/grade/grade.ts';
import type { AssertionSpec } from '../../src/core/grade/assertion.ts';
import { caseProblems } from '../../src/core/prompt/case-problems.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { csvReport } from '../../src/core/report/csv.ts';
import { junitReport } from '../../src/core/report/junit.ts';
import { markdownReport } from '../../src/core/report/markdown.ts';
import { verdictOf } from '../../src/core/results/verdict.ts';
import type { CaseOutcome } from '../../src/core/results/case-outcomes.ts';
import { readJournal } from '../../src/core/results/journal.ts';
import { modelOf, planOf, World } from './run-world.ts';

const OUTPUT = {
  output: 'ok',
  finish: 'stop',
  toolCalls: [],
  costUsd: null,
  ttftMs: null,
  latencyMs: null,
  outputTokens: null,
  vars: {},
  tools: [],
};

const outcome = (verdict: CaseOutcome['verdict'], given: Partial<CaseOutcome> = {}): CaseOutcome => ({
  case: 'c',
  status: 'active',
  critical: false,
  group: null,
  verdict,
  hasPass: verdict === 'pass',
  ...given,
});

describe('unjudged cases', () => {
  const graded: readonly (readonly [string, readonly AssertionSpec[], string])[] = [
    ['no assertion', [], 'unjudged'],
    ['only assertions without weight', [{ type: 'contains', value: 'x', weight: 0 }], 'unjudged'],
    ['a set of assertions without weight', [{ type: 'assert-set', assert: [{ type: 'contains', value: 'x', weight: 0 }] }], 'unjudged'],
    ['one assertion with weight', [{ type: 'contains', value: 'o' }], 'pass'],
    ['an assertion that cannot be graded, without weight', [{ type: 'g-eval', value: 'x', weight: 0 }], 'error'],
  ];
  for (const [name, specs, verdict] of graded)
    it(`A case with ${name} is ${verdict}`, () => {
      const result = gradeOutput(specs, null, OUTPUT);
      assert.equal(result.verdict, verdict);
      if (verdict === 'unjudged') assert.equal(result.score, null);
    });

  const verdicts: readonly (readonly [string, readonly CaseOutcome[][], string])[] = [
    ['only unjudged cases', [[outcome('unjudged'), outcome('unjudged')]], 'inconclusive'],
    ['unjudged cases among passes', [[outcome('unjudged'), outcome('pass')]], 'pass'],
    ['unjudged cases among fails', [[outcome('unjudged'), outcome('fail')]], 'fail'],
    ['unjudged cases and one error', [[outcome('unjudged'), outcome('unjudged'), outcome('error')]], 'error'],
    ['a critical case that checks nothing', [[outcome('pass'), outcome('unjudged', { critical: true })]], 'inconclusive'],
    ['one prompt that checks nothing beside one that passes', [[outcome('unjudged')], [outcome('pass')]], 'inconclusive'],
    ['only known-failing cases', [[outcome('fail', { status: 'known-failing' })]], 'inconclusive'],
    [
      'known-failing cases of one prompt beside a pass of another',
      [[outcome('fail', { status: 'known-failing' })], [outcome('pass')]],
      'pass',
    ],
    ['no case at all', [[]], 'pass'],
  ];
  for (const [name, candidates, verdict] of verdicts)
    it(`A run with ${name} is ${verdict}`, () => {
      const judged = candidates.map((cases) => ({ passRate: null, cases }));
      assert.equal(verdictOf(judged, DEFAULT_GATE, null), verdict);
    });

  it('A shard of which no case could be judged leaves the verdict to the merge', () => {
    assert.equal(verdictOf([{ passRate: null, cases: [outcome('unjudged')] }], DEFAULT_GATE, null, true), 'pass');
  });

  it('Unjudged cases are counted in each report and are not part of the pass rate', async () => {
    const golden =
      '- id: good\n  vars: { x: a }\n  expected: ok\n- id: bad\n  vars: { x: b }\n  expected: no\n- id: none\n  vars: { x: c }\n';
    const report = await new World().run(planOf(golden, [modelOf(() => Promise.resolve({ output: 'ok' }))]));
    const [candidate] = report.candidates;
    assert.deepEqual(
      [candidate?.cases, candidate?.passed, candidate?.failed, candidate?.errors, candidate?.unjudged, candidate?.passRate],
      [3, 1, 1, 0, 1, 0.5],
    );
    assert.match([...junitReport(report)].join(''), /failures="1" errors="0" skipped="1"/);
    assert.match([...junitReport(report)].join(''), /name="none"[^>]*>\s*<skipped message="unjudged/);
    assert.match([...markdownReport(report)].join(''), /\| 1 of 2 · 1 unjudged \|/);
    assert.match([...csvReport(report)].join(''), /none.*unjudged/);
  });

  it('A pull request without a failing case does not say that all passed', async () => {
    const report = await new World().run(planOf('- id: none\n  vars: { x: c }\n', [modelOf(() => Promise.resolve({}))]));
    assert.equal(report.verdict, 'inconclusive');
    assert.doesNotMatch([...markdownReport(report)].join(''), /All golden cases passed/);
  });

  it('A comparison names the cases that check nothing, and does not count them as errors', async () => {
    const golden = '- id: good\n  vars: { x: a }\n  expected: ok\n- id: none\n  vars: { x: c }\n';
    const world = new World();
    await world.run(planOf(golden, [modelOf(() => Promise.resolve({ output: 'ok' }))]));
    const { head, outlines } = readJournal(world.journal.map((record) => JSON.stringify(record)).join('\n'));
    const side = { head: head?.candidates[0] ?? assert.fail(), outlines, run: null };
    const found = compareSides(side, { ...side, head: { ...side.head, model: 'other' } }, { gate: DEFAULT_GATE, sequential: null });
    assert.deepEqual([found.unjudged, found.errors, found.paired.n], [['none'], 0, 1]);
  });

  it('A journal of an older version that counts such a case as passed is read as unjudged', async () => {
    const world = new World();
    await world.run(planOf('- id: none\n  vars: { x: c }\n', [modelOf(() => Promise.resolve({}))]));
    const older = world.journal.map((record) =>
      JSON.stringify(record).replace('"verdict":"unjudged","score":null', '"verdict":"pass","score":1'),
    );
    assert.ok(older.some((line) => line.includes('"verdict":"pass"')));
    assert.deepEqual(
      readJournal(older.join('\n')).outlines.map(({ verdict }) => verdict),
      ['unjudged'],
    );
  });

  const causes: readonly (readonly [string, string, string, RegExp])[] = [
    [
      'no check at all',
      't.prompt',
      '- vars: { x: a }\n- vars: { x: b }\n',
      /golden\/unjudged 1 2 cases check nothing.*`expected` or `assert`/,
    ],
    [
      'a misspelt key',
      't.prompt',
      '- vars: { x: a }\n  checks: [{ type: contains, value: a }]\n',
      /golden\/unjudged 1 1 case checks nothing/,
    ],
    [
      'assert under vars',
      't.prompt',
      '- vars:\n    x: a\n    assert: [{ type: contains, value: a }]\n',
      /golden\/misplaced-check 1 .*Move `assert` beside `vars`/,
    ],
    ['expected under vars', 't.prompt', '- vars: { x: a, expected: b }\n', /golden\/unjudged 1 .*Move `expected` out of `vars`/],
    ['a case among others', 't.prompt', '- vars: { x: a }\n  expected: a\n- vars: { x: b }\n', /golden\/unjudged 3 1 case checks nothing/],
  ];
  for (const [name, path, golden, expected] of causes)
    it(`Check warns once per file of ${name}, at the first such case`, () => {
      const said = caseProblems(readPrompt(path, '{{x}}'), readGoldenSet('t.golden.yaml', golden).cases)
        .filter(({ code }) => code === 'golden/unjudged' || code === 'golden/misplaced-check')
        .map(({ code, severity, message, hint, range }) => {
          assert.equal(severity, 'warning');
          return `${code} ${golden.slice(0, range?.start ?? 0).split('\n').length} ${message} ${hint ?? ''}`;
        });
      assert.equal(said.filter((text) => text.startsWith('golden/unjudged')).length, 1);
      assert.match(said.join('\n'), expected);
    });

  it('Check does not warn of an expected variable that an assertion uses, nor of test data with evaluators', () => {
    const golden = '- vars: { x: a, expected: b }\n  assert: [{ type: contains, value: "{{expected}}" }]\n';
    const codes = caseProblems(readPrompt('t.prompt', '{{x}}'), readGoldenSet('t.golden.yaml', golden).cases).map(({ code }) => code);
    assert.deepEqual(codes, []);
    const yml = (evaluators: string): string =>
      `messages:\n  - { role: user, content: "{{x}}" }\ntestData:\n  - { x: a, expected: b }\n  - { x: c, expected: d }\n${evaluators}`;
    const codesOf = (text: string): string[] => {
      const reading = readPrompt('t.prompt.yml', text);
      return caseProblems(reading, reading.document.embedded.cases).map(({ code }) => code);
    };
    assert.deepEqual(codesOf(yml('evaluators:\n  - { name: e, string: { contains: "{{expected}}" } }\n')), []);
    assert.deepEqual(codesOf(yml('')), ['golden/unjudged']);
  });
});
