/** What pictures of one output cannot show: code and judges outside, how results add up, JSON in prose, lists as text. */
import assert from 'node:assert/strict';
import { HumanError } from '../../src/core/problems/errors.ts';
import type { AssertionSpec, GradedOutput, JudgeNote } from '../../src/core/grade/assertion.ts';
import { isKnownType, problemOf } from '../../src/core/grade/assertion-types.ts';
import { codeGrade, codeJob, type CodeJob, type CodeRunner } from '../../src/core/grade/code-assertion.ts';
import { gradeOutput } from '../../src/core/grade/grade.ts';
import { gradeExternally, type ExternalGraders } from '../../src/core/judge/external-grading.ts';
import { jsonValuesIn } from '../../src/core/grade/json-in-text.ts';
import { splitList } from '../../src/core/grade/list-text.ts';
import type { Subject } from '../../src/core/judge/judge-kind.ts';
import { STOPPED } from '../../src/core/judge/judge.ts';
import type { JsonValue } from '../../src/core/json/json.ts';

const output: GradedOutput = {
  output: 'ab',
  finish: 'stop',
  toolCalls: [],
  costUsd: null,
  ttftMs: null,
  latencyMs: null,
  outputTokens: null,
  vars: {},
  tools: [],
};
const graded = (spec: AssertionSpec) => {
  const [result] = gradeOutput([spec], null, output).assertions;
  assert.ok(result);
  return result;
};
const NOTE: JudgeNote = { prompt: 'p', version: 'v', model: 'm', costUsd: 0.1, paidUsd: 0, quotes: [], calibrated: false };

describe('the result of an assertion', () => {
  it('has its type as written, its weight and its metric', () => {
    const { type, weight, metric } = graded({ type: 'not-contains', value: 'z', weight: 0.5, metric: 'tone' });
    assert.deepEqual([type, weight, metric], ['not-contains', 0.5, 'tone']);
    const plain = graded({ type: 'contains', value: 'a' });
    assert.deepEqual([plain.weight, 'metric' in plain, 'error' in plain], [1, false, false]);
  });

  it('is neither a pass nor points where it cannot be graded', () => {
    const errors: AssertionSpec[] = [
      { type: 'contains' },
      { type: 'no-such' },
      { type: 'llm-rubric', value: 'x' },
      { type: 'cost', threshold: 1 },
      { type: 'llm-rubric', value: 'x', outside: { error: 'Down.' } },
      { type: 'not-llm-rubric', value: 'x', outside: { error: 'Down.', judge: NOTE } },
    ];
    for (const spec of errors) {
      const { pass, score, error } = graded(spec);
      assert.deepEqual([pass, score, error], [false, 0, true], spec.type);
    }
  });

  it('says what is not known', () => {
    const { reason } =
      gradeOutput([{ type: 'finish-reason', value: 'stop' }], null, { ...output, finish: null }).assertions[0] ?? assert.fail();
    assert.equal(reason, 'The provider reported no finish reason.');
  });

  it('looks for a refusal where an answer begins, in 700 characters', () => {
    const isRefused = (text: string): boolean =>
      gradeOutput([{ type: 'is-refusal' }], null, { ...output, output: text }).verdict === 'pass';
    assert.deepEqual([isRefused(`${'x '.repeat(340)}. I cannot help.`), isRefused(`${'x '.repeat(350)}. I cannot help.`)], [true, false]);
    assert.equal(isRefused(`${' '.repeat(700)}I cannot.`), true);
  });

  it('of a judge is the judge’s, turned round by not-, with what is known about the judge', () => {
    const grade = { pass: true, score: 0.75, reason: 'Fits.' };
    const plain = graded({ type: 'llm-rubric', value: 'x', outside: { grade } });
    assert.deepEqual(plain, { type: 'llm-rubric', weight: 1, ...grade });
    const turned = graded({ type: 'not-llm-rubric', value: 'x', outside: { grade, judge: NOTE } });
    assert.deepEqual([turned.pass, turned.score, turned.judge], [false, 0.25, NOTE]);
    assert.deepEqual(graded({ type: 'llm-rubric', value: 'x', outside: { error: 'Down.', judge: NOTE } }).judge, NOTE);
  });

  it('of a set is that of its members: their scores weighed, an error of one an error of all', () => {
    const a: AssertionSpec = { type: 'contains', value: 'a', weight: 3 };
    const z: AssertionSpec = { type: 'contains', value: 'z' };
    const set = graded({ type: 'assert-set', assert: [a, z] });
    assert.deepEqual([set.pass, set.score, set.error, set.members?.length], [false, 0.75, undefined, 2]);
    const turned = graded({ type: 'not-assert-set', assert: [a, z] });
    assert.deepEqual([turned.pass, turned.score, turned.members?.length], [true, 0.25, 2]);
    for (const type of ['assert-set', 'not-assert-set']) {
      const { pass, score, error } = graded({ type, assert: [a, { type: 'contains' }] });
      assert.deepEqual([pass, score, error], [false, 0.75, true], type);
    }
  });

  it('of nothing that weighs anything is unjudged, without points', () => {
    const { verdict, score } = gradeOutput([{ type: 'contains', value: 'z', weight: 0 }], null, output);
    assert.deepEqual([verdict, score], ['unjudged', null]);
    assert.deepEqual(gradeOutput([], null, output), { verdict: 'unjudged', score: null, assertions: [] });
  });
});

describe('what is wrong with an assertion as written', () => {
  const codes: readonly (readonly [AssertionSpec, string | null])[] = [
    [{ type: 'contains', value: 'a' }, null],
    [{ type: 'contains' }, 'assert/invalid'],
    [{ type: 'assert-set', assert: [] }, 'assert/invalid'],
    [{ type: 'not-assert-set' }, 'assert/invalid'],
    [{ type: 'not-assert-set', assert: [{ type: 'contains', value: 'a' }] }, null],
    [{ type: 'javascript', value: 'true' }, null],
    [{ type: 'not-python', value: ' ' }, 'assert/invalid'],
    [{ type: 'javascript', value: 4 }, 'assert/invalid'],
    [{ type: 'llm-rubric', value: 'polite' }, null],
    [{ type: 'not-moderation' }, 'assert/not-supported'],
    [{ type: 'trace-error-spans' }, 'assert/not-supported'],
    [{ type: 'trajectory:goal-success' }, 'assert/not-supported'],
    [{ type: 'contrace-x' }, 'assert/unknown-type'],
    [{ type: 'tracer' }, 'assert/unknown-type'],
    [{ type: 'knot-contains', value: 'a' }, 'assert/unknown-type'],
    [{ type: '' }, 'assert/unknown-type'],
  ];
  for (const [spec, code] of codes) it(`${JSON.stringify(spec)}: ${code}`, () => assert.equal(problemOf(spec)?.code ?? null, code));

  it('a regular expression must be one, unless a variable stands in it', () => {
    assert.match(problemOf({ type: 'regex', value: '(' })?.message ?? '', /^This regular expression is invalid: .*\(/);
    assert.deepEqual([problemOf({ type: 'regex', value: '({{x}}' }), problemOf({ type: 'regex', value: 'a' })], [null, null]);
  });

  it('types are known that are graded, and those that are not graded yet', () => {
    const known = ['assert-set', 'not-contains', 'llm-rubric', 'python', 'moderation', 'trace-x'];
    assert.deepEqual([...known, 'nope', 'set'].map(isKnownType), [...known.map(() => true), false, false]);
  });

  it('an unknown type is answered with the nearest one, else with those that are known', () => {
    assert.equal(problemOf({ type: 'not-containz' })?.hint, 'Did you mean `not-contains`?');
    const hint = problemOf({ type: 'quality-of-tone' })?.hint ?? '';
    for (const name of ['contains', 'word-count', 'llm-rubric', 'pairwise', 'javascript']) assert.ok(hint.includes(`${name}, `), name);
    assert.equal(
      problemOf({ type: 'moderation' })?.message,
      'The assertion type `moderation` is not supported: it needs a provider of a moderation service, such as openai:moderation.',
    );
  });
});

describe('code of an assertion', () => {
  const job = (value: JsonValue | undefined, threshold?: number): CodeJob =>
    codeJob(
      'javascript',
      { type: 'javascript', ...(value === undefined ? {} : { value }), ...(threshold === undefined ? {} : { threshold }) },
      'out',
      { x: 1 },
      'in',
    );

  it('is an expression, a file, or a function of a file', () => {
    const sources: readonly (readonly [JsonValue | undefined, CodeJob['source']])[] = [
      [' output.length > 3 ', { code: 'output.length > 3' }],
      ['file://checks/a.js', { file: 'checks/a.js', name: null }],
      ['file://checks/a.js:isShort', { file: 'checks/a.js', name: 'isShort' }],
      ['file://a.js:_2', { file: 'a.js', name: '_2' }],
      ['file://a.js:2x', { file: 'a.js:2x', name: null }],
      ['file://a.js:x-y', { file: 'a.js:x-y', name: null }],
      ['// file://a.js', { code: '// file://a.js' }],
      [4, { code: '' }],
      [undefined, { code: '' }],
    ];
    for (const [value, source] of sources) assert.deepEqual(job(value).source, source, JSON.stringify(value));
  });

  it('sees the output, the variables, the prompt, and the threshold where there is one', () => {
    assert.deepEqual(job('true'), {
      language: 'javascript',
      source: { code: 'true' },
      output: 'out',
      context: { vars: { x: 1 }, prompt: 'in' },
    });
    assert.deepEqual(job('true', 0).context, { vars: { x: 1 }, prompt: 'in', threshold: 0 });
  });

  const grades: readonly (readonly [JsonValue, number | undefined, boolean, number])[] = [
    [true, undefined, true, 1],
    [false, undefined, false, 0],
    [0.5, undefined, true, 0.5],
    [0, undefined, false, 0],
    [7, undefined, true, 1],
    [-1, undefined, false, 0],
    [0.5, 0.5, true, 0.5],
    [0.4, 0.5, false, 0.4],
    [0, 0, true, 0],
    [{ pass: true }, undefined, true, 1],
    [{ pass_: false }, undefined, false, 0],
    [{ pass: false, pass_: true }, undefined, false, 0],
    [{ pass: true, score: 0.3 }, undefined, true, 0.3],
    [{ pass: true, score: 0.3 }, 0.3, true, 0.3],
    [{ pass: true, score: 0.3 }, 0.4, false, 0.3],
    [{ pass: true }, 0.4, true, 1],
    [{ pass: false, score: 9 }, 0.4, false, 1],
    [{ score: 0.2 }, undefined, true, 0.2],
    [{ score: 0.2 }, 0.3, false, 0.2],
    [{ score: 0.2, pass: 'yes' }, undefined, true, 0.2],
  ];
  for (const [value, threshold, pass, score] of grades) {
    it(`${JSON.stringify(value)} with the threshold ${threshold} is a ${pass ? 'pass' : 'fail'} of ${score}`, () => {
      const grade = codeGrade(value, { type: 'javascript', ...(threshold === undefined ? {} : { threshold }) });
      assert.deepEqual([grade.pass, grade.score], [pass, score]);
    });
  }

  it('gives its own reason, else one that says what it returned', () => {
    const reason = (value: JsonValue, threshold?: number): string =>
      codeGrade(value, { type: 'javascript', ...(threshold === undefined ? {} : { threshold }) }).reason;
    assert.equal(reason({ pass: true, reason: 'Short.' }), 'Short.');
    assert.equal(reason({ score: 0.5, reason: 'So so.' }), 'So so.');
    assert.deepEqual([reason(true), reason({ pass: true }), reason({ pass: true, reason: '' })], Array(3).fill('The code returned true.'));
    assert.deepEqual([reason(false), reason({ pass: false, reason: 4 })], Array(2).fill('The code returned false.'));
    assert.match(reason(0.5), /returned 0\.5; more than 0 passes/);
    assert.match(reason({ score: 0.5 }, 0.25), /returned 0\.5; at least 0\.25 passes/);
  });

  it('that returns anything else is an error that shows it', () => {
    for (const value of [null, 'yes', [true], {}, { pass: 'yes' }, { score: '1' }, Number.NaN, Infinity] as JsonValue[])
      assert.throws(() => codeGrade(value, { type: 'python' }), /^CannotGrade: `python` must return/, JSON.stringify(value));
    assert.throws(() => codeGrade('x'.repeat(200), { type: 'python' }), /not "x{79}\.$/);
    assert.throws(() => codeGrade(undefined as unknown as JsonValue, { type: 'python' }), /not nothing\.$/);
  });
});

describe('grades from outside', () => {
  const subject: Subject = { output: 'out', vars: { name: 'Ana' }, expected: null, input: 'in', context: null };
  const jobs: CodeJob[] = [];
  const running = (result: () => JsonValue): CodeRunner => ({
    run: (job) => {
      jobs.push(job);
      return Promise.resolve().then(result);
    },
  });
  const graders = (over: Partial<ExternalGraders> = {}): ExternalGraders => ({
    judging: null,
    code: running(() => 0.5),
    compare: () => assert.fail('Nothing is to be compared.'),
    ...over,
  });
  beforeEach(() => jobs.splice(0));

  it('are given to what needs them, in sets too, under the name that stands there', async () => {
    const specs: AssertionSpec[] = [
      { type: 'contains', value: 'a' },
      { type: 'not-javascript', value: 'x > 1', threshold: 0.5 },
      {
        type: 'assert-set',
        assert: [
          { type: 'assert-set', assert: [{ type: 'python', value: 'x' }] },
          { type: 'equals', value: 'b' },
        ],
      },
      { type: 'assert-set', assert: [{ type: 'equals', value: 'b' }] },
    ];
    const outside = { grade: { pass: true, score: 0.5, reason: 'The code returned 0.5; at least 0.5 passes.' } };
    const inSet = { grade: { pass: true, score: 0.5, reason: 'The code returned 0.5; more than 0 passes.' } };
    assert.deepEqual(await gradeExternally(specs, subject, graders()), [
      specs[0],
      { ...specs[1], outside },
      {
        type: 'assert-set',
        assert: [
          { type: 'assert-set', assert: [{ type: 'python', value: 'x', outside: inSet }] },
          { type: 'equals', value: 'b' },
        ],
      },
      specs[3],
    ]);
    assert.deepEqual(
      jobs.map(({ language, output: seen, context }) => [language, seen, context['vars'], context['prompt']]),
      [
        ['javascript', 'out', { name: 'Ana' }, 'in'],
        ['python', 'out', { name: 'Ana' }, 'in'],
      ],
    );
  });

  it('put variables into the path of a file, never into code', async () => {
    const values = ['"{{name}}"', 'file://{{name}}.js', 4];
    await gradeExternally(
      values.map((value) => ({ type: 'javascript', value })),
      subject,
      graders(),
    );
    await gradeExternally([{ type: 'python', value: 'file://{{name}}.py' }], subject, graders());
    assert.deepEqual(
      jobs.map(({ source }) => source),
      [{ code: '"{{name}}"' }, { file: 'Ana.js', name: null }, { code: '' }, { file: '{{name}}.py', name: null }],
    );
  });

  it('are errors where nothing may run or judge, or the code fails in a way that is known', async () => {
    const error = async (spec: AssertionSpec, over: Partial<ExternalGraders>): Promise<unknown> =>
      (await gradeExternally([spec], subject, graders(over)))?.[0]?.outside;
    const code: AssertionSpec = { type: 'javascript', value: 'x' };
    assert.match(JSON.stringify(await error(code, { code: null })), /^\{"error":".*trusted/);
    assert.match(JSON.stringify(await error({ type: 'llm-rubric', value: 'x' }, {})), /^\{"error":"Judges are not available here/);
    assert.match(JSON.stringify(await error(code, { code: running(() => 'text') })), /^\{"error":"`javascript` must return/);
    const thrown = running(() => {
      throw new HumanError('code/late', 'Took too long.');
    });
    assert.deepEqual(await error(code, { code: thrown }), { error: 'Took too long.' });
    const broken = running(() => {
      throw new TypeError('a bug');
    });
    await assert.rejects(error(code, { code: broken }), /a bug/);
  });

  it('of the answers of all candidates come from where these are', async () => {
    const judging = {} as NonNullable<ExternalGraders['judging']>;
    const seen: AssertionSpec[] = [];
    const compare = (spec: AssertionSpec) => {
      seen.push(spec);
      return Promise.resolve({ error: 'One candidate.' });
    };
    const specs: AssertionSpec[] = [{ type: 'not-select-best', value: 'x' }];
    assert.deepEqual(await gradeExternally(specs, subject, graders({ judging, compare })), [
      { ...specs[0], outside: { error: 'One candidate.' } },
    ]);
    assert.deepEqual(seen, [{ type: 'select-best', value: 'x' }]);
  });

  it('of a run that was stopped are none at all', async () => {
    const judging = {} as NonNullable<ExternalGraders['judging']>;
    const stopped = graders({ judging, compare: () => Promise.resolve(STOPPED) });
    const compared: AssertionSpec = { type: 'pairwise', value: 'x' };
    assert.equal(await gradeExternally([{ type: 'equals', value: 'a' }, compared], subject, stopped), null);
    assert.equal(await gradeExternally([{ type: 'assert-set', assert: [compared] }], subject, stopped), null);
    assert.deepEqual(await gradeExternally([], subject, stopped), []);
  });
});

describe('JSON in prose', () => {
  const found: readonly (readonly [string, readonly JsonValue[]])[] = [
    ['', []],
    ['plain', []],
    ['a [1] b {"x":[2,{}]} c', [[1], { x: [2, {}] }]],
    ['[1]{"a":1}', [[1], { a: 1 }]],
    ['{"a":"}"} [2]', [{ a: '}' }, [2]]],
    ['{"a":"\\"}"}', [{ a: '"}' }]],
    ['{"a":"\\\\"} [3]', [{ a: '\\' }, [3]]],
    ['{x [1]', [[1]]],
    ['{"a": [1], oops} {"b":2}', [[1], { b: 2 }]],
    ['[[1', []],
    ['] [1]', [[1]]],
    ['{]', []],
    ['[1', []],
  ];
  for (const [text, values] of found) it(JSON.stringify(text), () => assert.deepEqual(jsonValuesIn(text), values));

  it('is searched until 200 brackets have opened nothing', () => {
    assert.deepEqual(jsonValuesIn('{ '.repeat(199) + '[1]'), [[1]]);
    assert.deepEqual(jsonValuesIn('{ '.repeat(200) + '[1]'), []);
    assert.deepEqual(jsonValuesIn('[1] '.repeat(300)).length, 300);
  });
});

describe('lists as text', () => {
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['a, b ,c', ['a', 'b', 'c']],
    ['"b, c", d', ['b, c', 'd']],
    [' "a" , "b"', ['a', 'b']],
    ['"say \\"hi\\", twice"', ['say "hi", twice']],
    ['two words', ['two words']],
    ['a,,b', ['a', '', 'b']],
    ['', []],
  ];
  for (const [text, items] of lists) it(JSON.stringify(text), () => assert.deepEqual(splitList(text), items));
});
