/** A server that takes exported calls and repeats the header that it was sent, or sends the reader elsewhere. */
import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendBatches, type ExportSent } from '../../src/adapters/capture/otlp-export.ts';

const PASSWORD = 'planted-password-of-the-receiver-4711';
const PAIR = Buffer.from(`user:${PASSWORD}`).toString('base64');
const TOKEN = 'planted-token-4711-of-the-receiver';

describe('a server that takes exported calls', () => {
  let server: http.Server;
  let url: string;
  let answer: { readonly status: number; readonly headers?: http.OutgoingHttpHeaders; readonly body?: string };
  let requests = 0;
  before(async () => {
    server = http.createServer((request, response) => {
      requests++;
      request.resume().once('end', () => response.writeHead(answer.status, answer.headers).end(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  });
  after(() => server.close());
  beforeEach(() => (requests = 0));

  const sent = (authorization: string): Promise<ExportSent> => sendBatches({ url, headers: { authorization } }, [{ body: '{}', spans: 1 }]);

  for (const [form, authorization, said] of [
    ['a token', `Bearer ${TOKEN}`, TOKEN],
    ['a token in base64', `Bearer ${TOKEN}`, Buffer.from(TOKEN).toString('base64')],
    ['a token in hexadecimal', `Bearer ${TOKEN}`, Buffer.from(TOKEN).toString('hex')],
    ['user and password', `Basic ${PAIR}`, PAIR],
    ['the password alone', `Basic ${PAIR}`, PASSWORD],
  ] as const) {
    it(`repeats ${form} into no reason why it left calls out`, async () => {
      answer = { status: 200, body: JSON.stringify({ partialSuccess: { rejectedSpans: '1', errorMessage: `no: ${said}` } }) };
      const { rejected, reason } = await sent(authorization);
      assert.equal(rejected, 1);
      assert.match(reason ?? '', /^no: .*\[key\]/);
      assert.ok(reason?.includes(said) === false);
    });
    it(`repeats ${form} into no error`, async () => {
      answer = { status: 400, body: `no: ${said}` };
      await assert.rejects(
        sent(authorization),
        (error: Error) => /status 400: no: .*\[key\]/.test(error.message) && !error.message.includes(said),
      );
    });
  }

  it('is asked once, and no other, when it answers with a redirect of any kind', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      requests = 0;
      for (const location of [url, 'https://elsewhere.invalid/', '//elsewhere.invalid', 'file:///etc/passwd', '']) {
        answer = { status, headers: { location } };
        await assert.rejects(sent(`Bearer ${TOKEN}`), /redirect|status 3/, `${status} ${location}`);
      }
      assert.equal(requests, 5, `${status}`);
    }
  });
});
