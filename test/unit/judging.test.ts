/** Asking a judge, step by step: what it is asked, what its answer means, and what it costs. */
import assert from 'node:assert/strict';
import { ConfigurationError, HumanError, ProviderError } from '../../src/core/problems/errors.ts';
import type { AssertionSpec } from '../../src/core/grade/assertion.ts';
import { llmRubric } from '../../src/core/judge/kinds/llm-rubric.ts';
import { judgeAssertion, STOPPED } from '../../src/core/judge/judge.ts';
import { type Given, SAMPLE, fenced, bench, subject, RUBRIC, PASS, judged, known } from './judge-bench.ts';

describe('asking a judge', () => {
  it('fills the rubric in, sets apart what is judged, and notes who judged for how much', async () => {
    const { context, asked, wanted, inputs } = bench({ says: [PASS], costs: [0.5] });
    const { grade, judge } = known(await judgeAssertion(RUBRIC, { ...subject, input: '' }, context));
    assert.deepEqual(
      [wanted, inputs],
      [['llm-rubric'], [{ rubric: `greets \n${fenced('Ana')}\n`, output: fenced('good day'), input: '' }]],
    );
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
      criterion: { type: 'llm-rubric', hash: 'ffffffffffffffff' },
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
    assert.equal(error, 'The judge llm-rubric returned no readable verdict in two attempts: it is not JSON.');
    assert.equal(never.asked.length, 2);
    assert.deepEqual(known(await judged({ says: ['no JSON'] })).judge?.['quotes'], []);
  });

  it('asks once more when score and verdict contradict each other, and after that it is an error', async () => {
    const says = (verdict: string, score: number) => ({ ...PASS, verdict, score });
    const { context, asked } = bench({ says: [says('pass', 0.1), says('fail', 0.1)], costs: [1, 2] });
    const { grade, judge } = known(await judgeAssertion(RUBRIC, subject, context));
    assert.deepEqual([grade?.pass, grade?.score, asked.length, judge?.['costUsd']], [false, 0.1, 2, 3]);
    for (const [verdict, score] of [
      ['pass', 0],
      ['pass', 0.49],
      ['fail', 0.51],
      ['fail', 0.9],
    ] as const) {
      const { error } = known(await judged({ says: [says(verdict, score)] }));
      assert.equal(
        error,
        `The judge llm-rubric returned no readable verdict in two attempts: its verdict is ${verdict} and its score ${score}.`,
      );
    }
    for (const [verdict, score] of [
      ['pass', 0.5],
      ['fail', 0.5],
      ['pass', 1],
      ['fail', 0],
    ] as const)
      assert.equal(known(await judged({ says: [says(verdict, score)] })).grade?.score, score);
  });

  it('reads a score on the scale of the judge’s schema, and none on a scale that is not said', () => {
    const of = (verdict: string, score: number, most: number | null) => llmRubric.contradiction?.({ verdict, score }, most) ?? null;
    assert.deepEqual(
      [of('fail', 2, 5), of('pass', 4, 5), of('fail', 2, null), of('fail', 1, null), of('pass', 0.1, null) === null],
      [null, null, null, null, false],
    );
    assert.match(of('pass', 1, 5) ?? '', /verdict is pass and its score 1/);
    assert.match(of('fail', 4, 5) ?? '', /verdict is fail/);
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
    assert.match(known(await judged({ says: ['n'] }, own)).error ?? '', /two attempts: it contains none of the choices as whole words\.$/);
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
    assert.deepEqual([judge?.['version'], similar.embedded], ['', ['similar']]);
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
    assert.match(known(await judged({ says: ['no vector'] }, spec)).error ?? '', /^embed:m returned no embedding/);
    assert.equal(await judged({ says: [[1, 0], null] }, spec), STOPPED);
  });

  it('compares what was asked with what is answered', async () => {
    const spec: AssertionSpec = { type: 'answer-relevance', threshold: 0.5 };
    const relevance = bench({ says: [{ questions: ['one?', 'two?'] }, [1, 0], [1, 0], [0, 1]] });
    const { grade, judge } = known(await judgeAssertion(spec, subject, relevance.context));
    assert.deepEqual([grade?.pass, grade?.score, judge?.['prompt'], judge?.['quotes']], [true, 0.5, 'answer-relevance', []]);
    assert.match(grade?.reason ?? '', /similarity of 0\.50; 0\.5 is required\.$/);
    assert.deepEqual(relevance.embedded, ['answer-relevance']);
    assert.deepEqual(relevance.inputs, [{ output: fenced('good day') }]);
    assert.deepEqual(
      relevance.asked.slice(1).map(({ request }) => request.messages[0]?.content),
      ['greet', 'one?', 'two?'].map((text) => [{ text }]),
    );
    const low = known(await judged({ says: [{ questions: ['one?'] }, [1, 0], [-1, 0]] }, spec)).grade;
    assert.deepEqual([low?.pass, low?.score], [false, 0]);
    assert.match(low?.reason ?? '', /0\.5 is required\. It answers: one\?$/);
    assert.equal(known(await judged({ says: [{ questions: ['q'] }, [1, 0], [1, 0]] }, { type: 'answer-relevance' })).grade?.pass, true);
    const evasive = async (threshold: number) =>
      known(await judged({ says: [{ noncommittal: true }] }, { type: 'answer-relevance', threshold })).grade;
    assert.deepEqual([(await evasive(0.1))?.pass, (await evasive(0))?.pass, (await evasive(0))?.score], [false, true, 0]);
    const quotes = known(await judged({ says: [{ noncommittal: true }] }, spec)).judge?.['quotes'];
    assert.deepEqual(quotes, []);
    assert.equal(await judged({ says: [null] }, spec), STOPPED);
    assert.equal(await judged({ says: [{ questions: ['q'] }, null] }, spec), STOPPED);
  });
});
