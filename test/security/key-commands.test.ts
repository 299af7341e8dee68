/** Every command that sends requests, against a server that records headers: no key comes without consent, and none from elsewhere. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { anthropicSdk } from '../../src/adapters/models/anthropic/sdk.ts';
import { openaiSdk } from '../../src/adapters/models/openai/sdk.ts';
import { ended, TestWorkspace, type Ended } from '../system/command-line.ts';
import { RecordingServer } from './recording-server.ts';
import { SECRET_VARIABLES } from './secret-variables.ts';

const SECRET = 'planted-secret-0123456789';
const PROMPT = (model: string): string => `---\nmodel: ${model}\nconfig: { maxOutputTokens: 5 }\n---\n{{x}}`;

describe('commands that send requests', function () {
  this.timeout(300_000);
  let server: RecordingServer;
  let workspace: TestWorkspace;
  let url: string;
  beforeEach(async () => {
    server = new RecordingServer();
    url = await server.listen();
  });
  afterEach(() => {
    server.close();
    workspace.dispose();
  });

  const provider = (variable: string, kind = 'openai-compatible, stream: false, baseUrl'): string =>
    `{ kind: ${kind}: "${url}/v1", apiKeyEnv: ${variable} }`;
  function use(goldsetYaml: string, files: Readonly<Record<string, string>> = {}): void {
    workspace = new TestWorkspace({
      'goldset.yaml': goldsetYaml,
      'a.prompt': PROMPT('p:small'),
      'a.golden.yaml': '- { id: c, vars: { x: "1" }, expected: ok }\n',
      ...files,
    });
  }
  const environment = { TOGETHER_API_KEY: SECRET };
  const run = (...args: readonly string[]): Promise<Ended> => workspace.run(args, { environment });
  const FLAG = (): string => `TOGETHER_API_KEY@${url}`;
  const refused = ({ code, err, out }: Ended): void => {
    assert.equal(code, 2, err);
    assert.ok(err.includes(`--allow-origin ${FLAG()}`), err);
    assert.deepEqual(server.requests, []);
    assert.ok(!`${out}${err}`.includes(SECRET));
  };

  it('goldset models sends none of 85 well-known secrets, and names the flag of each', async () => {
    use(`providers:\n${SECRET_VARIABLES.map((name) => `  ${name}: ${provider(name)}\n`).join('')}`);
    const all = Object.fromEntries(SECRET_VARIABLES.map((name) => [name, `${SECRET}-${name}`]));
    const { out, code } = await workspace.run(['models', '--json'], { environment: { ...all, HTTPS_PROXY: 'http://127.0.0.1:9' } });
    const { providers } = JSON.parse(out) as { providers: { name: string; from: string; state: string; hint: string | null }[] };
    const configured = providers.filter(({ from }) => from === 'goldset.yaml');
    assert.equal(code, 0);
    assert.deepEqual(new Set(configured.map(({ state }) => state)), new Set(['no-key']));
    assert.ok(configured.length >= 85);
    for (const { name, hint } of configured) assert.ok(hint?.includes(`--allow-origin ${name.toUpperCase()}@${url}`), name);
    assert.ok(!`${server.heard}${out}`.includes(SECRET));
  });

  it('goldset run is refused before the first request, and runs with the flag that it printed', async () => {
    use(`providers: { p: ${provider('TOGETHER_API_KEY')} }\n`);
    const first = await run('run');
    refused(first);
    const flag = /--allow-origin (\S+)/.exec(first.err)?.[1] ?? '';
    assert.equal((await run('run', '--allow-origin', flag)).code, 0);
    assert.deepEqual(
      server.requests.map(({ headers }) => headers['authorization']),
      [`Bearer ${SECRET}`],
    );
  });

  it('goldset run takes GOLDSET_ALLOW, and not for another variable, another port or another spelling', async () => {
    use(`providers: { p: ${provider('TOGETHER_API_KEY')} }\n`);
    for (const GOLDSET_ALLOW of [
      `OTHER_KEY@${url}`,
      `together_api_key@${url}`,
      'TOGETHER_API_KEY@http://127.0.0.1:1',
      'TOGETHER_API_KEY@http://localhost:*',
    ])
      refused(await workspace.run(['run'], { environment: { ...environment, GOLDSET_ALLOW } }));
    const GOLDSET_ALLOW = 'OTHER_KEY@https://models.example.com,TOGETHER_API_KEY@http://127.0.0.1:*';
    assert.equal((await workspace.run(['run'], { environment: { ...environment, GOLDSET_ALLOW } })).code, 0);
    assert.equal(server.requests.length, 1);
  });

  it('goldset run refuses the old form of --allow-origin and shows the new one', async () => {
    use(`providers: { p: ${provider('TOGETHER_API_KEY')} }\n`);
    refused(await run('run', '--allow-origin', url));
    refused(await run('run', '--allow-origin', `${url}/v1/`));
  });

  it('goldset run does not take consent from the repository', async () => {
    use(`providers: { p: ${provider('TOGETHER_API_KEY')} }\n`);
    const line = `${FLAG()}\n`;
    workspace.write({
      '.env': `GOLDSET_ALLOW=${line}`,
      'keys.env': `GOLDSET_ALLOW=${line}`,
      'allowed-keys': line,
      '.config/goldset/allowed-keys': line,
      'goldset/allowed-keys': line,
      '.goldset/allowed-keys': line,
    });
    refused(await run('run'));
    refused(await run('run', '--env-file', 'keys.env'));
    // Of another user of this machine, the folder has no mark.
    rmSync(path.join(workspace.root, '.goldset'), { recursive: true });
    refused(
      await workspace.run(['run'], {
        environment: { ...environment, GOLDSET_CONFIG_DIR: '.', XDG_CONFIG_HOME: '.config', HOME: workspace.userConfig },
      }),
    );
  });

  it('goldset run with --yes does not count as consent', async () => {
    use(`providers: { p: ${provider('TOGETHER_API_KEY')} }\n`);
    refused(await run('run', '--yes'));
  });

  for (const args of [
    ['compare', 'model:p:small', 'model:p:large', 'a.prompt'],
    ['run', '--batch'],
    ['github', '--base', 'HEAD'],
    ['run', '--model', 'p:other'],
  ])
    it(`goldset ${args.join(' ')} is refused before the first request`, async () => {
      use(`providers: { p: ${provider('TOGETHER_API_KEY', args.includes('--batch') ? 'openai, baseUrl' : undefined)} }\n`);
      workspace.git('init', '-q');
      workspace.git('add', '-A');
      workspace.git('commit', '-qm', 'one');
      workspace.write({ 'a.prompt': `${PROMPT('p:small')} again` });
      refused(await run(...args));
    });

  it('a judge, an embedding model and a pipeline are refused before the first request', async () => {
    const judged = (assertion: string): Record<string, string> => ({
      'a.prompt': PROMPT('scripted:./m.yaml'),
      'm.yaml': 'default: { reply: ok }\n',
      'a.golden.yaml': `- { id: c, vars: { x: "1" }, assert: [${assertion}] }\n`,
    });
    use(
      `providers: { p: ${provider('TOGETHER_API_KEY')} }\njudge: { model: "p:small", embeddings: "p:vectors" }\n`,
      judged('{ type: llm-rubric, value: good }'),
    );
    refused(await run('run'));
    workspace.write(judged('{ type: similar, value: ok }'));
    refused(await run('run'));
    workspace.write({ 'goldset.yaml': `providers: { p: ${provider('TOGETHER_API_KEY', 'http, url')} }\n`, 'a.prompt': PROMPT('p') });
    refused(await run('run'));
  });

  it('goldset import langfuse sends neither key to a server that no one allowed for both', async () => {
    use('');
    const keys = { LANGFUSE_PUBLIC_KEY: `pk-${SECRET}`, LANGFUSE_SECRET_KEY: `sk-${SECRET}` };
    const days = ['import', 'langfuse', '--from', '2026-11-01', '--to', '2026-11-01'];
    const attempts = [
      [...days, '--host', url],
      [...days, '--host', url, '--allow-origin', `LANGFUSE_PUBLIC_KEY@${url}`],
      [...days, '--host', url, '--allow-origin', `LANGFUSE_SECRET_KEY@${url}`],
      [...days, '--host', 'http://langfuse.evil.example'],
      [...days, '--host', `http://user:password@127.0.0.1`],
    ];
    for (const args of attempts) assert.equal((await workspace.run(args, { environment: keys })).code, 2, args.join(' '));
    workspace.write({ 'keys.env': `LANGFUSE_HOST=${url}\nLANGFUSE_BASE_URL=${url}\n` });
    const file = await workspace.run([...days, '--env-file', 'keys.env', '--host', url], { environment: keys });
    assert.deepEqual([file.code, /LANGFUSE_BASE_URL, LANGFUSE_HOST ignored/.test(file.err)], [2, true], file.err);
    assert.deepEqual(server.requests, []);
    const both = Object.keys(keys).flatMap((name) => ['--allow-origin', `${name}@${url}`]);
    assert.equal((await workspace.run([...days, '--host', url, ...both], { environment: keys })).code, 0);
    assert.ok(server.requests.length > 0);
  });

  it('.env is never loaded by itself', async () => {
    use(`providers: { p: ${provider('TOGETHER_API_KEY')} }\n`, { '.env': `TOGETHER_API_KEY=${SECRET}\n` });
    const { code, err } = await workspace.run(['run', '--allow-origin', FLAG()]);
    assert.deepEqual([code, /TOGETHER_API_KEY is not set/.test(err), server.requests.length], [2, true, 0]);
    assert.equal((await workspace.run(['run', '--allow-origin', FLAG(), '--env-file', '.env'])).code, 0);
    assert.equal(server.requests[0]?.headers['authorization'], `Bearer ${SECRET}`);
  });

  it('a redirect is not followed, so an allowed key stays at its origin', async () => {
    const thief = new RecordingServer();
    try {
      server.redirect = `${await thief.listen()}/v1/chat/completions`;
      use(`providers: { p: ${provider('TOGETHER_API_KEY')} }\n`);
      const { code, out } = await run('run', '--json', '--allow-origin', FLAG());
      assert.equal(code, 4);
      assert.match(out, /redirect, which Goldset does not follow/);
      assert.deepEqual(thief.requests, []);
    } finally {
      thief.close();
    }
  });

  it('a question at a terminal names both; no sends nothing, yes is remembered outside the workspace', async () => {
    use(`providers: { p: ${provider('TOGETHER_API_KEY')} }\n`);
    const before = await atTerminal('n\n');
    assert.ok(before.out.includes(`Send TOGETHER_API_KEY to ${url}`), before.out);
    assert.deepEqual([before.code, server.requests.length], [2, 0], before.out);
    const yes = await atTerminal('y\n');
    assert.deepEqual([yes.code, server.requests.length], [0, 1], yes.out);
    const file = path.join(workspace.userConfig, 'allowed-keys');
    assert.equal(readFileSync(file, 'utf8'), `${FLAG()}\n`);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.ok(!existsSync(path.join(workspace.root, 'goldset')));
    const again = (variables: Readonly<Record<string, string>>): Promise<Ended> =>
      workspace.run(['run', '--cache', 'refresh'], { environment: { ...variables, GOLDSET_CONFIG_DIR: workspace.userConfig } });
    assert.equal((await again(environment)).code, 0);
    assert.equal(server.requests.length, 2);
    workspace.write({ 'goldset.yaml': `providers: { p: ${provider('OTHER_KEY')} }\n` });
    assert.equal((await again({ OTHER_KEY: SECRET })).code, 2);
    assert.equal(server.requests.length, 2);
  });

  /** `goldset run` whose standard input and output are a terminal, with this typed in. */
  function atTerminal(typed: string): Promise<Omit<Ended, 'ms'>> {
    const script = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
    const child = spawn('python3', ['-c', script, process.execPath, path.resolve('dist/cli.js'), 'run'], {
      cwd: workspace.root,
      env: { ...process.env, ...environment, GOLDSET_CONFIG_DIR: workspace.userConfig },
    });
    child.stdin.end(typed);
    return ended(child);
  }

  it('headers of the SDKs’ own variables are sent to no server', async () => {
    use('');
    const names = [
      'OPENAI_CUSTOM_HEADERS',
      'ANTHROPIC_CUSTOM_HEADERS',
      'OPENAI_ADMIN_KEY',
      'OPENAI_ORG_ID',
      'OPENAI_PROJECT_ID',
      'ANTHROPIC_AUTH_TOKEN',
      'ANTHROPIC_API_KEY',
      'OPENAI_API_KEY',
    ];
    const before = { ...process.env };
    try {
      for (const name of names) process.env[name] = name.endsWith('HEADERS') ? `x-gateway-key: ${SECRET}` : SECRET;
      const { signal } = new AbortController();
      await openaiSdk({ baseUrl: url, apiKey: null, keyHeader: 'authorization', deadlineMs: 10_000 }).post('/chat/completions', {}, signal);
      await anthropicSdk({ baseUrl: url, apiKey: null, deadlineMs: 10_000 }).post('/v1/messages', {}, signal);
      for (const name of names) assert.ok(process.env[name]?.includes(SECRET), name);
    } finally {
      for (const name of names)
        if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = before[name];
    }
    assert.equal(server.requests.length, 2);
    assert.ok(!server.heard.includes(SECRET), server.heard);
  });
});
