/** `goldset models`: what can be reached, over sockets. */
import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { EMPTY_CONFIG } from '../../src/core/config/goldset-yaml.ts';
import { findLocalServers } from '../../src/adapters/models/probe-providers.ts';
import { allowedHere, TestWorkspace } from './command-line.ts';

interface Heard {
  readonly url: string;
  readonly authorization: string | null;
}

async function listing(status: number, body: unknown, use: (url: string, heard: Heard[]) => Promise<void>): Promise<void> {
  const heard: Heard[] = [];
  const server = http.createServer((request, response) => {
    heard.push({ url: request.url ?? '', authorization: request.headers.authorization ?? null });
    response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, heard);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const models = { object: 'list', data: [{ id: 'zeta' }, { id: 'alpha' }] };

describe('goldset models', () => {
  let workspace: TestWorkspace;
  const use = (files: Readonly<Record<string, string>>): TestWorkspace => (workspace = new TestWorkspace(files));
  afterEach(() => workspace.dispose());
  const config = (url: string, rest = ''): string => `providers:\n  box: { kind: openai-compatible, baseUrl: ${url}${rest} }\n`;
  interface Printed {
    readonly providers: readonly { name: string; state: string; reason: string | null; models: string[]; from: string }[];
  }

  it('lists what is configured and what it offers, with the key that belongs there', async () => {
    await listing(200, models, async (url, heard) => {
      use({ 'goldset.yaml': config(url, ', apiKeyEnv: BOX_KEY, server: vllm') });
      const { out, code } = await workspace.run(['models'], { environment: { BOX_KEY: 'box-secret-1', ...allowedHere('BOX_KEY') } });
      assert.equal(code, 0);
      assert.match(out, /^box +reachable, http:\/\/127\.0\.0\.1:\d+\/v1\n +alpha, zeta\n +vLLM reports cached tokens only/m);
      assert.match(out, /openai +no key, .*\n +No API key for openai/);
      assert.deepEqual(heard, [{ url: '/v1/models', authorization: 'Bearer box-secret-1' }]);
      const { out: json } = await workspace.run(['models', '--json'], {
        environment: { BOX_KEY: 'box-secret-1', ...allowedHere('BOX_KEY') },
      });
      assert.doesNotMatch(json, /box-secret/);
      assert.deepEqual((JSON.parse(json) as Printed).providers[0]?.models, ['alpha', 'zeta']);
    });
  });
  it('says why a provider is not there, and shows no key that it repeats', async () => {
    await listing(401, 'your key box-secret-1 is wrong', async (url) => {
      use({ 'goldset.yaml': config(url, ', apiKeyEnv: BOX_KEY') });
      const { out } = await workspace.run(['models'], { environment: { BOX_KEY: 'box-secret-1', ...allowedHere('BOX_KEY') } });
      assert.match(out, /box +refused, .*\n +Status 401: your key \[key\] is wrong/);
    });
    await listing(200, '<html>not a model server</html>', async (url) => {
      use({ 'goldset.yaml': config(url) });
      assert.match((await workspace.run(['models'])).out, /box +refused, .*\n +The server’s answer is not a list of models/);
    });
    use({ 'goldset.yaml': config('http://127.0.0.1:9/v1') });
    assert.match((await workspace.run(['models'])).out, /box +unreachable/);
  });
  it('sends a key nowhere that it does not belong, and asks nobody', async () => {
    await listing(200, models, async (url, heard) => {
      use({ 'goldset.yaml': config(url, ', apiKeyEnv: OPENAI_API_KEY') });
      const environment = { OPENAI_API_KEY: 'sk-planted', HTTPS_PROXY: 'http://127.0.0.1:9' };
      assert.match((await workspace.run(['models'], { environment })).out, /box +no key, .*\n +goldset\.yaml would send OPENAI_API_KEY/);
      assert.deepEqual(heard, []);
    });
  });
  it('finds servers of this machine that nobody configured, unless they are no model servers', async () => {
    const find = (baseUrl: string, providers = EMPTY_CONFIG.providers): ReturnType<typeof findLocalServers> =>
      findLocalServers({
        config: { ...EMPTY_CONFIG, providers },
        keys: { keyForOrigin: () => Promise.resolve(null), variable: () => null, isAllowed: () => false },
        localServers: [{ dialect: 'ollama', baseUrl }],
      });
    use({});
    await listing(200, models, async (url) => {
      const [found] = await find(url);
      assert.deepEqual([found?.name, found?.from, found?.models], ['ollama', 'local', ['alpha', 'zeta']]);
      assert.match(found?.note ?? '', /num_ctx/);
    });
    await listing(404, 'a web page', async (url) => assert.deepEqual(await find(url), []));
    assert.deepEqual(await find('http://127.0.0.1:9/v1'), []);
  });
  it('ends quietly when nobody reads on', async () => {
    use({});
    const child = workspace.start(['models']);
    child.stdout?.destroy();
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    assert.equal(await new Promise((resolve) => child.once('close', resolve)), 0);
    assert.equal(said, '');
  });
});
