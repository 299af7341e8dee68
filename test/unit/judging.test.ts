/** Asking a judge, step by step: what it is asked, what an answer costs, and answers that are compared. */
import assert from 'node:assert/strict';
import { ConfigurationError, HumanError, ProviderError } from '../../src/core/errors.ts';
import type { AssertionSpec, OutsideGrade } from '../../src/core/grade/assertion.ts';
import { AnswersToCompare } from '../../src/core/judge/compare-answers.ts';
import { judgeAssertion, STOPPED, type JudgingContext } from '../../src/core/judge/judge.ts';
import type { Subject } from '../../src/core/judge/judge-kind.ts';
import type { Judge } from '../../src/core/judge/judges-port.ts';
import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import type { Answered } from '../../src/core/run/calls/ask.ts';
import type { Question } from '../../src/core/run/calls/question.ts';
import type { Plan } from '../../src/core/run/plan.ts';

/** What a judge says: an object as JSON, text as it is, null: the run was stopped, an error: it is thrown. */
type Says = JsonValue | Error;

interface Bench {
  readonly context: JudgingContext;
  readonly asked: Question[];
  /** Names of judges, in the order in which they were wanted. */
  readonly wanted: string[];
  /** What was put into the judge's prompt. */
  readonly inputs: JsonObject[];
}

interface Given {
  readonly says?: readonly Says[];
  readonly costs?: readonly (number | null)[];
  readonly reused?: readonly boolean[];
  readonly schema?: JsonObject | null;
  readonly renders?: { readonly problem: string } | 'nothing';
}

const SAMPLE = { candidate: 'a', case: 'c', repeat: 2 };
const hash = (): string => 'f'.repeat(64);
const fenced = (text: string): string => `<<<DATA ${'f'.repeat(16)}\n${text}\n${'f'.repeat(16)} DATA>>>`;

/** Answers are given in turn, the last one again and again. */
function bench({ says = [], costs = [1], reused = [], schema = { type: 'object' }, renders }: Given): Bench {
  const [asked, wanted, inputs]: [Question[], string[], JsonObject[]] = [[], [], []];
  const judge = (name: string): Promise<Judge> => {
    wanted.push(name);
    return Promise.resolve({
      name,
      version: `${name}@1`,
      document: { output: { schema } },
      partials: [],
      client: { id: 'judge:m' },
      parameters: { temperature: 0 },
    } as unknown as Judge);
  };
  const context: JudgingContext = {
    judges: { judge, inline: () => judge('inline'), embedder: () => Promise.resolve({ id: 'embed:m' } as never) },
    evaluator: {
      render: ({ data }) => {
        inputs.push(...data.map(({ input }) => input));
        if (renders === 'nothing') return Promise.resolve([]);
        return Promise.resolve([renders ?? { request: { messages: [], tools: [], output: {} } as never }]);
      },
    },
    hash,
    question: { repeat: 2, sample: SAMPLE, attempts: [] },
    ask: (question) => {
      const i = asked.push(question) - 1;
      const said = says[Math.min(i, says.length - 1)] ?? null;
      if (said === null) return Promise.resolve(null);
      if (said instanceof Error) return Promise.reject(said);
      return Promise.resolve({
        key: 'k',
        response: { output: typeof said === 'string' ? said : JSON.stringify(said) },
        reused: reused[i] ?? false,
        costUsd: costs[Math.min(i, costs.length - 1)] ?? null,
      } as Answered);
    },
  };
  return { context, asked, wanted, inputs };
}

const subject: Subject = { output: 'good day', vars: { who: 'Ana' }, expected: null, input: 'greet', context: null };
const RUBRIC: AssertionSpec = { type: 'llm-rubric', value: 'greets {{who}}' };
const PASS = { verdict: 'pass', reason: 'r', score: 0.9, quotes: ['good', 'bad'] };
const judged = (given: Given, spec = RUBRIC, of = subject) => judgeAssertion(spec, of, bench(given).context);
function known(found: OutsideGrade | typeof STOPPED): {
  error?: string;
  grade?: { pass: boolean; score: number; reason: string };
  judge?: JsonObject;
} {
  assert.ok(found !== STOPPED, 'stopped');
  return found as never;
}

describe('asking a judge', () => {
  it('fills the rubric in, sets apart what is judged, and notes who judged for how much', async () => {
    const { context, asked, wanted, inputs } = bench({ says: [PASS], costs: [0.5] });
    const { grade, judge } = known(await judgeAssertion(RUBRIC, { ...subject, input: '' }, context));
    assert.deepEqual([wanted, inputs], [['llm-rubric'], [{ rubric: 'greets Ana', output: fenced('good day'), input: '' }]]);
    const { client, parameters, version, repeat, isOutput, sample } = asked[0] ?? assert.fail();
    assert.deepEqual(
      [client.id, parameters, version, repeat, isOutput, sample],
      ['judge:m', { temperature: 0 }, 'llm-rubric@1', 2, false, SAMPLE],
    );
    assert.deepEqual([grade?.pass, grade?.score, grade?.reason], [true, 0.9, 'r']);
    assert.deepEqual(judge, {
      prompt: 'llm-rubric',
      version: 'llm-rubric@1',
      model: 'judge:m',
      costUsd: 0.5,
      paidUsd: 0.5,
      quotes: [
        { text: 'good', found: true },
        { text: 'bad', found: false },
      ],
      calibrated: false,
    });
  });

  it('asks a second time as another sample, and pays for both', async () => {
    const { context, asked } = bench({ says: ['no JSON', PASS], costs: [1, 2], reused: [true, false] });
    const { grade, judge } = known(await judgeAssertion(RUBRIC, subject, context));
    assert.deepEqual(
      [grade?.pass, asked.map(({ repeat }) => repeat), judge?.['costUsd'], judge?.['paidUsd']],
      [true, [2, 1_000_002], 3, 2],
    );
    const never = bench({ says: ['no JSON'] });
    const { error } = known(await judgeAssertion(RUBRIC, subject, never.context));
    assert.equal(error, 'The judge llm-rubric gave no verdict that can be read, twice: it is not JSON.');
    assert.equal(never.asked.length, 2);
  });

  it('does not know the sum when one price is not known', async () => {
    const cost = async (costs: (number | null)[], reused: boolean[] = []) => {
      const { judge } = known(await judged({ says: ['no JSON', PASS], costs, reused }));
      return [judge?.['costUsd'], judge?.['paidUsd']];
    };
    assert.deepEqual(await cost([null, 1]), [null, null]);
    assert.deepEqual(await cost([1, null]), [null, null]);
    assert.deepEqual(await cost([null, 1], [true]), [null, 1]);
    assert.deepEqual(await cost([1, 2], [true, true]), [3, 0]);
  });

  it('tells a stop from a failure, and a failure with what to do', async () => {
    assert.equal(await judged({ says: [null] }), STOPPED);
    assert.equal(await judged({ says: [new ProviderError('aborted', 'x')] }), STOPPED);
    const error = async (thrown: Error) => known(await judged({ says: [thrown] })).error;
    assert.equal(await error(new ProviderError('server', 'Down.', 500, null, 'Try later.')), 'The judge did not answer: Down. Try later.');
    assert.equal(await error(new ProviderError('server', 'Down.')), 'The judge did not answer: Down.');
    assert.equal(await error(new ConfigurationError('x', 'No key.', 'Set it.')), 'The judge did not answer: No key. Set it.');
    assert.equal(await error(new Error('odd')), 'The judge did not answer: odd');
    await assert.rejects(judged({ says: [new HumanError('journal/write', 'Disk full.')] }), /Disk full/);
  });

  it('needs a schema and a prompt that can be rendered', async () => {
    const error = async (given: Given) => known(await judged({ says: [PASS], ...given })).error ?? '';
    assert.match(await error({ schema: null }), /^The judge llm-rubric needs an output schema/);
    assert.match(await error({ renders: { problem: 'no such partial' } }), /no such partial$/);
    assert.match(await error({ renders: 'nothing' }), /not rendered$/);
    assert.match(known(await judged({ says: [PASS] }, { type: 'contains', value: 'x' })).error ?? '', /`contains`/);
  });

  it('reads choices: of a built-in judge, and of the evaluator’s own prompt', async () => {
    const stars = bench({ says: ['Four: 4'] });
    const { grade, judge } = known(await judgeAssertion({ type: 'github/fluency' }, subject, stars.context));
    assert.deepEqual([grade?.score, judge?.['quotes'], stars.wanted], [0.75, [], ['github-fluency']]);
    assert.deepEqual(stars.inputs, [{ who: fenced('Ana'), completion: fenced('good day') }]);
    const own: AssertionSpec = { type: 'llm', value: { llm: { prompt: 'p', choices: [{ choice: 'y', score: 1 }] } } };
    const inline = bench({ says: ['y'] });
    assert.equal(known(await judgeAssertion(own, subject, inline.context)).grade?.pass, true);
    assert.deepEqual(inline.wanted, ['inline']);
    assert.match(known(await judged({ says: ['n'] }, own)).error ?? '', /twice: it has none of the choices\.$/);
    assert.match(known(await judged({ says: ['y'] }, { type: 'llm' })).error ?? '', /has no prompt/);
    assert.equal(await judged({ says: [null] }, own), STOPPED);
  });

  it('compares meanings by vectors of the output and of each text', async () => {
    const similar = bench({
      says: [
        [1, 0],
        [0, 1],
        [3, 4],
      ],
      costs: [0.25],
    });
    const spec: AssertionSpec = { type: 'similar', value: ['far', 'near'], threshold: 0.5 };
    const { grade, judge } = known(await judgeAssertion(spec, subject, similar.context));
    assert.deepEqual(
      [grade?.pass, grade?.score, judge?.['prompt'], judge?.['model'], judge?.['costUsd']],
      [true, 0.6, 'embeddings', 'embed:m', 0.75],
    );
    assert.deepEqual(
      similar.asked.map(({ request, repeat, isOutput, version, parameters }) => [
        request.messages.map(({ role, content }) => [role, content]),
        request.tools,
        request.output,
        repeat,
        isOutput,
        version,
        parameters,
      ]),
      ['good day', 'far', 'near'].map((text) => [
        [['user', [{ text }]]],
        [],
        { format: null, name: null, schema: null, strict: false },
        0,
        false,
        '',
        {},
      ]),
    );
    assert.match(known(await judged({ says: ['no vector'] }, spec)).error ?? '', /^embed:m gave no embedding/);
    assert.equal(await judged({ says: [[1, 0], null] }, spec), STOPPED);
  });

  it('compares what was asked with what is answered', async () => {
    const spec: AssertionSpec = { type: 'answer-relevance', threshold: 0.5 };
    const relevance = bench({ says: [{ questions: ['one?', 'two?'] }, [1, 0], [1, 0], [0, 1]] });
    const { grade, judge } = known(await judgeAssertion(spec, subject, relevance.context));
    assert.deepEqual([grade?.pass, grade?.score, judge?.['prompt'], judge?.['quotes']], [true, 0.5, 'answer-relevance', []]);
    assert.match(grade?.reason ?? '', /similarity of 0\.50, at least 0\.5\.$/);
    assert.deepEqual(relevance.inputs, [{ output: fenced('good day') }]);
    assert.deepEqual(
      relevance.asked.slice(1).map(({ request }) => request.messages[0]?.content),
      ['greet', 'one?', 'two?'].map((text) => [{ text }]),
    );
    const low = known(await judged({ says: [{ questions: ['one?'] }, [1, 0], [-1, 0]] }, spec)).grade;
    assert.deepEqual([low?.pass, low?.score], [false, 0]);
    assert.match(low?.reason ?? '', /at least 0\.5\. It answers: one\?$/);
    assert.equal(known(await judged({ says: [{ questions: ['q'] }, [1, 0], [1, 0]] }, { type: 'answer-relevance' })).grade?.pass, true);
    const evasive = async (threshold: number) =>
      known(await judged({ says: [{ noncommittal: true }] }, { type: 'answer-relevance', threshold })).grade;
    assert.deepEqual([(await evasive(0.1))?.pass, (await evasive(0))?.pass, (await evasive(0))?.score], [false, true, 0]);
    assert.equal(await judged({ says: [null] }, spec), STOPPED);
    assert.equal(await judged({ says: [{ questions: ['q'] }, null] }, spec), STOPPED);
  });
});

describe('comparing answers', () => {
  const BEST: AssertionSpec = { type: 'select-best', value: 'shorter' };
  const running = (): AbortSignal => new AbortController().signal;
  const plan = (candidates: readonly string[], over: { assertions?: AssertionSpec[]; repeats?: number; paths?: string[] } = {}): Plan =>
    ({
      repeats: over.repeats ?? 1,
      candidates: candidates.map((id, i) => ({
        candidate: { id, target: { document: { path: over.paths?.[i] ?? 'p' } } },
        cases: [{ goldenCase: { id: 'c' }, assertions: over.assertions ?? [BEST] }],
      })),
    }) as unknown as Plan;
  const of = (candidate: string, repeat = 0) => ({ candidate, case: 'c', repeat });
  /** Answers x, y and z of candidates that come in another order than that of the plan. */
  function three(paths?: string[]): AnswersToCompare {
    const answers = new AnswersToCompare(plan(['x', 'y', 'z'], paths === undefined ? {} : { paths }), running());
    for (const id of ['z', 'x', 'y']) answers.answered(of(id), `answer ${id}`);
    return answers;
  }
  const best = (number: number, reason = 'why') => ({ best: number, reason });

  it('asks in both orders, once for all candidates', async () => {
    const { context, inputs, wanted } = bench({ says: [best(2, 'first'), best(2, 'second')] });
    const answers = three();
    const grades = await Promise.all(['x', 'y', 'z'].map((id) => answers.grade(BEST, of(id), subject, context)));
    const numbered = (ids: string[]) => ids.map((id, i) => ({ number: i + 1, text: fenced(`answer ${id}`) }));
    assert.deepEqual(inputs, [
      { criterion: 'shorter', input: fenced('greet'), outputs: numbered(['x', 'y', 'z']) },
      { criterion: 'shorter', input: fenced('greet'), outputs: numbered(['z', 'y', 'x']) },
    ]);
    assert.deepEqual(wanted, ['select-best']);
    assert.deepEqual(
      grades.map((found) => {
        const { pass, score, reason } = known(found).grade ?? assert.fail();
        return [pass, score, reason];
      }),
      [
        [false, 0, 'Another answer is better: first'],
        [true, 1, 'The best answer: first'],
        [false, 0, 'Another answer is better: first'],
      ],
    );
    assert.deepEqual(
      grades.map((found) => known(found).judge?.['costUsd']),
      [2, 0, 0],
      'paid once',
    );
    assert.deepEqual(known(grades[0] ?? STOPPED).judge?.['quotes'], []);
  });

  it('is a tie where the orders disagree, or none is better', async () => {
    const tie = async (...says: Says[]) =>
      known(await three().grade(BEST, of('x'), { ...subject, input: '' }, bench({ says }).context)).grade;
    assert.deepEqual(await tie(best(1), best(1)), {
      pass: true,
      score: 0.5,
      reason: 'A tie. In the other order the judge chose another answer.',
    });
    assert.deepEqual(await tie(best(0), best(0)), { pass: true, score: 0.5, reason: 'A tie. why' });
    assert.equal((await tie(best(1, ''), best(3, 'later')))?.reason, 'The best answer: later');
    const { inputs, context } = bench({ says: [best(0)] });
    await three().grade(BEST, of('x'), { ...subject, input: '' }, context);
    assert.equal(inputs[0]?.['input'], '');
  });

  it('is an error where the judge chooses what there is not, or fails', async () => {
    const error = async (...says: Says[]) => known(await three().grade(BEST, of('x'), subject, bench({ says }).context)).error ?? '';
    assert.match(await error(best(4)), /chose an answer that there is not/);
    assert.match(await error({ best: 'one' }), /chose an answer that there is not/);
    assert.match(await error(new Error('down')), /did not answer: down/);
    assert.equal(await three().grade(BEST, of('x'), subject, bench({ says: [best(1), null] }).context), STOPPED);
  });

  it('pairwise: each with the first, the first with the second', async () => {
    const spec: AssertionSpec = { type: 'pairwise', value: '{{who}}' };
    const answers = three();
    const { context, inputs } = bench({ says: [best(2), best(1), best(2), best(1)] });
    const grades = [];
    for (const id of ['x', 'y', 'z']) grades.push(known(await answers.grade(spec, of(id), subject, context)).grade);
    const texts = inputs.map(({ outputs }) => (outputs as { text: string }[]).map(({ text }) => text.split('\n')[1]?.slice(-1)).join(''));
    assert.deepEqual([texts, inputs[0]?.['criterion']], [['xy', 'yx', 'xz', 'zx'], 'Ana']);
    assert.deepEqual(
      grades.map((grade) => [grade?.pass, grade?.reason]),
      [
        [false, 'Another answer is better: why'],
        [true, 'The better of two: why'],
        [true, 'The better of two: why'],
      ],
    );
  });

  it('decides each criterion by itself', async () => {
    const answers = three();
    const { context, asked } = bench({ says: [best(0)] });
    for (const value of ['shorter', 'longer', 'shorter']) await answers.grade({ type: 'select-best', value }, of('x'), subject, context);
    assert.equal(asked.length, 4);
  });

  it('waits until every candidate has answered or will not', async () => {
    const answers = new AnswersToCompare(plan(['x', 'y', 'z']), running());
    const { context, asked } = bench({ says: [best(1), best(2)] });
    answers.answered(of('x'), 'X');
    const grade = answers.grade(BEST, of('x'), subject, context);
    const other = answers.grade(BEST, of('x'), subject, context);
    answers.answered(of('x'), 'again: not taken');
    answers.leave(of('z'));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(asked.length, 0);
    answers.answered(of('y'), 'Y');
    assert.equal(known(await grade).grade?.pass, true);
    assert.equal(known(await other).grade?.pass, true);
    assert.equal(asked.length, 2);
  });

  it('compares nothing where one answer is alone, or another may come in a later run', async () => {
    const { context, asked } = bench({ says: [best(1)] });
    const alone = new AnswersToCompare(plan(['x', 'y']), running());
    alone.answered(of('x'), 'X');
    alone.leave(of('y'));
    const { grade, judge } = known(await alone.grade(BEST, of('x'), subject, context));
    assert.deepEqual([grade?.pass, grade?.score, judge, asked.length], [true, 1, undefined, 0]);
    const later = new AnswersToCompare(plan(['x', 'y']), running());
    later.answered(of('x'), 'X');
    later.postpone(of('y'));
    assert.equal(await later.grade(BEST, of('x'), subject, context), STOPPED);
    const unknown = new AnswersToCompare(plan(['x', 'y'], { assertions: [{ type: 'equals' }] }), running());
    unknown.answered(of('x'), 'not wanted');
    assert.equal(known(await unknown.grade(BEST, of('x'), subject, context)).grade?.score, 1);
  });

  it('ends with the run', async () => {
    const end = new AbortController();
    const answers = new AnswersToCompare(plan(['x', 'y']), end.signal);
    answers.answered(of('x'), 'X');
    const grade = answers.grade(BEST, of('x'), subject, bench({ says: [best(1)] }).context);
    end.abort();
    assert.equal(await grade, STOPPED);
  });

  it('keeps repeats apart, prompts apart, and looks into sets', async () => {
    const nested: AssertionSpec = { type: 'assert-set', assert: [{ type: 'equals' }, { type: 'not-pairwise', value: 'x' }] };
    const answers = new AnswersToCompare(plan(['x', 'y'], { repeats: 2, assertions: [{ type: 'equals' }, nested] }), running());
    for (const [id, repeat] of [
      ['x', 0],
      ['y', 0],
      ['x', 1],
    ] as const)
      answers.answered(of(id, repeat), `${id}${repeat}`);
    const { context, inputs } = bench({ says: [best(0)] });
    await answers.grade(BEST, of('x', 0), subject, context);
    assert.deepEqual(
      (inputs[0]?.['outputs'] as { text: string }[]).map(({ text }) => text.split('\n')[1]),
      ['x0', 'y0'],
    );
    const apart = bench({ says: [best(0)] });
    const grade = known(await three(['p', 'q', 'q']).grade(BEST, of('x'), subject, apart.context)).grade;
    assert.deepEqual([grade?.score, apart.asked.length], [1, 0]);
  });
});
