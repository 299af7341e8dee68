/** Cases that no prompt can pass together, told by hand. */
import assert from 'node:assert/strict';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { caseProblems } from '../../src/core/prompt/case-problems.ts';
import { contradictions } from '../../src/core/prompt/contradictions.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';

const found = (yaml: string) => contradictions(readGoldenSet('t.golden.yaml', yaml).cases);
const two = (a: string, b: string): string => `- { id: a, vars: { q: x, n: 1 }, ${a} }\n- { id: b, vars: { n: 1, q: x }, ${b} }\n`;

describe('golden cases that contradict each other', () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['expected: yes', 'expected: no', true],
    ['expected: " yes "', 'expected: yes', false],
    ['expected: { a: 1 }', 'expected: { b: 2 }', false],
    ['expected: { a: 1, c: { d: [1, 2] } }', 'expected: { a: 1, c: { d: [1, 3] } }', true],
    ['expected: { a: 1 }', 'expected: { a: { b: 1 } }', true],
    ['expected: { a: null }', 'expected: { a: 1 }', true],
    ['expected: yes', 'assert: [{ type: equals, value: no }]', true],
    // In other words may say the same; a judge decides.
    ['assert: [{ type: factuality, value: one }]', 'assert: [{ type: factuality, value: other }]', false],
    ['expected: yes', 'assert: [{ type: contains, value: no }]', false],
    ['expected: yes, messages: [{ role: user, content: a }]', 'expected: no, messages: [{ role: user, content: b }]', false],
    ['expected: yes', 'expected: no, options: { prefix: p }', false],
  ];
  for (const [a, b, isOne] of rows)
    it(`${a} and ${b}: ${isOne ? 'yes' : 'no'}`, () => assert.equal(found(two(a, b)).length, isOne ? 1 : 0));

  it('are an error of `check` that names both places', () => {
    const { cases } = readGoldenSet('t.golden.yaml', two('expected: yes', 'expected: no'));
    const [problem] = caseProblems(readPrompt('t.prompt', '---\nmodel: openai:m\n---\n{{q}}{{n}}', []), cases).filter(
      ({ code }) => code === 'golden/contradiction',
    );
    assert.equal(problem?.severity, 'error');
    assert.equal(
      problem.message,
      'The cases `a` and `b` have the same inputs and expect different outputs: t.golden.yaml:1 and t.golden.yaml:2.',
    );
  });

  it('are no problem where the inputs differ', () => {
    assert.deepEqual(found('- { vars: { q: x }, expected: a }\n- { vars: { q: y }, expected: b }\n'), []);
  });
});
