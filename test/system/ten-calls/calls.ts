/** Ten calls of an application: what it sent, what came back and when, and the record of each, written down by hand. */

export type Json = Record<string, unknown>;

/** What the application says beside each of its calls. */
export const SAID = {
  action: { type: 'ticket', id: 't-7' },
  conversation: 'c-1',
  user: 'ana@example.com',
  prompt: { name: 'support', version: '7' },
  environment: 'production',
} as const;

export interface Call {
  readonly name: string;
  /** Of its beginning, ISO 8601. */
  readonly time: string;
  readonly api: 'chat' | 'messages' | 'embeddings';
  readonly request: Json;
  /** The whole answer; of a stream what its events say together. Null: it was refused. */
  readonly answer: Json | null;
  /** Events of a stream, each with the ms after which it comes. */
  readonly events?: readonly (readonly [ms: number, event: Json])[];
  readonly refusal?: { readonly status: number; readonly body: Json };
  /** Times that the server says to come later. */
  readonly later?: number;
  readonly latencyMs: number;
  readonly variables: Json;
  readonly chunks: readonly { readonly id: string; readonly text: string; readonly score: number }[];
  readonly attributes: Record<string, string | number | boolean>;
  /** What the record says that is not the same for all of them. */
  readonly record: Json;
}

const SYSTEM = { role: 'system', content: 'Answer the customer.' };
const user = (content: string): Json => ({ role: 'user', content });
const ATTRIBUTES = { tenant: 'acme', region: 'eu', release: '2.4.0' };
const weather = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather in a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
};
const schema = {
  type: 'json_schema',
  json_schema: { name: 'label', schema: { type: 'object', properties: { label: { type: 'string' } } } },
};

const MODEL = 'gpt-5-mini-2025-08-07';
const RESPONSE = { model: MODEL, systemFingerprint: 'fp_44', serviceTier: 'default' };
const usage = (input: number, output: number, cached = 0, reasoning = 0): Json => ({
  ...{ prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  ...{ prompt_tokens_details: { cached_tokens: cached }, completion_tokens_details: { reasoning_tokens: reasoning } },
});
const counted = (input: number, output: number, cacheRead = 0, reasoning = 0, cacheWriteShort = 0): Json => ({
  ...{ input, cacheRead, cacheWriteShort, cacheWriteLong: 0, output, reasoning },
});
const completion = (id: string, message: Json, finish: string, tokens: Json, tier = 'default'): Json => ({
  ...{ id, object: 'chat.completion', created: 1793520000, model: MODEL },
  choices: [{ index: 0, message: { role: 'assistant', refusal: null, ...message }, finish_reason: finish }],
  ...{ usage: tokens, service_tier: tier, system_fingerprint: 'fp_44' },
});
const chunk = (id: string, rest: Json): Json => ({
  ...{ id, object: 'chat.completion.chunk', created: 1793520000, model: MODEL, service_tier: 'default', system_fingerprint: 'fp_44' },
  ...rest,
});
const piece = (delta: Json, finish: string | null = null): Json => ({ choices: [{ index: 0, delta, finish_reason: finish }] });

/** USD per million tokens, so that sums of floating point are exact: a token of the input costs 1, cached 1/8, written 5/4, of the output 4; flex is half. */
export const PRICES = `asOf: 2026-10-01
models:
  openai:gpt-5-mini: { input: 1000000, cacheRead: 125000, output: 4000000, flex: 0.5 }
  openai:text-embedding-3-small: { input: 1000000, output: 0 }
  anthropic:claude-sonnet-5: { input: 1000000, cacheRead: 125000, cacheWrite: 1250000, output: 4000000 }
`;

const call = (n: number, given: Omit<Call, 'time' | 'variables' | 'chunks' | 'attributes'> & Partial<Call>): Call => ({
  ...{ time: `2026-11-01T09:00:0${n}.000Z`, variables: { question: given.name }, chunks: [], attributes: ATTRIBUTES },
  ...given,
});

export const TEN_CALLS: readonly Call[] = [
  call(0, {
    name: 'an answer',
    api: 'chat',
    request: { model: 'gpt-5-mini', messages: [SYSTEM, user('Where is it?')], temperature: 0.2, max_tokens: 200 },
    answer: completion('chatcmpl-0', { content: 'On its way.' }, 'stop', usage(1000, 10, 600)),
    latencyMs: 900,
    record: {
      ...{ responseId: 'chatcmpl-0', model: 'openai:gpt-5-mini', parameters: { temperature: 0.2, max_tokens: 200 } },
      ...{ messages: [SYSTEM, user('Where is it?')], output: 'On its way.', finish: 'stop', usage: counted(1000, 10, 600) },
      ...{ costUsd: 515, response: RESPONSE, attempts: 1, latencyMs: 900 },
    },
  }),
  call(1, {
    name: 'a stream',
    api: 'chat',
    request: { model: 'gpt-5-mini', messages: [user('And now?')], stream: true, stream_options: { include_usage: true } },
    answer: completion('chatcmpl-1', { content: 'It arrives.' }, 'stop', usage(50, 5)),
    events: [
      [200, chunk('chatcmpl-1', piece({ role: 'assistant', content: 'It ' }))],
      [600, chunk('chatcmpl-1', piece({ content: 'arrives.' }))],
      [0, chunk('chatcmpl-1', piece({}, 'stop'))],
      [0, chunk('chatcmpl-1', { choices: [], usage: usage(50, 5) })],
    ],
    latencyMs: 800,
    record: {
      ...{ responseId: 'chatcmpl-1', model: 'openai:gpt-5-mini', messages: [user('And now?')], output: 'It arrives.', finish: 'stop' },
      ...{ usage: counted(50, 5), costUsd: 70, response: RESPONSE, attempts: 1, ttftMs: 200, latencyMs: 800 },
    },
  }),
  call(2, {
    name: 'a call of a tool',
    api: 'chat',
    request: { model: 'gpt-5-mini', messages: [user('The weather?')], tools: [weather], tool_choice: 'auto' },
    answer: completion(
      'chatcmpl-2',
      { content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Berlin"}' } }] },
      'tool_calls',
      usage(80, 12),
    ),
    latencyMs: 400,
    record: {
      ...{ responseId: 'chatcmpl-2', model: 'openai:gpt-5-mini', parameters: { tool_choice: 'auto' }, messages: [user('The weather?')] },
      ...{ tools: [weather], output: '[{"id":"call_1","name":"weather","arguments":"{\\"city\\":\\"Berlin\\"}"}]', finish: 'tool-calls' },
      ...{ usage: counted(80, 12), costUsd: 128, response: RESPONSE, attempts: 1, latencyMs: 400 },
    },
  }),
  call(3, {
    name: 'an object',
    api: 'chat',
    request: { model: 'gpt-5-mini', messages: [user('Which label?')], response_format: schema },
    answer: completion('chatcmpl-3', { content: '{"label":"refund"}' }, 'stop', usage(60, 6)),
    latencyMs: 500,
    attributes: { ...ATTRIBUTES, seats: 3, beta: true },
    record: {
      ...{
        responseId: 'chatcmpl-3',
        model: 'openai:gpt-5-mini',
        parameters: { response_format: schema },
        messages: [user('Which label?')],
      },
      ...{ output: '{"label":"refund"}', finish: 'stop', usage: counted(60, 6), costUsd: 84, response: RESPONSE, attempts: 1 },
      latencyMs: 500,
    },
  }),
  call(4, {
    name: 'cut off, with reasoning, at another price',
    api: 'chat',
    request: { model: 'gpt-5-mini', messages: [user('Think.')], max_completion_tokens: 100, service_tier: 'flex' },
    answer: completion('chatcmpl-4', { content: 'It' }, 'length', usage(20, 100, 0, 90), 'flex'),
    latencyMs: 3000,
    record: {
      ...{ responseId: 'chatcmpl-4', model: 'openai:gpt-5-mini', messages: [user('Think.')], output: 'It', finish: 'length' },
      ...{ parameters: { max_completion_tokens: 100, service_tier: 'flex' }, usage: counted(20, 100, 0, 90), served: { service: 'flex' } },
      ...{ costUsd: 210, response: { ...RESPONSE, serviceTier: 'flex' }, attempts: 1, latencyMs: 3000 },
    },
  }),
  call(5, {
    name: 'refused by the provider',
    api: 'chat',
    request: { model: 'gpt-5-mini', messages: [user('Too much.')], temperature: 9 },
    answer: null,
    refusal: { status: 400, body: { error: { message: 'Invalid temperature.', type: 'invalid_request_error', code: null, param: null } } },
    latencyMs: 100,
    record: {
      ...{ model: 'openai:gpt-5-mini', parameters: { temperature: 9 }, messages: [user('Too much.')], attempts: 1, latencyMs: 100 },
      error: { type: 'bad-request', message: 'openai:gpt-5-mini: 400 Invalid temperature.' },
    },
  }),
  call(6, {
    name: 'of another provider, whose cache was written',
    api: 'messages',
    request: { model: 'claude-sonnet-5', max_tokens: 300, system: 'Answer the customer.', messages: [user('Hello')] },
    answer: {
      ...{ id: 'msg_6', type: 'message', role: 'assistant', model: 'claude-sonnet-5', content: [{ type: 'text', text: 'Good day.' }] },
      ...{ stop_reason: 'end_turn', stop_sequence: null },
      usage: {
        ...{ input_tokens: 10, cache_creation_input_tokens: 100, cache_read_input_tokens: 1000, output_tokens: 7 },
        service_tier: 'standard',
      },
    },
    latencyMs: 700,
    record: {
      ...{ responseId: 'msg_6', model: 'anthropic:claude-sonnet-5', parameters: { max_tokens: 300 }, messages: [SYSTEM, user('Hello')] },
      ...{ output: 'Good day.', finish: 'stop', usage: counted(1110, 7, 1000, 0, 100), costUsd: 288 },
      ...{ response: { model: 'claude-sonnet-5', systemFingerprint: null, serviceTier: 'standard' }, attempts: 1, latencyMs: 700 },
    },
  }),
  call(7, {
    name: 'with passages',
    api: 'chat',
    request: { model: 'gpt-5-mini', messages: [user('What does it say?')] },
    answer: completion('chatcmpl-7', { content: 'Two weeks.' }, 'stop', usage(300, 4)),
    chunks: [{ id: 'doc-1', text: 'Returns take two weeks.', score: 0.87 }],
    latencyMs: 600,
    record: {
      ...{
        responseId: 'chatcmpl-7',
        model: 'openai:gpt-5-mini',
        messages: [user('What does it say?')],
        output: 'Two weeks.',
        finish: 'stop',
      },
      ...{ chunks: [{ id: 'doc-1', text: 'Returns take two weeks.', score: 0.87 }], usage: counted(300, 4), costUsd: 316 },
      ...{ response: RESPONSE, attempts: 1, latencyMs: 600 },
    },
  }),
  call(8, {
    name: 'embeddings',
    api: 'embeddings',
    request: { model: 'text-embedding-3-small', input: 'Returns take two weeks.', dimensions: 256 },
    answer: {
      ...{ object: 'list', model: 'text-embedding-3-small', data: [{ object: 'embedding', index: 0, embedding: [0.5, 0.25] }] },
      usage: { prompt_tokens: 7, total_tokens: 7 },
    },
    latencyMs: 50,
    variables: {},
    record: {
      ...{ model: 'openai:text-embedding-3-small', parameters: { dimensions: 256 }, usage: counted(7, 0), costUsd: 7 },
      ...{
        operation: { type: 'embeddings', name: 'embeddings.create' },
        attempts: 1,
        response: { model: 'text-embedding-3-small', systemFingerprint: null, serviceTier: null },
        latencyMs: 50,
      },
    },
  }),
  call(9, {
    name: 'requested three times',
    api: 'chat',
    request: { model: 'gpt-5-mini', messages: [user('Again?')] },
    answer: completion('chatcmpl-9', { content: 'Yes.' }, 'stop', usage(10, 1)),
    later: 2,
    latencyMs: 450,
    record: {
      ...{ responseId: 'chatcmpl-9', model: 'openai:gpt-5-mini', messages: [user('Again?')], output: 'Yes.', finish: 'stop' },
      ...{ usage: counted(10, 1), costUsd: 14, response: RESPONSE, attempts: 3, latencyMs: 450 },
    },
  }),
];
