/** How long a token is kept, what it is read from, and a run of the command line that leaves it in no file. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { readPrintedToken } from '../../src/adapters/models/sign-in/printed-token.ts';
import { TokenHolder, TokenHolders } from '../../src/adapters/models/sign-in/token-holder.ts';
import { TestWorkspace } from '../system/command-line.ts';
import { RepeatingServer } from './repeating-server.ts';

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.planted-token-4711';

describe('a token in memory', () => {
  const never = new AbortController().signal;
  const holding = (expiresAt: number | null, start = 1_000_000) => {
    const state = { now: start, runs: 0 };
    const holder = new TokenHolder(
      () => Promise.resolve({ token: `token-${++state.runs}`, expiresAt }),
      () => state.now,
    );
    return { state, token: async () => (await holder.current(never)).token, holder };
  };

  it('is used until it expires, and not a moment longer', async () => {
    const { state, token } = holding(1_000_500);
    assert.equal(await token(), 'token-1');
    state.now = 1_000_499;
    assert.equal(await token(), 'token-1');
    state.now = 1_000_500;
    assert.equal(await token(), 'token-2');
  });

  it('without an expiry is used for five minutes', async () => {
    const { state, token } = holding(null);
    await token();
    state.now += 299_999;
    assert.equal(await token(), 'token-1');
    state.now += 1;
    assert.equal(await token(), 'token-2');
  });

  it('is fetched once for requests at the same time', async () => {
    const { state, token } = holding(null);
    assert.deepEqual(await Promise.all([token(), token(), token()]), ['token-1', 'token-1', 'token-1']);
    assert.equal(state.runs, 1);
  });

  it('that several requests have refused is replaced once for all of them', async () => {
    const { state, holder } = holding(null);
    const held = await holder.current(never);
    const [a, b] = await Promise.all([holder.instead(held, never), holder.instead(held, never)]);
    assert.deepEqual([a?.token, b?.token, state.runs], ['token-2', 'token-2', 2]);
  });

  it('of one origin is never that of another, and of one command never that of another', () => {
    const holders = new TokenHolders();
    const make = (): TokenHolder => holding(null).holder;
    const first = holders.of('a', make);
    assert.equal(holders.of('a', make), first);
    assert.notEqual(holders.of('b', make), first);
  });

  for (const [what, output, expiresAt] of [
    ['a token', `${TOKEN}\n`, null],
    ['a token in quotes, as az prints it', `"${TOKEN}"\r\n`, null],
    ['{ token, expiresOn } with a time', `{"token":"${TOKEN}","expiresOn":"2026-11-29T18:00:00Z"}`, Date.UTC(2026, 10, 29, 18)],
    ['{ token, expiresOn } with seconds', `{"token":"${TOKEN}","expiresOn":1795975200}`, 1_795_975_200_000],
    [
      'what az prints',
      `{"accessToken":"${TOKEN}","expiresOn":"2026-11-29 18:00:00.000000","expires_on":1795975200,"tokenType":"Bearer"}`,
      1_795_975_200_000,
    ],
    ['an expiry that cannot be read', `{"token":"${TOKEN}","expiresOn":"soon"}`, null],
  ] as const)
    it(`is read from ${what}`, () => assert.deepEqual(readPrintedToken(output), { token: TOKEN, expiresAt }));
});

describe('goldset run with a token command', () => {
  const server = new RepeatingServer();
  // The command does not contain its token, so where that is found, it was put.
  const code = `require('fs').appendFileSync(process.env.MARK, 'x'); process.stdout.write(${JSON.stringify(TOKEN.split('-'))}.join('-'))`;
  const workspace = new TestWorkspace({});
  const mark = `${workspace.root}-mark`;
  let url = '';
  before(async () => {
    url = await server.listen();
    workspace.write({
      'goldset.yaml': `providers: { cloud: { baseUrl: "${url}", tokenCommand: ${JSON.stringify([process.execPath, '-e', code])}, tokenEnv: [MARK] } }\n`,
      'a.prompt': '---\nmodel: cloud:m\nconfig: { maxOutputTokens: 20 }\n---\n{{x}}\n',
      'a.golden.yaml': '- { id: a, vars: { x: hello }, assert: [{ type: icontains, value: you sent }] }\n',
    });
  });
  after(() => {
    server.close();
    workspace.dispose();
    rmSync(mark, { force: true });
  });

  it('executes and sends nothing until it is trusted and allowed, and leaves the token in no file', async () => {
    const run = (...args: string[]) => workspace.run(['run', '--yes', ...args], { environment: { GOLDSET_TRUST: '', MARK: mark } });
    const allow = ['--allow-origin', `token:cloud@${url}`];
    const [unallowed, untrusted] = [await run('--trust'), await run(...allow)];
    assert.deepEqual([unallowed.code, untrusted.code], [2, 2], untrusted.err);
    assert.match(untrusted.err, /token command/);
    assert.deepEqual([existsSync(mark), server.requests.length], [false, 0]);
    const passed = await run('--trust', ...allow, '--json');
    assert.equal(passed.code, 0, passed.err);
    assert.equal(readFileSync(mark, 'utf8'), 'x');
    assert.equal(server.requests[0]?.authorization, `Bearer ${TOKEN}`);
    const files = readdirSync(workspace.root, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(path.join(workspace.root, name)).isFile(),
    );
    assert.ok(files.some((name) => name.startsWith('.goldset')));
    const texts = [passed.out, passed.err, ...files.map((name) => workspace.read(name))];
    assert.deepEqual(
      texts.map((text) => text.includes(TOKEN)),
      texts.map(() => false),
    );
  });
});
