/** Turns one row of a foreign log into an interaction, by a mapping. What a row does not contain stays unknown. */
import { jsonIn } from '../json-in-text.ts';
import { normaliseUsage } from '../../../economics/prices/normalise-usage.ts';
import { operationUsage } from '../../../economics/prices/operation-usage.ts';
import { reportedCost } from '../../../economics/prices/reported-cost.ts';
import { reportedUsage } from '../../../economics/prices/reported-usage.ts';
import type { Usage } from '../../../economics/prices/usage.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import { CORRECTION, type Interaction, type Operation, type RetrievedChunk, type Signal } from '../../interactions/interaction.ts';
import { newInteraction, recordedPrompt } from '../../interactions/record-fields.ts';
import { userIn } from '../../redaction/persons.ts';
import { kindOfSignal } from '../../signals/signal-names.ts';
import { checkSide, THUMBS, thumbSide } from '../../signals/signal-values.ts';
import { answerIn, isKnownAnswer, outputIn } from '../answer-envelope.ts';
import { answerIdIn, servedAs } from '../answer-identity.ts';
import { contentText } from '../chat-messages.ts';
import type { RowHashes } from '../log-format.ts';
import { recordedEnding } from '../recorded-ending.ts';
import { isRequest } from '../request-parameters.ts';
import { conversationIn } from '../row-messages.ts';
import { parseAmount, parseTime } from '../row-values.ts';
import { saidAction } from '../said-facts.ts';
import { JOINED_END, valueAt, type ImportMapping } from './mapping.ts';
import { RowColumns, saidFlag } from './row-columns.ts';
import { rowAttempts, rowAttributes, rowError, rowParameters, rowResponse } from './row-facts.ts';

/** `problem`: why the row is no interaction. */
export function interactionOfRow(
  row: JsonValue,
  mapping: ImportMapping,
  hashes: RowHashes,
): { readonly interaction: Interaction } | { readonly problem: string } {
  if (!isJsonObject(row)) return { problem: 'It is not an object with columns.' };
  const read = new RowColumns(row, mapping);
  const start = read.value('time');
  const startMs = parseTime(start);
  if (startMs === null)
    return {
      problem: start === undefined ? 'It has no call time.' : `Its time "${String(read.text('time')).slice(0, 60)}" is not a valid time.`,
    };
  const { messages, variables } = conversationIn(read.value('input'), systemIn(read.value('system')), read.value('variables'));
  const answer = answerIn(read.value('output'));
  const { output } = answer;
  const error = rowError(read.value('error'));
  const ending = recordedEnding(read.text('finish') ?? answer.finish);
  const signals = signalsOf(row, mapping, new Date(startMs).toISOString());
  const endMs = parseTime(read.value('endTime') ?? row[JOINED_END]);
  const operation = operationIn(read.text('operation'));
  // What was embedded is not kept: it is no question, and its vectors are no answer.
  const isEmbedding = operation?.type === 'embeddings';
  const usage = isEmbedding ? embeddingUsageOf(read) : usageOf(read, output !== null && output !== '');
  const costUsd = costOfRow(read, mapping);
  const latencyMs = read.scaled('latency', { s: 1000 }) ?? (endMs !== null && endMs >= startMs ? endMs - startMs : null);
  const hasText = messages.length > 0 || Object.keys(variables).length > 0 || output !== null;
  const model = modelOf(read.text('model'), read.text('provider'));
  // A duration alone may be of anything.
  const hasFigure = usage !== null || costUsd !== null || (latencyMs !== null && model !== null);
  if (!hasText && error === null && !hasFigure)
    return { problem: 'It has neither input nor output, and no tokens, cost, or latency of a model.' };
  const { said, attributes } = rowAttributes(row, mapping);
  const request = read.envelope('input', isRequest);
  const envelope = read.envelope('output', isKnownAnswer);
  const response = rowResponse(read, envelope);
  const parameters = rowParameters(read, row, request);
  const actionId = read.text('actionId');
  const user = read.text('user') ?? said.get('user') ?? userIn(request ?? parameters);
  const interaction = newInteraction({
    id: read.text('id') ?? `row-${hashes.content(JSON.stringify(row)).slice(0, 32)}`,
    time: new Date(startMs).toISOString(),
    action: actionId === null ? saidAction(said) : { type: read.text('actionType') ?? 'action', id: actionId },
    conversation: read.text('conversation') ?? said.get('conversation'),
    trace: read.text('trace'),
    responseId: read.text('responseId') ?? answerIdIn(envelope),
    user: user === null ? null : hashes.user(user),
    prompt: recordedPrompt(
      read.text('promptName') ?? said.get('promptName') ?? null,
      read.text('promptVersion') ?? said.get('promptVersion') ?? null,
    ),
    variables,
    model,
    parameters,
    messages: isEmbedding ? [] : messages,
    tools: toolsOf(read, request),
    chunks: chunksOf(read.value('chunks')),
    output: isEmbedding ? null : output,
    finish: ending.finish,
    usage,
    served: servedAs(response),
    costUsd,
    response,
    attempts: rowAttempts(read),
    operation,
    attributes,
    ttftMs: read.scaled('ttft', { s: 1000 }),
    latencyMs,
    error: error ?? ending.error,
    environment: read.text('environment') ?? said.get('environment'),
    signals,
    isStream: read.flag('stream') ?? saidFlag(request?.['stream']),
  });
  return { interaction };
}

/** A text, or parts of one as Anthropic has them. */
const systemIn = (value: JsonValue | undefined): string | null =>
  value === undefined || value === null
    ? null
    : typeof value === 'string'
      ? value
      : (contentText({ content: value }) ?? JSON.stringify(value));

/** What costs tokens or money and is not an answer of a model, in the words of LiteLLM and others. */
function operationIn(kind: string | null): Operation | undefined {
  const type = kind === null ? undefined : OPERATION_WORDS.find(([pattern]) => pattern.test(kind))?.[1];
  return type === undefined ? undefined : { type, name: kind };
}

const OPERATION_WORDS: readonly (readonly [RegExp, Operation['type']])[] = [
  [/embed/i, 'embeddings'],
  [/rerank/i, 'rerank'],
  [/image/i, 'image'],
  [/speech|transcription|moderation|search|ocr/i, 'other'],
];

/**
 * USD. A cost that stands in the provider's usage is read with what stands beside it there; under another name there, 0 is a price that is not
 * known.
 */
function costOfRow(row: RowColumns, { fields: { cost, usage } }: ImportMapping): number | null {
  const reported = reportedCost(usageGiven(row));
  const own = row.scaled('cost', { cents: 0.01 });
  if (cost === undefined || usage === undefined || !cost.from.startsWith(`${usage.from}.`)) return own ?? reported;
  return cost.from === `${usage.from}.cost` ? reported : (reported ?? (own === 0 ? null : own));
}

/** The provider's own usage object; undefined: the row has none. */
function usageGiven(row: RowColumns): JsonValue | undefined {
  const given = row.value('usage');
  return typeof given === 'string' ? (jsonIn(given) ?? given) : given;
}

/** What a provider reported is read as such. Of single columns, Anthropic's input leaves the cache out; others include it. */
function usageOf(row: RowColumns, hasAnswer: boolean): Usage | null {
  const given = usageGiven(row);
  const whole = reportedUsage(given, hasAnswer);
  if (given !== undefined) return whole;
  const fresh = row.count('freshTokens');
  return normaliseUsage(
    {
      input: fresh ?? row.count('inputTokens'),
      output: row.count('outputTokens'),
      total: row.count('totalTokens'),
      cacheRead: row.count('cacheReadTokens'),
      cacheWrite: row.count('cacheWriteTokens'),
      reasoning: row.count('reasoningTokens'),
      cache: fresh === null ? 'inside' : 'beside',
      thinking: 'inside',
    },
    hasAnswer,
  );
}

const embeddingUsageOf = (row: RowColumns): Usage | null =>
  operationUsage(usageGiven(row) ?? { prompt_tokens: row.amount('inputTokens') ?? row.amount('totalTokens') });

/** As DESIGN has it: `provider:model`. */
function modelOf(model: string | null, provider: string | null): string | null {
  if (model === null || provider === null || model.includes(':')) return model;
  return `${provider.toLowerCase()}:${model}`;
}

/** Of their own column, else of the request. */
function toolsOf(row: RowColumns, request: JsonObject | null): JsonValue[] {
  const own = listOf(row.value('tools'));
  return own.length > 0 || request === null ? own : listOf(request['tools']);
}

function listOf(value: JsonValue | undefined): JsonValue[] {
  const list = typeof value === 'string' ? jsonIn(value) : value;
  return Array.isArray(list) ? list : [];
}

function chunksOf(value: JsonValue | undefined): RetrievedChunk[] {
  if (value === undefined || value === null) return [];
  const list = typeof value === 'string' ? (jsonIn(value) ?? [value]) : value;
  return (Array.isArray(list) ? list : [list]).flatMap((item): RetrievedChunk[] => {
    if (typeof item === 'string') return [{ id: null, text: item, score: null }];
    if (!isJsonObject(item)) return [];
    const text = ['text', 'content', 'page_content', 'chunk', 'body'].map((key) => item[key]).find((found) => typeof found === 'string');
    const id = item['id'] ?? item['document_id'] ?? item['source'];
    return [
      {
        id: typeof id === 'string' || typeof id === 'number' ? String(id) : null,
        text: typeof text === 'string' ? text : JSON.stringify(item),
        score: parseAmount(item['score'] ?? item['relevance_score']),
      },
    ];
  });
}

function signalsOf(row: JsonObject, { signals }: ImportMapping, time: string): Signal[] {
  return signals.flatMap(({ from, name }): Signal[] => {
    const given = valueAt(row, from);
    const value = typeof given === 'string' ? (jsonIn(given) ?? given) : given;
    if (value === undefined || value === null || value === '') return [];
    if (name !== null) return signalOf(name, isJsonObject(value) || Array.isArray(value) ? outputIn(value) : value, time);
    return isJsonObject(value) ? Object.entries(value).flatMap(([key, item]) => signalOf(key, item, time)) : signalOf('score', value, time);
  });
}

/** Of a thumb, known words are read; of others numbers, true and false in text. Of a correction, the text is what it is. A word that is not known stays. */
function signalOf(name: string, given: JsonValue, time: string): Signal[] {
  if (given === null || typeof given === 'object' || name === '') return [];
  const isText = name === CORRECTION || name === 'kept';
  const value = typeof given !== 'string' || isText ? given : (plainValue(name, given.trim()) ?? given);
  const kind = kindOfSignal(name) ?? 'operational';
  return [
    { kind, name, value: isText ? String(value) : value, annotator: kind === 'operational' ? 'code' : 'human', by: null, time, note: null },
  ];
}

function plainValue(name: string, text: string): number | boolean | null {
  const side = THUMBS.has(name) ? thumbSide(text) : checkSide(/^(true|false)$/i.test(text) ? text : '');
  if (side !== null) return side === 'good';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}
