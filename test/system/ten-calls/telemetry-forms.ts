/** The ten calls as spans of the newest conventions: as OTLP in JSON, and as the rows of a collector's ClickHouse table. */
import type { Call, Json } from './calls.ts';
import { SAID } from './calls.ts';

export const TRACE = '0af7651916cd43dd8448eb211c80319c';
export const spanIdOf = (n: number): string => `b7ad6b716920333${n}`;

const FINISH: Readonly<Record<string, string>> = { 'tool-calls': 'tool_calls' };

interface Choice {
  readonly message: {
    readonly content: string | null;
    readonly tool_calls?: readonly { id: string; function: { name: string; arguments: string } }[];
  };
}

/** What an instrumentation says of a call, by name. Null: nothing. */
function said({ request, answer, api, record, variables, attributes, chunks }: Call): Record<string, unknown> {
  const {
    messages,
    system,
    tools,
    model,
    stream,
    stream_options: _options,
    input: _input,
    ...parameters
  } = request as Record<string, never>;
  const usage = record['usage'] as Record<string, number> | undefined;
  const response = record['response'] as Record<string, string | null> | undefined;
  const error = record['error'] as Record<string, string> | undefined;
  const [choice] = (answer?.['choices'] ?? []) as readonly Choice[];
  const text = choice === undefined ? (answer?.['content'] as { text: string }[] | undefined)?.[0]?.text : choice.message.content;
  const parts = [
    ...(text == null ? [] : [{ type: 'text', content: text }]),
    ...(choice?.message.tool_calls ?? []).map(({ id, function: { name, arguments: given } }) => ({
      type: 'tool_call',
      id,
      name,
      arguments: JSON.parse(given) as Json,
    })),
  ];
  const all = (messages ?? []) as unknown as { role: string; content: string }[];
  const systems = [
    ...(system === undefined ? [] : [system as string]),
    ...all.filter(({ role }) => role === 'system').map(({ content }) => content),
  ];
  const turns = all.filter(({ role }) => role !== 'system').map(({ role, content }) => ({ role, parts: [{ type: 'text', content }] }));
  const finish = record['finish'] as string | undefined;
  return {
    'gen_ai.operation.name': api === 'embeddings' ? 'embeddings' : 'chat',
    'gen_ai.provider.name': api === 'messages' ? 'anthropic' : 'openai',
    'gen_ai.request.model': model,
    'gen_ai.request.stream': stream ?? (api === 'embeddings' ? null : false),
    'goldset.parameters': JSON.stringify(parameters),
    'gen_ai.system_instructions': systems.length === 0 ? null : JSON.stringify(systems.map((content) => ({ type: 'text', content }))),
    'gen_ai.input.messages': turns.length === 0 ? null : JSON.stringify(turns),
    'gen_ai.output.messages':
      parts.length === 0 ? null : JSON.stringify([{ role: 'assistant', parts, finish_reason: FINISH[finish ?? ''] ?? finish }]),
    'gen_ai.tool.definitions': tools === undefined ? null : JSON.stringify(tools),
    'gen_ai.retrieval.documents':
      chunks.length === 0 ? null : JSON.stringify(chunks.map(({ id, text: content, score }) => ({ id, content, score }))),
    'gen_ai.response.id': answer?.['id'] ?? null,
    'gen_ai.response.model': response?.['model'] ?? null,
    'gen_ai.response.finish_reasons': finish === undefined ? null : [FINISH[finish] ?? finish],
    'openai.response.system_fingerprint': response?.['systemFingerprint'] ?? null,
    'openai.response.service_tier': response?.['serviceTier'] ?? null,
    'gen_ai.response.time_to_first_chunk': record['ttftMs'] === undefined ? null : (record['ttftMs'] as number) / 1000,
    'gen_ai.usage.input_tokens': usage?.['input'] ?? null,
    'gen_ai.usage.output_tokens': usage?.['output'] ?? null,
    'gen_ai.usage.cache_read.input_tokens': usage?.['cacheRead'] ?? null,
    'gen_ai.usage.cache_write.input_tokens': usage?.['cacheWriteShort'] ?? null,
    'gen_ai.usage.reasoning.output_tokens': usage?.['reasoning'] ?? null,
    'http.request.resend_count': (record['attempts'] as number) - 1,
    'gen_ai.conversation.id': SAID.conversation,
    'user.id': SAID.user,
    'gen_ai.prompt.name': SAID.prompt.name,
    'gen_ai.prompt.version': SAID.prompt.version,
    ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [`gen_ai.prompt.variable.${name}`, value])),
    'goldset.action.type': SAID.action.type,
    'goldset.action.id': SAID.action.id,
    ...Object.fromEntries(
      Object.entries(attributes)
        .filter(([name]) => !RESOURCE.has(name))
        .map(([name, value]) => [`goldset.attributes.${name}`, value]),
    ),
    'error.type': error?.['type'] ?? null,
  };
}

/** Attributes of the process, which conventions have. */
const RESOURCE = new Set(['region', 'release']);
const resourceOf = ({ attributes: { region, release } }: Call): Json => ({
  ...{ 'service.name': 'support', 'service.version': release, 'cloud.region': region, 'deployment.environment.name': SAID.environment },
});

const known = (values: Json): [string, unknown][] => Object.entries(values).filter(([, value]) => value !== null);
const anyValue = (value: unknown): Json => {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return typeof value === 'boolean' ? { boolValue: value } : { stringValue: value };
};
const listed = (values: Json): Json[] => known(values).map(([key, value]) => ({ key, value: anyValue(value) }));
const nano = (ms: number): string => `${ms}000000`;

export const otlpRequest = (calls: readonly Call[]): Json => ({
  resourceSpans: calls.map((call, n) => ({
    resource: { attributes: listed(resourceOf(call)) },
    scopeSpans: [
      {
        scope: { name: 'an.instrumentation' },
        spans: [
          {
            ...{ traceId: TRACE, spanId: spanIdOf(n), name: `chat ${n}`, kind: 3 },
            startTimeUnixNano: nano(Date.parse(call.time)),
            endTimeUnixNano: nano(Date.parse(call.time) + call.latencyMs),
            attributes: listed(said(call)),
            status: call.record['error'] === undefined ? {} : { code: 2, message: (call.record['error'] as Json)['message'] },
          },
        ],
      },
    ],
  })),
});

const inTable = (values: Json): Json =>
  Object.fromEntries(known(values).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]));

/** Lines of `SELECT * FROM otel_traces FORMAT JSONEachRow`. */
export const collectorRows = (calls: readonly Call[]): Json[] =>
  calls.map((call, n) => ({
    Timestamp: call.time.replace('T', ' ').replace('Z', '000000'),
    ...{ TraceId: TRACE, SpanId: spanIdOf(n), ParentSpanId: '', TraceState: '', SpanName: `chat ${n}`, SpanKind: 'Client' },
    ...{ ServiceName: 'support', ResourceAttributes: inTable(resourceOf(call)), ScopeName: 'an.instrumentation', ScopeVersion: '' },
    ...{ SpanAttributes: inTable(said(call)), Duration: String(call.latencyMs * 1_000_000) },
    StatusCode: call.record['error'] === undefined ? 'Unset' : 'Error',
    StatusMessage: ((call.record['error'] as Json | undefined)?.['message'] as string | undefined) ?? '',
    ...{ 'Events.Timestamp': [], 'Events.Name': [], 'Events.Attributes': [], 'Links.TraceId': [], 'Links.SpanId': [] },
  }));
