/**
 * What a record of a call can contain: one table for all entry points (library, OTLP, files, stores, editor, command line). Each makes its
 * records here, so that the same call is the same record, byte by byte, whichever way it came.
 */
import type { Attributes, Interaction } from './interaction.ts';

/** `empty`: what stands there when nothing is known; undefined: the field is absent then. `otlp`: the attribute that carries it over OpenTelemetry. */
interface RecordField<T> {
  readonly empty: T;
  readonly otlp: string | null;
}

type RecordFields = { readonly [Field in keyof Required<Interaction>]: RecordField<Interaction[Field] | undefined> };

/** In the order of a record. `otlp` null: it is a field of the span itself, or follows from others. */
export const RECORD_FIELDS = {
  id: { empty: undefined, otlp: 'goldset.interaction.id' },
  time: { empty: undefined, otlp: null },
  action: { empty: null, otlp: 'goldset.action.type' },
  conversation: { empty: null, otlp: 'gen_ai.conversation.id' },
  trace: { empty: null, otlp: null },
  responseId: { empty: null, otlp: 'gen_ai.response.id' },
  user: { empty: null, otlp: 'goldset.user.hash' },
  prompt: { empty: null, otlp: 'gen_ai.prompt.name' },
  variables: { empty: {}, otlp: 'gen_ai.prompt.variable.*' },
  model: { empty: null, otlp: 'gen_ai.request.model' },
  parameters: { empty: {}, otlp: 'goldset.parameters' },
  messages: { empty: [], otlp: 'gen_ai.input.messages' },
  tools: { empty: [], otlp: 'gen_ai.tool.definitions' },
  chunks: { empty: [], otlp: 'gen_ai.retrieval.documents' },
  output: { empty: null, otlp: 'gen_ai.output.messages' },
  finish: { empty: null, otlp: 'gen_ai.response.finish_reasons' },
  usage: { empty: null, otlp: 'gen_ai.usage.input_tokens' },
  served: { empty: undefined, otlp: 'goldset.served' },
  costUsd: { empty: null, otlp: 'goldset.cost.usd' },
  price: { empty: undefined, otlp: 'goldset.price' },
  response: { empty: undefined, otlp: 'gen_ai.response.model' },
  attempts: { empty: undefined, otlp: 'goldset.attempts' },
  operation: { empty: undefined, otlp: 'goldset.operation.type' },
  attributes: { empty: undefined, otlp: 'goldset.attributes.*' },
  ttftMs: { empty: null, otlp: 'gen_ai.response.time_to_first_chunk' },
  latencyMs: { empty: null, otlp: null },
  error: { empty: null, otlp: 'error.type' },
  environment: { empty: null, otlp: 'deployment.environment.name' },
  signals: { empty: [], otlp: 'gen_ai.evaluation.name' },
  triage: { empty: null, otlp: null },
} as const satisfies RecordFields;

export type RecordFieldName = keyof typeof RECORD_FIELDS;
export const RECORD_FIELD_NAMES = Object.keys(RECORD_FIELDS) as readonly RecordFieldName[];

/** What an entry point knows of a call. */
export type RecordFacts = Pick<Interaction, 'id' | 'time'> & {
  readonly [Field in Exclude<keyof Interaction, 'id' | 'time'>]?: Interaction[Field] | undefined;
} & {
  /** Whether its answer came in pieces; null or absent: not said. */
  readonly isStream?: boolean | null;
};

/** Above it, attributes are left out, in the order in which they came. */
export const ATTRIBUTE_LIMITS = { count: 32, keyCharacters: 100, characters: 200 } as const;

/** The record of a call: all fields in their order, with what is not known empty. */
export function newInteraction(facts: RecordFacts): Interaction {
  const record: Partial<Record<RecordFieldName, unknown>> = {};
  for (const field of RECORD_FIELD_NAMES) {
    const value: unknown = facts[field] ?? RECORD_FIELDS[field].empty;
    if (value !== undefined) record[field] = value;
  }
  record.ttftMs = ttftOf(facts);
  record.latencyMs = inMicroseconds(facts.latencyMs);
  const attributes = boundedAttributes(facts.attributes);
  if (attributes === undefined) delete record.attributes;
  else record.attributes = attributes;
  return record as unknown as Interaction;
}

/** The time to the first token of a call that did not stream is not known: what was measured is the time to all of them. */
function ttftOf({ ttftMs, latencyMs, isStream }: RecordFacts): number | null {
  if (ttftMs === null || ttftMs === undefined || isStream === false) return null;
  if (isStream !== true && latencyMs !== null && latencyMs !== undefined && ttftMs >= latencyMs) return null;
  return inMicroseconds(ttftMs);
}

/** A prompt as the application names it; a version that is a hash of DESIGN's kind is that of its content. */
export const recordedPrompt = (name: string | null, version: string | null, contentHash: string | null = null): Interaction['prompt'] =>
  name === null
    ? null
    : { name, version, contentHash: contentHash ?? (version !== null && /^[0-9a-f]{64}$/.test(version) ? version : null) };

const inMicroseconds = (ms: number | null | undefined): number | null =>
  ms === null || ms === undefined ? null : Math.round(ms * 1000) / 1000;

/** As many and as long as a record keeps, by their names; undefined: none. */
export function boundedAttributes(given: Attributes | undefined): Attributes | undefined {
  const kept = Object.entries(given ?? {})
    .filter(([key, value]) => key !== '' && key.length <= ATTRIBUTE_LIMITS.keyCharacters && isShort(value))
    .slice(0, ATTRIBUTE_LIMITS.count);
  return kept.length === 0 ? undefined : Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const isShort = (value: unknown): boolean =>
  typeof value === 'string'
    ? value !== '' && value.length <= ATTRIBUTE_LIMITS.characters
    : typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
