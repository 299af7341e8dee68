/** What a golden case of a corrected call expects, and what it does with the passages of a retrieval. References are written by hand. */
import assert from 'node:assert/strict';
import { expectationOf, isProse, type Criterion } from '../../src/core/feedback/interactions/case-expectation.ts';
import { caseFrom, needsCause, NOT_REVIEWED, type CaseCause } from '../../src/core/feedback/interactions/case-from-interaction.ts';
import type { NewCase } from '../../src/core/golden/edit/new-case.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { passagesOf } from '../../src/core/feedback/interactions/passages.ts';
import { readStoredLine } from '../../src/core/feedback/interactions/stored-line.ts';

const DAY = '2026-11-26';
const interaction = (over: object): Interaction => {
  const stored = readStoredLine(JSON.stringify({ id: 'a', time: '2026-11-01T00:00:00Z', ...over }));
  return 'interaction' in stored ? stored.interaction : assert.fail();
};
const corrected = (text: string, over: object = {}): Interaction =>
  interaction({
    variables: { question: 'How long is the warranty?', context: 'Returns take 14 days.' },
    chunks: [{ id: 'c', text: 'Returns take 14 days.', score: 0.4 }],
    output: '14 days',
    signals: [{ kind: 'explicit', name: 'correction', value: text, annotator: 'human', by: 'ana', time: '2026-11-20T08:00:00Z' }],
    ...over,
  });
const problemIn = ({ metadata: { problem } }: NewCase): string => (typeof problem === 'string' ? problem : '');
const cause = (of: CaseCause['cause']): CaseCause => ({ cause: of, basis: 'reviewed', by: 'ana', reason: null });

describe('what a corrected call expects', () => {
  const NONE = new Set<string>();
  const rows: readonly (readonly [name: string, correction: string, chosen: Criterion | null, labels: ReadonlySet<string>, object])[] = [
    ['prose says the same facts', 'Two years.', null, NONE, { expected: null, assertions: [{ type: 'factuality', value: 'Two years.' }] }],
    ['JSON is contained', '{"label":"refund"}', null, NONE, { expected: { label: 'refund' } }],
    ['a list is data', '[1]', null, NONE, { expected: [1] }],
    ['a word is a label', 'refund', null, NONE, { expected: 'refund' }],
    ['what other cases expect is a label', 'not sure', null, new Set(['not sure']), { expected: 'not sure' }],
    ['broken JSON is prose', '{ "a": 1', null, NONE, { expected: null, assertions: [{ type: 'factuality', value: '{ "a": 1' }] }],
    ['a person may choose equality', 'Two years.', 'equals', NONE, { expected: 'Two years.' }],
    ['or what it contains', 'Two years.', 'contains', NONE, { expected: null, assertions: [{ type: 'contains', value: 'Two years.' }] }],
    [
      'or words of their own, also for JSON',
      '{"a":1}',
      { rubric: 'Names the warranty.' },
      NONE,
      { expected: null, assertions: [{ type: 'llm-rubric', value: 'Names the warranty.' }] },
    ],
  ];
  for (const [name, correction, chosen, labels, expected] of rows)
    it(name, () => assert.deepEqual(expectationOf(correction, chosen, labels), expected));

  it('is asked about only where it is prose', () => {
    assert.deepEqual(
      ['Two years.', 'refund', '{"a":1}'].map((text) => isProse(text, NONE)),
      [true, false, false],
    );
  });

  it('keeps the correction where the criterion does not say it, and says what is missing without a judge', () => {
    const plain = corrected('It is two years.', { chunks: [], variables: { q: 'x' } });
    assert.equal(caseFrom(plain, new Set(), DAY, { criterion: { rubric: 'R' } }).metadata['correction'], 'It is two years.');
    const made = caseFrom(plain, new Set(), DAY, { hasJudge: false });
    assert.equal(made.status, 'unverified');
    assert.match(problemIn(made), /No judge model is set, .* add `judge: \{ model: … \}` to goldset\.yaml/);
    assert.equal(caseFrom(plain, new Set(), DAY, { hasJudge: false, criterion: 'contains' }).status, undefined);
  });
});

describe('a corrected call with retrieved passages', () => {
  const call = corrected('The warranty is two years.');

  it('needs somebody who says whether they support the correction', () => {
    assert.ok(needsCause(call));
    assert.ok(needsCause({ ...call, chunks: [] }), 'the passages are a variable');
    assert.ok(!needsCause({ ...call, signals: [] }));
    assert.ok(!needsCause(corrected('x', { chunks: [], variables: { question: 'q' } })));
  });

  it('is a case of the prompt when they do', () => {
    const made = caseFrom(call, new Set(), DAY, { cause: cause('prompt') });
    assert.deepEqual([made.kind, made.status, made.vars], [undefined, undefined, call.variables]);
    assert.deepEqual(made.assertions, [{ type: 'factuality', value: 'The warranty is two years.' }]);
    assert.deepEqual(made.metadata['cause'], { cause: 'prompt', basis: 'reviewed', by: 'ana' });
  });

  it('is the question alone, of retrieval, when they do not: never a right answer beside the wrong passages', () => {
    const made = caseFrom(call, new Set(), DAY, {
      cause: { ...cause('retrieval'), basis: 'judged', by: 'context-recall@3a91', reason: 'R' },
    });
    assert.deepEqual([made.kind, made.status, made.vars], ['retrieval', undefined, { question: 'How long is the warranty?' }]);
    assert.deepEqual([made.expected, made.assertions], [null, [{ type: 'context-recall', value: 'The warranty is two years.' }]]);
    assert.deepEqual(made.metadata['cause'], { cause: 'retrieval', basis: 'judged', by: 'context-recall@3a91', reason: 'R' });
  });

  it('says that its cause is not reviewed otherwise, and is unverified', () => {
    const made = caseFrom(call, new Set(), DAY);
    assert.deepEqual([made.metadata['cause'], made.status, made.kind], [NOT_REVIEWED, 'unverified', undefined]);
  });

  it('without a variable for the question says so', () => {
    const made = caseFrom(corrected('T wo', { variables: { context: 'Returns take 14 days.' } }), new Set(), DAY, {
      cause: cause('retrieval'),
    });
    assert.match(problemIn(made), /question is not a variable/);
    assert.equal(made.status, 'unverified');
  });

  it('has its passages wherever the application puts them', () => {
    const of = (variables: object, chunks: object[] = []): unknown => passagesOf(interaction({ variables, chunks }));
    assert.deepEqual(of({ q: 'a', docs: ['b', { text: 'c' }] }), { texts: ['b', 'c'], variables: ['docs'] });
    assert.deepEqual(of({ q: 'a', body: 'from: P1 and more' }, [{ text: 'P1' }]), { texts: ['P1'], variables: ['body'] });
    assert.deepEqual(of({ q: 'a', context: '' }), { texts: [], variables: [] });
  });
});
