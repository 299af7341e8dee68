/** One suite over every format and way to be answered: strict local servers speak what the providers document. */
import assert from 'node:assert/strict';
import { ProviderError } from '../../src/core/problems/errors.ts';
import type { ServerConfig } from '../../src/core/config/providers.ts';
import type { HttpModelClient } from '../../src/adapters/models/http-client.ts';
import type { Message } from '../../src/core/prompt/request.ts';
import type { ModelRequest, ModelResponse } from '../../src/core/model/model-request.ts';
import { chatServer } from './providers/chat-server.ts';
import { contentServer } from './providers/content-server.ts';
import { messagesServer } from './providers/messages-server.ts';
import { KEY, RunningServer } from './providers/provider-server.ts';
import { responsesServer } from './providers/responses-server.ts';
import { serverClient, type ServerClientOptions } from './server-client.ts';

const says = (role: string, text: string): Message => ({ role, content: [{ text }] });
const TOOL = {
  name: 'weather',
  description: 'The weather of a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};
const SCHEMA = { type: 'object', properties: { label: { type: 'string' } }, required: ['label'], additionalProperties: false };
const PIXEL = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const request = (scene: string, rest: Partial<ModelRequest> = {}): ModelRequest => ({
  messages: [says('system', 'You help.'), says('user', `scene:${scene}`)],
  tools: [],
  output: { format: null, name: null, schema: null, strict: false },
  parameters: {},
  repeat: 0,
  ...rest,
});

const failure = async (promise: Promise<unknown>): Promise<ProviderError> => {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ProviderError, String(error));
  assert.ok(!`${error.message} ${error.hint ?? ''}`.includes(KEY), 'the key is in the error');
  return error;
};

for (const provider of [chatServer, responsesServer, messagesServer, contentServer]) {
  for (const stream of [true, false]) {
    describe(`${provider.name}, ${stream ? 'streaming' : 'in one piece'}`, () => {
      const server = new RunningServer(provider);
      let baseUrl = '';
      const clientOf = (rest: Partial<ServerClientOptions> = {}): HttpModelClient =>
        serverClient({ baseUrl, apiKey: KEY, config: { ...(provider.config as Partial<ServerConfig>), stream }, ...rest });
      const ask = (scene: string, rest: Partial<ModelRequest> = {}, onText?: (text: string) => void): Promise<ModelResponse> =>
        clientOf().complete(request(scene, rest), { signal: new AbortController().signal, ...(onText ? { onText } : {}) });

      before(async () => (baseUrl = await server.listen()));
      after(() => server.close());

      it('gives text as it arrives, finish, usage with cached, written and reasoning tokens, and the tier', async () => {
        const pieces: string[] = [];
        const answer = await ask('cached', {}, (text) => pieces.push(text));
        assert.deepEqual([answer.output, answer.finish, pieces.join('')], ['Hello, wörld.', 'stop', 'Hello, wörld.']);
        if (stream) assert.ok(pieces.length > 3);
        assert.deepEqual(answer.usage, provider.expected.usage);
        assert.equal(answer.service, provider.expected.service);
        assert.ok(answer.ttftMs !== null && answer.ttftMs <= (answer.latencyMs ?? 0));
      });

      it('calls a tool, and takes its result back with the reasoning that it belongs to', async () => {
        const asked = request('tool', { tools: [TOOL] });
        const client = clientOf();
        const { signal } = new AbortController();
        const first = await client.complete(asked, { signal });
        assert.deepEqual(first.toolCalls, [{ id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' }]);
        assert.equal(first.finish, 'tool-calls');
        assert.ok(first.ttftMs !== null);
        const reasoning = (first.reasoning ?? []).map((item) => ({ reasoning: item }));
        assert.equal(reasoning.length, provider.expected.reasoning);
        const messages: Message[] = [
          ...asked.messages,
          { role: 'model', content: [...reasoning, ...first.toolCalls.map((toolCall) => ({ toolCall }))] },
          { role: 'tool', content: [{ toolResult: { id: 'call_1', name: 'weather', text: '{"sky":"blue"}' } }] },
        ];
        const second = await client.complete({ ...asked, messages }, { signal });
        assert.deepEqual([second.output, second.finish], ['It is sunny.', 'stop']);
      });

      it('asks for structured output in its own way, and for reasoning effort', async () => {
        const output = { format: 'json', name: 'verdict', schema: SCHEMA, strict: true } as const;
        const answer = await ask('json', { output, parameters: { reasoningEffort: 'low', temperature: 0, maxOutputTokens: 50 } });
        assert.equal(answer.output, '{"label":"refund"}');
        const sent = JSON.stringify(server.received.at(-1)?.body);
        for (const pattern of provider.expected.structured) assert.match(sent, pattern);
      });

      it('sends images of a user message', async () => {
        const messages: Message[] = [{ role: 'user', content: [{ text: 'scene:image' }, { media: { url: PIXEL } }] }];
        assert.equal((await ask('image', { messages })).output, 'Hello, wörld.');
        assert.ok(JSON.stringify(server.received.at(-1)?.body).includes(PIXEL.split(',')[1] ?? ''));
      });

      it('tells a refusal and an answer that was cut off', async () => {
        const refused = await ask('refusal');
        assert.deepEqual([refused.output, refused.finish], provider.expected.refusal);
        assert.equal((await ask('length')).finish, 'length');
      });

      it('has its request refused for a wrong field', async () => {
        const error = await failure(ask('text', { parameters: { colour: 'red' } }));
        assert.equal(error.failure, 'bad-request', error.message);
        assert.match(error.message, /colour/);
      });

      for (const [status, kind] of [
        [401, 'authentication'],
        [402, 'quota'],
        [403, 'authentication'],
        [404, 'not-found'],
        [408, 'timeout'],
        [429, 'rate-limit'],
        [500, 'server'],
        [529, 'server'],
      ] as const) {
        it(`${status} is ${kind}`, async () => {
          server.fail = { status, message: `no: ${KEY}`, headers: { 'retry-after': '3' } };
          const error = await failure(ask('text'));
          assert.deepEqual([error.failure, error.status, error.retryAfterMs], [kind, status, 3000]);
          assert.match(error.message, /no: \[key\]/);
        });
      }

      if (stream) {
        it('a stream that is cut or reports an error is an error that may have cost something', async () => {
          const cut = await failure(ask('cut'));
          assert.deepEqual([cut.failure, cut.mayBeBilled], ['connection', true]);
          const late = await failure(ask('late-error'));
          assert.deepEqual([late.failure, late.mayBeBilled], ['server', true]);
          assert.match(late.message, /overloaded/);
        });

        it('a call that is cancelled gives up its connection; one that hangs runs into its deadline', async () => {
          const abort = new AbortController();
          const closed = server.closed;
          const call = failure(clientOf().complete(request('hang'), { signal: abort.signal, onFirstToken: () => abort.abort() }));
          assert.equal((await call).failure, 'aborted');
          await failure(clientOf({ deadlineMs: 150 }).complete(request('hang'), { signal: new AbortController().signal })).then((error) =>
            assert.equal(error.failure, 'timeout'),
          );
          assert.ok(server.closed > closed);
        });
      }

      it('marks the prefix and asks for the reason of a miss only where the user agreed', async () => {
        await ask('text');
        assert.ok(!/cache|diagnostics|comparison/.test(JSON.stringify(server.received.at(-1)?.body)));
        if (!provider.expected.marks) return;
        const client = clientOf({ promptCache: { breakpoints: true, diagnostics: true, ttl: '1h' } });
        const { signal } = new AbortController();
        const first = await client.complete(request('text'), { signal });
        assert.equal(first.cacheMiss, undefined);
        const second = await client.complete(request('text'), { signal });
        assert.equal(second.cacheMiss, 'tools_changed');
        if (provider === messagesServer) {
          assert.deepEqual(server.received.at(-1)?.body['system'], [
            { type: 'text', text: 'You help.', cache_control: { type: 'ephemeral', ttl: '1h' } },
          ]);
        }
      });
    });
  }
}
