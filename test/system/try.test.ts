/** `goldset try` over a real server: streaming, facts, errors, money, the cache, values, interruption. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ended, printed, TestWorkspace, type Ended } from './command-line.ts';
import { answer, piece, type Behaviour } from './faulty-server.ts';
import { withServer } from './run-workspace.ts';

const PROMPT = `---
model: local:m
config: { maxOutputTokens: 50 }
input: { schema: { ticket: string, days: integer, tone?: string } }
---
{{role "system"}}Be brief.{{#if tone}} Be {{tone}}.{{/if}}
{{role "user"}}{{ticket}} ({{days}} days)`;

const VALUES = ['--var', 'ticket=My money, please = now', '--var', 'days=45'];

describe('goldset try', () => {
  let workspace: TestWorkspace;
  afterEach(() => workspace.dispose());

  const withPrompt = <T>(behaviour: Behaviour, work: (asked: readonly string[]) => Promise<T>, config = ''): Promise<T> =>
    withServer(behaviour, (url, server) => {
      workspace = new TestWorkspace({
        'goldset.yaml': `providers:\n  local: { kind: openai-compatible, baseUrl: "${url}" }\nprices: ./prices.yaml\n${config}`,
        'prices.yaml': 'asOf: 2026-11-01\nmodels:\n  local:m: { input: 1, output: 2 }\n',
        'a.prompt': PROMPT,
      });
      return work(server.asked);
    });
  const run = (...args: readonly string[]): Promise<Ended> => workspace.run(['try', 'a.prompt', ...args]);

  it('prints the answer on standard output, and what it took on standard error', () =>
    withPrompt(
      ({ response }) => answer(response),
      async (asked) => {
        const { code, out, err } = await run(...VALUES);
        assert.deepEqual([code, out, asked], [0, 'ok\n', ['My money, please = now (45 days)']]);
        // 100 tokens at $1 and 10 at $2 a million.
        assert.match(err, /^local:m · first token \d+ ms · \d+ ms · 100 tokens in, 10 out · \$0\.00012 · stop\n$/);
        const again = await run(...VALUES);
        assert.deepEqual([again.code, again.out, asked.length], [0, 'ok\n', 1]);
        assert.match(again.err, /from the cache .* \$0\.00012 when it was sent/);
        await run(...VALUES, '--cache', 'refresh');
        assert.equal(asked.length, 2);
        const folder = path.join(workspace.root, '.goldset', 'tries');
        assert.equal(readdirSync(folder).flatMap((name) => readdirSync(path.join(folder, name))).length, 3);
        assert.match((await workspace.run(['data'])).out, /^tries +3 files/m);
      },
    ));

  it('names what is missing, mistyped or unknown before anything is sent', () =>
    withPrompt(
      ({ response }) => answer(response),
      async (asked) => {
        for (const [args, said] of [
          [[], /needs values for `ticket`, `days`\.\n {2}Pass --var ticket=… --var days=…, or --vars FILE\./],
          [['--var', 'ticket=x', '--var', 'days=soon'], /`days` must be a number/],
          [[...VALUES, '--var', 'tikcet=x'], /no variable `tikcet`\.\n {2}Did you mean ticket\?/],
          [[...VALUES, '--accept'], /Add --save CASE/],
          [['--case', 'none'], /no golden case "none"/],
        ] as const) {
          const { code, out, err } = await run(...args);
          assert.deepEqual([code, out], [2, ''], err);
          assert.match(err, said);
        }
        assert.deepEqual(asked, []);
        assert.equal(existsSync(path.join(workspace.root, '.goldset', 'tries')), false);
      },
    ));

  it('saves a golden case with what is right, text as text, and then runs it', () =>
    withPrompt(
      ({ response }) => answer(response),
      async (asked) => {
        const { code, err } = await run('--var', 'ticket=file:///etc/passwd', '--var', 'days=3', '--save', 'late', '--accept');
        assert.equal(code, 0, err);
        assert.match(err, /Saved as the golden case late in a\.golden\.yaml\./);
        assert.equal(
          workspace.read('a.golden.yaml'),
          '- id: late\n  vars:\n    ticket:\n      literal: file:///etc/passwd\n    days: 3\n  expected: ok\n',
        );
        assert.deepEqual(asked, ['file:///etc/passwd (3 days)']);
        const ran = await workspace.run(['run', 'a.prompt', '--cache', 'frozen']);
        assert.equal(ran.code, 0, ran.err);
        const twice = await run(...VALUES, '--save', 'late');
        assert.deepEqual([twice.code, asked.length], [2, 1]);
        assert.match(twice.err, /has a golden case late already/);
        // A case is where a try may begin.
        const begun = await run('--case', 'late', '--var', 'days=4');
        assert.deepEqual([begun.code, asked.at(-1)], [0, 'file:///etc/passwd (4 days)']);
      },
    ));

  it('prints an answer that was paid for as whole when it cannot be saved as a case, and says why', () =>
    withPrompt(
      ({ response }) => {
        // Between the question and the answer somebody breaks the file.
        writeFileSync(path.join(workspace.root, 'a.golden.yaml'), '- id: x\n  vars: { a: [1\n');
        answer(response);
      },
      async () => {
        const { code, out, err } = await run(...VALUES, '--save', 'late', '--accept', '--json');
        const { output, complete, saved, costUsd, error } = JSON.parse(out) as Record<string, unknown> & { error: { code: string } };
        assert.deepEqual([code, output, complete, saved, costUsd], [2, 'ok', true, null, 0.00012]);
        assert.match(error.code, /^golden\//);
        assert.match(err, /^goldset: not saved as a golden case: /m);
      },
    ));

  it('ends with 4 when the provider fails, and with 2 when it refuses the key', async () => {
    for (const [status, expected] of [
      [400, 4],
      [401, 2],
    ] as const)
      await withPrompt(
        ({ response }) => response.writeHead(status, { 'content-type': 'application/json' }).end('{"error":{"message":"no such thing"}}'),
        async () => {
          const { code, out, err } = await run(...VALUES, '--json');
          assert.equal(code, expected, err);
          const { complete, error } = JSON.parse(out) as { complete: boolean; error: { message: string } };
          assert.equal(complete, false);
          assert.match(error.message, /no such thing/);
        },
      );
  });

  it('sends nothing that could exceed the spending limit', () =>
    withPrompt(
      ({ response }) => answer(response),
      async (asked) => {
        const { code, err } = await run(...VALUES);
        assert.deepEqual([code, asked], [2, []]);
        assert.match(err, /spending limit of \$0\.00001/);
        assert.match(err, /spend\.perRun/);
      },
      'spend: { perRun: 0.00001 }\n',
    ));

  it('prints what had arrived when it is interrupted, and ends with 130', () =>
    withPrompt(
      ({ response }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(piece({ content: 'half of it' }));
      },
      async () => {
        const child = workspace.start(['try', 'a.prompt', ...VALUES]);
        const finished = ended(child);
        await printed(child, /half of it/);
        child.kill('SIGINT');
        const { code, out, err } = await finished;
        assert.deepEqual([code, out], [130, 'half of it\n'], err);
        assert.match(err, /Interrupted/);
      },
    ));

  it('goes on with the tool results of a golden case, and shows calls that wait without one', async () => {
    workspace = new TestWorkspace({
      'a.prompt':
        '---\nmodel: scripted:./m.scripted.yaml\ntools: [{ name: lookup, parameters: { type: object } }]\noutput: { schema: { state: string } }\n---\n{{role "user"}}{{x}}',
      'm.scripted.yaml':
        'rules:\n  - { when: { request: "sent yesterday" }, reply: "{\\"state\\":\\"sent\\"}" }\n  - { when: { user: order }, toolCalls: [{ name: lookup, arguments: { id: 7 } }] }\n',
      'a.golden.yaml': '- { id: order, vars: { x: my order }, tools: { lookup: sent yesterday } }\n',
    });
    const waiting = await run('--var', 'x=order 7');
    assert.deepEqual([waiting.code, waiting.out], [0, '→ lookup {"id":7}\n'], waiting.err);
    assert.match(waiting.err, /1 tool call waits for a result/);
    const { code, out, err } = await run('--case', 'order', '--json');
    const json = JSON.parse(out) as { output: string; rounds: unknown[]; schemaCheck: { valid: boolean } };
    assert.deepEqual([code, json.output, json.rounds.length, json.schemaCheck.valid], [0, '{"state":"sent"}', 1, true], err);
  });

  it('writes nothing into a data folder that does not carry this machine’s mark', async () => {
    workspace = new TestWorkspace({ 'a.prompt': PROMPT, 'm.scripted.yaml': 'default: { reply: ok }\n' });
    workspace.write({ '.goldset/runs/x': '' });
    rmSync(path.join(workspace.root, '.goldset', 'mark'));
    const { code, out, err } = await run(...VALUES, '--model', 'scripted:./m.scripted.yaml');
    assert.deepEqual([code, out], [2, ''], err);
    assert.match(err, /goldset cache adopt/);
  });
});
