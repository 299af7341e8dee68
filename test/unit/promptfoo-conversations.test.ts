/** Cases of promptfoo configs that go on from earlier answers: `_conversation` and `storeOutputAs`, run as any other case is. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runInThisContext } from 'node:vm';
import { echoed } from '../../src/adapters/models/echo-client.ts';
import { loadPromptfoo } from '../../src/adapters/workspace/promptfoo-files.ts';
import { sha256 } from '../../src/adapters/hash.ts';
import type { CodeRunner } from '../../src/core/grade/code-assertion.ts';
import { parseJson, type JsonValue } from '../../src/core/json/json.ts';
import type { ModelRequest } from '../../src/core/model/model-request.ts';
import { columnTargets } from '../../src/core/prompt/columns.ts';
import { readPromptfoo } from '../../src/core/prompt/promptfoo/read-config.ts';
import type { RunTarget } from '../../src/core/prompt/run-target.ts';
import type { PromptDocument } from '../../src/core/prompt/document.ts';
import { executionsOf } from '../../src/core/run/plan-executions.ts';
import { planRun, type CaseSelection } from '../../src/core/run/plan-run.ts';
import type { Plan } from '../../src/core/run/plan.ts';
import { modelOf, quietAbort, World, type Complete } from './run-world.ts';

interface Recorded {
  readonly prompt: string;
  readonly verdict: string;
}

const RECORD = JSON.parse(readFileSync('test/fixtures/promptfoo-results.json', 'utf8')) as Readonly<Record<string, readonly Recorded[]>>;

/** Runs the code of our own configs here. */
const CODE: CodeRunner = {
  run: ({ source, output, context }) => {
    assert.ok('code' in source);
    const call = runInThisContext(`(function (output, context) { return ${source.code} })`) as (...given: unknown[]) => JsonValue;
    return Promise.resolve(call(output, context));
  },
};

const targetOf = (document: PromptDocument): RunTarget => ({
  ...{ document, partials: [], listVariables: [], version: 'v', ref: null, golden: 'g', cases: document.embedded.cases },
});

const planOf = (documents: readonly PromptDocument[], complete: Complete, selection?: CaseSelection): Plan =>
  planRun({
    targets: documents.flatMap((document) =>
      columnTargets(targetOf(document)).map((target) => ({
        target,
        clients: [modelOf(complete, { id: target.document.model?.id ?? 'echo' })],
      })),
    ),
    repeats: 1,
    hash: sha256,
    ...(selection === undefined ? {} : { selection }),
  });

const read = (text: string): readonly PromptDocument[] =>
  readPromptfoo('promptfooconfig.yaml', text, { texts: new Map(), matches: new Map() }).documents;

const said =
  (output: string, sent: string[]): Complete =>
  ({ messages }: ModelRequest) => {
    sent.push(echoed(messages));
    return Promise.resolve({ output });
  };

const echo =
  (sent: string[] = []): Complete =>
  ({ messages }: ModelRequest) => {
    sent.push(echoed(messages));
    return Promise.resolve({ output: echoed(messages) });
  };

async function verdicts(plan: Plan, world = new World()): Promise<string[]> {
  world.code = CODE;
  const report = await world.run(plan);
  return [...report.results].map(({ case: id, verdict, error }) => `${id}: ${verdict}${error === null ? '' : ` ${error.message}`}`);
}

const CHAIN = `prompts: ['{{ message }}']
providers: [echo]
tests:
  - { description: first, vars: { message: one }, options: { storeOutputAs: x, transform: output.toUpperCase() } }
  - { description: second, vars: { message: 'two {{x}}' }, assert: [{ type: equals, value: two ONE }] }
`;

describe('cases of promptfoo configs that go on from earlier answers', () => {
  for (const [folder, answers] of [
    ['64-conversation', echo],
    ['71-conversation-chat', (sent: string[]) => said('In 1903.', sent)],
    ['72-stored-output', echo],
  ] as const)
    it(`are sent and judged as promptfoo does: ${folder}`, async () => {
      const root = path.resolve('test/fixtures/promptfoo', folder);
      const text = readFileSync(path.join(root, 'promptfooconfig.yaml'), 'utf8');
      const { documents, diagnostics, caseDiagnostics } = await loadPromptfoo(root, 'promptfooconfig.yaml', text, {
        read: (file) => Promise.resolve(readFileSync(file, 'utf8')),
        has: () => Promise.resolve(false),
      });
      assert.deepEqual([...diagnostics, ...caseDiagnostics], []);
      const sent: string[] = [];
      const world = new World();
      world.code = CODE;
      const report = await world.run(planOf(documents, answers(sent)));
      const data = (prompt: string): string => JSON.stringify(parseJson(prompt) ?? prompt.trim());
      const theirs = RECORD[folder] ?? [];
      assert.ok(theirs.length > 1);
      assert.deepEqual(sent.map(data).sort(), theirs.map(({ prompt }) => data(prompt)).sort());
      // A test that checks nothing passes in promptfoo.
      assert.deepEqual(
        [...report.results].map(({ verdict }) => (verdict === 'unjudged' ? 'pass' : verdict)).sort(),
        theirs.map(({ verdict }) => verdict).sort(),
      );
    });

  it('are an error, never a pass, without the answer that they go on from', async () => {
    const only = { matches: (text: string) => text === 'second', tags: [], shard: null };
    const [alone] = await verdicts(planOf(read(CHAIN), echo(), only));
    assert.match(alone ?? '', /: error This case cannot be sent: it needs the answer to [\w-]+, which is not part of this run/);
    const [, second] = await verdicts(planOf(read(CHAIN), () => Promise.reject(new Error('no answer'))));
    assert.match(second ?? '', /: error This case cannot be sent: it needs the answer to [\w-]+, which has none/);
  });

  it('have each column’s own answers, and no answer is a template', async () => {
    const sent: string[] = [];
    const [document] = read(CHAIN.replace('[echo]', '[openai:a, openai:b]'));
    assert.ok(document);
    const plan = planRun({
      targets: columnTargets(targetOf(document)).map((target, i) => ({
        target,
        clients: [modelOf(said(`{{ 7 * 7 }} from ${i}`, sent), { id: `test:${i}`, endpoint: `https://test.example/v1#${i}` })],
      })),
      repeats: 1,
      hash: sha256,
    });
    await verdicts(plan);
    assert.deepEqual(sent.sort(), ['one', 'one', 'two {{ 7 * 7 }} FROM 0', 'two {{ 7 * 7 }} FROM 1']);
  });

  it('go on after an interruption from the answers that the journal has', async () => {
    const world = new World();
    world.code = CODE;
    const abort = quietAbort();
    let calls = 0;
    const stopping: Complete = (request) => {
      if (++calls === 2) abort.abort();
      return echo()(request, {} as never);
    };
    const text = CHAIN.replace(
      "'{{ message }}'",
      "'{% for t in _conversation %}{{ t.input }}>{{ t.output }}; {% endfor %}{{ message }}'",
    ).replace('equals, value: two ONE', 'equals, value: one>one; two ONE');
    await world.run(planOf(read(text), stopping), { abort });
    const report = await world.resume(planOf(read(text), echo()));
    assert.deepEqual(
      [...report.results].map(({ verdict }) => verdict),
      ['unjudged', 'pass'],
    );
  });

  it('execute the code that makes what is stored only in a trusted folder, and it counts for the trust', async () => {
    const plan = planOf(read(CHAIN), echo());
    const code = executionsOf(plan, { clients: [], judgements: 0, costs: new Map() }, { env: [], python: '' });
    assert.deepEqual(
      code.map((execution) => ('source' in execution ? execution.source : null)),
      [{ code: 'output.toUpperCase()' }],
    );
    const report = await new World().run(plan);
    assert.match([...report.results][1]?.error?.message ?? '', /`transform` is code, which runs only in a trusted workspace/);
  });

  it('say at their line what they cannot follow', () => {
    const text = `prompts: ['{{ message }}']
providers: [echo]
tests:
  - { vars: { message: one }, options: { storeOutputAs: x } }
  - { vars: { message: two }, assert: [{ type: contains, value: 'so {{ x }}' }] }
  - { vars: { message: two, x: mine } }
  - { vars: { message: two }, options: { storeOutputAs: not a name } }
  - { vars: { message: two }, assert: [{ type: contains, value: 'an x of {{ message }}' }] }
`;
    const [document] = read(text);
    assert.deepEqual(
      document?.embedded.cases.map(({ unsupported }) => unsupported),
      [
        null,
        'An earlier test stores its answer as `x`, which is not read in an assertion. Code has it as `context.vars.x`.',
        'An earlier test stores its answer as `x`, and this one has a variable of that name.',
        '`storeOutputAs` must be the name of a variable.',
        null,
      ],
    );
  });
});
