/** One production call with everything that is known about it. A line of `.goldset/interactions/DAY.jsonl`; schemas/interaction.schema.json. */
import { USAGE_COUNTS, type Usage } from '../economics/usage.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../json.ts';

export const INTERACTION_SCHEMA = 'goldset.interaction/1';

export interface Interaction {
  readonly id: string;
  /** ISO 8601, when the call began. */
  readonly time: string;
  /** What the user did; null: the application does not say. */
  readonly action: { readonly type: string; readonly id: string } | null;
  readonly conversation: string | null;
  /** A hash, never a name. */
  readonly user: string | null;
  readonly prompt: { readonly name: string; readonly version: string | null; readonly contentHash: string | null } | null;
  readonly variables: JsonObject;
  readonly model: string | null;
  readonly parameters: JsonObject;
  /** As they were sent, in the provider's form. */
  readonly messages: readonly JsonValue[];
  readonly tools: readonly JsonValue[];
  readonly chunks: readonly RetrievedChunk[];
  /** Null: it was not captured, or there is none. */
  readonly output: string | null;
  readonly finish: string | null;
  readonly usage: Usage | null;
  /** USD; null: not known. */
  readonly costUsd: number | null;
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
  readonly error: { readonly type: string; readonly message: string } | null;
  readonly environment: string | null;
  readonly signals: readonly Signal[];
  readonly triage: 'open' | 'case' | 'dismissed' | null;
}

export interface RetrievedChunk {
  readonly id: string | null;
  readonly text: string;
  readonly score: number | null;
}

/** What is known about an interaction: said by a person, shown by what they did, or seen by the application. */
export interface Signal {
  readonly kind: 'explicit' | 'implicit' | 'operational';
  readonly name: string;
  readonly value: number | string | boolean | null;
  readonly annotator: 'human' | 'model' | 'code';
  /** ISO 8601. */
  readonly time: string | null;
  readonly note: string | null;
}

const KINDS = ['explicit', 'implicit', 'operational'] as const;
const ANNOTATORS = ['human', 'model', 'code'] as const;
const TRIAGES = ['open', 'case', 'dismissed'] as const;

/** Lenient where nothing is lost by it: only an id and a time are needed. `problem`: why the line is none. */
export function readInteraction(line: string): { readonly interaction: Interaction } | { readonly problem: string } {
  const value = parseJson(line);
  if (!isJsonObject(value)) return { problem: 'It is no JSON object.' };
  const { id, time } = value;
  if (typeof id !== 'string' || id === '') return { problem: 'It has no `id`.' };
  if (typeof time !== 'string' || Number.isNaN(Date.parse(time))) return { problem: 'It has no `time` in ISO 8601.' };
  const error = objectIn(value, 'error');
  const interaction: Interaction = {
    id,
    time,
    action: actionIn(value),
    conversation: textIn(value, 'conversation'),
    user: textIn(value, 'user'),
    prompt: promptIn(value),
    variables: objectIn(value, 'variables') ?? {},
    model: textIn(value, 'model'),
    parameters: objectIn(value, 'parameters') ?? {},
    messages: listIn(value, 'messages'),
    tools: listIn(value, 'tools'),
    chunks: listIn(value, 'chunks').flatMap(chunkOf),
    output: textIn(value, 'output'),
    finish: textIn(value, 'finish'),
    usage: usageIn(value),
    costUsd: amountIn(value, 'costUsd'),
    ttftMs: amountIn(value, 'ttftMs'),
    latencyMs: amountIn(value, 'latencyMs'),
    error: error === null ? null : { type: textIn(error, 'type') ?? 'error', message: textIn(error, 'message') ?? '' },
    environment: textIn(value, 'environment'),
    signals: listIn(value, 'signals').flatMap(signalOf),
    triage: TRIAGES.find((item) => item === value['triage']) ?? null,
  };
  return { interaction };
}

function actionIn(value: JsonObject): Interaction['action'] {
  const action = objectIn(value, 'action');
  const [type, id] = action === null ? [null, null] : [textIn(action, 'type'), textIn(action, 'id')];
  return type === null || id === null ? null : { type, id };
}

function promptIn(value: JsonObject): Interaction['prompt'] {
  const prompt = objectIn(value, 'prompt');
  const name = prompt === null ? null : textIn(prompt, 'name');
  return prompt === null || name === null ? null : { name, version: textIn(prompt, 'version'), contentHash: textIn(prompt, 'contentHash') };
}

function chunkOf(value: JsonValue): RetrievedChunk[] {
  if (typeof value === 'string') return [{ id: null, text: value, score: null }];
  if (!isJsonObject(value)) return [];
  const { score } = value;
  return [{ id: textIn(value, 'id'), text: textIn(value, 'text') ?? '', score: typeof score === 'number' ? score : null }];
}

function signalOf(given: JsonValue): Signal[] {
  if (!isJsonObject(given)) return [];
  const name = textIn(given, 'name');
  const kind = KINDS.find((item) => item === given['kind']);
  if (name === null || kind === undefined) return [];
  const { value } = given;
  const plain = typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : null;
  const annotator = ANNOTATORS.find((item) => item === given['annotator']) ?? (kind === 'operational' ? 'code' : 'human');
  return [{ kind, name, value: plain, annotator, time: textIn(given, 'time'), note: textIn(given, 'note') }];
}

/** `input` and `output` are needed; the parts of them may be missing. */
function usageIn(value: JsonObject): Usage | null {
  const usage = objectIn(value, 'usage');
  if (usage === null || amountIn(usage, 'input') === null || amountIn(usage, 'output') === null) return null;
  return Object.fromEntries(USAGE_COUNTS.map((name) => [name, amountIn(usage, name) ?? 0])) as unknown as Usage;
}

const textIn = (value: JsonObject, name: string): string | null => {
  const text = value[name];
  return typeof text === 'string' && text !== '' ? text : null;
};
const amountIn = (value: JsonObject, name: string): number | null => {
  const amount = value[name];
  return typeof amount === 'number' && Number.isFinite(amount) && amount >= 0 ? amount : null;
};
const objectIn = (value: JsonObject, name: string): JsonObject | null => {
  const object = value[name];
  return isJsonObject(object) ? object : null;
};
const listIn = (value: JsonObject, name: string): readonly JsonValue[] => {
  const list = value[name];
  return Array.isArray(list) ? list : [];
};
