/** Anthropic, Messages (API reference). */
import {
  CACHED_USAGE,
  constant,
  exactly,
  integer,
  KEY,
  letters,
  named,
  oneOf,
  sceneIn,
  text,
  type Json,
  type ProviderServer,
  type Scene,
} from './provider-server.ts';

const cache = { cache_control: exactly({ type: constant('ephemeral'), ttl: { enum: ['5m', '1h'] } }, ['type']) };
const block = oneOf(
  exactly({ type: constant('text'), text: { type: 'string', minLength: 1 } }),
  exactly({
    type: constant('image'),
    source: oneOf(exactly({ type: constant('base64'), media_type: text, data: text }), exactly({ type: constant('url'), url: text })),
  }),
  exactly({ type: constant('tool_use'), id: { type: 'string', minLength: 1 }, name: text, input: { type: 'object' } }),
  exactly({ type: constant('tool_result'), tool_use_id: { type: 'string', minLength: 1 }, content: text }),
  exactly({ type: constant('thinking'), thinking: text, signature: { type: 'string', minLength: 1 } }),
);
const schema = exactly(
  {
    model: constant('m'),
    max_tokens: { type: 'integer', minimum: 1 },
    system: { type: 'array', items: exactly({ type: constant('text'), text, ...cache }, ['type', 'text']), minItems: 1 },
    messages: {
      type: 'array',
      minItems: 1,
      items: exactly({ role: { enum: ['user', 'assistant'] }, content: { type: 'array', items: block, minItems: 1 } }),
    },
    tools: {
      type: 'array',
      items: exactly({ name: text, description: text, input_schema: { type: 'object' }, ...cache }, ['name', 'input_schema']),
    },
    output_config: exactly({ format: exactly({ type: constant('json_schema'), schema: { type: 'object' } }), effort: text }, []),
    diagnostics: exactly({ previous_message_id: text }),
    thinking: { type: 'object' },
    temperature: { type: 'number' },
    stop_sequences: { type: 'array' },
    stream: { type: 'boolean' },
    top_k: integer,
  },
  ['model', 'max_tokens', 'messages'],
);

const USAGE = {
  input_tokens: 112,
  cache_read_input_tokens: 1024,
  cache_creation_input_tokens: 64,
  cache_creation: { ephemeral_5m_input_tokens: 64, ephemeral_1h_input_tokens: 0 },
  service_tier: 'batch',
};
const END = { output_tokens: 30, output_tokens_details: { thinking_tokens: 12 } };

const REASON: Partial<Record<Scene, string>> = { tool: 'tool_use', refusal: 'refusal', length: 'max_tokens' };

function contentOf(scene: Scene): Json[] {
  if (scene === 'tool')
    return [
      { type: 'thinking', thinking: 'Ask the tool.', signature: 'c2lnbmVk' },
      { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Rome' } },
    ];
  const said: Partial<Record<Scene, string>> = {
    refusal: 'I can not.',
    length: 'cut',
    json: '{"label":"refund"}',
    'after-tool': 'It is sunny.',
  };
  return [{ type: 'text', text: said[scene] ?? 'Hello, wörld.' }];
}

const missOf = ({ diagnostics }: Json): Json =>
  diagnostics === undefined ? {} : { diagnostics: { cache_miss_reason: { type: 'tools_changed', cache_missed_input_tokens: 900 } } };

function deltasOf(block: Json): Json[] {
  if (block['type'] === 'tool_use') return ['{"ci', 'ty":"Rome"}'].map((partial_json) => ({ type: 'input_json_delta', partial_json }));
  if (block['type'] === 'thinking')
    return [
      { type: 'thinking_delta', thinking: block['thinking'] },
      { type: 'signature_delta', signature: block['signature'] },
    ];
  return letters(block['text']).map((letter) => ({ type: 'text_delta', text: letter }));
}

const emptied = (block: Json): Json =>
  block['type'] === 'tool_use'
    ? { ...block, input: {} }
    : block['type'] === 'thinking'
      ? { ...block, thinking: '', signature: '' }
      : { ...block, text: '' };

export const messagesServer: ProviderServer = {
  expected: {
    usage: CACHED_USAGE,
    service: 'batch',
    structured: [/json_schema/, /effort":"low"/],
    reasoning: 1,
    refusal: ['I can not.', 'refusal'],
    marks: true,
  },
  name: 'Messages',
  config: { kind: 'anthropic' },
  path: '/v1/messages',
  schema,
  key: ['authorization', `Bearer ${KEY}`],
  sceneOf: ({ messages }) => {
    const content = ((messages as Json[]).at(-1)?.['content'] ?? []) as Json[];
    return sceneIn(JSON.stringify(content), content[0]?.['type'] === 'tool_result');
  },
  events(scene, body) {
    const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null };
    return [
      { type: 'message_start', message: { ...message, ...missOf(body), usage: { ...USAGE, output_tokens: 1 } } },
      { type: 'ping' },
      ...contentOf(scene).flatMap((content_block, index): Json[] => [
        { type: 'content_block_start', index, content_block: emptied(content_block) },
        ...deltasOf(content_block).map((delta) => ({ type: 'content_block_delta', index, delta })),
        { type: 'content_block_stop', index },
      ]),
      ...(scene === 'late-error' ? [{ type: 'error', error: { type: 'overloaded_error', message: 'overloaded' } }] : []),
      { type: 'message_delta', delta: { stop_reason: REASON[scene] ?? 'end_turn', stop_sequence: null }, usage: END },
      { type: 'message_stop' },
    ].map(named);
  },
  whole: (scene, body) => ({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: contentOf(scene),
    stop_reason: REASON[scene] ?? 'end_turn',
    stop_sequence: null,
    ...missOf(body),
    usage: { ...USAGE, ...END },
  }),
  error: (status, message) => ({ type: 'error', error: { type: status === 429 ? 'rate_limit_error' : 'invalid_request_error', message } }),
};
