/** A token command runs only where it is trusted, from outside the workspace, without a shell; its token goes to one origin and nowhere else. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { modelOpener, type ModelOpenerOptions } from '../../src/adapters/models/open-model.ts';
import { TokenHolder } from '../../src/adapters/models/sign-in/token-holder.ts';
import { runTokenCommand, signInExecution } from '../../src/adapters/models/sign-in/token-command.ts';
import { CodeTrust, permitWhile } from '../../src/adapters/trust/code-trust.ts';
import { questionText } from '../../src/cli/trust/trust.ts';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import { allowsPair, readPair } from '../../src/core/config/key-pair.ts';
import { isHumanError, type HumanError } from '../../src/core/problems/errors.ts';
import type { ModelRequest, ModelResponse } from '../../src/core/model/model-request.ts';
import { RepeatingServer } from './repeating-server.ts';

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.planted-token-4711';
const { signal } = new AbortController();
const REQUEST: ModelRequest = {
  messages: [{ role: 'user', content: [{ text: 'hello' }] }],
  tools: [],
  output: { format: null, name: null, schema: null, strict: false },
  parameters: {},
  repeat: 0,
};

const errorOf = async (promise: Promise<unknown>): Promise<HumanError> => {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(isHumanError(error), String(error));
  return error;
};
const textOf = ({ message, hint = '', code }: HumanError): string => `${code} ${message} ${hint}`;

describe('a token command', () => {
  const server = new RepeatingServer();
  let url = '';
  let base = '';
  let work = '';
  const set = new Map<string, string | undefined>();
  const setVariable = (name: string, value: string): void => {
    if (!set.has(name)) set.set(name, process.env[name]);
    process.env[name] = value;
  };

  before(async () => {
    url = await server.listen();
    base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'goldset-token-')));
    work = path.join(base, 'work');
    mkdirSync(work);
    setVariable('GOLDSET_CONFIG_DIR', path.join(base, 'user'));
  });
  beforeEach(() => {
    server.requests.length = 0;
    server.statuses.length = 0;
    server.redirect = null;
    rmSync(path.join(base, 'runs'), { force: true });
  });
  after(() => {
    server.close();
    for (const [name, value] of set)
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    rmSync(base, { recursive: true, force: true });
  });

  /** Prints the tokens one after the other, one at each run. */
  const prints = (...tokens: string[]): string[] => [
    process.execPath,
    '-e',
    `const fs = require('fs'), f = ${JSON.stringify(path.join(base, 'runs'))}; fs.appendFileSync(f, 'x'); const all = ${JSON.stringify(tokens)}; process.stdout.write(all[Math.min(fs.readFileSync(f).length, all.length) - 1])`,
  ];
  const runs = (): number => (existsSync(path.join(base, 'runs')) ? readFileSync(path.join(base, 'runs')).length : 0);

  interface Given extends Partial<Pick<ModelOpenerOptions, 'permit' | 'mayRunPrograms'>> {
    readonly command?: readonly string[];
    readonly allowed?: readonly string[];
    readonly at?: string;
    readonly more?: string;
  }
  const ask = async (
    { command = prints(TOKEN), allowed = [`token:cloud@${url}`], at = url, more = '', ...rest }: Given,
    onText?: (text: string) => void,
  ): Promise<ModelResponse> => {
    const text = `providers: { cloud: { baseUrl: "${at}", tokenCommand: ${JSON.stringify(command)}${more} } }\n`;
    const { config, diagnostics } = readGoldsetYaml('goldset.yaml', text);
    assert.deepEqual(diagnostics, []);
    const pairs = allowed.map((item) => readPair(item)).filter((pair) => typeof pair !== 'string');
    const opener = modelOpener({
      root: work,
      config,
      keys: {
        keyForOrigin: () => Promise.resolve(null),
        variable: (name) => process.env[name] ?? null,
        isAllowed: (pair) => pairs.some((item) => allowsPair(item, pair)),
      },
      matcher: { matchScript: () => Promise.reject(new Error('There is no scripted model here.')) },
      clock: { now: () => performance.now(), sleep: () => Promise.resolve() },
      mayRunPrograms: () => true,
      permit: () => undefined,
      ...rest,
    });
    const client = await opener.open('cloud:m', work);
    return client.complete(REQUEST, { signal, ...(onText === undefined ? {} : { onText }) });
  };

  it('signs a request in where its token is allowed', async () => {
    await ask({});
    assert.deepEqual([server.requests.map(({ authorization }) => authorization), runs()], [[`Bearer ${TOKEN}`], 1]);
  });

  for (const [what, given] of [
    ['nothing is allowed', { allowed: [] }],
    ['the token of another provider is allowed', { allowed: ['token:other@URL'] }],
    ['the token is allowed for another origin', { allowed: ['token:cloud@https://models.example.com'] }],
    ['a variable of that name is allowed', { allowed: ['cloud@URL'] }],
  ] as const)
    it(`is not run and nothing is sent when ${what}, and the refusal contains the exact flag`, async () => {
      const error = await errorOf(ask({ allowed: given.allowed.map((item) => item.replace('URL', url)) }));
      assert.equal(error.code, 'key/foreign-origin');
      assert.ok(error.hint?.endsWith(`--allow-origin token:cloud@${url}`), error.hint);
      assert.deepEqual([runs(), server.requests.length], [0, 0]);
    });

  it('is not run for an address without encryption, whatever is allowed', async () => {
    const at = 'http://models.example.com';
    const error = await errorOf(ask({ at, allowed: [`token:cloud@https://models.example.com`] }));
    assert.deepEqual([error.code, runs()], ['key/plain-http', 0]);
  });

  it('is not run in a workspace that is not trusted, and nothing is sent', async () => {
    for (const [given, code] of [
      [{ permit: permitWhile(() => false) }, 'trust/needed'],
      [{ permit: new CodeTrust(work, work, false).permit }, 'trust/needed'],
      [{ mayRunPrograms: () => false }, 'trust/command'],
    ] as const)
      assert.equal((await errorOf(ask(given))).code, code);
    assert.deepEqual([runs(), server.requests.length], [0, 0]);
  });

  it('is trusted by itself: a pipeline with the same command, another argument and another variable are other questions', () => {
    const trust = (): CodeTrust => new CodeTrust(work, work, false);
    const signIn = { command: ['az', 'login'], env: [] };
    const trusted = signInExecution('cloud', signIn);
    trust().remember(trust().untrusted([trusted]));
    const isTrusted = (execution: Parameters<CodeTrust['permit']>[0]): boolean => trust().untrusted([execution]).length === 0;
    assert.ok(isTrusted(trusted));
    const { isSignIn, ...pipeline } = trusted;
    assert.equal(isSignIn, true);
    assert.ok(!isTrusted(pipeline));
    assert.ok(!isTrusted(signInExecution('cloud', { ...signIn, command: ['az', 'logout'] })));
    assert.ok(!isTrusted(signInExecution('cloud', { ...signIn, env: ['SECRET'] })));
    assert.ok(!isTrusted(signInExecution('other', signIn)));
    const question = questionText(trust().untrusted([signInExecution('other', { ...signIn, env: ['SECRET'] })]), work);
    assert.match(question, /token command of the provider other: \["az","login"\]\n.*HOME, USERPROFILE, APPDATA, SECRET/);
  });

  it('is not run from inside the workspace', async () => {
    const file = path.join(work, 'own');
    writeFileSync(file, `#!/bin/sh\nprintf x >> ${path.join(base, 'runs')}\nprintf token\n`);
    chmodSync(file, 0o755);
    const before = process.env['PATH'];
    process.env['PATH'] = `${work}:${before ?? ''}`;
    try {
      for (const command of [['./own'], [file], ['own']])
        assert.match((await errorOf(ask({ command }))).message, /own is inside the workspace/);
    } finally {
      process.env['PATH'] = before;
    }
    assert.deepEqual([runs(), server.requests.length], [0, 0]);
  });

  it('gets no shell: what a shell would run is text', async () => {
    const command = [process.execPath, '-e', 'process.stdout.write(process.argv[1])', `$(touch${path.join(base, 'runs')})`];
    await ask({ command });
    assert.deepEqual([runs(), server.requests[0]?.authorization], [0, `Bearer ${command[3]}`]);
  });

  it('gets PATH, the folders of its user and the variables of tokenEnv, and no other variable', async () => {
    for (const [name, value] of Object.entries({ PLANTED_KEY: 'planted', NAMED: 'named', USERPROFILE: 'profile', APPDATA: 'data' }))
      setVariable(name, value);
    const command = [
      process.execPath,
      '-e',
      "process.stdout.write(Object.keys(process.env).filter((n) => !/^__CF/.test(n)).sort().join(','))",
    ];
    await ask({ command, more: ', tokenEnv: [NAMED]' });
    const names = new Set(['APPDATA', 'HOME', 'NAMED', 'PATH', 'USERPROFILE']);
    const seen = server.requests[0]?.authorization?.replace('Bearer ', '').split(',') ?? [];
    assert.deepEqual(seen, [...names].sort());
  });

  describe('that fails', () => {
    const secret = 'printed-secret-4711';
    /** The command itself does not contain what it prints. */
    const program = (code: string): string[] => [process.execPath, '-e', `const s = ['printed', 'secret', '4711'].join('-'); ${code}`];
    for (const [what, code, says] of [
      ['with an exit code', `console.log(s); console.error(s); process.exit(3)`, /ended with exit code 3/],
      ['by printing nothing', `console.error(s)`, /it printed nothing/],
      ['by printing two lines', `console.log(s + '\\n' + s)`, /white space or a line break/],
      ['by printing a header', `console.log('Bearer ' + s)`, /starts with “Bearer”/],
      ['by printing a list', `console.log(JSON.stringify([s]))`, /neither a token nor a JSON object/],
      ['by printing JSON without a token', `console.log(JSON.stringify({ s }))`, /JSON without a text in `token`/],
      ['by printing broken JSON', `console.log('{"token":"' + s)`, /neither a token nor a JSON object/],
      ['by printing credentials without a key', `console.log(JSON.stringify({ Version: 1, AccessKeyId: s }))`, /credentials without/],
      [
        'by printing credentials of another version',
        `console.log(JSON.stringify({ Version: 2, AccessKeyId: s, SecretAccessKey: s }))`,
        /another version/,
      ],
      [
        'by printing AWS’s credentials for another API',
        `console.log(JSON.stringify({ Version: 1, AccessKeyId: s, SecretAccessKey: s }))`,
        /only a provider with `kind: bedrock`/,
      ],
      ['by printing more than a token', `process.stdout.write(s.repeat(9000))`, /more than a token/],
    ] as const)
      it(`${what} is an error that names the command and repeats nothing of its output`, async () => {
        const error = await errorOf(ask({ command: program(code) }));
        assert.match(error.message, says);
        assert.match(error.message, /token command of cloud/);
        assert.ok(!textOf(error).includes(secret), textOf(error));
        assert.deepEqual([error.code, server.requests.length], ['provider/authentication', 0]);
      });

    it('because there is no such program says so', async () => {
      assert.match((await errorOf(ask({ command: ['no-such-program-4711'] }))).message, /there is no program no-such-program-4711/);
    });
  });

  it('is run once more after a 401, and the answer repeats neither token, whole or as it streams', async () => {
    const [first, second] = [`${TOKEN}-first`, `${TOKEN}-second`];
    server.statuses.push(401);
    const pieces: string[] = [];
    const answer = await ask({ command: prints(first, second) }, (text) => pieces.push(text));
    assert.deepEqual([server.requests.map(({ authorization }) => authorization), runs()], [[`Bearer ${first}`, `Bearer ${second}`], 2]);
    assert.equal(answer.output, 'You sent Bearer [key] Bearer [key].');
    assert.equal(pieces.join(''), answer.output);
  });

  it('is not run a third time when the new token is refused too, and the error repeats no token', async () => {
    server.statuses.push(401, 401);
    const error = await errorOf(ask({ command: prints(`${TOKEN}-first`, `${TOKEN}-second`) }));
    assert.deepEqual([server.requests.length, runs(), error.code], [2, 2, 'provider/authentication']);
    assert.ok(!textOf(error).includes(TOKEN), textOf(error));
  });

  for (const status of [400, 403, 429, 500])
    it(`is not run again after a ${status}`, async () => {
      server.statuses.push(status);
      await errorOf(ask({}));
      assert.deepEqual([server.requests.length, runs()], [1, 1]);
    });

  it('gives no token to the server that a redirect names', async () => {
    const other = new RepeatingServer();
    server.redirect = await other.listen();
    try {
      await errorOf(ask({}));
      assert.equal(other.requests.length, 0);
    } finally {
      other.close();
    }
  });

  it('is stopped with its call', async () => {
    const abort = new AbortController();
    const program = {
      provider: 'cloud',
      signIn: { command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'], env: [] },
      cwd: work,
      workspace: [work],
      permit: () => undefined,
      keys: { variable: () => null },
    };
    const holder = new TokenHolder((until) => runTokenCommand(program, until), Date.now);
    const waiting = errorOf(holder.current(abort.signal));
    abort.abort();
    assert.equal((await waiting).code, 'provider/aborted');
  });
});
