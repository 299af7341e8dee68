/** Turns one row of a foreign log into an interaction, by a mapping. What a row does not contain stays unknown. */
import { jsonIn } from '../json-in-text.ts';
import { normaliseUsage, type FoundCount } from '../../../economics/prices/normalise-usage.ts';
import { reportedCost } from '../../../economics/prices/reported-cost.ts';
import { reportedUsage } from '../../../economics/prices/reported-usage.ts';
import type { Usage } from '../../../economics/prices/usage.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json.ts';
import type { RowHashes } from '../log-format.ts';
import { CORRECTION, type Interaction, type Operation, type RetrievedChunk, type Signal } from '../../interactions/interaction.ts';
import { kindOfSignal } from '../../signals/signal-names.ts';
import { checkSide, THUMBS, thumbSide } from '../../signals/signal-values.ts';
import { JOINED_END, valueAt, type ImportMapping, type Target } from './mapping.ts';
import { answerIn, outputIn } from '../answer-envelope.ts';
import { contentText } from '../chat-messages.ts';
import { conversationIn } from '../row-messages.ts';
import { recordedEnding } from '../recorded-ending.ts';
import { parseAmount, parseTime } from '../row-values.ts';

/** `problem`: why the row is no interaction. */
export function interactionOfRow(
  row: JsonValue,
  mapping: ImportMapping,
  hashes: RowHashes,
): { readonly interaction: Interaction } | { readonly problem: string } {
  if (!isJsonObject(row)) return { problem: 'It is not an object with columns.' };
  const read = new Row(row, mapping);
  const start = read.value('time');
  const startMs = parseTime(start);
  if (startMs === null)
    return {
      problem: start === undefined ? 'It has no call time.' : `Its time "${String(read.text('time')).slice(0, 60)}" is not a valid time.`,
    };
  const { messages, variables } = conversationIn(read.value('input'), systemIn(read.value('system')), read.value('variables'));
  const answer = answerIn(read.value('output'));
  const { output } = answer;
  const error = errorIn(read.value('error'));
  const ending = recordedEnding(read.text('finish') ?? answer.finish);
  const signals = signalsOf(row, mapping, new Date(startMs).toISOString());
  const endMs = parseTime(read.value('endTime') ?? row[JOINED_END]);
  const usage = usageOf(read, output !== null && output !== '');
  const costUsd = costOfRow(read, mapping);
  const latencyMs = read.scaled('latency', { s: 1000 }) ?? (endMs !== null && endMs >= startMs ? rounded(endMs - startMs) : null);
  const hasText = messages.length > 0 || Object.keys(variables).length > 0 || output !== null;
  const model = modelOf(read.text('model'), read.text('provider'));
  // A duration alone may be of anything.
  const hasFigure = usage !== null || costUsd !== null || (latencyMs !== null && model !== null);
  if (!hasText && error === null && !hasFigure)
    return { problem: 'It has neither input nor output, and no tokens, cost, or latency of a model.' };
  const name = read.text('promptName');
  const [actionType, actionId, user] = [read.text('actionType'), read.text('actionId'), read.text('user')];
  const parameters = read.value('parameters');
  const given = typeof parameters === 'string' ? jsonIn(parameters) : parameters;
  const interaction: Interaction = {
    id: read.text('id') ?? `row-${hashes.content(JSON.stringify(row)).slice(0, 32)}`,
    time: new Date(startMs).toISOString(),
    action: actionId === null ? null : { type: actionType ?? 'action', id: actionId },
    conversation: read.text('conversation'),
    trace: read.text('trace'),
    responseId: read.text('responseId'),
    user: user === null ? null : hashes.user(user),
    prompt: name === null ? null : { name, version: read.text('promptVersion'), contentHash: null },
    variables,
    model,
    parameters: isJsonObject(given) ? withoutContent(given) : {},
    messages,
    tools: toolsOf(read),
    chunks: chunksOf(read.value('chunks')),
    output,
    finish: ending.finish,
    usage,
    costUsd,
    ...operationIn(read.text('operation')),
    ttftMs: read.scaled('ttft', { s: 1000 }),
    latencyMs,
    error: error === null ? ending.error : { type: 'error', message: error },
    environment: read.text('environment'),
    signals,
    triage: null,
  };
  return { interaction };
}

/** A text, or parts of one as Anthropic has them. */
const systemIn = (value: JsonValue | undefined): string | null =>
  value === undefined || value === null
    ? null
    : typeof value === 'string'
      ? value
      : (contentText({ content: value }) ?? JSON.stringify(value));

/** Where a log writes an error even if there was none, it is empty. */
function errorIn(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null || value === false || value === '' || value === 0) return null;
  if (typeof value === 'string') return /^(none|null|false|nan|undefined)$/i.test(value.trim()) ? null : value;
  if (Array.isArray(value)) return value.length === 0 ? null : JSON.stringify(value);
  if (!isJsonObject(value)) return String(value);
  const { message } = value;
  return typeof message === 'string' && message !== '' ? message : Object.keys(value).length === 0 ? null : JSON.stringify(value);
}

/** What costs tokens or money and is not an answer of a model, in the words of LiteLLM and others. */
function operationIn(kind: string | null): Pick<Interaction, 'operation'> {
  const type = kind === null ? undefined : OPERATION_WORDS.find(([pattern]) => pattern.test(kind))?.[1];
  return type === undefined ? {} : { operation: { type, name: kind } };
}

const OPERATION_WORDS: readonly (readonly [RegExp, Operation['type']])[] = [
  [/embed/i, 'embeddings'],
  [/rerank/i, 'rerank'],
  [/image/i, 'image'],
  [/speech|transcription|moderation|search|ocr/i, 'other'],
];

/** To a µs: times of logs are no more exact. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

class Row {
  constructor(
    private readonly row: JsonObject,
    private readonly mapping: ImportMapping,
  ) {}

  /** Undefined: the row does not say. */
  value(target: Target): JsonValue | undefined {
    const field = this.mapping.fields[target];
    const value = field === undefined ? undefined : valueAt(this.row, field.from);
    return value === undefined || value === null || value === '' ? this.mapping.constants[target] : value;
  }

  text(target: Target): string | null {
    const value = this.value(target);
    if (value === undefined || value === null) return null;
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  amount(target: Target): number | null {
    return parseAmount(this.value(target));
  }

  /** NaN: the row has something there that is not a count. */
  count(target: Target): FoundCount {
    const value = this.value(target);
    return value === undefined ? null : (parseAmount(value) ?? NaN);
  }

  scaled(target: Target, factors: Readonly<Record<string, number>>): number | null {
    const amount = this.amount(target);
    const unit = this.mapping.fields[target]?.unit;
    const scaled = amount === null ? null : amount * (typeof unit === 'string' ? (factors[unit] ?? 1) : 1);
    return scaled === null || target === 'cost' ? scaled : rounded(scaled);
  }
}

/**
 * USD. A cost that stands in the provider's usage is read with what stands beside it there; under another name there, 0 is a price that is not
 * known.
 */
function costOfRow(row: Row, { fields: { cost, usage } }: ImportMapping): number | null {
  const reported = reportedCost(usageGiven(row));
  const own = row.scaled('cost', { cents: 0.01 });
  if (cost === undefined || usage === undefined || !cost.from.startsWith(`${usage.from}.`)) return own ?? reported;
  return cost.from === `${usage.from}.cost` ? reported : (reported ?? (own === 0 ? null : own));
}

/** The provider's own usage object; undefined: the row has none. */
function usageGiven(row: Row): JsonValue | undefined {
  const given = row.value('usage');
  return typeof given === 'string' ? (jsonIn(given) ?? given) : given;
}

/** What a provider reported is read as such. Of single columns, Anthropic's input leaves the cache out; others include it. */
function usageOf(row: Row, hasAnswer: boolean): Usage | null {
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

/** As DESIGN has it: `provider:model`. */
function modelOf(model: string | null, provider: string | null): string | null {
  if (model === null || provider === null || model.includes(':')) return model;
  return `${provider.toLowerCase()}:${model}`;
}

/** What LangSmith calls invocation parameters holds the request. */
const withoutContent = (parameters: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => !['messages', 'input', 'tools', 'functions', 'model'].includes(name)));

/** Of their own column, else of the request. */
function toolsOf(row: Row): JsonValue[] {
  const own = listOf(row.value('tools'));
  const input = row.value('input');
  const request = typeof input === 'string' ? jsonIn(input) : input;
  return own.length > 0 || !isJsonObject(request) ? own : listOf(request['tools']);
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
