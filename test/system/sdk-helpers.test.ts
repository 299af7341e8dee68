/** Every method of both SDKs that gives an answer gives its interaction too, in the current major version and the one before. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Anthropic from '@anthropic-ai/sdk';
import AnthropicBefore from 'anthropic-0';
import OpenAI from 'openai';
import OpenAIBefore from 'openai-6';
import { interactionOf, withCapture } from '../../src/runtime/index.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { CaptureRoot } from './captured.ts';
import { MemoryProvider } from './sdks/memory-provider.ts';
import { methodsOf, NOT_ANSWERS, unlisted } from './sdks/methods.ts';

/** What a method gave: objects, in the order of the interactions that they belong to; null: any of them. */
type Given = readonly (readonly [what: string, answer: object, at: number])[];
type Method<Client> = (client: Client) => Promise<Given>;

const user = [{ role: 'user' as const, content: 'hello' }];
const chat = { model: 'm', messages: user };
const format = { type: 'json_schema' as const, json_schema: { name: 'label', schema: { type: 'object' } } };
const respond = { model: 'm', input: user };
const message = { model: 'm', max_tokens: 9, messages: user };
const parameters = { type: 'object' as const, properties: { city: { type: 'string' } } };
const weather = {
  type: 'function' as const,
  function: { name: 'weather', description: 'The weather.', parameters, function: () => 'sunny' },
};
const runnable = {
  type: 'custom' as const,
  name: 'weather',
  description: 'The weather.',
  input_schema: parameters,
  run: () => 'sunny',
  parse: (given: unknown) => given,
};

/** All forms in which an APIPromise is read. */
async function promised(
  make: () => PromiseLike<object> & { withResponse(): Promise<{ data: object; response: Response }>; asResponse(): Promise<Response> },
): Promise<Given> {
  const answer = await make();
  const { data, response } = await make().withResponse();
  return [
    ['answer', answer, 0],
    ['data of withResponse', data, 1],
    ['response of withResponse', response, 1],
    ['asResponse', await make().asResponse(), 2],
    ['a copy', structuredClone({ ...answer }), 0],
  ];
}

async function read<T extends object>(stream: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** A stream of `create`. */
async function streamed(made: PromiseLike<AsyncIterable<object>>): Promise<Given> {
  const stream = await made;
  await read(stream);
  return [['stream', stream, 0]];
}

const OPENAI: Readonly<Record<string, Method<OpenAI>>> = {
  'chat.completions.create': async (client) => [
    ...(await promised(() => client.chat.completions.create(chat))),
    ...(await streamed(client.chat.completions.create({ ...chat, stream: true }))).map(([what, answer]) => [what, answer, 3] as const),
  ],
  'chat.completions.parse': async (client) => promised(() => client.chat.completions.parse({ ...chat, response_format: format })),
  'chat.completions.stream': async (client) => {
    const stream = client.chat.completions.stream(chat);
    let heard: object | null = null;
    stream.on('chatCompletion', (completion) => (heard = completion));
    const completion = await stream.finalChatCompletion();
    assert.ok(heard);
    return [
      ['stream', stream, 0],
      ['finalChatCompletion', completion, 0],
      ['finalMessage', await stream.finalMessage(), 0],
      ['event', heard, 0],
      ['all', stream.allChatCompletions()[0] ?? {}, 0],
    ];
  },
  'chat.completions.runTools': async (client) => {
    const runner = client.chat.completions.runTools({ ...chat, tools: [weather] });
    const completion = await runner.finalChatCompletion();
    const streaming = client.chat.completions.runTools({ ...chat, tools: [weather], stream: true });
    return [
      ['final', completion, 1],
      ['first', runner.allChatCompletions()[0] ?? {}, 0],
      ['runner', runner, 1],
      ['final of a stream', await streaming.finalChatCompletion(), 3],
      ['streaming runner', streaming, 3],
    ];
  },
  'responses.create': async (client) => [
    ...(await promised(() => client.responses.create(respond))),
    ...(await streamed(client.responses.create({ ...respond, stream: true }))).map(([what, answer]) => [what, answer, 3] as const),
  ],
  'responses.parse': async (client) => promised(() => client.responses.parse(respond)),
  'responses.stream': async (client) => {
    const stream = client.responses.stream(respond);
    const events = await read(stream);
    const last = events.at(-1) as { response?: object } | undefined;
    return [
      ['stream', stream, 0],
      ['finalResponse', await stream.finalResponse(), 0],
      ['the response of an event', last?.response ?? {}, 0],
    ];
  },
  'beta.responses.create': async (client) => promised(() => client.beta.responses.create(respond)),
  'embeddings.create': async (client) => [
    ['answer', await client.embeddings.create({ model: 'e', input: 'x', encoding_format: 'float' }), 0],
  ],
  'images.generate': async (client) => [['answer', await client.images.generate({ model: 'i', prompt: 'x' }), 0]],
  'images.edit': async (client) => [['answer', await client.images.edit({ model: 'i', prompt: 'x', image: new File(['x'], 'x.png') }), 0]],
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- it is there and costs something
  'images.createVariation': async (client) => [['answer', await client.images.createVariation({ image: new File(['x'], 'x.png') }), 0]],
};

const messagesOf = (at: (client: Anthropic) => Anthropic['messages']): Readonly<Record<string, Method<Anthropic>>> => ({
  create: async (client) => [
    ...(await promised(() => at(client).create(message))),
    ...(await streamed(at(client).create({ ...message, stream: true }))).map(([what, answer]) => [what, answer, 3] as const),
  ],
  parse: async (client) => [['answer', await at(client).parse(message), 0]],
  stream: async (client) => {
    const stream = at(client).stream(message);
    const { data } = await stream.withResponse();
    return [
      ['stream', stream, 0],
      ['data of withResponse', data, 0],
      ['finalMessage', await stream.finalMessage(), 0],
    ];
  },
});
const prefixed = (prefix: string, methods: Readonly<Record<string, Method<Anthropic>>>): Readonly<Record<string, Method<Anthropic>>> =>
  Object.fromEntries(Object.entries(methods).map(([name, method]) => [`${prefix}.${name}`, method]));

const ANTHROPIC: Readonly<Record<string, Method<Anthropic>>> = {
  ...prefixed(
    'messages',
    messagesOf((client) => client.messages),
  ),
  ...prefixed(
    'beta.messages',
    messagesOf((client) => client.beta.messages as unknown as Anthropic['messages']),
  ),
  'beta.messages.toolRunner': async (client) => {
    const runner = client.beta.messages.toolRunner({ ...message, tools: [runnable] });
    const made: object[] = [];
    for await (const each of runner) made.push(each);
    const final = await client.beta.messages.toolRunner({ ...message, tools: [runnable] });
    const streams: object[] = [];
    for await (const each of client.beta.messages.toolRunner({ ...message, tools: [runnable], stream: true })) {
      await each.finalMessage();
      streams.push(each);
    }
    return [
      ...made.map((each, i) => [`message ${i}`, each, i] as const),
      ['runner', runner, 1],
      ['awaited', final, 3],
      ...streams.map((each, i) => [`stream ${i}`, each, 4 + i] as const),
    ];
  },
  'beta.messages.thread': async (client) => {
    const thread = client.beta.messages.thread({ model: 'm', max_tokens: 9 });
    const first = await thread.send(user);
    const named = interactionOf(thread);
    const stream = thread.stream(user);
    assert.equal(named, interactionOf(first));
    return [
      ['answer', first, 0],
      ['final', await stream.finalMessage(), 1],
      ['stream', stream, 1],
      ['thread', thread, 1],
    ];
  },
};

let providers = 0;
const provider = (): MemoryProvider => new MemoryProvider(1000 * ++providers);

const SDKS = [
  ['openai', 'node_modules/openai', () => new OpenAI({ apiKey: 'x', fetch: provider().fetch, maxRetries: 0 }), OPENAI],
  ['openai', 'node_modules/openai-6', () => new OpenAIBefore({ apiKey: 'x', fetch: provider().fetch, maxRetries: 0 }), OPENAI],
  [
    '@anthropic-ai/sdk',
    'node_modules/@anthropic-ai/sdk',
    () => new Anthropic({ apiKey: 'x', fetch: provider().fetch, maxRetries: 0 }),
    ANTHROPIC,
  ],
  [
    '@anthropic-ai/sdk',
    'node_modules/anthropic-0',
    () => new AnthropicBefore({ apiKey: 'x', fetch: provider().fetch, maxRetries: 0 }),
    ANTHROPIC,
  ],
] as const;

for (const [sdk, folder, make, tried] of SDKS) {
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version: string };
  describe(`the methods of ${sdk} ${version}`, () => {
    const methods = methodsOf(make());

    it('are all tried here, or listed with a reason', () => {
      assert.ok(methods.length > 100, `${methods.length} methods`);
      assert.deepEqual(
        unlisted(methods, NOT_ANSWERS[sdk] ?? {}).filter((method) => !(method in tried)),
        [],
      );
    });

    for (const method of methods.filter((name) => name in tried))
      it(`${method} gives the interaction`, async () => {
        const root = new CaptureRoot();
        try {
          const ids: string[] = [];
          const client = withCapture(make(), { sink: root.sink, onId: (id) => ids.push(id) });
          const given = (await (tried as Readonly<Record<string, Method<object>>>)[method]?.(client)) ?? [];
          assert.ok(given.length > 0);
          assert.deepEqual(
            given.map(([what, answer]) => [what, interactionOf(answer)]),
            given.map(([what, , at]) => [what, ids[at]]),
          );
          const stored = (await root.interactions()).map(({ id }: Interaction) => id);
          assert.deepEqual([...stored].sort(), [...ids].sort());
          assert.deepEqual(root.problems, []);
        } finally {
          root.dispose();
        }
      });
  });
}
