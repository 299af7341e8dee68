/** A server that repeats the key of the client that called it brings it into no record, in whatever form. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import OpenAI from 'openai';
import { hideKey, hideKeyIn } from '../../src/adapters/models/hide-key.ts';
import { flush, withCapture } from '../../src/runtime/index.ts';

/** Of no known format, with characters that escapes and base64 change, so that only its being the client's key hides it. */
const KEY = 'Zq7/Kd+Rw2"Tn9Vb4Xm8~Lp3Hs6Jc1';

const percent = (text: string): string => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const unicode = (text: string): string => Array.from(text, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
const entities = (text: string): string => Array.from(text, (c) => `&#${c.charCodeAt(0)};`).join('');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const FORMS: readonly (readonly [name: string, form: string])[] = [
  ['whole', KEY],
  ['with the escapes of JSON', JSON.stringify(KEY).slice(1, -1)],
  ['with the escapes of JSON in JSON', JSON.stringify(JSON.stringify(KEY)).slice(3, -3)],
  ['with escaped slashes', KEY.replaceAll('/', '\\/')],
  ['encoded for an address', encodeURIComponent(KEY)],
  ['with each character encoded for an address', percent(KEY)],
  ['with each character as a unicode escape', unicode(KEY)],
  ['as entities of HTML', entities(KEY)],
  ['in base64', base64(KEY)],
  ['in base64 after one byte', base64(`:${KEY}`)],
  ['in base64 after two bytes', base64(`a:${KEY}:z`)],
  ['in base64 for addresses', Buffer.from(KEY).toString('base64url')],
  ['in hexadecimal', Buffer.from(KEY).toString('hex')],
];

/** What of a form must not stay. */
const middle = (form: string): string => form.slice(Math.floor(form.length / 2) - 8, Math.floor(form.length / 2) + 8);

describe('the key of a captured client', () => {
  let server: http.Server;
  let folder: string;
  let answer: (response: http.ServerResponse) => void;
  let client: OpenAI;

  before(async () => {
    server = http.createServer((request, response) => {
      request.resume();
      request.on('end', () => answer(response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-key-'));
    client = withCapture(new OpenAI({ apiKey: KEY, baseURL: `http://127.0.0.1:${port}/v1`, maxRetries: 0 }), { sink: { folder } });
  });
  after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function stored(): Promise<string> {
    await flush();
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [];
    return files.map((name) => readFileSync(path.join(folder, name), 'utf8')).join('');
  }
  const send = (content = 'Hi'): ReturnType<typeof client.chat.completions.create> =>
    client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content }] });
  const completion = (content: string, id = 'c-1'): string =>
    JSON.stringify({
      id,
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
    });

  async function hidden(form: string, mark: string): Promise<void> {
    const text = await stored();
    assert.ok(text.includes(mark), 'The call was recorded.');
    const line = text.split('\n').find((item) => item.includes(mark)) ?? '';
    assert.ok(line.includes('[key]'), line);
    assert.ok(!line.includes(middle(form)) && !line.includes(middle(JSON.stringify(form).slice(1, -1))), line);
  }

  for (const [name, form] of FORMS)
    it(`is hidden in an answer that repeats it ${name}`, async () => {
      const mark = `mark-${name.replace(/\W/g, '-')}`;
      answer = (response) => response.setHeader('content-type', 'application/json').end(completion(`${mark} You sent (${form}).`));
      await send();
      await hidden(form, mark);
    });

  it('is hidden when it is split over the chunks of a stream', async () => {
    answer = (response) => {
      response.setHeader('content-type', 'text/event-stream');
      for (const piece of ['mark-split ', ...Array.from(KEY), ' end'])
        response.write(`data: ${JSON.stringify({ id: 's', choices: [{ index: 0, delta: { content: piece } }] })}\n\n`);
      response.end(`data: ${JSON.stringify({ id: 's', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`);
    };
    const stream = await client.chat.completions.create({ model: 'm', stream: true, messages: [{ role: 'user', content: 'Hi' }] });
    for await (const chunk of stream) assert.ok(chunk);
    await hidden(KEY, 'mark-split');
  });

  it('is hidden when a stream ends inside it', async () => {
    answer = (response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.write(
        `data: ${JSON.stringify({ id: 's', choices: [{ index: 0, delta: { content: `mark-cut ${KEY.slice(0, 24)}` } }] })}\n\n`,
      );
      response.end();
    };
    const stream = await client.chat.completions.create({ model: 'm', stream: true, messages: [{ role: 'user', content: 'Hi' }] });
    await (async () => {
      for await (const chunk of stream) assert.ok(chunk);
    })().catch((error: unknown) => assert.ok(error instanceof Error));
    await hidden(KEY, 'mark-cut');
  });

  it('is hidden in an error, in the id of an answer, in arguments of a tool and in a history that repeats the answer', async () => {
    answer = (response) =>
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: { message: `mark-error bad key ${KEY}` } }));
    await assert.rejects(Promise.resolve(send()));
    await hidden(KEY, 'mark-error');
    answer = (response) => response.setHeader('content-type', 'application/json').end(completion('mark-id', `id-${KEY}`));
    await send();
    await hidden(KEY, 'mark-id');
    const call = { id: 't', type: 'function', function: { name: 'f', arguments: JSON.stringify({ key: KEY, mark: 'mark-tool' }) } };
    answer = (response) =>
      response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          id: 'c',
          choices: [{ index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', content: null, tool_calls: [call] } }],
        }),
      );
    await send();
    await hidden(KEY, 'mark-tool');
    answer = (response) => response.setHeader('content-type', 'application/json').end(completion('ok'));
    await send(`mark-history You said: ${KEY}`);
    await hidden(KEY, 'mark-history');
  });

  it('is hidden when it is given as a header of one call or fetched when the call is sent', async () => {
    const other = 'Hd5/Ue+Gw2Qn9Vb4Xm8Lp3Hs6Jc1Ty7';
    answer = (response) => response.setHeader('content-type', 'application/json').end(completion(`mark-header ${other}`));
    await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'x' }] }, { headers: { 'x-api-key': other } });
    await hidden(other, 'mark-header');
    const fetched = 'Ft8/Ie+Gw2Qn9Vb4Xm8Lp3Hs6Jc1Ty7';
    const { baseURL } = client;
    const late = withCapture(new OpenAI({ apiKey: () => Promise.resolve(fetched), baseURL, maxRetries: 0 }), { sink: { folder } });
    answer = (response) => response.setHeader('content-type', 'application/json').end(completion(`mark-late ${fetched}`));
    await late.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'x' }] });
    await hidden(fetched, 'mark-late');
  });
});

describe('the key of a model that a run calls', () => {
  for (const [name, form] of FORMS)
    it(`is hidden in what comes back ${name}`, () => {
      assert.equal(hideKey(`before ${form} after`, KEY).includes(middle(form)), false);
      assert.equal(JSON.stringify(hideKeyIn({ a: [{ b: form }], [form]: 1 }, KEY)).includes(middle(form)), false);
    });
  it('is hidden as a word of its own when it is short, and not when it is only a word', () => {
    assert.equal(hideKey('key sk-1234, task sk-12345', 'sk-1234'), 'key [key], task sk-12345');
    assert.equal(hideKey('ollama runs here', 'ollama'), 'ollama runs here');
  });
});
