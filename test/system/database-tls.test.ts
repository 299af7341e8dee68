/**
 * A database on another machine is read by TLS alone, with its certificate and its name verified: over real connections to a server that answers
 * as PostgreSQL does, up to the password. A name of another machine stands for this one.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { TLSSocket } from 'node:tls';
import { TestWorkspace } from './command-line.ts';

const CERTIFICATE = path.resolve('test/system/certificate/models.test.pem');
const KEY = path.resolve('test/system/certificate/models.test.key.pem');
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
/** https://www.postgresql.org/docs/current/protocol-message-formats.html: a password is asked for in plain text, then refused. */
const ASK_PASSWORD = Buffer.from([82, 0, 0, 0, 8, 0, 0, 0, 3]);
const REFUSED = Buffer.from('SFATAL\0C28P01\0Mpassword authentication failed for user "reader"\0\0');
const refusal = Buffer.concat([Buffer.from('E'), Buffer.from([0, 0, 0, REFUSED.length + 4]), REFUSED]);

describe('a database on another machine', () => {
  let server: net.Server;
  let port = 0;
  let answer: 'S' | 'N' = 'S';
  let plain: Buffer[] = [];
  let secured: Buffer[] = [];
  let workspace: TestWorkspace;
  const sockets = new Set<net.Socket>();

  before(async () => {
    server = net.createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
      socket.once('data', (bytes) => {
        plain.push(bytes);
        socket.write(answer);
        if (answer === 'N') return void socket.on('data', (more) => plain.push(more));
        const open = new TLSSocket(socket, { isServer: true, key: readFileSync(KEY), cert: readFileSync(CERTIFICATE) });
        open.on('error', () => open.destroy());
        open.on('data', (more: Buffer) => {
          secured.push(more);
          open.write(secured.length === 1 ? ASK_PASSWORD : refusal);
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as net.AddressInfo).port;
    workspace = new TestWorkspace({});
  });
  after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    workspace.dispose();
  });
  beforeEach(() => {
    [answer, plain, secured] = ['S', [], []];
  });

  /** `trusted`: the certificate is that of an authority. */
  const read = (host: string, trusted: boolean): ReturnType<TestWorkspace['run']> => {
    const address = `postgres://${host}:${port}`;
    const args = ['--from', `${address}/phoenix`, '--user', 'reader', '--password-env', 'PHOENIX_PASSWORD', '--days', '7'];
    return workspace.run(['import', ...args, '--allow-origin', `PHOENIX_PASSWORD@${address}`], {
      environment: {
        PHOENIX_PASSWORD: 'sesame-7',
        NODE_OPTIONS: `--require ${path.resolve('test/system/names-here.cjs')}`,
        ...(trusted ? { NODE_EXTRA_CA_CERTS: CERTIFICATE } : {}),
      },
      ownProcess: true,
    });
  };
  /** Nothing but the question whether it speaks TLS was sent. */
  const nothingWasTold = (): void => {
    assert.deepEqual([Buffer.concat(plain), Buffer.concat(secured).toString()], [SSL_REQUEST, '']);
  };

  it('gets user and password when its authority is trusted and the name is its own', async () => {
    const { code, err } = await read('models.test', true);
    assert.deepEqual(Buffer.concat(plain), SSL_REQUEST);
    const [startup = '', password = ''] = secured.map(String);
    assert.match(startup, /user\0reader\0database\0phoenix\0/);
    assert.match(password, /^p[^]{4}sesame-7\0$/);
    assert.equal(code, 2);
    assert.match(err, /password authentication failed for user "reader"/);
    assert.match(err, /Check --user and the variable of --password-env\./);
    assert.ok(!err.includes('sesame-7'));
  });

  it('is refused where no authority that is trusted signed its certificate', async () => {
    const { code, err } = await read('models.test', false);
    nothingWasTold();
    assert.equal(code, 2);
    assert.match(err, /The database at models\.test:\d+ failed: self-signed certificate/);
    assert.match(err, /Name the certificate of its authority in NODE_EXTRA_CA_CERTS\. There is no way around the check\./);
  });

  it('is refused where its certificate is for another name', async () => {
    const { code, err } = await read('database.test', true);
    nothingWasTold();
    assert.equal(code, 2);
    assert.match(err, /Host: database\.test\. is not in the cert's altnames: DNS:models\.test/);
    assert.match(err, /Name the host as its certificate does\./);
  });

  it('is refused where it does not speak TLS', async () => {
    answer = 'N';
    const { code, err } = await read('models.test', true);
    nothingWasTold();
    assert.equal(code, 2);
    assert.match(err, /does not support SSL connections/);
    assert.match(err, /Switch on TLS at the server \(`ssl = on` in postgresql\.conf\)/);
  });
});
