/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY on the command line: a real proxy, a real server with a certificate of its own. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { TestWorkspace } from './command-line.ts';

const listen = async (server: http.Server | https.Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};
const answer = { object: 'list', data: [{ id: 'behind' }] };

describe('a proxy', () => {
  const certificate = path.resolve('test/system/certificate/models.test.pem');
  const servers: (http.Server | https.Server)[] = [];
  let workspace: TestWorkspace;
  let seen: string[] = [];
  let proxy = '';
  let secure = 0;
  let plain = 0;

  before(async () => {
    const list = (request: http.IncomingMessage, response: http.ServerResponse): void => {
      seen.push(`${request.url ?? ''} ${request.headers.authorization ?? ''}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    };
    const target = https.createServer(
      { key: readFileSync('test/system/certificate/models.test.key.pem'), cert: readFileSync(certificate) },
      list,
    );
    const open = http.createServer(list);
    secure = await listen(target);
    plain = await listen(open);
    const through = http.createServer((request, response) => {
      seen.push(`GET ${request.url ?? ''}`);
      const { hostname, pathname } = new URL(request.url ?? '');
      if (hostname !== 'models.test') return void response.writeHead(502).end();
      request.pipe(http.request({ port: plain, path: pathname, headers: request.headers }, (from) => from.pipe(response)));
    });
    through.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
      seen.push(`CONNECT ${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`);
      const upstream = net.connect(secure, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    proxy = `http://ana:secret@127.0.0.1:${await listen(through)}`;
    servers.push(target, open, through);
  });
  after(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });
  beforeEach(() => (seen = []));
  afterEach(() => workspace.dispose());

  const models = (baseUrl: string, environment: Readonly<Record<string, string>>): ReturnType<TestWorkspace['run']> => {
    // No key is sent over http, except to this machine.
    const key = /^https:|^http:\/\/127\./.test(baseUrl) ? ', apiKeyEnv: BOX_KEY' : '';
    workspace = new TestWorkspace({ 'goldset.yaml': `providers:\n  box: { kind: openai-compatible, baseUrl: "${baseUrl}"${key} }\n` });
    const allowed = 'BOX_KEY@https://models.test,BOX_KEY@http://127.0.0.1:*';
    return workspace.run(['models'], { environment: { BOX_KEY: 'box-1', GOLDSET_ALLOW: allowed, ...environment } });
  };

  it('is used for https, by a tunnel, and the extra certificate is trusted', async () => {
    const { out } = await models('https://models.test/v1', { HTTPS_PROXY: proxy, NODE_EXTRA_CA_CERTS: certificate });
    assert.match(out, /box +reachable.*\n +behind/);
    assert.deepEqual(seen, [`CONNECT models.test:443 Basic ${Buffer.from('ana:secret').toString('base64')}`, '/v1/models Bearer box-1']);
  });
  it('does not make an unknown certificate trusted', async () => {
    const { out } = await models('https://models.test/v1', { https_proxy: proxy });
    assert.match(out, /box +unreachable.*\n +self-signed certificate/);
    assert.equal(seen.length, 1);
  });
  it('is used for http too', async () => {
    const { out } = await models('http://models.test/v1', { HTTP_PROXY: proxy });
    assert.match(out, /box +reachable/);
    assert.equal(seen[0], 'GET http://models.test/v1/models');
  });
  it('is left out for hosts of NO_PROXY, and for this machine', async () => {
    const { out } = await models('http://models.test/v1', { HTTP_PROXY: proxy, NO_PROXY: '.test' });
    assert.match(out, /box +unreachable/);
    assert.deepEqual(seen, []);
    workspace.dispose();
    assert.match((await models(`http://127.0.0.1:${plain}/v1`, { HTTP_PROXY: proxy })).out, /box +reachable/);
    assert.deepEqual(seen, ['/v1/models Bearer box-1']);
  });
  it('is left out for address ranges of NO_PROXY', async () => {
    // 0.0.0.0 is this machine, but no loopback address.
    const url = `http://0.0.0.0:${plain}/v1`;
    for (const rule of ['0.0.0.0/8', 'x.test,0.0.0.0/32', '0.0.0.0']) {
      seen = [];
      assert.match((await models(url, { HTTP_PROXY: proxy, NO_PROXY: rule })).out, /box +reachable/, rule);
      assert.deepEqual(seen, ['/v1/models '], rule);
      workspace.dispose();
    }
    for (const rule of ['10.0.0.0/8', '0.0.0.0/', '0.0.0.0/33', '0.0.0.0/x', '']) {
      seen = [];
      assert.match((await models(url, { HTTP_PROXY: proxy, NO_PROXY: rule })).out, /box +(?!reachable)\w/, rule);
      assert.deepEqual(seen, [`GET ${url}/models`], rule);
      workspace.dispose();
    }
    seen = [];
    assert.match(
      (await models(`http://[::ffff:127.0.0.1]:${plain}/v1`, { HTTP_PROXY: proxy, NO_PROXY: '::ffff:0:0/96' })).out,
      /box +reachable/,
    );
    assert.deepEqual(seen, ['/v1/models ']);
  }).timeout(60_000);
  it('whose address is none is said, without what stands in it', async () => {
    const { out } = await models('https://models.test/v1', { HTTPS_PROXY: 'socks5://ana:secret@127.0.0.1:1' });
    assert.match(out, /box +unreachable.*\n +The proxy for https:\/\/models\.test must be an address/);
    assert.doesNotMatch(out, /secret/);
  });
});
