/** OpenAI, Responses (API reference). */
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

const mark = { prompt_cache_breakpoint: exactly({ mode: constant('explicit') }) };
const part = oneOf(
  exactly({ type: constant('input_text'), text, ...mark }, ['type', 'text']),
  exactly({ type: constant('input_image'), image_url: text, detail: { enum: ['low', 'high', 'auto'] }, ...mark }, [
    'type',
    'image_url',
    'detail',
  ]),
);
const item = oneOf(
  exactly({ role: { enum: ['system', 'developer', 'user'] }, content: oneOf(text, { type: 'array', items: part, minItems: 1 }) }),
  exactly({ role: constant('assistant'), content: text }),
  exactly({ type: constant('function_call'), call_id: { type: 'string', minLength: 1 }, name: text, arguments: text }),
  exactly({ type: constant('function_call_output'), call_id: { type: 'string', minLength: 1 }, output: text }),
  exactly({ type: constant('reasoning'), id: text, summary: { type: 'array' }, encrypted_content: text }),
);
const schema = exactly(
  {
    model: constant('m'),
    input: { type: 'array', items: item, minItems: 1 },
    tools: {
      type: 'array',
      items: exactly(
        { type: constant('function'), name: text, description: text, parameters: { type: 'object' }, strict: { type: 'boolean' } },
        ['type', 'name', 'parameters', 'strict'],
      ),
    },
    include: { type: 'array', items: constant('reasoning.encrypted_content') },
    text: exactly({
      format: oneOf(
        exactly({ type: constant('json_object') }),
        exactly({ type: constant('json_schema'), name: text, schema: { type: 'object' }, strict: { type: 'boolean' } }),
      ),
    }),
    reasoning: exactly({ effort: text }),
    prompt_cache_options: exactly({ ttl: { enum: ['30m', '12h'] }, comparison_response_id: text }, []),
    store: { type: 'boolean' },
    stream: { type: 'boolean' },
    max_output_tokens: integer,
    temperature: { type: 'number' },
  },
  ['model', 'input', 'store'],
);

const REASONING = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'c2VjcmV0' };
const CALL = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}', status: 'completed' };

function outputOf(scene: Scene): Json[] {
  const said = (content: Json): Json => ({ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [content] });
  if (scene === 'tool') return [REASONING, CALL];
  if (scene === 'refusal') return [said({ type: 'refusal', refusal: 'I can not.' })];
  const written =
    scene === 'json' ? '{"label":"refund"}' : scene === 'length' ? 'cut' : scene === 'after-tool' ? 'It is sunny.' : 'Hello, wörld.';
  return [said({ type: 'output_text', text: written, annotations: [] })];
}

function responseOf(scene: Scene, { prompt_cache_options: options }: Json): Json {
  const compared = (options as Json | undefined)?.['comparison_response_id'];
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    model: 'm',
    status: scene === 'length' ? 'incomplete' : 'completed',
    incomplete_details: scene === 'length' ? { reason: 'max_output_tokens' } : null,
    error: null,
    output: outputOf(scene),
    service_tier: 'flex',
    ...(compared === undefined
      ? {}
      : {
          prompt_cache_diagnostics: {
            type: 'cache_miss',
            reason: 'tools_changed',
            cache_missed_tokens: 900,
            comparison_reusable_tokens: 0,
          },
        }),
    usage: {
      input_tokens: 1200,
      output_tokens: 30,
      total_tokens: 1230,
      input_tokens_details: { cached_tokens: 1024, cache_write_tokens: 64 },
      output_tokens_details: { reasoning_tokens: 12 },
    },
  };
}

export const responsesServer: ProviderServer = {
  expected: {
    usage: CACHED_USAGE,
    service: 'flex',
    structured: [/json_schema/, /effort":"low"/],
    reasoning: 1,
    refusal: ['I can not.', 'refusal'],
    marks: true,
  },
  name: 'Responses',
  config: { api: 'responses' },
  path: '/v1/responses',
  schema,
  key: ['authorization', `Bearer ${KEY}`],
  sceneOf: ({ input }) => {
    const last = (input as Json[]).at(-1) ?? {};
    return sceneIn(JSON.stringify(last['content']), last['type'] === 'function_call_output');
  },
  events(scene, body) {
    const response = responseOf(scene, body);
    const events: Json[] = [
      { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
      ...outputOf(scene).flatMap((item, output_index): Json[] => {
        const place = { output_index, item_id: item['id'] };
        const content = (item['content'] as Json[] | undefined)?.[0];
        const said = content?.['text'] ?? content?.['refusal'];
        const kind = content?.['type'] === 'refusal' ? 'refusal' : 'output_text';
        return [
          { type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress', content: [] } },
          ...letters(said).map((letter) => ({ type: `response.${kind}.delta`, ...place, content_index: 0, delta: letter })),
          ...(item['type'] === 'function_call'
            ? [{ type: 'response.function_call_arguments.delta', ...place, delta: item['arguments'] }]
            : []),
          { type: 'response.output_item.done', output_index, item },
        ];
      }),
      ...(scene === 'late-error' ? [{ type: 'error', code: 'server_error', message: 'overloaded', param: null }] : []),
      { type: scene === 'length' ? 'response.incomplete' : 'response.completed', response },
    ];
    return events.map((event, sequence_number) => named({ ...event, sequence_number }));
  },
  whole: responseOf,
  error: (_status, message) => ({ error: { message, type: 'invalid_request_error', param: null, code: null } }),
};
