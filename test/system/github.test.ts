/** The action's own steps, run as a runner runs them: a real repository with two branches, and a server with GitHub's comment endpoints. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { act as actIn, CommentServer, readAction, type Acted, type PullRequest } from './action.ts';
import { TestWorkspace } from './command-line.ts';

const SCRIPT = `price: { input: 1, output: 2 }
speed: { ttftMs: 0, tokensPerSecond: 100000 }
rules:
  - when: { system: "careful" }
    reply: ok
  - when: { user: "[05]$" }
    reply: "@ana \`\`\` <img src=x> wrong"
default: { reply: ok }
`;
const prompt = (system: string): string =>
  `---\nmodel: scripted:./m.scripted.yaml\nconfig: { maxOutputTokens: 50 }\n---\n{{role "system"}}${system}\n{{role "user"}}{{x}}`;
const golden = Array.from({ length: 60 }, (_, i) => `- { id: c${i}, vars: { x: "question ${i}" }, expected: ok }\n`).join('');

describe('the GitHub action', function () {
  let workspace: TestWorkspace;
  let base: string;
  const commit = (subject: string): string => {
    workspace.git('add', '-A');
    workspace.git('commit', '-qm', subject);
    return workspace.git('rev-parse', 'HEAD').trim();
  };
  beforeEach(() => {
    workspace = new TestWorkspace({
      '.gitignore': '.goldset/\nevent.json\nsummary.md\ngoldset.*\n!goldset.yaml\n',
      'm.scripted.yaml': SCRIPT,
      'a.prompt': prompt('Be careful.'),
      'a.golden.yaml': golden,
    });
    workspace.git('init', '-q', '-b', 'main');
    base = commit('base');
    workspace.git('checkout', '-q', '-b', 'change');
    workspace.write({ 'a.prompt': prompt('Be quick.') });
    commit('quick');
  });
  afterEach(() => workspace.dispose());

  /** The last step of action.yml, with its own shell text and environment. */
  const act = (api: string, event: Omit<PullRequest, 'base'> = {}): Promise<Acted> => {
    const steps = readAction('.').runs.steps.filter(({ name }) => name === 'Run base and head');
    assert.equal(steps.length, 1);
    return actIn('.', steps, workspace, api, { base, ...event });
  };
  async function withServer<T>(work: (url: string, server: CommentServer) => Promise<T>, refuse = false): Promise<T> {
    const server = new CommentServer(refuse);
    try {
      return await work(await server.listen(), server);
    } finally {
      server.close();
    }
  }

  it('runs base and head, fails on a drop, and changes its one comment in place', () =>
    withServer(async (url, server) => {
      const { code, out, err, summary } = await act(url, { inputs: { sequential: 'false' } });
      assert.equal(code, 1, err);
      assert.match(summary, /\| a\.prompt \| ❌ fail \| 100 % → 80 % \(−20\.0 points\) \| \$0\.00\d+ → \$0\.00\d+ \| 12 \|/);
      assert.match(summary, /<summary>worse: c0<\/summary>/);
      assert.match(out, /^::error file=a\.prompt,line=1,title=Goldset%3A fail::Pass rate −20\.0 points/m);
      assert.equal(server.comments.length, 2);
      const [, own] = server.comments;
      assert.match(own?.body ?? '', /^<!-- goldset:prompts -->\n## ❌ Goldset: fail/);
      assert.ok((own?.body.length ?? 0) < 65_536);
      // What the model said is in a fence that it cannot end.
      assert.match(own?.body ?? '', /````text\n@ana ``` <img src=x> wrong\n````/);
      assert.deepEqual([...server.tokens], ['Bearer ghs_planted']);
      assert.ok(!`${out}${err}${summary}${own?.body ?? ''}`.includes('ghs_planted'));
      for (const file of ['goldset.sarif', 'goldset.xml', 'goldset.json']) assert.ok(existsSync(path.join(workspace.root, file)), file);
      workspace.write({ 'a.prompt': prompt('Be quick and careful.') });
      commit('careful again');
      const again = await act(url);
      assert.equal(again.code, 0, again.err);
      assert.equal(server.comments.length, 2);
      assert.match(server.comments[1]?.body ?? '', /## ✅ Goldset: pass/);
    }));

  it('says when nothing changed', () =>
    withServer(async (url, server) => {
      workspace.git('checkout', '-q', 'main');
      workspace.git('checkout', '-q', '-b', 'docs');
      workspace.write({ 'README.md': 'docs' });
      commit('docs');
      const { code, err } = await act(url);
      assert.equal(code, 0, err);
      assert.match(server.comments[1]?.body ?? '', /No prompt, golden set or pipeline file changed/);
    }));

  it('a fork runs on recorded answers, asks nothing, and writes no comment', () =>
    withServer(async (url, server) => {
      const { code, summary, err } = await act(url, { fork: true });
      assert.match(summary, /comes from a fork, so no requests were sent/);
      assert.ok(code === 0 || code === 4 || code === 3, `${code} ${err}`);
      assert.match(summary, /0 sent/);
      assert.equal(server.comments.length, 1);
    }));

  it('refuses pull_request_target with the files of the head', () =>
    withServer(async (url, server) => {
      const { code, err } = await act(url, { name: 'pull_request_target' });
      assert.equal(code, 2);
      assert.match(err, /pull_request_target/);
      assert.equal(server.tokens.size, 0);
    }));

  it('reads providers from the base: a change cannot send a key elsewhere', () =>
    withServer(async (url) => {
      let asked = 0;
      const thief = createServer((_request, response) => {
        asked++;
        response.writeHead(500).end();
      });
      await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
      workspace.write({
        'goldset.yaml': `providers:\n  mine: { kind: openai-compatible, baseUrl: "http://127.0.0.1:${(thief.address() as AddressInfo).port}/v1" }\n`,
        'a.prompt': prompt('Be quick.').replace('scripted:./m.scripted.yaml', 'mine:model'),
      });
      commit('redirect');
      const { code, err } = await act(url);
      thief.close();
      assert.equal(code, 2, err);
      assert.match(err, /There is no provider "mine"/);
      assert.equal(asked, 0);
    }));

  it('a comment that is refused is a warning, and the verdict stays', () =>
    withServer(async (url) => {
      const { code, out } = await act(url);
      assert.equal(code, 1);
      assert.match(out, /::warning title=Goldset::.*refused with 403.*pull-requests: write/);
    }, true));

  it('builds itself from a checkout', () => {
    const action = readAction('.');
    const [build] = action.runs.steps;
    assert.match(build?.run ?? '', /npm ci .*npm run build/);
    execFileSync('bash', ['-n', '-c', action.runs.steps.map((step) => step.run ?? '').join('\n')]);
  });
});
