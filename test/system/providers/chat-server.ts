/** OpenAI, Chat Completions (API reference). */
import {
  CACHED_USAGE,
  constant,
  data,
  exactly,
  integer,
  KEY,
  letters,
  oneOf,
  sceneIn,
  text,
  type Json,
  type ProviderServer,
  type Scene,
} from './provider-server.ts';

const part = oneOf(
  exactly({ type: constant('text'), text, prompt_cache_breakpoint: exactly({ mode: constant('explicit') }) }, ['type', 'text']),
  exactly({ type: constant('image_url'), image_url: exactly({ url: text, detail: text }, ['url']) }),
);
const call = exactly({ id: text, type: constant('function'), function: exactly({ name: text, arguments: text }) });
const message = oneOf(
  exactly({ role: { enum: ['system', 'developer', 'user'] }, content: oneOf(text, { type: 'array', items: part, minItems: 1 }) }),
  exactly({ role: constant('assistant'), content: oneOf(text, { type: 'null' }), tool_calls: { type: 'array', items: call } }, [
    'role',
    'content',
  ]),
  exactly({ role: constant('tool'), tool_call_id: { type: 'string', minLength: 1 }, content: text }),
);
const schema = exactly(
  {
    model: constant('m'),
    messages: { type: 'array', items: message, minItems: 1 },
    tools: {
      type: 'array',
      items: exactly({
        type: constant('function'),
        function: exactly({ name: text, description: text, parameters: { type: 'object' } }, ['name', 'parameters']),
      }),
    },
    response_format: oneOf(
      exactly({ type: constant('json_object') }),
      exactly({
        type: constant('json_schema'),
        json_schema: exactly({ name: text, schema: { type: 'object' }, strict: { type: 'boolean' } }, ['name', 'schema']),
      }),
    ),
    stream: { type: 'boolean' },
    stream_options: exactly({ include_usage: { type: 'boolean' } }),
    max_tokens: integer,
    temperature: { type: 'number' },
    reasoning_effort: text,
  },
  ['model', 'messages'],
);

const USAGE = {
  prompt_tokens: 1200,
  completion_tokens: 30,
  total_tokens: 1230,
  prompt_tokens_details: { cached_tokens: 1024, cache_write_tokens: 64 },
  completion_tokens_details: { reasoning_tokens: 12 },
};

interface Answer {
  readonly content?: string;
  readonly refusal?: string;
  readonly call?: boolean;
  readonly finish: string;
}

function answerTo(scene: Scene): Answer {
  switch (scene) {
    case 'tool':
      return { call: true, finish: 'tool_calls' };
    case 'refusal':
      return { refusal: 'I can not.', finish: 'stop' };
    case 'length':
      return { content: 'cut', finish: 'length' };
    case 'json':
      return { content: '{"label":"refund"}', finish: 'stop' };
    default:
      return { content: scene === 'after-tool' ? 'It is sunny.' : 'Hello, wörld.', finish: 'stop' };
  }
}

const chunk = (choices: unknown[], rest: Json = {}): string =>
  data({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices, ...rest });
const delta = (content: Json, finish: string | null = null): string => chunk([{ index: 0, delta: content, finish_reason: finish }]);

export const chatServer: ProviderServer = {
  expected: {
    usage: CACHED_USAGE,
    service: 'flex',
    structured: [/json_schema/, /effort":"low"/],
    reasoning: 0,
    refusal: ['I can not.', 'refusal'],
    marks: false,
  },
  name: 'Chat Completions',
  config: { kind: 'openai-compatible' },
  path: '/v1/chat/completions',
  schema,
  key: ['authorization', `Bearer ${KEY}`],
  sceneOf: ({ messages }) => {
    const last = (messages as Json[]).at(-1) ?? {};
    return sceneIn(JSON.stringify(last['content']), last['role'] === 'tool');
  },
  events(scene) {
    const { content, refusal, call: isCall, finish } = answerTo(scene);
    const calls = [
      { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '"Rome"}' } }] },
    ];
    return [
      delta({ role: 'assistant', content: '' }),
      ...(isCall === true ? calls.map((item) => delta(item)) : []),
      ...letters(content ?? '').map((letter) => delta({ content: letter })),
      ...(refusal === undefined ? [] : [delta({ refusal })]),
      ...(scene === 'late-error' ? [data({ error: { message: 'overloaded', type: 'server_error' } })] : []),
      delta({}, finish),
      chunk([], { usage: USAGE, service_tier: 'flex' }),
      'data: [DONE]\n\n',
    ];
  },
  whole(scene) {
    const { content, refusal, call: isCall, finish } = answerTo(scene);
    const calls = [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } }];
    return {
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: content ?? null,
            refusal: refusal ?? null,
            ...(isCall === true ? { tool_calls: calls } : {}),
          },
          finish_reason: finish,
        },
      ],
      usage: USAGE,
      service_tier: 'flex',
    };
  },
  error: (status, message) => ({
    error: { message, type: 'invalid_request_error', param: null, code: status === 429 ? 'rate_limit_exceeded' : null },
  }),
};
