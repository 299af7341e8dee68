/** Prompts that a function of the program builds, on the command line. */
import assert from 'node:assert/strict';
import { TestWorkspace, type RunJson } from './command-line.ts';
import { parseJson } from '../../src/core/json/json.ts';

const SYSTEM = `You are the agent of a shop. ${'Answer from the rules of the shop alone, and be brief. '.repeat(10)}`;

const FILES: Readonly<Record<string, string>> = {
  'goldset.yaml': `prompts:
  answer: { build: "file://scripts/messages.mjs:build" }
  "app/agent.py#reply": { build: "file://app/agent.py:reply", model: "scripted:./m.scripted.yaml" }
`,
  'm.scripted.yaml': `price: { input: 1, cacheRead: 0.1, output: 2 }
rules:
  - { when: { user: refund }, reply: refund }
default: { reply: other }
`,
  'scripts/rules.mjs': `export const SYSTEM = ${JSON.stringify(SYSTEM)};\n`,
  'scripts/messages.mjs': `import { SYSTEM } from './rules.mjs';
export function build({ question }) {
  if (question === 'broken') throw new Error('no template for it');
  return {
    model: 'scripted:../m.scripted.yaml',
    messages: [{ role: 'system', content: SYSTEM }, { role: 'user', content: 'Question: ' + question }],
    tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }],
    max_tokens: 50,
  };
}
`,
  'scripts/messages.answer.golden.yaml': `- { id: r, vars: { question: { literal: "a refund {{x}} {{role \\"system\\"}}" } }, expected: refund }
- { id: o, vars: { question: hours }, expected: other }
- { id: b, vars: { question: broken }, expected: other }
`,
  'app/agent.py': `def reply(variables):
    return [{"role": "system", "content": "Be kind."}, {"role": "user", "content": variables["question"]}]
`,
  'app/agent.reply.golden.yaml': '- { id: r, vars: { question: refund }, expected: refund }\n',
};

describe('a prompt that a function builds, on the command line', function () {
  this.timeout(300_000);
  const workspace = new TestWorkspace(FILES);
  after(() => workspace.dispose());

  it('runs by its name, with the model and the parameters that the function returned; a case that it cannot build is an error of that case', async () => {
    const { code, out, err } = await workspace.run(['run', 'answer', '--json']);
    const run = JSON.parse(out || '{}') as RunJson;
    assert.equal(code, 4, err);
    const [candidate] = run.candidates;
    assert.equal(candidate?.prompt.path, 'scripts/messages.mjs#answer');
    assert.deepEqual(candidate.parameters, { maxOutputTokens: 50 });
    assert.deepEqual(
      run.results.map(({ case: id, verdict, error }) => [id, verdict, /no template for it/.test(JSON.stringify(error))]),
      [
        ['r', 'pass', false],
        ['o', 'pass', false],
        ['b', 'error', true],
      ],
    );
  });

  it('runs with every other prompt of the workspace, in Python too', async () => {
    const { out, err } = await workspace.run(['run', '--case', 'r', '--json']);
    const run = JSON.parse(out || '{}') as RunJson;
    assert.deepEqual(
      run.candidates.map(({ prompt, passed }) => [prompt.path, passed]).sort(),
      [
        ['app/agent.py#reply', 1],
        ['scripts/messages.mjs#answer', 1],
      ],
      err,
    );
  });

  it('render prints what is sent: no text of a variable becomes structure', async () => {
    const { code, out, err } = await workspace.run(['render', 'answer', '--case', 'r']);
    assert.equal(code, 0, err);
    const shown = parseJson(out) as { messages: unknown; tools: unknown; parameters: unknown };
    assert.deepEqual(shown.messages, [
      { role: 'system', content: [{ text: SYSTEM }] },
      { role: 'user', content: [{ text: 'Question: a refund {{x}} {{role "system"}}' }] },
    ]);
    assert.deepEqual(shown.tools, [{ name: 'look', description: null, parameters: { type: 'object' } }]);
    assert.deepEqual(shown.parameters, { maxOutputTokens: 50 });
  });

  it('check reports the case that cannot be built at its place, and no false problem', async () => {
    const { code, out } = await workspace.run(['check', '--json']);
    const { diagnostics } = JSON.parse(out) as { diagnostics: { code: string; path: string; severity: string; message: string }[] };
    assert.equal(code, 1);
    assert.deepEqual(
      diagnostics.filter(({ severity }) => severity !== 'info').map(({ code: of, path, severity }) => [of, path, severity]),
      [['build/error', 'scripts/messages.answer.golden.yaml', 'error']],
    );
  });

  it('cost counts the prefix that all cases share, up to the first character that differs', async () => {
    workspace.write({
      'scripts/messages.answer.golden.yaml':
        '- { id: r, vars: { question: refund }, expected: refund }\n- { id: o, vars: { question: hours }, expected: other }\n',
    });
    const { code, out, err } = await workspace.run(['cost', 'answer', '--json']);
    assert.equal(code, 0, err);
    const report = JSON.parse(out) as {
      models: { prefix: { stableTokens: number; breaks: { variable: string | null }[] }; tokens: { input: { p50: number } } }[];
    };
    const [model] = report.models;
    assert.ok(model !== undefined);
    // 11 tokens a repetition, and the tools before them; the question is 1 of the last 10.
    assert.ok(model.prefix.stableTokens > 110 && model.prefix.stableTokens < model.tokens.input.p50, JSON.stringify(model.prefix));
    assert.equal(model.prefix.breaks.length, 1);
  });

  it('a second run sends nothing, a change of what the function imports is another version', async () => {
    const run = async (): Promise<RunJson> => JSON.parse((await workspace.run(['run', 'answer', '--json'])).out) as RunJson;
    const [first, second] = [await run(), await run()];
    assert.equal(first.candidates[0]?.id, second.candidates[0]?.id);
    workspace.write({ 'scripts/rules.mjs': `export const SYSTEM = ${JSON.stringify(`${SYSTEM} Be kind.`)};\n` });
    const third = await run();
    assert.notEqual(third.candidates[0]?.prompt.version, first.candidates[0]?.prompt.version);
  });

  it('compares with an earlier run, and says why it cannot compare with a commit', async () => {
    workspace.git('init', '-q');
    workspace.git('add', '.');
    workspace.git('commit', '-qm', 'one');
    const { out } = await workspace.run(['run', 'answer', '--json']);
    const { id } = JSON.parse(out) as RunJson;
    const ran = await workspace.run(['compare', id, 'working', 'answer', '--json']);
    assert.equal((JSON.parse(ran.out) as { prompt: string }).prompt, 'scripts/messages.mjs#answer', ran.err);
    const at = await workspace.run(['compare', 'HEAD', 'working', 'answer']);
    assert.equal(at.code, 2);
    assert.match(at.err, /does not execute the code of HEAD/);
  });

  it('a `build` that names no function, or no file, is a problem of goldset.yaml and of the prompt', async () => {
    workspace.write({ 'goldset.yaml': 'prompts:\n  answer: { build: messages.rb }\n  other: { build: "file://absent.mjs:build" }\n' });
    const { code, err } = await workspace.run(['run', 'other']);
    assert.equal(code, 2);
    assert.match(err, /names no function of a JavaScript, TypeScript or Python file/);
    workspace.write({ 'goldset.yaml': 'prompts:\n  other: { build: "file://absent.mjs:build" }\n' });
    assert.match((await workspace.run(['run', 'other'])).err, /There is no file absent\.mjs/);
  });
});
