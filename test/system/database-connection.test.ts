/** What a client of PostgreSQL sends first, read by a server of the test: nothing of the environment is in it. And where a password may go. */
import assert from 'node:assert/strict';
import net from 'node:net';
import { phoenixTarget } from '../../src/adapters/import/phoenix-import.ts';
import { readPostgres } from '../../src/adapters/import/postgres-reader.ts';
import type { KeySource } from '../../src/adapters/models/keys.ts';

describe('the connection to a database', () => {
  /** The first message of a client, and whether it asks for TLS. */
  async function firstMessage(host: string): Promise<Buffer> {
    const received = await new Promise<Buffer>((resolve, reject) => {
      const server = net.createServer((socket) => {
        socket.once('data', (bytes) => {
          socket.destroy();
          server.close();
          resolve(bytes);
        });
      });
      server.listen(0, host, () => {
        const { port } = server.address() as net.AddressInfo;
        readPostgres({ address: `postgres://${host}:${port}/phoenix`, user: 'reader', password: 'p' }, () => Promise.resolve()).then(
          () => reject(new Error('It connected.')),
          () => undefined,
        );
      });
    });
    return received;
  }

  it('takes nothing from the environment', async () => {
    const before = process.env;
    process.env = {
      ...before,
      ...{ PGUSER: 'root', PGDATABASE: 'other', PGHOST: '192.0.2.1', PGPORT: '1', PGPASSWORD: 'leak', PGOPTIONS: '-c search_path=evil' },
      ...{ PGAPPNAME: 'evil', PGREPLICATION: 'database', PGSSLMODE: 'no-verify', PGCLIENTENCODING: 'LATIN1', PGPASSFILE: '/nowhere' },
    };
    try {
      const text = (await firstMessage('127.0.0.1')).subarray(8).toString().split('\0');
      const startup = new Map(text.flatMap((word, i) => (i % 2 === 0 && word !== '' ? [[word, text[i + 1] ?? '']] : [])));
      assert.deepEqual(Object.fromEntries(startup), {
        user: 'reader',
        database: 'phoenix',
        client_encoding: 'UTF8',
        application_name: 'goldset',
      });
    } finally {
      process.env = before;
    }
  });

  const keys = (allowed: readonly string[]): KeySource => ({
    keyForOrigin: () => Promise.resolve(null),
    variable: (name) => (name === 'PHOENIX_PASSWORD' ? 'secret' : null),
    isAllowed: ({ variable, origin }) => allowed.includes(`${variable}@${origin}`),
  });
  const target = (address: string, allowed: readonly string[] = []): Promise<unknown> =>
    phoenixTarget({ address, user: 'reader', variable: 'PHOENIX_PASSWORD' }, keys(allowed));

  it('refuses a password in the address without showing it', async () => {
    for (const address of [
      'postgres://ana:hunter2@db.internal/phoenix',
      'postgres://db.internal/phoenix?password=hunter2',
      'postgres://ana@db/phoenix',
      'postgres://db.internal',
    ])
      await assert.rejects(
        target(address),
        (error: Error) => /cannot be used/.test(error.message) && !error.message.includes('ana:hunter2'),
      );
  });

  it('sends the password only where the user allowed it, to that port', async () => {
    await assert.rejects(
      target('postgres://db.internal/phoenix'),
      (error: Error & { hint?: string }) =>
        /would send PHOENIX_PASSWORD to postgres:\/\/db\.internal:5432/.test(error.message) &&
        /--allow-origin PHOENIX_PASSWORD@postgres:\/\/db\.internal:5432/.test(error.hint ?? ''),
    );
    const allowed = ['PHOENIX_PASSWORD@postgres://db.internal:5432'];
    assert.deepEqual(await target('postgresql://db.internal/phoenix', allowed), {
      address: 'postgres://db.internal/phoenix',
      user: 'reader',
      password: 'secret',
    });
    await assert.rejects(target('postgres://db.internal:5433/phoenix', allowed), /would send/);
  });
});
