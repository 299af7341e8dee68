/** Who may send to a capture: this machine by its own names, never a web page. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { checkSender, RefusedRequest } from '../../src/adapters/capture/refused-request.ts';

const isRefused = (bound: string, headers: Record<string, string>): boolean => {
  try {
    checkSender({ headers } as unknown as IncomingMessage, bound, false);
    return false;
  } catch (error) {
    assert.ok(error instanceof RefusedRequest && error.status === 403);
    return true;
  }
};

describe('who may send to a capture', () => {
  for (const [bound, host, refused] of [
    ['127.0.0.1', '127.0.0.1:4318', false],
    ['127.0.0.1', 'LOCALHOST:4318', false],
    ['127.0.0.1', '127.1.2.3', false],
    ['::1', '[::1]:4318', false],
    ['127.0.0.1', '', true],
    ['127.0.0.1', 'localhost.evil.example', true],
    ['127.0.0.1', '127.0.0.1.evil.example', true],
    ['127.0.0.1', '127.0.0.1@evil.example', true],
    ['127.0.0.1', '192.168.1.7:4318', true],
    ['0.0.0.0', '192.168.1.7:4318', false],
    ['0.0.0.0', 'host.docker.internal:4318', false],
    ['0.0.0.0', 'evil.example:4318', true],
    ['build.local', 'build.local:4318', false],
  ] as const)
    it(`${host === '' ? 'no Host' : host} on ${bound}: ${refused ? 'refused' : 'taken'}`, () => {
      assert.equal(isRefused(bound, { host }), refused);
      assert.ok(isRefused(bound, { host, origin: 'http://localhost' }));
      assert.ok(isRefused(bound, { host, origin: 'null' }));
    });
});
