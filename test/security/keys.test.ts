/** Keys are sent by consent: which variable may go to which origin, decided in one place, without a process and without a server. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nodeSender } from '../../src/adapters/capture/otlp-ids.ts';
import { OtlpWriter } from '../../src/adapters/capture/otlp-writer.ts';
import { endpointOf, shareableVariable } from '../../src/adapters/models/endpoint.ts';
import { keyFor, type KeySource } from '../../src/adapters/models/keys.ts';
import { AllowedKeys, pairsOfEnvironment } from '../../src/adapters/storage/allowed-keys.ts';
import { readEnvironmentFile } from '../../src/cli/environment/environment-file.ts';
import { upsertComment } from '../../src/cli/github/comment.ts';
import { KeyRing } from '../../src/extension/keys/key-ring.ts';
import { EMPTY_CONFIG, readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import { allowsPair, readPair } from '../../src/core/config/key-pair.ts';
import type { StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { SECRET_VARIABLES } from './secret-variables.ts';

/** A machine on which every variable is set, and on which these pairs are allowed. */
function machine(...allowed: readonly string[]): KeySource {
  const pairs = allowed.map((text) => {
    const pair = readPair(text);
    if (typeof pair === 'string') throw new Error(`${text} ${pair}`);
    return pair;
  });
  return {
    keyForOrigin: () => Promise.resolve(null),
    variable: (name) => `value-of-${name}`,
    isAllowed: (pair) => pairs.some((item) => allowsPair(item, pair)),
  };
}

const sent = (keyVariable: string, baseUrl: string, keys = machine()): Promise<string | null> =>
  keyFor({ provider: 'p', baseUrl, keyVariable }, keys);

describe('a variable of a well-known service', () => {
  it('there are 85 of them at least, each once', () => {
    assert.ok(new Set(SECRET_VARIABLES).size >= 85);
    assert.equal(new Set(SECRET_VARIABLES).size, SECRET_VARIABLES.length);
  });
  for (const variable of SECRET_VARIABLES)
    it(`${variable} is not sent to a foreign origin, and the refusal contains the exact flag`, async () => {
      await assert.rejects(sent(variable, 'https://models.evil.example/v1'), (error: { code?: string; message: string; hint?: string }) => {
        assert.equal(error.code, 'key/foreign-origin');
        assert.match(error.hint ?? '', new RegExp(`--allow-origin ${variable}@https://models\\.evil\\.example$`));
        assert.ok(!`${error.message}${error.hint}`.includes('value-of'));
        return true;
      });
    });
  for (const variable of SECRET_VARIABLES)
    it(`${variable} is not sent over http, whatever the user allows`, async () => {
      const keys: KeySource = { ...machine(), isAllowed: () => true };
      await assert.rejects(sent(variable, 'http://models.evil.example/v1', keys), { code: 'key/plain-http' });
    });
  for (const variable of ['MY_SECRET', 'LOCAL_KEY', 'KEY', 'openai_api_key', 'OpenAI_API_Key', '_'])
    it(`${variable} needs consent like every other name`, () =>
      assert.rejects(sent(variable, 'https://api.openai.com/v1'), { code: 'key/foreign-origin' }));
});

describe('an address that looks like OpenAI’s', () => {
  for (const address of [
    'https://api.openai.com.evil.example/v1',
    'https://evil.example/api.openai.com/v1',
    'https://api.openai.com.',
    'https://api.openai.com:8443/v1',
    'https://api.\u043epenai.com/v1',
    'https://openai.com/v1',
    'https://api-openai.com/v1',
    'https://api.openai.com%2eevil.example/v1',
    'https://api.openai.com\t.evil.example/v1',
    'https://eu.api.openai.com/v1',
  ])
    it(`${JSON.stringify(address)} does not get OPENAI_API_KEY`, () =>
      assert.rejects(sent('OPENAI_API_KEY', address), { code: 'key/foreign-origin' }));
  it('http://api.openai.com does not get OPENAI_API_KEY unencrypted', () =>
    assert.rejects(sent('OPENAI_API_KEY', 'http://api.openai.com/v1'), { code: 'key/plain-http' }));
  for (const address of ['https://api.openai.com/v1', 'HTTPS://API.OPENAI.COM:443/v1', 'https://api\u3002openai\u3002com/v1'])
    it(`${JSON.stringify(address)} is OpenAI’s own and gets its key without a question`, async () =>
      assert.equal(await sent('OPENAI_API_KEY', address), 'value-of-OPENAI_API_KEY'));
  for (const [variable, address] of [
    ['ANTHROPIC_API_KEY', 'https://api.openai.com/v1'],
    ['OPENAI_API_KEY', 'https://api.anthropic.com'],
    ['GROQ_API_KEY', 'https://api.x.ai/v1'],
    ['LANGFUSE_SECRET_KEY', 'https://api.openai.com/v1'],
  ] as const)
    it(`the official address ${address} does not get ${variable}, which belongs to another provider`, () =>
      assert.rejects(sent(variable, address), { code: 'key/foreign-origin' }));
  it('GROQ_API_KEY goes to Groq’s own address', async () =>
    assert.equal(await sent('GROQ_API_KEY', 'https://api.groq.com/openai/v1'), 'value-of-GROQ_API_KEY'));
});

describe('an official address that goldset.yaml writes out', () => {
  const at = (provider: string) => {
    const { config, diagnostics } = readGoldsetYaml('goldset.yaml', `providers: { p: ${provider} }\n`);
    assert.deepEqual(diagnostics, []);
    return endpointOf('p:m', config);
  };
  it('https://api.openai.com/v1 counts as OpenAI itself', () => {
    const endpoint = at('{ kind: openai, baseUrl: "https://api.openai.com/v1" }');
    assert.deepEqual([endpoint?.official?.name, endpoint?.keyVariable, endpoint?.format], ['openai', 'OPENAI_API_KEY', 'responses']);
  });
  it('https://api.anthropic.com counts as Anthropic itself', () => {
    const endpoint = at('{ kind: anthropic, baseUrl: "https://API.anthropic.com:443/v1" }');
    assert.deepEqual([endpoint?.official?.name, endpoint?.keyVariable, endpoint?.format], ['anthropic', 'ANTHROPIC_API_KEY', 'messages']);
  });
  for (const baseUrl of [
    'https://api.openai.com.evil.example/v1',
    'https://api.openai.com./v1',
    'http://api.openai.com/v1',
    'https://api.openai.com:444/v1',
  ])
    it(`${baseUrl} does not count as OpenAI and gets no variable by itself`, () => {
      const endpoint = at(`{ kind: openai, baseUrl: "${baseUrl}" }`);
      assert.deepEqual([endpoint?.official, endpoint?.keyVariable], [null, null]);
    });
});

describe('a key over http', () => {
  const anything: KeySource = { ...machine(), isAllowed: () => true };
  for (const address of [
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://127.0.0.1.nip.io',
    'http://localhost.',
    'http://evil.example/127.0.0.1',
    'http://evil.example#localhost',
    'http://evil.example?localhost',
    'http://0.0.0.0:1234',
    'http://[::]:1234',
    'http://[::ffff:127.0.0.1]:1234',
    'http://[::1:1]:1234',
    'http://10.0.0.1',
    'http://192.168.1.7:11434',
    'http://gpu.local:9000',
  ])
    it(`is not sent to ${address}, though everything is allowed`, () =>
      assert.rejects(sent('LOCAL_KEY', address, anything), { code: 'key/plain-http' }));
  for (const address of [
    'http://127.0.0.1:1',
    'http://127.8.9.10:1',
    'http://127.1:1',
    'http://2130706433:1',
    'http://localhost:1',
    'http://LOCALHOST:1',
    'http://[::1]:1',
  ])
    it(`is sent to this machine at ${address} once the pair is allowed`, async () =>
      assert.equal(await sent('LOCAL_KEY', address, anything), 'value-of-LOCAL_KEY'));
  it('is not sent from the secret storage either', () =>
    assert.rejects(
      keyFor(
        { provider: 'p', baseUrl: 'http://gpu.local:9000/v1', keyVariable: null },
        { ...anything, keyForOrigin: () => Promise.resolve('stored') },
      ),
      {
        code: 'key/plain-http',
      },
    ));
  it('a header of an application’s sink that holds a key is not sent, and the application is told', async () => {
    const told: string[] = [];
    const line: StoredLine = {
      followUp: {
        of: { interaction: null, response: 'r1', trace: null, conversation: null },
        time: '2026-11-01T00:00:00.000Z',
        signals: [{ kind: 'explicit', name: 'thumb', value: 'down', annotator: 'human', by: null, time: null, note: null }],
        chunks: [],
        action: null,
        triage: null,
        reason: null,
      },
    };
    for (const header of ['authorization', 'x-api-key', 'Cookie', 'x-honeycomb-token'])
      await new OtlpWriter(
        { endpoint: 'http://collector.evil.example', headers: { [header]: 'secret' } },
        (problem) => told.push(problem),
        nodeSender(),
      ).write([line]);
    assert.equal(told.length, 4);
    for (const problem of told) assert.match(problem, /without encryption/);
    assert.ok(!told.join('').includes('secret'));
  });
  it('the token of a workflow is not sent', () =>
    assert.rejects(
      upsertComment({ apiUrl: 'http://github.evil.example', repository: 'a/b', pullRequest: 1, token: 't', key: 'k' }, 'text'),
      {
        code: 'github/address',
      },
    ));
});

describe('a pair that was allowed', () => {
  const PAIR = 'LOCAL_KEY@https://models.example.com/v1?x=1';
  const allowed = machine(PAIR, 'DEV_KEY@http://127.0.0.1:*', 'SIX_KEY@http://[::1]:*/v1');
  for (const [variable, address] of [
    ['LOCAL_KEY', 'https://models.example.com/other'],
    ['LOCAL_KEY', 'https://MODELS.example.com:443/v1'],
    ['DEV_KEY', 'http://127.0.0.1:4011/v1'],
    ['DEV_KEY', 'http://127.1/v1'],
    ['SIX_KEY', 'http://[0:0:0:0:0:0:0:1]:4011/v1'],
  ] as const)
    it(`${variable} goes to ${address}`, async () => assert.equal(await sent(variable, address, allowed), `value-of-${variable}`));
  for (const [variable, address] of [
    ['OPENAI_API_KEY', 'https://models.example.com/v1'],
    ['local_key', 'https://models.example.com/v1'],
    ['LOCAL_KEY2', 'https://models.example.com/v1'],
    ['LOCAL_KEY', 'https://models.example.com:8443/v1'],
    ['LOCAL_KEY', 'https://models.example.com./v1'],
    ['LOCAL_KEY', 'https://evil.models.example.com/v1'],
    ['LOCAL_KEY', 'https://models.example.com.evil.example/v1'],
    ['DEV_KEY', 'http://localhost:4011/v1'],
    ['DEV_KEY', 'http://127.0.0.2:4011/v1'],
    ['DEV_KEY', 'https://127.0.0.1:4011/v1'],
    ['DEV_KEY', 'https://127.0.0.1.evil.example/v1'],
    ['SIX_KEY', 'http://127.0.0.1:4011/v1'],
    ['OPENAI_API_KEY', 'http://127.0.0.1:4011/v1'],
  ] as const)
    it(`does not let ${variable} go to ${address}`, () => assert.rejects(sent(variable, address, allowed), { code: 'key/foreign-origin' }));
});

describe('a text that is no pair', () => {
  for (const text of [
    '',
    'LOCAL_KEY',
    'https://models.example.com',
    '@https://models.example.com',
    'LOCAL_KEY@',
    'LOCAL_KEY@models.example.com',
    'LOCAL_KEY@*',
    'LOCAL_KEY@https://*.example.com',
    'LOCAL_KEY@https://models.example.com:*',
    'LOCAL_KEY@https://127.0.0.1.evil.example:*',
    'LOCAL_KEY@http://models.example.com',
    'LOCAL_KEY@http://localhost.evil.example:*',
    'LOCAL_KEY@https://user:password@models.example.com',
    'LOCAL_KEY@https://models.example.com@evil.example',
    'LOCAL_KEY@ftp://models.example.com',
    'LOCAL_KEY@file:///etc/passwd',
    'LOCAL KEY@https://models.example.com',
    '*@https://models.example.com',
    'LOCAL_KEY@https://$(id).example.com',
    'LOCAL_KEY@https://a`id`.example.com',
  ])
    it(`${JSON.stringify(text)} allows nothing`, () => assert.equal(typeof readPair(text), 'string'));
  it('GOLDSET_ALLOW with one of these ends the command instead of allowing the others', () => {
    assert.equal(pairsOfEnvironment('A@https://a.example, B@http://localhost:* ,').length, 2);
    assert.throws(() => pairsOfEnvironment('A@https://a.example,https://b.example'), { code: 'usage' });
  });
});

describe('goldset.yaml', () => {
  const read = (provider: string) => readGoldsetYaml('goldset.yaml', `providers:\n  p: ${provider}\n`);
  for (const address of [
    'https://user:password@models.example.com/v1',
    'https://api.openai.com@evil.example/v1',
    'https://@evil.example/v1',
    'https://a$(touch x).example/v1',
    'https://a;id.example/v1',
  ])
    for (const kind of ['openai-compatible, baseUrl', 'http, url'])
      it(`${kind}: "${address}" is a problem, and the provider is not used`, () => {
        const { config, diagnostics } = read(`{ kind: ${kind}: "${address}", apiKeyEnv: LOCAL_KEY }`);
        assert.deepEqual([config.providers.size, diagnostics[0]?.severity], [0, 'error']);
      });
  for (const name of ['X; rm -rf ~', '$(id)', 'A B', 'A=B', '1KEY', 'sk-abcdef0123456789', '../x', 'A,B@https://evil.example'])
    it(`apiKeyEnv: ${JSON.stringify(name)} is a problem that does not repeat the text, and no variable is read`, () => {
      const { config, diagnostics } = read(`{ baseUrl: "https://models.example.com", apiKeyEnv: ${JSON.stringify(name)} }`);
      const provider = config.providers.get('p');
      assert.ok(provider !== undefined && provider.kind !== 'command');
      assert.deepEqual([provider.apiKeyEnv, diagnostics[0]?.severity], [null, 'error']);
      assert.ok(!(diagnostics[0]?.message ?? '').includes(name));
    });
  it('sends no variable that stands in a header or in an address', () => {
    const { config, diagnostics } = read(
      '{ baseUrl: "https://models.example.com/${OPENAI_API_KEY}", headers: { authorization: "Bearer ${OPENAI_API_KEY}" } }',
    );
    assert.match(diagnostics[0]?.message ?? '', /Unknown key `headers`/);
    assert.equal(endpointOf('p:m', config)?.baseUrl, 'https://models.example.com/${OPENAI_API_KEY}');
  });
  it('puts no variable into a command for a shell unless the variable may go there', () => {
    const at = (baseUrl: string) =>
      endpointOf('p:m', { ...EMPTY_CONFIG, providers: read(`{ baseUrl: "${baseUrl}", apiKeyEnv: OPENAI_API_KEY }`).config.providers });
    const [foreign, own] = [at('https://models.example.com/v1'), at('https://api.openai.com/v1')];
    assert.ok(foreign !== null && own !== null);
    assert.equal(shareableVariable(foreign, machine()), null);
    assert.equal(shareableVariable(foreign, machine('OPENAI_API_KEY@https://models.example.com')), 'OPENAI_API_KEY');
    assert.equal(shareableVariable(own, machine()), 'OPENAI_API_KEY');
  });
});

describe('a key in the secret storage of the editor', () => {
  const stored = new Map<string, string>();
  const secrets = {
    get: (name: string) => Promise.resolve(stored.get(name)),
    store: (name: string, value: string) => Promise.resolve(void stored.set(name, value)),
    delete: (name: string) => Promise.resolve(void stored.delete(name)),
  };
  const memento = { get: <T>(_name: string, otherwise: T): T => otherwise, update: () => Promise.resolve() };
  const ring = new KeyRing(secrets as never, memento as never, new AllowedKeys(path.join(os.tmpdir(), 'goldset-none', 'allowed-keys')));
  const source: KeySource = {
    keyForOrigin: (origin) => ring.keyFor(origin),
    variable: () => null,
    isAllowed: (pair) => ring.allowed.has(pair),
  };
  const keyAt = (baseUrl: string): Promise<string | null> => keyFor({ provider: 'p', baseUrl, keyVariable: null }, source);
  before(() => ring.keep('https://models.example.com', 'stored key'));

  it('goes to the origin that it was stored for', async () => {
    for (const address of ['https://models.example.com/v1', 'https://MODELS.example.com:443/other'])
      assert.equal(await keyAt(address), 'stored key', address);
  });
  for (const address of [
    'http://models.example.com/v1',
    'https://models.example.com:8443/v1',
    'https://models.example.com./v1',
    'https://models.example.com.evil.example/v1',
    'https://evil.example/https://models.example.com',
    'http://127.0.0.1:11434/v1',
  ])
    it(`does not go to ${address}`, async () => assert.equal(await keyAt(address), null));
});

describe('an environment file', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-env-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const read = (text: string, named: readonly string[]) => {
    writeFileSync(path.join(folder, 'keys.env'), text);
    return readEnvironmentFile(path.join(folder, 'keys.env'), new Set(named), ['LANGFUSE_HOST']);
  };

  for (const name of [
    'GOLDSET_ALLOW',
    'GOLDSET_TRUST',
    'GOLDSET_CONFIG_DIR',
    'NODE_OPTIONS',
    'NODE_EXTRA_CA_CERTS',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'HTTPS_PROXY',
    'https_proxy',
    'NO_PROXY',
    'ALL_PROXY',
    'OPENAI_BASE_URL',
    'LANGFUSE_BASE_URL',
    'LANGFUSE_HOST',
    'goldset_allow',
  ])
    it(`does not supply ${name}, even if a provider names it, and this is said`, () => {
      const { variables, ignored } = read(`${name}=x\nLOCAL_KEY=k\n`, [name, 'LOCAL_KEY']);
      assert.deepEqual([[...variables], ignored], [[['LOCAL_KEY', 'k']], [name]]);
    });
  it('supplies only variables that are named', () => {
    const { variables, ignored } = read('LOCAL_KEY=k\nSTRIPE_SECRET_KEY=s\nPATH=/evil\n__proto__=x\n', ['LOCAL_KEY']);
    assert.deepEqual([[...variables], ignored], [[['LOCAL_KEY', 'k']], []]);
  });
  it('that is larger than 1 MB, a folder or missing ends the command', () => {
    assert.throws(() => read(`A=${'x'.repeat(2 << 20)}`, []), { code: 'env/too-large' });
    assert.throws(() => readEnvironmentFile(folder, new Set(), []), { code: 'env/missing' });
    assert.throws(() => readEnvironmentFile(path.join(folder, 'none'), new Set(), []), { code: 'env/missing' });
  });
});
