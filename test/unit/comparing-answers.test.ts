/** Answers of several candidates, compared by a judge in both orders. */
import assert from 'node:assert/strict';
import type { AssertionSpec } from '../../src/core/grade/assertion.ts';
import { AnswersToCompare } from '../../src/core/run/compare-answers.ts';
import { STOPPED } from '../../src/core/judge/judge.ts';
import type { Plan } from '../../src/core/run/plan.ts';
import { type Says, fenced, bench, subject, known } from './judge-bench.ts';

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
        [true, 1, 'Best answer: first'],
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
    const graded = async (...says: Says[]) => known(await three().grade(BEST, of('x'), { ...subject, input: '' }, bench({ says }).context));
    const reversed = await graded(best(1), best(1));
    assert.match(reversed.error ?? '', /^A tie: the judge chose another answer when the order was reversed\. State in the criterion/);
    assert.deepEqual([reversed.grade, reversed.judge?.['costUsd']], [undefined, 2], 'nothing was decided, and it was paid');
    assert.match((await graded(best(0), best(0))).error ?? '', /^A tie: no answer is better than the others\. why State in the criterion/);
    assert.equal((await graded(best(1, ''), best(3, 'later'))).grade?.reason, 'Best answer: later');
    const { inputs, context } = bench({ says: [best(0)] });
    await three().grade(BEST, of('x'), { ...subject, input: '' }, context);
    assert.equal(inputs[0]?.['input'], '');
  });

  it('is an error where the judge chooses what there is not, or fails', async () => {
    const error = async (...says: Says[]) => known(await three().grade(BEST, of('x'), subject, bench({ says }).context)).error ?? '';
    assert.match(await error(best(4)), /chose an answer that does not exist/);
    assert.match(await error({ best: 'one' }), /chose an answer that does not exist/);
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
    assert.deepEqual([texts, inputs[0]?.['criterion']], [['xy', 'yx', 'xz', 'zx'], `\n${fenced('Ana')}\n`]);
    assert.deepEqual(
      grades.map((grade) => [grade?.pass, grade?.reason]),
      [
        [false, 'Another answer is better: why'],
        [true, 'Better of two answers: why'],
        [true, 'Better of two answers: why'],
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
    const { context, asked, inputs } = bench({ says: [best(1), best(2)] });
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
    assert.deepEqual(
      (inputs[0]?.['outputs'] as { text: string }[]).map(({ text }) => text.split('\n')[1]),
      ['X', 'Y'],
    );
  });

  it('compares nothing where one answer is alone, or another may come in a later run', async () => {
    const { context, asked } = bench({ says: [best(1)] });
    const alone = new AnswersToCompare(plan(['x', 'y']), running());
    alone.answered(of('x'), 'X');
    alone.leave(of('y'));
    const { grade, judge, error } = known(await alone.grade(BEST, of('x'), subject, context));
    // Nothing was compared, so nothing has passed or failed.
    assert.deepEqual([grade, judge, asked.length], [undefined, undefined, 0]);
    assert.match(error ?? '', /only one answer.*--matrix, --model more than once, or --baseline/);
    const later = new AnswersToCompare(plan(['x', 'y']), running());
    later.answered(of('x'), 'X');
    later.postpone(of('y'));
    assert.equal(await later.grade(BEST, of('x'), subject, context), STOPPED);
    const unknown = new AnswersToCompare(plan(['x', 'y'], { assertions: [{ type: 'equals' }] }), running());
    unknown.answered(of('x'), 'not wanted');
    assert.match(known(await unknown.grade(BEST, of('x'), subject, context)).error ?? '', /only one answer/);
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
    const { error } = known(await three(['p', 'q', 'q']).grade(BEST, of('x'), subject, apart.context));
    assert.match(error ?? '', /only one answer/);
    assert.equal(apart.asked.length, 0);
  });
});
