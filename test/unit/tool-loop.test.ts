/** A model that calls tools, with the results that its golden case says. */
import assert from 'node:assert/strict';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { answerOf, modelOf, planOf, World } from './run-world.ts';

describe('a model that calls tools', () => {
  const calls = (name: string, args: string) => ({
    output: '',
    toolCalls: [{ id: 'c', name, arguments: args }],
    finish: 'tool-calls' as const,
  });
  const withTools = (tools: string, expected = 'sunny'): string =>
    `- id: a\n  vars: { x: q }\n  tools: ${tools}\n  expected: ${expected}\n`;

  it('gets the results that the case says, and its last text is graded', async () => {
    const seen: string[][] = [];
    const model = modelOf(({ messages }) => {
      seen.push(messages.map(({ role }) => role));
      return Promise.resolve(messages.length === 1 ? calls('weather', '{"city":"Rome"}') : { output: 'sunny' });
    });
    const world = new World();
    const report = await world.run(
      planOf(withTools('[{ name: weather, arguments: { city: Oslo }, result: rain }, { name: weather, result: { sky: blue } }]'), [model]),
    );
    const [result] = [...report.results];
    assert.deepEqual([result?.verdict, result?.output, result?.toolCalls.length], ['pass', 'sunny', 1]);
    assert.deepEqual(seen, [['user'], ['user', 'model', 'tool']]);
    assert.deepEqual(result?.rounds?.[0]?.results, [{ id: 'c', name: 'weather', text: '{"sky":"blue"}' }]);
    const one = answerOf().usage?.output ?? 0;
    assert.equal(result.usage?.output, 2 * one, 'the usage of both rounds');
    assert.ok((result.ttftMs ?? 0) > (answerOf().ttftMs ?? 0), 'the first word of the last answer is waited for');
    assert.equal(report.spend.usd, result.costUsd);
  });

  it('stops at a tool that the case does not know, and after 8 rounds', async () => {
    const unknown = await new World().run(planOf(withTools('{ other: 1 }'), [modelOf(() => Promise.resolve(calls('weather', '{}')))]));
    assert.equal([...unknown.results][0]?.finish, 'tool-calls');
    let asked = 0;
    const forever = modelOf(() => (asked++, Promise.resolve(calls('weather', `{"n":${asked}}`))));
    const report = await new World().run(planOf(withTools('{ weather: again }'), [forever]));
    assert.equal(asked, 8);
    assert.deepEqual(
      [...report.results].map(({ verdict: found, rounds }) => [found, rounds?.length]),
      [['fail', 7]],
    );
  });

  it('says what is wrong with its results as written', () => {
    const problems = (tools: string): string =>
      readGoldenSet('t.golden.yaml', withTools(tools))
        .diagnostics.map(({ message }) => message)
        .join(' ');
    assert.match(problems('7'), /a map of tool names/);
    assert.match(problems('[{ name: x }]'), /with `name` and `result`/);
    assert.equal(problems('{ a: 1 }'), '');
  });
});
