/** The parts of judging, each by itself: what a judge may see, what its verdict means, what people said, what it costs. */
import assert from 'node:assert/strict';
import type { AssertionResult, AssertionSpec, JudgeNote } from '../../src/core/grade/assertion.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import { fenced } from '../../src/core/judge/fence.ts';
import { judgeCosts } from '../../src/core/judge/judge-costs.ts';
import { verdictText, readableJson, verdictTexts, type Subject } from '../../src/core/judge/judge-kind.ts';
import { judgeKindOf, judgeKinds } from '../../src/core/judge/judge-kinds.ts';
import { choiceVars } from '../../src/core/judge/kinds/choices.ts';
import { similarityMetric, similarGrade, similarity, vectorOf } from '../../src/core/judge/kinds/similar.ts';
import { readVerdict } from '../../src/core/judge/verdict.ts';
import { subjectOf } from '../../src/core/run/subject.ts';
import { builtInOf, choicesOf, evaluatorOf, surprisingPass } from '../../src/core/grade/choice-evaluator.ts';
import { isJudged, judgedProblem, wantedTexts } from '../../src/core/grade/judged-types.ts';

const subject = (over: Partial<Subject> = {}): Subject => ({
  output: 'out',
  vars: {},
  expected: null,
  input: 'in',
  context: 'ctx',
  ...over,
});
const kind = (type: string) => judgeKindOf(type) ?? assert.fail(type);

describe('what a judge may see', () => {
  const message = (role: string, text: string) => ({ role, content: [{ text }] }) as never;
  const of = (vars: JsonObject, context?: readonly string[], messages: readonly never[] = [], expected?: JsonValue) =>
    subjectOf(
      { vars, ...(expected === undefined ? {} : { expected }) },
      { output: 'o', ...(context === undefined ? {} : { context }) },
      { messages },
    );

  it('is the output, the variables, what is expected, and the last thing the user said', () => {
    const talk = [message('system', 's'), message('user', 'first'), message('user', 'last'), message('model', 'm')];
    assert.deepEqual(of({ x: 1 }, undefined, talk, { a: 1 }), {
      output: 'o',
      vars: { x: 1 },
      expected: { a: 1 },
      input: 'last',
      context: null,
    });
    assert.deepEqual([of({}).input, of({}).expected, of({}, undefined, [message('system', 's')]).input], ['', null, '']);
  });

  it('has the context that was retrieved, else that of the case', () => {
    assert.equal(of({ context: 'own' }, ['a', 'b']).context, 'a\n\nb');
    assert.equal(of({ context: 'own' }, []).context, 'own');
    assert.equal(of({ context: ['x', { y: 1 }] }).context, 'x\n\n{\n  "y": 1\n}');
    assert.equal(of({ context: 4 }).context, '4');
    assert.equal(of({ toString: 'x' }).context, null);
  });

  it('reads values as text, and texts out of a verdict', () => {
    assert.deepEqual(
      [readableJson(undefined), readableJson(null), readableJson('x'), readableJson(0), readableJson([1])],
      ['', '', 'x', '0', '[\n  1\n]'],
    );
    assert.deepEqual([verdictText({ a: 'x' }, 'a'), verdictText({ a: 1 }, 'a'), verdictText({}, 'a')], ['x', '', '']);
    assert.deepEqual([verdictTexts({ a: ['x', 1, 'y'] }, 'a'), verdictTexts({ a: 'x' }, 'a'), verdictTexts({}, 'a')], [['x', 'y'], [], []]);
  });

  it('stands between marks of its own hash', () => {
    const hash = (text: string): string => `${text.length}-${'0123456789abcdef'.repeat(2)}`;
    // "judged", a zero and "hello" are 12 characters; 16 of the hash are the mark.
    assert.equal(fenced('hello', hash), '<<<DATA 12-0123456789abc\nhello\n12-0123456789abc DATA>>>');
  });

  it('is named by kind: the author’s words trusted, all else judged', () => {
    const spec: AssertionSpec = { type: 't', value: { a: 1 } };
    const value = '{\n  "a": 1\n}';
    const vars = (type: string) => kind(type).vars({ ...spec, type }, subject(), 'told');
    assert.deepEqual(vars('llm-rubric'), { trusted: { rubric: 'told' }, judged: { output: 'out', input: 'in' } });
    assert.deepEqual(vars('model-graded-closedqa'), { trusted: { criterion: 'told' }, judged: { output: 'out', input: 'in' } });
    assert.deepEqual(vars('factuality'), { trusted: {}, judged: { output: 'out', input: 'in', reference: value } });
    assert.deepEqual(vars('context-faithfulness'), { trusted: {}, judged: { output: 'out', input: 'in', context: 'ctx' } });
    assert.deepEqual(vars('context-recall'), { trusted: {}, judged: { reference: value, context: 'ctx' } });
    for (const type of ['context-faithfulness', 'context-recall'])
      assert.throws(() => kind(type).vars(spec, subject({ context: null }), 'told'), /needs the context/);
    for (const [type, { prompt }] of Object.entries(judgeKinds))
      assert.equal(prompt, type.replace('model-graded-factuality', 'factuality'));
  });
});

describe('what a verdict means', () => {
  const read = (type: string, verdict: JsonObject, threshold?: number) => {
    const { pass, score, reason, quotes } = kind(type).read(verdict, { type, ...(threshold === undefined ? {} : { threshold }) });
    return [pass, score, reason, quotes];
  };

  it('of a rubric: its score, else 1 or 0, and a threshold that it must reach', () => {
    assert.deepEqual(read('llm-rubric', { verdict: 'pass', reason: 'r', quotes: ['q'] }), [true, 1, 'r', ['q']]);
    assert.deepEqual(read('llm-rubric', { verdict: 'fail', score: 0.4, reason: 'r' }), [false, 0.4, 'r', []]);
    assert.deepEqual(read('llm-rubric', { verdict: 'fail', score: '1' }), [false, 0, '', []]);
    assert.deepEqual(read('llm-rubric', { verdict: 'pass', score: 0.6 }, 0.6), [true, 0.6, '', []]);
    assert.deepEqual(read('llm-rubric', { verdict: 'pass', score: 0.6 }, 0.7), [false, 0.6, '', []]);
    assert.throws(() => read('llm-rubric', { verdict: 'unknown', reason: 'why' }), /was undecided: why/);
    assert.throws(() => read('llm-rubric', { verdict: 'PASS', score: 1 }), /answered verdict "PASS", which is not pass, fail, unknown/);
  });

  it('of a closed question', () => {
    assert.deepEqual(read('model-graded-closedqa', { verdict: 'pass', reason: 'r', quotes: ['q'] }), [true, 1, 'r', ['q']]);
    assert.deepEqual(read('model-graded-closedqa', { verdict: 'fail', reason: 'r' }), [false, 0, 'r', []]);
    assert.throws(() => read('model-graded-closedqa', { verdict: 'unknown', reason: 'why' }), /was undecided: why/);
    assert.throws(() => read('model-graded-closedqa', { reason: 'why' }), /answered verdict null, which is not pass, fail, unknown/);
  });

  it('of facts: its relation in words', () => {
    assert.deepEqual(read('factuality', { relation: 'contradicts', reason: 'r', quotes: ['q'] }), [
      false,
      0,
      'The answer contradicts the reference. r',
      ['q'],
    ]);
    assert.deepEqual(read('factuality', { relation: 'same', reason: '' }), [true, 1, 'The answer says the same as the reference.', []]);
    for (const relation of ['other', 'constructor', '', null])
      assert.throws(
        () => read('factuality', { relation, reason: 'r' }),
        /answered relation .*, which is not subset, .*unknown\. List these/,
      );
  });

  it('of statements: the share that is supported, one example of what is not', () => {
    const statements = [
      { text: 'a', supported: true },
      { text: 'b', reason: 'rb', supported: 'yes' },
      { text: 'c', supported: false },
      'no factual statements',
    ];
    const [pass, score, reason, quotes] = read('context-recall', { statements });
    assert.deepEqual([pass, Number(score).toFixed(4), quotes], [false, '0.3333', []]);
    assert.equal(reason, 'The context supports 1 of 3 statements. Unsupported: “b”: rb');
    assert.equal(read('context-faithfulness', { statements }, 1 / 3)[0], true);
    assert.equal(read('context-faithfulness', { statements }, 0.34)[0], false);
    const all = read('context-faithfulness', { statements: [{ text: 'a', supported: true }] });
    assert.deepEqual(all, [true, 1, 'The context supports 1 of 1 statements.', []]);
    for (const verdict of [{ statements: [] }, {}, { statements: 'x' }]) {
      assert.throws(() => read('context-recall', verdict), /no statement of fact in the reference, so nothing was checked/);
      assert.throws(() => read('context-faithfulness', verdict, 0), /no statement of fact in the answer, so nothing was checked/);
    }
  });

  it('is read only from JSON that stands alone, or alone in a code block', () => {
    const schema = { type: 'object', required: ['a'] };
    for (const output of ['{"a":1}', '  {"a":1}\n', '```json\n{"a":1}\n```', '```\n{\n"a":1}\n```', ' ```json {"a":1} ``` '])
      assert.deepEqual(readVerdict(output, schema), { verdict: { a: 1 } }, output);
    for (const output of ['x {"a":1}', 'x\n```json\n{"a":1}\n```', '```json\n{"a":1}\n```\nx', '```yaml\n{"a":1}\n```', '[1]', 'null'])
      assert.deepEqual(readVerdict(output, schema), { problem: 'it is not JSON' }, output);
    const { problem } = readVerdict('{"b":1}', schema) as { problem: string };
    assert.match(problem, /a/);
    assert.doesNotMatch(problem, /not JSON/);
  });
});

describe('which types a model grades, and what they need', () => {
  it('are known by name', () => {
    for (const type of [
      'llm-rubric',
      'answer-relevance',
      'similar',
      'similar:dot',
      'select-best',
      'pairwise',
      'llm',
      'github/fluency',
      'github/similarity',
      'github/coherence',
      'github/relevance',
      'github/groundedness',
    ])
      assert.equal(isJudged(type), true, type);
    for (const type of ['contains', 'github/other', 'similar:manhattan', '', 'toString', 'github-fluency'])
      assert.equal(isJudged(type), false, type);
    assert.equal(judgeKindOf('toString'), null);
  });

  const llm = (value: JsonValue): AssertionSpec => ({ type: 'llm', value });
  const problems: readonly (readonly [AssertionSpec, RegExp | null])[] = [
    [{ type: 'llm-rubric', value: 'x' }, null],
    [{ type: 'llm-rubric', value: 'x', threshold: 1 }, null],
    [{ type: 'llm-rubric', value: 'x', threshold: 1.1 }, /`llm-rubric` must be a score from 0 to 1/],
    [{ type: 'llm-rubric' }, /needs a `value`/],
    [{ type: 'model-graded-closedqa' }, /needs a `value`/],
    [{ type: 'factuality' }, /needs a `value`/],
    [{ type: 'factuality', value: 'x', threshold: 7 }, null],
    [{ type: 'context-recall' }, /needs a `value`/],
    [{ type: 'context-recall', value: 'x', threshold: 2 }, /from 0 to 1/],
    [{ type: 'context-faithfulness' }, null],
    [{ type: 'context-faithfulness', threshold: 2 }, /from 0 to 1/],
    [{ type: 'answer-relevance' }, /needs a `threshold`/],
    [{ type: 'answer-relevance', threshold: 1 }, null],
    [{ type: 'answer-relevance', threshold: 1.5 }, /from 0 to 1/],
    [{ type: 'similar', value: 'a' }, null],
    [{ type: 'similar:dot', value: [] }, /needs a string/],
    [{ type: 'select-best' }, /the criterion for the better answer/],
    [{ type: 'pairwise', value: 'x' }, null],
    [{ type: 'github/fluency' }, null],
    [llm({ llm: { prompt: 'p', choices: [{ choice: 'y', score: 1 }] } }), null],
    [llm({ llm: { prompt: 'p', choices: [] } }), /at least one of `choices`/],
    [llm({ llm: { prompt: 'p', choices: [{ choice: 'y' }] } }), /at least one of `choices`/],
    [llm({ llm: { prompt: 'p' } }), /needs a `prompt` and `choices`/],
    [llm('text'), /needs a `prompt` and `choices`/],
  ];
  for (const [spec, problem] of problems) {
    it(`${JSON.stringify(spec)}: ${problem === null ? 'right' : String(problem)}`, () => {
      const found = judgedProblem(spec, spec.type);
      if (problem === null) assert.equal(found, null);
      else assert.match(found ?? '', problem);
    });
  }
});

describe('choices of .prompt.yml', () => {
  const spec: AssertionSpec = {
    type: 'llm',
    value: {
      llm: {
        modelId: 'a/b',
        systemPrompt: 's',
        prompt: 'p',
        choices: [
          { choice: 'Yes', score: 1 },
          { choice: 2, score: 0.4 },
          { choice: 'no', score: 0 },
          { choice: true, score: 1 },
          { choice: 'x', score: '1' },
          'y',
        ],
      },
    },
  };

  it('are read with the evaluator’s own prompt', () => {
    const choices = [
      { choice: 'Yes', score: 1 },
      { choice: '2', score: 0.4 },
      { choice: 'no', score: 0 },
    ];
    assert.deepEqual(evaluatorOf(spec), { modelId: 'a/b', systemPrompt: 's', prompt: 'p', choices });
    assert.deepEqual(choicesOf(spec), choices);
    const plain = evaluatorOf({ type: 'llm', value: { llm: { modelId: '', systemPrompt: 1, prompt: 'p', choices: [] } } });
    assert.deepEqual([plain?.modelId, plain?.systemPrompt], [null, '']);
    assert.equal(evaluatorOf({ type: 'llm', value: { llm: { modelId: 4, prompt: 'p', choices: [] } } })?.modelId, null);
    for (const value of [{ llm: { prompt: 4, choices: [] } }, { llm: { prompt: 'p', choices: {} } }, { llm: [] }, {}, null])
      assert.equal(evaluatorOf({ type: 'llm', value }), null);
    assert.deepEqual(choicesOf({ type: 'llm' }), []);
  });

  it('of the built-in judges are one to five stars, in quarters', () => {
    assert.deepEqual(
      choicesOf({ type: 'github/fluency' }).map(({ choice, score }) => [choice, score]),
      [
        ['1', 0],
        ['2', 0.25],
        ['3', 0.5],
        ['4', 0.75],
        ['5', 1],
      ],
    );
    assert.deepEqual([builtInOf({ type: 'github/fluency' }), builtInOf({ type: 'llm' })], ['github-fluency', null]);
  });

  it('warn of low marks that pass', () => {
    assert.match(surprisingPass(spec) ?? '', /graded “2” \(0\.4\) passes/);
    assert.match(surprisingPass({ type: 'github/fluency' }) ?? '', /“2” \(0\.25\) passes/);
    const only = (...scores: number[]) =>
      surprisingPass({ type: 'llm', value: { llm: { prompt: 'p', choices: scores.map((score) => ({ choice: `c${score}`, score })) } } });
    assert.deepEqual([only(0, 0.5, 1), only(-1)], [null, null]);
    assert.match(only(0.1, 0.2) ?? '', /“c0\.1” \(0\.1\), “c0\.2” \(0\.2\) passes/);
  });

  it('see the variables as text, and the output as the completion, whatever a variable is called', () => {
    assert.deepEqual(choiceVars(subject({ output: ' o ', vars: { a: 'x', n: 2, completion: 'mine' } })), {
      a: 'x',
      n: '2',
      completion: 'o',
    });
  });
});

describe('similarity', () => {
  it('is the cosine, unless the type names another measure', () => {
    assert.deepEqual(['similar', 'similar:cosine', 'similar:dot', 'similar:euclidean'].map(similarityMetric), [
      'cosine',
      'cosine',
      'dot',
      'euclidean',
    ]);
    assert.equal(similarity('cosine', [3, 4], [6, 8]), 1);
    assert.equal(similarity('cosine', [3, 4], [4, 3]), 24 / 25);
    assert.equal(similarity('dot', [1, 2, 3], [4, 5]), 14);
    assert.equal(similarity('euclidean', [1, 2, 2], [1]), 1 / (1 + Math.sqrt(8)));
  });

  it('of the nearest text is held against the threshold, 0.75 unless it says more', () => {
    const grade = (scores: number[], threshold?: number) =>
      similarGrade(scores, { type: 'similar', ...(threshold === undefined ? {} : { threshold }) }, ['one', 'two']);
    assert.deepEqual(grade([0.2, 0.75]), { pass: true, score: 0.75, reason: 'The similarity 0.75 to “two”, at least 0.75.' });
    assert.deepEqual(grade([0.74, 0.2]), { pass: false, score: 0.74, reason: 'Expected a similarity 0.74 to “one”, at least 0.75.' });
    assert.deepEqual([grade([0.5], 0.5).pass, grade([-1]).score, grade([11]).score], [true, 0, 1]);
    assert.match(grade([0.1, 0.2, 0.9]).reason, /to “”/);
  });

  it('is of one text, commas and all, or of several', () => {
    const of = (value?: JsonValue) => wantedTexts({ type: 'similar', ...(value === undefined ? {} : { value }) });
    assert.deepEqual([of('a, b'), of(4), of(['a', 5, { x: 1 }]), of(), of(true), of({ a: 1 })], [['a, b'], ['4'], ['a', '5'], [], [], []]);
    assert.deepEqual(
      [vectorOf('[1,0.5]'), vectorOf('[]'), vectorOf('[1,"2"]'), vectorOf('{}'), vectorOf('x')],
      [[1, 0.5], null, null, null, null],
    );
  });
});

describe('what judgements cost together', () => {
  const GRADED: AssertionResult = { type: 't', weight: 1, pass: true, score: 1, reason: '' };
  const note = (costUsd: number | null, paidUsd: number | null): JudgeNote => ({ costUsd, paidUsd }) as JudgeNote;
  const result = (judge?: JudgeNote, members?: AssertionResult[]): AssertionResult => ({
    ...GRADED,
    ...(judge === undefined ? {} : { judge }),
    ...(members === undefined ? {} : { members }),
  });

  it('is a sum over all members, unknown when one is', () => {
    assert.deepEqual(judgeCosts([result(), result(undefined, [result()])]), {});
    assert.deepEqual(judgeCosts([result(note(1, 0.5)), result(undefined, [result(note(2, 0)), result(undefined, [result(note(4, 1))])])]), {
      judgeCostUsd: 7,
      judgePaidUsd: 1.5,
    });
    assert.deepEqual(judgeCosts([result(note(null, 0)), result(note(1, 1))]), { judgeCostUsd: null, judgePaidUsd: 1 });
    assert.deepEqual(judgeCosts([result(note(1, 0)), result(note(null, null))]), { judgeCostUsd: null, judgePaidUsd: null });
  });
});
