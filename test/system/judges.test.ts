/** Judges and code assertions through the built command line: files, processes, money. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assertValid, TestWorkspace, type RunJson } from './command-line.ts';

const PROMPT = `---\nmodel: scripted:./m.scripted.yaml\nconfig: { temperature: 0, maxOutputTokens: 200 }\n---\n{{role "system"}}\nYou help.\n{{role "user"}}\n{{x}}\n`;
const MODEL = `price: { input: 1, output: 2 }\nspeed: { ttftMs: 0, tokensPerSecond: 100000 }\nrules:\n  - { when: { user: rude }, reply: "Go away." }\ndefault: { reply: "Good day." }\n`;
const JUDGE = `price: { input: 2, output: 4 }
speed: { ttftMs: 0, tokensPerSecond: 100000 }
rules:
  - when: { user: "Go away" }
    json: { reason: It sends the person away., quotes: [Go away.], score: 0, verdict: fail }
default: { json: { reason: It greets., quotes: [Good day.], score: 1, verdict: pass } }
`;
const GOLDEN = `- { id: nice, vars: { x: hello }, assert: [{ type: llm-rubric, value: Is it polite? }] }\n- { id: rude, vars: { x: rude }, assert: [{ type: llm-rubric, value: Is it polite? }] }\n`;
const FILES = { 't.prompt': PROMPT, 'm.scripted.yaml': MODEL, 'j.scripted.yaml': JUDGE, 't.golden.yaml': GOLDEN };

describe('judges on the command line', () => {
  const workspaces: TestWorkspace[] = [];
  const workspace = (files: Readonly<Record<string, string>>): TestWorkspace => {
    const made = new TestWorkspace(files);
    workspaces.push(made);
    return made;
  };
  afterEach(() => workspaces.splice(0).forEach((item) => item.dispose()));

  it('grade, cost apart, say that nobody has calibrated them, and are asked once for each output', async () => {
    const made = workspace({ ...FILES, 'goldset.yaml': 'judge: { model: "scripted:./j.scripted.yaml" }\n' });
    const { code, out } = await made.run(['run', '--json', '--cache', 'use']);
    const report = JSON.parse(out) as RunJson;
    assertValid('run', report);
    assert.equal(code, 1);
    const [candidate] = report.candidates;
    assert.deepEqual([candidate?.passed, candidate?.failed, candidate?.uncalibrated], [1, 1, true]);
    const both = (candidate?.costUsd ?? 0) + (candidate?.judgeCostUsd ?? 0);
    assert.ok((candidate?.judgeCostUsd ?? 0) > 0);
    assert.ok(Math.abs((report.spend.usd ?? 0) - both) < 1e-12);
    const rude = report.results.find((result) => result.case === 'rude');
    assert.equal(rude?.assertions[0]?.reason, 'It sends the person away.');
    assert.deepEqual(rude.assertions[0]?.judge?.quotes, [{ text: 'Go away.', found: true }]);
    assert.match(rude.assertions[0]?.judge?.version ?? '', /^[0-9a-f]{64}$/);
    const again = JSON.parse((await made.run(['run', '--json'])).out) as RunJson;
    assert.equal(again.spend.usd, 0);
    assert.equal(again.candidates[0]?.judgeCostUsd, candidate?.judgeCostUsd);
    const text = (await made.run(['run'])).out;
    assert.match(text, /not calibrated/);
  });

  it('are needed before anything is asked: without a model the run does not start', async () => {
    const made = workspace(FILES);
    const { code, err } = await made.run(['run', '--json']);
    assert.equal(code, 2);
    assert.match(err, /`llm-rubric` is graded by a model, and no judge model is set\.\s+Add it to goldset\.yaml: judge:/);
    assert.throws(() => made.read('.goldset/cache'), /ENOENT|EISDIR/);
  });

  it('can be the user’s own prompt, with a model of its own, and its version changes with its text', async () => {
    const own = (line: string): string =>
      `---\nmodel: scripted:./mine.scripted.yaml\noutput:\n  format: json\n  schema: { type: object, properties: { reason: { type: string }, verdict: { type: string } }, required: [reason, verdict] }\n---\n${line} {{rubric}}\n{{output}}\n`;
    const made = workspace({
      ...FILES,
      'goldset.yaml': 'judge: { prompts: { llm-rubric: judges/mine.prompt } }\n',
      'judges/mine.prompt': own('One.'),
      'judges/mine.scripted.yaml': 'default: { json: { reason: mine, verdict: pass } }\n',
    });
    const first = JSON.parse((await made.run(['run', '--json'])).out) as RunJson;
    const [result] = first.results;
    assert.deepEqual([result?.assertions[0]?.reason, result?.assertions[0]?.judge?.prompt], ['mine', 'judges/mine.prompt']);
    made.write({ 'judges/mine.prompt': own('Two.') });
    const second = JSON.parse((await made.run(['run', '--json'])).out) as RunJson;
    assert.notEqual(second.results[0]?.assertions[0]?.judge?.version, result?.assertions[0]?.judge?.version);
    made.write({ 'goldset.yaml': 'judge: { prompts: { llm-rubric: ../outside.prompt } }\n' });
    assert.equal((await made.run(['run'])).code, 2);
  });

  it('similar asks an embeddings endpoint, each text once', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        const { input, model } = JSON.parse(body) as { input: string; model: string };
        asked.push(`${request.url} ${model} ${input}`);
        const embedding = /day|morning/.test(input) ? [1, 0.1] : [0, 1];
        response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ data: [{ embedding }], usage: { prompt_tokens: 4, total_tokens: 4 } }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const made = workspace({
      ...FILES,
      'goldset.yaml': `providers: { local: { kind: openai-compatible, baseUrl: "${url}" } }\njudge: { embeddings: local:small }\n`,
      't.golden.yaml': `- { id: a, vars: { x: hello }, assert: [{ type: similar, value: Good morning. }] }\n- { id: b, vars: { x: rude }, assert: [{ type: similar, value: Good morning. }] }\n`,
    });
    const report = JSON.parse((await made.run(['run', '--json'])).out) as RunJson;
    server.close();
    assert.deepEqual(
      report.results.map(({ verdict }) => verdict),
      ['pass', 'fail'],
    );
    assert.deepEqual(asked.sort(), [
      '/v1/embeddings small Go away.',
      '/v1/embeddings small Good day.',
      '/v1/embeddings small Good morning.',
    ]);
  });
});

describe('code assertions on the command line', () => {
  const made = new TestWorkspace({
    ...FILES,
    'goldset.yaml': 'code: { env: [ALLOWED], timeout: 2 }\n',
    'checks.cjs': `module.exports = (output) => output.length > 3;
module.exports.named = async (output, { vars }) => ({ pass: vars.x === 'hello', score: 0.7, reason: 'named ' + output });\n`,
    'checks.py': `def get_assert(output, context):\n    print("noise on stdout")\n    return {"pass": context["vars"]["x"] == "hello", "score": 1, "reason": "from python"}\n\nasync def other(output, context):\n    return 0.4\n`,
    'spawns.cjs': `const { spawn } = require('node:child_process');
module.exports = () => { const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000) // goldset-orphan-test'], { stdio: 'inherit' }); return new Promise(() => child); };\n`,
  });
  after(() => made.dispose());
  const assertionOf = async (assertion: string): Promise<RunJson['results'][number]> => {
    made.write({ 't.golden.yaml': `- id: a\n  vars: { x: hello }\n  assert:\n    - ${assertion}\n` });
    const { out, err } = await made.run(['run', '--json'], {
      environment: { ALLOWED: 'yes', HIDDEN: 'sk-hidden-4711', OPENAI_API_KEY: 'sk-hidden-4711' },
    });
    assert.ok(out !== '', err);
    assert.ok(!out.includes('sk-hidden-4711'));
    return (JSON.parse(out) as RunJson).results[0] ?? assert.fail();
  };
  const cases: readonly (readonly [string, string, string, RegExp])[] = [
    ['an expression', '{ type: javascript, value: "output.includes(\'day\')" }', 'pass', /returned true/],
    ['an expression that is false', '{ type: javascript, value: "output === context.vars.x" }', 'fail', /returned false/],
    ['a score below the threshold', '{ type: javascript, value: "0.4", threshold: 0.5 }', 'fail', /returned 0\.4; at least 0\.5/],
    ['a body', '{ type: javascript, value: "const n = output.length;\\nreturn n > 3" }', 'pass', /returned true/],
    ['an object', '{ type: javascript, value: "({ pass: false, score: 0.2, reason: \'mine\' })" }', 'fail', /^mine$/],
    ['a negated one', '{ type: not-javascript, value: "false" }', 'pass', /As expected/],
    ['a file', '{ type: javascript, value: "file://checks.cjs" }', 'pass', /returned true/],
    ['a function of a file', '{ type: javascript, value: "file://checks.cjs:named" }', 'pass', /named Good day\./],
    ['an error', '{ type: javascript, value: "nope.nope" }', 'error', /The code failed: nope is not defined/],
    ['nothing', '{ type: javascript, value: "undefined" }', 'error', /must return true or false/],
    ['an end without a word', '{ type: javascript, value: "process.exit(3)" }', 'error', /without a result \(exit code 3\)/],
    [
      'an allowed variable',
      '{ type: javascript, value: "process.env.ALLOWED === \'yes\' && process.env.HIDDEN === undefined && process.env.OPENAI_API_KEY === undefined" }',
      'pass',
      /returned true/,
    ],
    ['python: an expression', '{ type: python, value: "len(output) > 3" }', 'pass', /returned true/],
    ['python: a body', '{ type: python, value: "import re\\nreturn bool(re.search(\'day\', output))" }', 'pass', /returned true/],
    ['python: a file, whatever it prints', '{ type: python, value: "file://checks.py" }', 'pass', /from python/],
    ['python: an async function', '{ type: python, value: "file://checks.py:other", threshold: 0.5 }', 'fail', /returned 0\.4/],
    ['python: an error', '{ type: python, value: "1/0" }', 'error', /ZeroDivisionError/],
    [
      'python: variables of the environment',
      "{ type: python, value: \"'HIDDEN' not in __import__('os').environ\" }",
      'pass',
      /returned true/,
    ],
    ['a file outside', '{ type: javascript, value: "file://../x.js" }', 'error', /no file .* in this workspace/],
    ['one that never ends', '{ type: javascript, value: "(() => { for (;;); })()" }', 'error', /did not finish within 2 s/],
  ];
  for (const [name, assertion, verdict, reason] of cases) {
    it(name, async () => {
      const { assertions, verdict: found } = await assertionOf(assertion);
      assert.equal(found, verdict, assertions[0]?.reason);
      assert.match(assertions[0]?.reason ?? '', reason);
    });
  }

  it('is killed with its children', async () => {
    const { verdict } = await assertionOf('{ type: javascript, value: "file://spawns.cjs" }');
    assert.equal(verdict, 'error');
    const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    assert.ok(!processes.split('\n').some((line) => line.includes('goldset-orphan-test') && !line.includes('ps -eo')), processes);
  });
});
