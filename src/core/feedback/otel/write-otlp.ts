/**
 * Interactions and what became known of them as OTLP/JSON: spans of inference with the newest names of OpenTelemetry's GenAI
 * conventions (semantic-conventions-genai, docs/gen-ai/client-inference.md), signals as `gen_ai.evaluation.result` log records.
 */
import { parseModelId } from '../../model-id.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { FollowUp, Interaction, Signal } from '../interactions/interaction.ts';
import { systemTextOf, toParts } from './write-messages.ts';

/** Ids in hex. */
export interface OtlpIds {
  /** 32 digits. */
  readonly trace: (interaction: string, trace: string | null) => string;
  /** 16 digits. */
  readonly span: (interaction: string) => string;
}

const SCOPE = { name: 'goldset' };

/** Body of `POST /v1/traces`. */
export const otlpTraces = (interactions: readonly Interaction[], service: string, ids: OtlpIds): JsonObject =>
  otlpBody(
    interactions.map((item) => otlpSpan(item, ids)),
    service,
  );

/** The same, of spans. */
export const otlpBody = (spans: readonly JsonObject[], service: string): JsonObject => ({
  resourceSpans: [{ resource: resourceOf(service), scopeSpans: [{ scope: SCOPE, spans: [...spans] }] }],
});

/** Body of `POST /v1/logs`; of a follow-up its signals. */
export function otlpLogs(followUps: readonly FollowUp[], service: string, ids: OtlpIds): JsonObject {
  const logRecords = followUps.flatMap(({ of, time, signals }) => signals.map((signal) => recordOf(signal, of, signal.time ?? time, ids)));
  return { resourceLogs: [{ resource: resourceOf(service), scopeLogs: [{ scope: SCOPE, logRecords }] }] };
}

const resourceOf = (service: string): JsonObject => ({ attributes: attributes({ 'service.name': service }) });

/** The span of a call. `more`: attributes beside those of the conventions. */
export function otlpSpan(interaction: Interaction, ids: OtlpIds, more: Readonly<Record<string, string>> = {}): JsonObject {
  const { id, time, latencyMs, model, error, signals } = interaction;
  const began = Date.parse(time);
  const name = parseModelId(model ?? '')?.model ?? model ?? '';
  return {
    traceId: ids.trace(id, interaction.trace),
    spanId: ids.span(id),
    name: `chat ${name}`.trim(),
    kind: 3,
    startTimeUnixNano: nanos(began),
    endTimeUnixNano: nanos(began + (latencyMs ?? 0)),
    attributes: attributes({ ...attributesOf(interaction), ...more }),
    events: signals.map((signal) => ({
      timeUnixNano: nanos(Date.parse(signal.time ?? time)),
      name: 'gen_ai.evaluation.result',
      attributes: attributes(signalAttributes(signal)),
    })),
    status: error === null ? {} : { code: 2, message: error.message },
  };
}

function attributesOf(interaction: Interaction): Record<string, JsonValue | null> {
  const { id, action, conversation, user, prompt, variables, model, parameters, messages, tools, chunks } = interaction;
  const { output, finish, usage, ttftMs, error, environment, responseId } = interaction;
  const { served, costUsd, price, response, attempts, operation, attributes: own } = interaction;
  const named = parseModelId(model ?? '');
  const given = Object.entries(variables).map(([name, value]) => [
    `gen_ai.prompt.variable.${name}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const system = systemTextOf(messages);
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': named?.provider ?? null,
    'gen_ai.request.model': named?.model ?? model,
    'goldset.interaction.id': id,
    'goldset.action.type': action?.type ?? null,
    'goldset.action.id': action?.id ?? null,
    'gen_ai.conversation.id': conversation,
    'user.id': user,
    'goldset.user.hash': user,
    'deployment.environment.name': environment,
    'gen_ai.prompt.name': prompt?.name ?? null,
    'gen_ai.prompt.version': prompt?.version ?? prompt?.contentHash ?? null,
    ...(Object.fromEntries(given) as Record<string, string>),
    'goldset.prompt.hash': prompt?.contentHash ?? null,
    ...parameterAttributes(parameters),
    'goldset.parameters': Object.keys(parameters).length === 0 ? null : JSON.stringify(parameters),
    ...Object.fromEntries(Object.entries(own ?? {}).map(([name, value]) => [`goldset.attributes.${name}`, value])),
    'goldset.served': served === undefined ? null : JSON.stringify(served),
    'goldset.cost.usd': costUsd,
    'goldset.price': price === undefined ? null : JSON.stringify(price),
    'gen_ai.response.model': response?.model ?? null,
    'openai.response.system_fingerprint': response?.systemFingerprint ?? null,
    'openai.response.service_tier': response?.serviceTier ?? null,
    'goldset.attempts': attempts ?? null,
    'goldset.operation.type': operation?.type ?? null,
    'goldset.operation.name': operation?.name ?? null,
    'gen_ai.system_instructions': system === null ? null : JSON.stringify([{ type: 'text', content: system }]),
    'gen_ai.input.messages': JSON.stringify(toParts(messages)),
    'gen_ai.output.messages':
      output === null
        ? null
        : JSON.stringify([
            { role: 'assistant', parts: [{ type: 'text', content: output }], finish_reason: FINISH[finish ?? ''] ?? finish ?? 'error' },
          ]),
    'gen_ai.tool.definitions': tools.length === 0 ? null : JSON.stringify(tools),
    'gen_ai.retrieval.documents':
      chunks.length === 0 ? null : JSON.stringify(chunks.map(({ id: chunk, text, score }) => ({ id: chunk ?? '', score, content: text }))),
    'gen_ai.response.id': responseId,
    'gen_ai.response.finish_reasons': finish === null ? null : [FINISH[finish] ?? finish],
    'gen_ai.response.time_to_first_chunk': ttftMs === null ? null : ttftMs / 1000,
    'gen_ai.usage.input_tokens': usage?.input ?? null,
    'gen_ai.usage.output_tokens': usage?.output ?? null,
    'gen_ai.usage.cache_read.input_tokens': usage?.cacheRead ?? null,
    'gen_ai.usage.cache_write.input_tokens': usage === null ? null : usage.cacheWriteShort + usage.cacheWriteLong,
    'gen_ai.usage.reasoning.output_tokens': usage?.reasoning ?? null,
    'error.type': error?.type ?? null,
  };
}

/** The convention's names of reasons, where ours differ. */
const FINISH: Readonly<Record<string, string>> = { 'content-filter': 'content_filter', 'tool-calls': 'tool_call' };

/** Name in a request → name of the convention. */
const PARAMETERS: Readonly<Record<string, string>> = {
  temperature: 'temperature',
  top_p: 'top_p',
  top_k: 'top_k',
  max_tokens: 'max_tokens',
  max_completion_tokens: 'max_tokens',
  max_output_tokens: 'max_tokens',
  frequency_penalty: 'frequency_penalty',
  presence_penalty: 'presence_penalty',
  stop: 'stop_sequences',
  stop_sequences: 'stop_sequences',
  seed: 'seed',
};

function parameterAttributes(parameters: JsonObject): Record<string, JsonValue> {
  const known = Object.entries(parameters).flatMap(([name, value]): [string, JsonValue][] => {
    const attribute = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    if (attribute === undefined) return [];
    return [[`gen_ai.request.${attribute}`, attribute === 'stop_sequences' && !Array.isArray(value) ? [value] : value]];
  });
  return Object.fromEntries(known);
}

function recordOf(signal: Signal, of: FollowUp['of'], time: string, ids: OtlpIds): JsonObject {
  const { interaction, response, trace } = of;
  return {
    timeUnixNano: nanos(Date.parse(time)),
    eventName: 'gen_ai.evaluation.result',
    ...(interaction === null ? {} : { traceId: ids.trace(interaction, trace), spanId: ids.span(interaction) }),
    attributes: attributes({ ...signalAttributes(signal), 'goldset.interaction.id': interaction, 'gen_ai.response.id': response }),
  };
}

function signalAttributes({ kind, name, value, annotator, by, note }: Signal): Record<string, JsonValue | null> {
  return {
    'gen_ai.evaluation.name': name,
    'gen_ai.evaluation.score.value': typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : null,
    'gen_ai.evaluation.score.label': typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : null,
    'gen_ai.evaluation.explanation': note,
    'goldset.signal.kind': kind,
    'goldset.signal.annotator': annotator,
    'goldset.signal.by': by,
    'goldset.signal.retracted': value === null ? true : null,
  };
}

/** Attributes without those that are not known. */
function attributes(values: Readonly<Record<string, JsonValue | null>>): JsonObject[] {
  return Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [{ key, value: anyValue(key, value) }]));
}

/** Convention: scores and sampling parameters are doubles, whatever number it is. */
const DOUBLE = /score\.value$|temperature$|top_p$|penalty$|time_to_first_chunk$|cost\.usd$/;

function anyValue(key: string, value: JsonValue): JsonObject {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return DOUBLE.test(key) || !Number.isInteger(value) ? { doubleValue: value } : { intValue: String(value) };
  if (Array.isArray(value)) return { arrayValue: { values: value.map((item) => anyValue(key, item)) } };
  return { stringValue: isJsonObject(value) ? JSON.stringify(value) : '' };
}

/** ms since 1970 → ns, as a decimal string. */
const nanos = (ms: number): string => `${Math.trunc(ms)}${String(Math.round((ms - Math.trunc(ms)) * 1e6)).padStart(6, '0')}`;
