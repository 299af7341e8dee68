/** The ten calls as files: our own lines, requests with their responses, a CSV, and the two forms of Langfuse. */
import type { Call, Json } from './calls.ts';
import { SAID } from './calls.ts';

export const idOf = (n: number): string => `call-${n}`;
const modelOf = ({ record }: Call): [provider: string, model: string] => String(record['model']).split(':') as [string, string];
const errorOf = ({ record }: Call): Json | undefined => record['error'] as Json | undefined;
const endOf = ({ time, latencyMs }: Call): string => new Date(Date.parse(time) + latencyMs).toISOString();

/** Another program that writes lines of goldset.interaction/1, with the user in clear. */
export const ownLines = (calls: readonly Call[]): Json[] =>
  calls.map(({ time, variables, chunks, attributes, record: { costUsd: _cost, ...record } }, n) => ({
    ...{ schema: 'goldset.interaction/1', id: idOf(n), time, ...SAID, variables, chunks, attributes, ...record },
  }));

/** A log of an application that keeps what it sent beside what came back. */
export const pairRows = (calls: readonly Call[]): Json[] =>
  calls.map((call, n) => ({
    ...{ id: idOf(n), time: call.time, request: call.request, response: call.answer, provider: modelOf(call)[0] },
    ...{ latency_ms: call.latencyMs, ttft_ms: call.record['ttftMs'] ?? call.latencyMs, attempts: call.record['attempts'] },
    ...{ error: errorOf(call) ?? null, kind_of_call: (call.record['operation'] as Json | undefined)?.['name'] ?? null },
    ...{ action_type: SAID.action.type, action_id: SAID.action.id, conversation_id: SAID.conversation, user_id: SAID.user },
    ...{ prompt_name: SAID.prompt.name, prompt_version: SAID.prompt.version, environment: SAID.environment },
    ...{ variables: call.variables, chunks: call.chunks, metadata: call.attributes },
  }));

/** Columns that are single values, or JSON. */
export function csvText(calls: readonly Call[]): string {
  const rows = calls.map((call, n): Json => {
    const { record } = call;
    const usage = (record['usage'] ?? {}) as Json;
    const response = (record['response'] ?? {}) as Json;
    return {
      ...{ request_id: idOf(n), timestamp: call.time, provider: modelOf(call)[0], model: modelOf(call)[1] },
      ...{ messages: record['messages'], answer: record['output'], finish_reason: record['finish'], tools: record['tools'] },
      ...{ parameters: record['parameters'], variables: call.variables, chunks: call.chunks },
      ...{ input_tokens: usage['input'], cached_tokens: usage['cacheRead'], cache_write_tokens: usage['cacheWriteShort'] },
      ...{
        output_tokens: usage['output'],
        reasoning_tokens: usage['reasoning'],
        latency_ms: record['latencyMs'],
        ttft_ms: record['ttftMs'],
      },
      ...{ response_id: record['responseId'], response_model: response['model'], system_fingerprint: response['systemFingerprint'] },
      ...{ service_tier: response['serviceTier'], attempts: record['attempts'], error: errorOf(call) },
      ...{ call_type: (record['operation'] as Json | undefined)?.['name'], user_id: SAID.user, conversation_id: SAID.conversation },
      ...{ action_type: SAID.action.type, action_id: SAID.action.id, prompt_name: SAID.prompt.name, prompt_version: SAID.prompt.version },
      ...{ environment: SAID.environment, metadata: call.attributes },
    };
  });
  const columns = Object.keys(rows[0] ?? {});
  const cell = (value: unknown): string => {
    const text = value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
    return `"${text.replaceAll('"', '""')}"`;
  };
  return [columns.join(','), ...rows.map((row) => columns.map((name) => cell(row[name])).join(','))].join('\n');
}

const usageDetails = ({ record }: Call): Json => {
  const usage = record['usage'] as Record<string, number> | undefined;
  if (usage === undefined) return {};
  const [input = 0, read = 0, written = 0] = [usage['input'], usage['cacheRead'], usage['cacheWriteShort']];
  const [output = 0, reasoning = 0] = [usage['output'], usage['reasoning']];
  return {
    ...{ input: input - read - written, output: output - reasoning, total: input + output },
    ...(read === 0 ? {} : { input_cached_tokens: read }),
    ...(written === 0 ? {} : { input_cache_creation: written }),
    ...(reasoning === 0 ? {} : { output_reasoning_tokens: reasoning }),
  };
};

/** Observations as Langfuse's API gives them, whose application puts into the metadata what Langfuse has no field for. */
export const langfuseRows = (calls: readonly Call[]): Json[] =>
  calls.map((call, n) => {
    const {
      model,
      messages: _messages,
      system: _system,
      input: _input,
      tools: _tools,
      stream_options: _options,
      ...parameters
    } = call.request;
    return {
      ...{ id: idOf(n), traceId: 'trace-1', type: call.api === 'embeddings' ? 'EMBEDDING' : 'GENERATION' },
      ...{ name: call.api === 'embeddings' ? 'embeddings.create' : 'support', startTime: call.time, endTime: endOf(call) },
      completionStartTime: new Date(Date.parse(call.time) + Number(call.record['ttftMs'] ?? call.latencyMs)).toISOString(),
      ...{
        model,
        modelParameters: parameters,
        input: call.api === 'embeddings' ? null : call.request,
        output: call.api === 'embeddings' ? null : call.answer,
      },
      ...{ usageDetails: usageDetails(call), costDetails: {}, level: call.answer === null ? 'ERROR' : 'DEFAULT' },
      ...{
        statusMessage: errorOf(call)?.['message'] ?? null,
        environment: SAID.environment,
        userId: SAID.user,
        sessionId: SAID.conversation,
      },
      ...{ promptName: SAID.prompt.name, promptVersion: Number(SAID.prompt.version) },
      metadata: { ...call.attributes, action_type: SAID.action.type, action_id: SAID.action.id },
    };
  });

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Rows of its ClickHouse table: names in snake_case, nested values as text. */
export const langfuseTableRows = (calls: readonly Call[]): Json[] =>
  langfuseRows(calls).map((row) => {
    const { model, metadata, usageDetails: usage, costDetails: cost, ...rest } = row;
    const columns = Object.entries(rest).map(([name, value]) => [
      snake(name),
      value !== null && typeof value === 'object' ? JSON.stringify(value) : value,
    ]);
    const texts = Object.entries(metadata as Json).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    return {
      ...{ ...(Object.fromEntries(columns) as Json), project_id: 'p-1', provided_model_name: model, is_deleted: 0 },
      ...{ metadata: Object.fromEntries(texts) as Json, usage_details: usage, cost_details: cost },
    };
  });
