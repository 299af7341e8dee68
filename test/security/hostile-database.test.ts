/** A server of PostgreSQL that means harm: it sends without end, never answers, forges errors, and asks for a password without encryption. */
import assert from 'node:assert/strict';
import net from 'node:net';
import { readPostgres } from '../../src/adapters/import/postgres-reader.ts';
import { isHumanError } from '../../src/core/problems/errors.ts';
import { TestWorkspace } from '../system/command-line.ts';

const PASSWORD = 'planted-password-of-the-database-4711';
const LIMITS = { bytes: 8 << 20, ms: 1500 };

/** A message of the protocol (https://www.postgresql.org/docs/current/protocol-message-formats.html). */
function message(type: string, body: Buffer, length = body.length + 4): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, body]);
}
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const int16 = (value: number): Buffer => int32(value).subarray(2);
const text = (value: string): Buffer => Buffer.from(`${value}\0`);
const READY = message('Z', Buffer.from('I'));
const AUTHENTICATED = Buffer.concat([message('R', int32(0)), READY]);
const DONE = Buffer.concat([message('C', text('OK')), READY]);
const COLUMN = message('T', Buffer.concat([int16(1), text('a'), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)]));
const row = (value: string): Buffer => message('D', Buffer.concat([int16(1), int32(value.length), Buffer.from(value)]));
const failure = (said: string, code = '42501'): Buffer =>
  message('E', Buffer.concat([text('SERROR'), text(`C${code}`), text(`M${said}`), Buffer.alloc(1)]));

type Socket = net.Socket & { hasBegun?: boolean };
/** What it does with a statement, or with the first message; `more`: sends that again and again until the reader hangs up. */
interface Behaviour {
  readonly first?: (socket: Socket, bytes: Buffer) => void;
  readonly fetch?: (socket: Socket) => void;
}

function forever(socket: Socket, piece: Buffer): void {
  const send = (): void => {
    while (!socket.destroyed) if (!socket.write(piece)) return void socket.once('drain', send);
  };
  send();
}

async function withDatabase<T>(behaviour: Behaviour, work: (port: number) => Promise<T>, host = '127.0.0.1'): Promise<T> {
  const sockets = new Set<Socket>();
  const server = net.createServer((socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      if (socket.hasBegun !== true) {
        socket.hasBegun = true;
        if (behaviour.first !== undefined) behaviour.first(socket, bytes);
        else socket.write(AUTHENTICATED);
        return;
      }
      const said = bytes.toString('latin1');
      if (said.includes('FETCH') && behaviour.fetch !== undefined) behaviour.fetch(socket);
      else socket.write(DONE);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  try {
    return await work((server.address() as net.AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

/** Why reading fails; the memory that it took is looked at. */
async function problemOf(behaviour: Behaviour, host = '127.0.0.1'): Promise<string> {
  return withDatabase(
    behaviour,
    async (port) => {
      const before = process.memoryUsage().rss;
      let rows = 0;
      const error: unknown = await readPostgres(
        { address: `postgres://${host}:${port}/phoenix`, user: 'reader', password: PASSWORD },
        async (source) => {
          for await (const found of source.rows('SELECT 1', [])) rows += Object.keys(found).length;
        },
        LIMITS,
      ).then(
        () => assert.fail('It ended well.'),
        (problem: unknown) => problem,
      );
      assert.ok(isHumanError(error), String(error));
      assert.ok(rows <= 200, `${rows} rows`);
      assert.ok(process.memoryUsage().rss - before < 512 << 20, 'It held little.');
      return error.message;
    },
    host,
  );
}

describe('a hostile server of PostgreSQL', function () {
  this.timeout(60_000);
  const piece = Buffer.alloc(1 << 16, 'x');
  const cases: readonly (readonly [string, Behaviour, RegExp])[] = [
    [
      'a row that never ends',
      {
        fetch: (socket) => {
          socket.write(COLUMN);
          socket.write(message('D', Buffer.concat([int16(1), int32(0x7fffff00)]), 0x7fffff0a));
          forever(socket, piece);
        },
      },
      /sent more than 8 MB for 200 rows/,
    ],
    [
      'rows without end',
      { fetch: (socket) => (socket.write(COLUMN), forever(socket, Buffer.concat(Array.from({ length: 1000 }, () => row('1'))))) },
      /sent more than 200 rows where 200 were wanted/,
    ],
    [
      'large rows without end',
      { fetch: (socket) => (socket.write(COLUMN), forever(socket, row('y'.repeat(1 << 20)))) },
      /sent more than 8 MB/,
    ],
    [
      'notices without end',
      { fetch: (socket) => forever(socket, message('N', Buffer.concat([text('SNOTICE'), text('Mhello'), Buffer.alloc(1)]))) },
      /sent more than 8 MB|timeout/i,
    ],
    ['no answer at all', { fetch: () => undefined }, /timeout/i],
    [
      'a notice every moment, and no answer',
      {
        fetch: (socket) => {
          const timer = setInterval(() => socket.write(message('S', Buffer.concat([text('a'), text('b')]))), 20);
          socket.once('close', () => clearInterval(timer));
        },
      },
      /timeout/i,
    ],
    ['nothing after the first message', { first: () => undefined }, /timeout/i],
    [
      'bytes without end instead of a greeting',
      { first: (socket) => (socket.write(message('R', int32(0), 0x7ffffff0)), forever(socket, piece)) },
      /sent more than 8 MB/,
    ],
    ['no protocol at all', { first: (socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\n') }, /failed/],
  ];
  for (const [name, behaviour, expected] of cases)
    it(`is left alone, and its reader ends: ${name}`, async () => assert.match(await problemOf(behaviour), expected));

  it('gets no password without encryption, whatever it says about TLS', async () => {
    // 0.0.0.0 is this machine, and no name of it that counts as loopback.
    for (const [reply, expected] of [
      ['N', /SSL/],
      ['E', /SSL/],
      ['S', /SSL|failed/],
      // What was sent before TLS is there must not be taken for what came with it.
      [`S${AUTHENTICATED.toString('latin1')}`, /SSL|failed/],
    ] as const) {
      let seen = Buffer.alloc(0);
      const problem = await problemOf(
        {
          first: (socket, bytes) => {
            seen = Buffer.concat([seen, bytes]);
            socket.on('data', (more: Buffer) => (seen = Buffer.concat([seen, more])));
            socket.write(Buffer.from(reply, 'latin1'));
            // Then a password is asked for, in clear text.
            socket.write(message('R', int32(3)));
          },
        },
        '0.0.0.0',
      );
      assert.match(problem, expected, reply);
      assert.equal(seen.readInt32BE(4), 80_877_103, 'It asks for TLS first.');
      assert.ok(!seen.includes(PASSWORD), reply);
    }
  });

  it('writes what it likes into an error, and neither commands the terminal nor shows the password', async () => {
    const said = `\u001b[2J\u001b]0;owned\u0007::stop-commands::x\n##vso[task]\u202e${PASSWORD} ${Buffer.from(PASSWORD).toString('base64')}`;
    await withDatabase({ first: (socket) => void socket.end(failure(said)) }, async (port) => {
      const workspace = new TestWorkspace({});
      try {
        const args = [
          'import',
          '--from',
          `postgres://127.0.0.1:${port}/phoenix`,
          '--user',
          'u',
          '--password-env',
          'DB_PASSWORD',
          '--days',
          '2',
        ];
        const { code, out, err } = await workspace.run(args, {
          environment: { DB_PASSWORD: PASSWORD, GOLDSET_ALLOW: `DB_PASSWORD@postgres://127.0.0.1:${port}`, CI: '1' },
        });
        assert.equal(code, 2, err);
        assert.match(err, /The database at 127\.0\.0\.1:\d+ failed/);
        // eslint-disable-next-line no-control-regex
        assert.doesNotMatch(out + err, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
        assert.doesNotMatch(out + err, /^(::|##vso)/m);
        for (const secret of [PASSWORD, Buffer.from(PASSWORD).toString('base64')]) assert.ok(!(out + err).includes(secret));
      } finally {
        workspace.dispose();
      }
    });
  });
});
