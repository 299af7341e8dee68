import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { assertValid, ended, printed, TestWorkspace, type RunJson } from './command-line.ts';

const PROMPT =
  '---\nmodel: scripted:./m.scripted.yaml\nconfig: { temperature: 0 }\ninput:\n  schema:\n    ticket: string\n---\n{{role "system"}}Reply with JSON.{{role "user"}}{{ticket}}';
const SCRIPT = `price: { input: 0.25, cacheRead: 0.025, output: 2.00 }
rules:
  - when: { system: "(?i)reply with json", user: "(?i)refund" }
    reply: '{"label":"refund"}'
  - when: { user: "a{20}" }
    reply: "${'a'.repeat(60)}b"
default: { reply: "I am not sure." }
`;
const GOLDEN =
  '- { id: refund, vars: { ticket: "A refund, please" }, expected: { label: refund }, metadata: { tags: [policy] } }\n- { id: other, vars: { ticket: Hello }, expected: I am not sure. }\n';
const files = { 'a/triage.prompt': PROMPT, 'a/triage.golden.yaml': GOLDEN, 'a/m.scripted.yaml': SCRIPT };

describe('goldset', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = new TestWorkspace(files);
  });
  afterEach(() => workspace.dispose());

  it('run: passes, prints what a person wants, writes every report and the journal', async () => {
    const { code, out, err } = await workspace.run([
      'run',
      '--report',
      'json=r/a.json',
      '--report',
      'html=r/a.html',
      '--report',
      'junit=r/a.xml',
      '--report',
      'markdown=r/a.md',
    ]);
    assert.equal(code, 0, err);
    assert.match(out, /a\/triage\.prompt .*scripted:.*\n {2}passed {2}2 of 2 {2}pass rate 100 %/);
    assert.match(out, /cost {4}\$0\.0000\d+ per call/);
    assert.match(out, /TTFT/);
    assert.match(out, /Verdict: pass/);
    const report = JSON.parse(workspace.read('r/a.json')) as RunJson;
    assert.equal(report.schema, 'goldset.run/1');
    assert.match(workspace.read('r/a.html'), /<title>Goldset: pass/);
    assert.match(workspace.read('r/a.xml'), /<testsuite name="a\/triage\.prompt[^>]* tests="2" failures="0" errors="0"/);
    assert.match(workspace.read('r/a.md'), /## Goldset: pass/);
    assert.equal(readdirSync(path.join(workspace.root, '.goldset/runs')).length, 1);
    assert.equal(workspace.read('.goldset/.gitignore'), '*\n');
  });

  it('run --json: the machine’s form alone on standard output, valid against its schema', async () => {
    const { out } = await workspace.run(['run', '--json']);
    assertValid('run', JSON.parse(out));
  });

  const exits: readonly (readonly [string, Record<string, string>, string[], number, RegExp])[] = [
    [
      'a failing case',
      { 'a/triage.golden.yaml': GOLDEN.replace('I am not sure.', 'sure') },
      ['run'],
      1,
      /expected +sure\n +got +I am not sure\./,
    ],
    [
      'a known-failing case',
      { 'a/triage.golden.yaml': `${GOLDEN}- { id: k, vars: { ticket: x }, expected: y, status: known-failing }\n` },
      ['run'],
      0,
      /known-failing/,
    ],
    [
      'a type that is not there yet',
      { 'a/triage.golden.yaml': '- { id: k, vars: { ticket: x }, assert: [{ type: moderation, value: x }] }\n' },
      ['run'],
      4,
      /not supported: it needs a provider/,
    ],
    [
      'a judge without a model',
      { 'a/triage.golden.yaml': '- { id: k, vars: { ticket: x }, assert: [{ type: llm-rubric, value: x }] }\n' },
      ['run'],
      2,
      /graded by a model, and no judge model is set/,
    ],
    ['an unknown option', {}, ['run', '--nope'], 2, /nope/],
    ['an unknown command', {}, ['walk'], 2, /no command "walk"/],
    ['a path that is not there', {}, ['run', 'gone.prompt'], 2, /gone\.prompt does not exist/],
    ['no case', {}, ['run', '--case', 'zzz'], 2, /No golden cases to run/],
    ['no key', {}, ['run', '--model', 'openai:gpt-6-luna'], 2, /OPENAI_API_KEY is not set[^]*scripted:FILE/],
    ['an unknown provider', {}, ['run', '--model', 'acme:x'], 2, /no provider "acme"/],
    ['a script that is not there', {}, ['run', '--model', 'scripted:./x.yaml'], 2, /cannot be read/],
    ['a broken prompt', { 'a/triage.prompt': `${PROMPT}{{#if x}}` }, ['run'], 2, /Template/],
    ['a broken golden set', { 'a/triage.golden.yaml': '- { id: "' }, ['run'], 2, /YAML/],
    ['a bad report', {}, ['run', '--report', 'pdf=x'], 2, /KIND=FILE/],
    ['a partial', { 'a/_p.prompt': 'x' }, ['run', 'a/_p.prompt'], 2, /partial/],
    [
      'a check with an error',
      { 'a/triage.golden.yaml': '- { id: k, assert: [{ type: nope }] }\n' },
      ['check'],
      1,
      /triage\.golden\.yaml:1:\d+ error/,
    ],
    ['a check with a warning', { 'a/triage.golden.yaml': '- { id: k, vars: {} }\n' }, ['check'], 0, /warning The case `k` has no value/],
    [
      'a check that fails on warnings',
      { 'a/triage.golden.yaml': '- { id: k, vars: {}, expected: x }\n' },
      ['check', '--fail-on', 'warning'],
      1,
      /1 warning\./,
    ],
    ['a clean check', {}, ['check'], 0, /0 errors, 0 warnings/],
    ['help', {}, ['help', 'run'], 0, /--concurrency N/],
    ['the version', {}, ['--version'], 0, /^\d+\.\d+\.\d+\n$/],
  ];
  for (const [name, changed, args, code, shown] of exits) {
    it(`${name}: exit ${code}`, async () => {
      workspace.write(changed);
      const ran = await workspace.run(args, { ownProcess: true });
      assert.equal(ran.code, code, ran.out + ran.err);
      assert.match(ran.out + ran.err, shown);
    });
  }

  it('loads no vocabulary on the main thread', () => {
    const script = "require('./dist/commands.js'); console.log(Object.keys(require.cache).filter((name) => /tokenizer|cl100k/.test(name)))";
    assert.equal(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim(), '[]');
  });

  it('selects by --case and --tag, repeats, and makes a candidate per --param value', async () => {
    const ids = async (...args: string[]): Promise<string[]> => {
      const { out } = await workspace.run(['run', '--json', ...args]);
      return (JSON.parse(out) as RunJson).results.map((result) => `${result.case}#${result.repeat}`);
    };
    assert.deepEqual(await ids('--case', 'ref*'), ['refund#0']);
    assert.deepEqual(await ids('--tag', 'policy', '--repeat', '2'), ['refund#0', 'refund#1']);
    const { out } = await workspace.run(['run', '--json', '--param', 'temperature=0,0.7', '--param', 'seed=1,2']);
    assert.deepEqual(
      (JSON.parse(out) as RunJson).candidates.map((candidate) => candidate.parameters),
      [
        { temperature: 0, seed: 1 },
        { temperature: 0, seed: 2 },
        { temperature: 0.7, seed: 1 },
        { temperature: 0.7, seed: 2 },
      ],
    );
  });

  it('stops a catastrophic pattern, schema and template within two seconds of processor time each, and goes on', async function () {
    const floor = await workspace.processorTime(['run', '--json']);
    const nested = `{{#each xs}}${'{{#each ../xs}}'.repeat(9)}{{this}}${'{{/each}}'.repeat(10)}`;
    workspace.write({
      'a/triage.golden.yaml': `- { id: regex, vars: { ticket: "${'a'.repeat(30)}" }, assert: [{ type: regex, value: "(a+)+c" }] }\n- { id: schema, vars: { ticket: "${'a'.repeat(30)}" }, assert: [{ type: is-json, value: { type: string, pattern: "^(a+)+$" } }] }\n- { id: fine, vars: { ticket: refund }, expected: { label: refund } }\n`,
      'a/m.scripted.yaml': SCRIPT.replace(`reply: "${'a'.repeat(60)}b"`, `reply: '"${'a'.repeat(60)}b"'`),
      'b/loop.prompt': `---\nmodel: scripted:../a/m.scripted.yaml\ninput:\n  schema:\n    xs(array): string\n---\n${nested}`,
      'b/loop.golden.yaml': `- { id: loop, vars: { xs: [${Array(40).fill('a'.repeat(200)).join(',')}] }, expected: x }\n`,
    });
    const { out } = await workspace.run(['run', '--json']);
    const report = JSON.parse(out) as RunJson;
    const verdicts = Object.fromEntries(report.results.map((result) => [result.case, [result.verdict, result.error?.code]]));
    assert.deepEqual(verdicts, {
      regex: ['error', 'evaluation/timeout'],
      schema: ['error', 'evaluation/timeout'],
      fine: ['pass', undefined],
      loop: ['error', 'template/too-large'],
    });
    // Each costs two seconds and a fresh worker, which takes no longer than a whole process.
    const ms = await workspace.processorTime(['run', '--json']);
    assert.ok(ms < floor + 3 * (2000 + floor), `${ms} ms of processor time, and ${floor} ms without them`);
  });

  it('an interrupt ends with 130, keeps what was done and says that it is incomplete', async () => {
    workspace.write({
      'a/m.scripted.yaml': 'rules:\n  - when: { user: slow }\n    reply: x\n    ttftMs: 60000\ndefault: { reply: quick }\n',
      'a/triage.golden.yaml': '- { id: quick, vars: { ticket: q }, expected: quick }\n- { id: slow, vars: { ticket: slow } }\n',
    });
    const child = workspace.start(['run', '--concurrency', '1']);
    const end = ended(child);
    const journal = (): string => {
      const names = readdirSync(path.join(workspace.root, '.goldset/runs'));
      return names[0] === undefined ? '' : workspace.read(`.goldset/runs/${names[0]}`);
    };
    await printed(child, /Running 2 samples/);
    while (!journal().includes('"kind":"result"')) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGINT');
    const { code, out } = await end;
    assert.equal(code, 130);
    assert.match(out, /interrupted/);
    assert.match(journal(), /"kind":"end","verdict":"inconclusive","complete":false/);
  });

  it('render: messages and OpenAI’s form, from a case, a file, and dotprompt’s data', async () => {
    const messages = JSON.parse((await workspace.run(['render', 'a/triage.prompt', '--case', 'refund'])).out) as { messages: unknown };
    assert.deepEqual(messages.messages, [
      { role: 'system', content: [{ text: 'Reply with JSON.' }] },
      { role: 'user', content: [{ text: 'A refund, please' }] },
    ]);
    const data = { input: { ticket: 'T' }, messages: [{ role: 'user', content: [{ text: 'before' }] }] };
    const rendered = JSON.parse(
      (
        await workspace.run(['render', 'a/triage.prompt', '--data', '-', '--format', 'openai', '--model', 'openai:gpt-x'], {
          input: JSON.stringify(data),
        })
      ).out,
    ) as unknown;
    assert.deepEqual(rendered, {
      model: 'gpt-x',
      messages: [
        { role: 'system', content: 'Reply with JSON.' },
        { role: 'user', content: 'before' },
        { role: 'user', content: 'T' },
      ],
      temperature: 0,
    });
  });

  it('runs .prompt.yml with its own evaluators', async () => {
    workspace.write({
      'a/m.scripted.yaml': 'default: { reply: "Hello World" }\n',
      'a/hi.prompt.yml':
        'model: scripted:./m.scripted.yaml\nmessages:\n  - { role: user, content: "Greet {{name}}" }\ntestData:\n  - { name: Ana, expected: WORLD }\n  - { name: Bo, expected: moon }\nevaluators:\n  - { name: c, string: { contains: "{{expected}}" } }\n  - { name: s, string: { startsWith: "hello" } }\n',
    });
    const { out } = await workspace.run(['run', 'a/hi.prompt.yml', '--json']);
    assert.deepEqual(
      (JSON.parse(out) as RunJson).results.map((result) => [result.verdict, result.assertions.map((item) => item.pass)]),
      [
        ['pass', [true, true]],
        ['fail', [false, true]],
      ],
    );
  });

  it('neutralises hostile output in every report', async () => {
    workspace.write({
      'a/m.scripted.yaml': 'default: { reply: "<script>alert(1)</script> \\e[2J @everyone ![x](http://evil.example/p) | `x` ]]>" }\n',
      'a/triage.golden.yaml': '- { id: "<img src=x onerror=1>", vars: { ticket: x }, expected: y }\n',
    });
    const { out } = await workspace.run(['run', '--report', 'html=a.html', '--report', 'junit=a.xml', '--report', 'markdown=a.md']);
    assert.ok(!out.includes('\u001b[2J'));
    assert.ok(!/<script>alert|<img src/.test(workspace.read('a.html')));
    const xml = workspace.read('a.xml');
    assert.ok(!xml.includes('<script>') && !xml.includes('\u001b'));
    const markdown = workspace.read('a.md');
    assert.ok(!/<script>|<img|@everyone|!\[x\]\(http:/.test(markdown), markdown);
  });
});
