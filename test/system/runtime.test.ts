/** `withCapture` and `signal` with the real clients over sockets: what is recorded, and that nobody notices. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import Anthropic from '@anthropic-ai/sdk';
import { Validator } from '@cfworker/json-schema';
import OpenAI, { APIUserAbortError, AuthenticationError } from 'openai';
import { interactionOf, signal, withCapture } from '../../src/runtime/index.ts';
import type { CaptureOptions } from '../../src/runtime/goldset-runtime.d.ts';
import { CaptureRoot, hmacOfMachine } from './captured.ts';
import { chatServer } from './providers/chat-server.ts';
import { messagesServer } from './providers/messages-server.ts';
import { KEY, RunningServer, type ProviderServer } from './providers/provider-server.ts';
import { responsesServer } from './providers/responses-server.ts';

const roots: CaptureRoot[] = [];
const servers: { close(): void }[] = [];
const newRoot = (): CaptureRoot => {
  const root = new CaptureRoot();
  roots.push(root);
  return root;
};

async function provider(server: ProviderServer): Promise<{ url: string; running: RunningServer }> {
  const running = new RunningServer(server);
  servers.push(running);
  return { url: await running.listen(), running };
}

async function plainServer(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer((request, response) => {
    request.resume();
    request.on('end', () => answer(request, response));
  });
  servers.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const openai = (url: string, root: CaptureRoot, options: CaptureOptions = {}): OpenAI =>
  withCapture(new OpenAI({ apiKey: KEY, baseURL: url, maxRetries: 0 }), { sink: root.sink, ...options });
const anthropic = (url: string, root: CaptureRoot, options: CaptureOptions = {}): Anthropic =>
  withCapture(new Anthropic({ apiKey: null, authToken: KEY, baseURL: url.replace(/\/v1$/, ''), maxRetries: 0 }), {
    sink: root.sink,
    ...options,
  });
const user = (content: string) => ({ role: 'user' as const, content });
const thrown = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => null,
    (error: unknown) => error,
  );

const USAGE = { input: 1200, cacheRead: 1024, cacheWriteShort: 64, cacheWriteLong: 0, output: 30, reasoning: 12 };

describe('withCapture', () => {
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    for (const root of roots.splice(0)) {
      assert.deepEqual(root.problems, []);
      root.dispose();
    }
  });

  it('records a chat completion with all that is known of it, and gives what the client gives', async () => {
    const { url, running } = await provider(chatServer);
    const root = newRoot();
    let id = '';
    const client = openai(url, root, {
      action: { type: 'ticket', id: 't-1' },
      conversation: 'c-1',
      user: 'ana@example.com',
      prompt: { name: 'triage', version: '4' },
      variables: { ticket: 'hi' },
      chunks: ['a text', { id: 'doc-1', text: 'another', score: 0.7 }],
      environment: 'test',
      onId: (given) => (id = given),
    });
    assert.ok(client instanceof OpenAI);
    const call = client.chat.completions.create({ model: 'm', messages: [user('hello')], temperature: 0.5 });
    const { data, response, request_id } = await call.withResponse();
    assert.equal(data.choices[0]?.message.content, 'Hello, wörld.');
    assert.equal(response.status, 200);
    assert.equal(request_id, null);
    assert.equal((await call).id, 'c');
    assert.equal(interactionOf(data), id);
    const interaction = await root.interaction();
    const { time, ttftMs, latencyMs, ...rest } = interaction;
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000);
    // It did not stream, so no token came before the others.
    assert.ok(ttftMs === null && latencyMs !== null && latencyMs > 0);
    assert.deepEqual(rest, {
      id,
      action: { type: 'ticket', id: 't-1' },
      conversation: 'c-1',
      trace: null,
      responseId: 'c',
      user: hmacOfMachine('ana@example.com'),
      prompt: { name: 'triage', version: '4', contentHash: null },
      variables: { ticket: 'hi' },
      model: 'localhost:m',
      parameters: { temperature: 0.5 },
      messages: [{ role: 'user', content: 'hello' }],
      tools: [],
      chunks: [
        { id: null, text: 'a text', score: null },
        { id: 'doc-1', text: 'another', score: 0.7 },
      ],
      output: 'Hello, wörld.',
      finish: 'stop',
      usage: USAGE,
      // It decides the price, so it may not get lost on the way.
      served: { service: 'flex' },
      costUsd: null,
      response: { model: 'm', systemFingerprint: null, serviceTier: 'flex' },
      attempts: 1,
      error: null,
      environment: 'test',
      signals: [],
      triage: null,
    });
    assert.deepEqual(running.received[0]?.body, { model: 'm', messages: [{ role: 'user', content: 'hello' }], temperature: 0.5 });
    const schema = JSON.parse(readFileSync('schemas/interaction.schema.json', 'utf8')) as object;
    assert.deepEqual(new Validator(schema, '7').validate(interaction).errors, []);
  });

  it('records a stream when it ends, changes nothing of the request, and hides no chunk', async () => {
    const { url, running } = await provider(chatServer);
    const root = newRoot();
    const stream = await openai(url, root).chat.completions.create({ model: 'm', messages: [user('hello')], stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    assert.equal(text, 'Hello, wörld.');
    const { id, output, finish, usage, responseId, signals, ttftMs } = await root.interaction();
    assert.deepEqual([interactionOf(stream), output, finish, usage, responseId, signals], [id, text, 'stop', USAGE, 'c', []]);
    assert.ok(ttftMs !== null);
    assert.deepEqual(running.received[0]?.body['stream_options'], undefined);
  });

  it('asks for the usage of a stream only when it is told to', async () => {
    const { url, running } = await provider(chatServer);
    const client = openai(url, newRoot(), { includeUsage: true });
    for await (const _chunk of await client.chat.completions.create({ model: 'm', messages: [user('hello')], stream: true }));
    await client.chat.completions.create({ model: 'm', messages: [user('hello')] });
    assert.deepEqual(
      running.received.map(({ body }) => body['stream_options']),
      [{ include_usage: true }, undefined],
    );
  });

  it('gives each chunk when it comes', async () => {
    let go = (): void => undefined;
    const url = await plainServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, delta: { content: 'a' } }] })}\n\n`);
      // The second is not sent before the application has the first.
      go = () =>
        response.end(`data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`);
    });
    const root = newRoot();
    const stream = await openai(url, root).chat.completions.create({ model: 'm', messages: [user('x')], stream: true });
    const chunks: string[] = [];
    for await (const chunk of stream) {
      chunks.push(chunk.choices[0]?.delta.content ?? '');
      go();
    }
    assert.deepEqual(chunks, ['a', '']);
    assert.equal((await root.interaction()).output, 'a');
  });

  it('an early break and an abort are abandoned answers, no errors', async () => {
    const { url, running } = await provider(chatServer);
    const root = newRoot();
    const client = openai(url, root);
    for await (const _chunk of await client.chat.completions.create({ model: 'm', messages: [user('scene:hang')], stream: true })) break;
    const abort = new AbortController();
    const stream = await client.chat.completions.create(
      { model: 'm', messages: [user('scene:hang')], stream: true },
      { signal: abort.signal },
    );
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    abort.abort();
    await thrown(
      (async () => {
        while (!(await iterator.next()).done);
      })(),
    );
    const before = new AbortController();
    const waiting = client.chat.completions.create({ model: 'm', messages: [user('hello')] }, { signal: before.signal });
    before.abort();
    assert.ok((await thrown(waiting)) instanceof APIUserAbortError);
    const all = await root.interactions();
    assert.equal(all.length, 3);
    for (const { finish, error, usage, signals } of all)
      assert.deepEqual(
        [finish, error, usage, signals.map(({ name, kind }) => [name, kind])],
        [null, null, null, [['abandoned', 'implicit']]],
      );
    assert.equal(all[2]?.output, null);
    assert.ok(running.received.length >= 2);
  });

  it('an error stays the same error, and is recorded in our words without the key', async () => {
    const { url, running } = await provider(chatServer);
    const root = newRoot();
    running.fail = { status: 401, message: `Incorrect API key provided: ${KEY}` };
    const error = await thrown(openai(url, root).chat.completions.create({ model: 'm', messages: [user('x')] }));
    assert.ok(error instanceof AuthenticationError);
    assert.ok(error.message.includes(KEY));
    const { error: recorded, output, finish } = await root.interaction();
    assert.equal(recorded?.type, 'authentication');
    assert.match(recorded?.message ?? '', /Incorrect API key provided: \[key\]/);
    assert.deepEqual([output, finish], [null, null]);
    assert.ok(!JSON.stringify(await root.interactions()).includes(KEY));
  });

  it('a stream that breaks is an error with what had come', async () => {
    const { url } = await provider(chatServer);
    const root = newRoot();
    const stream = await openai(url, root).chat.completions.create({ model: 'm', messages: [user('scene:cut')], stream: true });
    assert.ok(
      (await thrown(
        (async () => {
          for await (const _chunk of stream);
        })(),
      )) instanceof Error,
    );
    const { error, output, finish } = await root.interaction();
    assert.ok(error !== null && output !== null && output.length > 0 && finish === null);
  });

  it('tool calls are the output as JSON, in the form of runs', async () => {
    const { url } = await provider(chatServer);
    const tools = [
      {
        type: 'function' as const,
        function: { name: 'weather', parameters: { type: 'object', properties: { token: { type: 'string' } } } },
      },
    ];
    for (const stream of [false, true]) {
      const root = newRoot();
      const answer = await openai(url, root).chat.completions.create({ model: 'm', messages: [user('scene:tool')], tools, stream });
      if (stream) for await (const _chunk of answer as AsyncIterable<unknown>);
      const interaction = await root.interaction();
      assert.deepEqual(JSON.parse(interaction.output ?? ''), [{ id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' }]);
      assert.equal(interaction.finish, 'tool-calls');
      assert.deepEqual(interaction.tools, tools);
    }
  });

  it('helpers that go through create are recorded once: stream(), parse(), tee(), raw responses', async () => {
    const { url } = await provider(chatServer);
    const root = newRoot();
    const client = openai(url, root);
    const completion = await client.chat.completions.stream({ model: 'm', messages: [user('hello')] }).finalChatCompletion();
    assert.equal(completion.choices[0]?.message.content, 'Hello, wörld.');
    await client.chat.completions.parse({ model: 'm', messages: [user('hello')] });
    const [left, right] = (await client.chat.completions.create({ model: 'm', messages: [user('hello')], stream: true })).tee();
    for (const branch of [left, right]) for await (const _chunk of branch);
    const raw = await client.chat.completions.create({ model: 'm', messages: [user('hello')] }).asResponse();
    assert.equal(((await raw.json()) as { id: string }).id, 'c');
    const all = await root.interactions();
    assert.deepEqual(
      all.map(({ output }) => output),
      ['Hello, wörld.', 'Hello, wörld.', 'Hello, wörld.', null],
    );
  });

  it('records the Responses API, whole and as a stream', async () => {
    const { url } = await provider(responsesServer);
    const root = newRoot();
    const client = openai(url, root, { provider: 'local' });
    const whole = await client.responses.create({ model: 'm', input: [user('hello')], store: false });
    assert.equal(whole.output_text, 'Hello, wörld.');
    const stream = await client.responses.create({ model: 'm', input: [user('hello')], store: false, stream: true });
    for await (const _event of stream);
    const all = await root.interactions();
    assert.equal(all.length, 2);
    for (const item of all)
      assert.deepEqual(
        [item.output, item.finish, item.usage, item.model, item.parameters],
        ['Hello, wörld.', 'stop', { ...USAGE }, 'local:m', { store: false }],
      );
    assert.equal(interactionOf(whole), all[0]?.id);
    assert.equal(all[1]?.responseId, whole.id);
  });

  it('records Anthropic’s messages: whole, as a stream, by stream(), with tools', async () => {
    const { url } = await provider(messagesServer);
    const root = newRoot();
    const client = anthropic(url, root);
    assert.ok(client instanceof Anthropic);
    const ask = {
      model: 'm',
      max_tokens: 100,
      system: [{ type: 'text' as const, text: 'Be kind.' }],
      messages: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hello' }] }],
    };
    const message = await client.messages.create(ask);
    for await (const _event of await client.messages.create({ ...ask, stream: true }));
    const final = await client.messages.stream(ask).finalMessage();
    assert.deepEqual(final.content, message.content);
    const all = await root.interactions();
    assert.equal(all.length, 3);
    for (const { output, finish, messages, parameters, responseId } of all) {
      assert.deepEqual([finish, responseId, parameters], ['stop', 'msg_1', { max_tokens: 100 }]);
      assert.ok(output !== null && output.length > 0);
      assert.deepEqual(messages[0], { role: 'system', content: [{ type: 'text', text: 'Be kind.' }] });
    }
    assert.deepEqual(
      all.map(({ usage }) => usage),
      [all[0]?.usage, all[0]?.usage, all[0]?.usage],
    );
    assert.ok((all[0]?.usage?.cacheRead ?? 0) > 0);
  });

  it('a second wrap adds to the first for one request, and is recorded once; withOptions stays captured', async () => {
    const { url } = await provider(chatServer);
    const root = newRoot();
    const base = openai(url, root, { environment: 'test', action: () => ({ type: 'page', id: 'p-1' }) });
    const forOne = withCapture(base, { conversation: 'c-7' });
    await forOne.chat.completions.create({ model: 'm', messages: [user('hello')] });
    await forOne.withOptions({ timeout: 5000 }).chat.completions.create({ model: 'm', messages: [user('hello')] });
    await base.chat.completions.create({ model: 'm', messages: [user('hello')] });
    const all = await root.interactions();
    assert.deepEqual(
      all.map(({ environment, conversation, action }) => [environment, conversation, action?.id]),
      [
        ['test', 'c-7', 'p-1'],
        ['test', 'c-7', 'p-1'],
        ['test', null, 'p-1'],
      ],
    );
  });

  it('keeps names of users and keys out of the record, and the request as it was when it was sent', async () => {
    const { url } = await provider(responsesServer);
    const root = newRoot();
    const input = [user('hello')];
    const call = openai(url, root).responses.create({
      model: 'm',
      input,
      store: false,
      safety_identifier: 'ana',
      metadata: { user_id: 'ana', plan: 'pro' },
    });
    input.push(user('later'));
    await thrown(call);
    const other = await plainServer((_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    const tools = [
      { type: 'mcp' as const, server_label: 's', server_url: 'https://example.com', authorization: KEY, headers: { authorization: KEY } },
    ];
    await thrown(openai(other, root).responses.create({ model: 'm', input: 'hi', tools }));
    const [first, second] = await root.interactions();
    assert.deepEqual([first?.messages.length, first?.user?.length, first?.parameters['metadata']], [1, 16, { plan: 'pro' }]);
    assert.deepEqual(second?.tools, [{ type: 'mcp', server_label: 's', server_url: 'https://example.com' }]);
    assert.deepEqual(second?.messages, [{ role: 'user', content: 'hi' }]);
    assert.ok(!JSON.stringify([first, second]).includes('"ana"'));
  });

  it('signals follow: by the interaction or by the provider’s id, each with its kind', async () => {
    const { url } = await provider(chatServer);
    const root = newRoot();
    const completion = await openai(url, root).chat.completions.create({ model: 'm', messages: [user('hello')] });
    const id = interactionOf(completion) ?? '';
    signal(id, 'thumb', 'down', { by: 'ana', note: 'wrong' });
    signal(completion.id, 'copied');
    signal(id, 'own-check', 0.4, { sink: root.sink });
    signal('', 'thumb');
    const followUps = await root.followUps();
    assert.deepEqual(
      followUps.map(({ of }) => [of.interaction, of.response]),
      [
        [id, null],
        [null, 'c'],
        [id, null],
      ],
    );
    assert.deepEqual(
      followUps.flatMap(({ signals }) =>
        signals.map(({ name, kind, value, annotator, by, note }) => [name, kind, value, annotator, by, note]),
      ),
      [
        ['thumb', 'explicit', 'down', 'human', 'ana', 'wrong'],
        ['copied', 'implicit', true, 'human', null, null],
        ['own-check', 'operational', 0.4, 'code', null, null],
      ],
    );
  });
});
