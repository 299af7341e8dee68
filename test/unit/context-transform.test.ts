/** promptfoo's `contextTransform`: code takes the context of a judge from the output. */
import assert from 'node:assert/strict';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { codeExecutionsOf } from '../../src/core/grade/code-executions.ts';
import type { CodeJob } from '../../src/core/grade/code-assertion.ts';
import type { JsonValue } from '../../src/core/json/json.ts';
import { distinctColumns } from '../../src/core/prompt/columns.ts';
import { readPromptfoo } from '../../src/core/prompt/promptfoo/read-config.ts';
import { shown, TestJudges } from './judge-world.ts';
import { modelOf, planOf, World } from './run-world.ts';

const SET = `- id: a
  vars: { x: hello, context: not this }
  options: { transform: shorten }
  assert: [{ type: context-faithfulness, contextTransform: take }]
`;

async function judgedWith(returned: JsonValue) {
  const world = new World();
  const judges = new TestJudges(() => ({ statements: [{ text: 'a', supported: true, reason: 'r' }] }));
  world.judges = judges;
  const jobs: CodeJob[] = [];
  world.code = {
    run: (job) => {
      jobs.push(job);
      return Promise.resolve('code' in job.source && job.source.code === 'take' ? returned : 'short');
    },
  };
  const report = await world.run(planOf(SET, [modelOf(() => Promise.resolve({ output: 'the whole answer' }))]));
  return { jobs, judges, result: [...report.results][0] };
}

describe('a contextTransform', () => {
  it('takes the context from the output as the model gave it', async () => {
    for (const [returned, context] of [
      ['found', 'found'],
      [['one', 'two'], 'one\n\ntwo'],
    ] as const) {
      const { jobs, judges, result } = await judgedWith(returned as JsonValue);
      assert.equal(result?.verdict, 'pass');
      assert.deepEqual(jobs.find(({ source }) => 'code' in source && source.code === 'take')?.output, 'the whole answer');
      const [request] = judges.asked;
      assert.ok(request);
      const asked = shown(request);
      assert.ok(asked.includes(context) && asked.includes('short') && !asked.includes('not this'));
    }
  });

  it('that returns no text is an error, never a pass', async () => {
    for (const returned of [null, 3, '', [], ['a', 2]]) {
      const { judges, result } = await judgedWith(returned);
      assert.deepEqual([result?.verdict, judges.asked.length], ['error', 0]);
      assert.match(result?.assertions[0]?.reason ?? '', /must return a text or a list of texts/);
    }
  });

  it('is code that needs trust, and has no meaning for other types', () => {
    const [item] = readGoldenSet('a.golden.yaml', SET).cases;
    assert.ok(item);
    const executed = codeExecutionsOf(item.assertions, item.vars, { env: [], python: '' }).map(({ source }) => source);
    assert.deepEqual(executed, [{ code: 'shorten' }, { code: 'take' }]);
    const other = readGoldenSet('a.golden.yaml', '- { vars: { x: a }, assert: [{ type: equals, value: a, contextTransform: take }] }\n');
    assert.match(other.cases[0]?.unsupported ?? '', /`contextTransform` of an assertion is not supported/);
  });

  it('is an error for a provider whose code changes the output first', () => {
    const config = readPromptfoo(
      'promptfooconfig.yaml',
      'prompts: [x]\nproviders: [echo, { id: openai:gpt-4.1, transform: output }]\ntests: [{ assert: [{ type: context-recall, value: a, contextTransform: output }] }]\n',
      { texts: new Map(), matches: new Map() },
    );
    const [document] = config.documents;
    assert.ok(document);
    const { cases } = document.embedded;
    const target = { document, partials: [], listVariables: [], version: 'v', ref: null, golden: 'g', cases };
    assert.deepEqual(
      distinctColumns(target).map((column) => column.cases.map(({ unsupported }) => unsupported !== null)),
      [[false], [true]],
    );
  });
});
