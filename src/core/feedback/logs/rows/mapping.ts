/** Maps columns of a foreign log to the parts of an interaction. Columns are paths: `usage.prompt_tokens`, `choices.0.message`. */
import { isJsonObject, ownValue, type JsonValue } from '../../../json/json.ts';
import { jsonIn } from '../json-in-text.ts';

/** Each with what a person reads of it. */
export const TARGETS = {
  id: 'id',
  time: 'time of the call',
  endTime: 'end of the call',
  input: 'input or messages',
  system: 'system message',
  output: 'output',
  finish: 'finish reason',
  error: 'error',
  model: 'model',
  provider: 'provider',
  parameters: 'parameters',
  tools: 'tools',
  variables: 'variables',
  chunks: 'retrieved chunks',
  promptName: 'prompt',
  promptVersion: 'prompt version',
  usage: 'usage as the provider reports it',
  inputTokens: 'input tokens',
  cacheReadTokens: 'cached input tokens',
  cacheWriteTokens: 'input tokens written to the cache',
  freshTokens: 'input tokens without the cached ones',
  outputTokens: 'output tokens',
  reasoningTokens: 'reasoning tokens',
  totalTokens: 'input and output tokens',
  cost: 'cost',
  latency: 'latency',
  ttft: 'time to first token',
  user: 'user (hashed)',
  conversation: 'conversation',
  trace: 'trace',
  responseId: 'response id',
  actionType: 'action type',
  actionId: 'action',
  environment: 'environment',
  operation: 'kind of call',
  stream: 'whether it streamed',
  attempts: 'attempts',
  retries: 'retries',
  responseModel: 'model that answered',
  systemFingerprint: 'system fingerprint',
  serviceTier: 'service tier',
} as const;
export type Target = keyof typeof TARGETS;
export const TARGET_NAMES = Object.keys(TARGETS) as readonly Target[];

export const UNITS = ['ms', 's', 'usd', 'cents'] as const;
export type Unit = (typeof UNITS)[number];

/** Where a unit has to be said. */
export const UNITS_OF: Partial<Record<Target, readonly Unit[]>> = { cost: ['usd', 'cents'], latency: ['ms', 's'], ttft: ['ms', 's'] };

export interface MappedField {
  readonly from: string;
  readonly unit: Unit | null;
}

/** A column that says something about an interaction; an object of several is a signal for each. */
export interface MappedSignal {
  readonly from: string;
  /** Null: the keys of the object are the names. */
  readonly name: string | null;
}

/** A column that the application adds; an object of several is an attribute for each, or a field of the record where one means it. */
export interface MappedAttribute {
  readonly from: string;
  /** Null: the keys of the object are the names. */
  readonly name: string | null;
}

export interface ImportMapping {
  readonly fields: Partial<Record<Target, MappedField>>;
  readonly signals: readonly MappedSignal[];
  /** Absent: there are none. */
  readonly attributes?: readonly MappedAttribute[];
  /** What is the same for all rows that do not say it themselves. */
  readonly constants: Partial<Record<Target, string>>;
  /** Only rows that have one of these values there are calls; absent: all are. */
  readonly only?: RowCondition;
  /** A column whose value the rows of one call share, such as its start and its end; absent: a row is a call. */
  readonly join?: string;
  /** A column with a list of rows inside a row, such as the runs of a run. */
  readonly children?: string;
}

export interface RowCondition {
  readonly from: string;
  readonly values: readonly string[];
}

/** Where rows that were joined keep the time of the last of them. */
export const JOINED_END = 'goldset.joined.end';

const FIGURES = ['usage', 'inputTokens', 'freshTokens', 'outputTokens', 'totalTokens', 'cost', 'latency', 'endTime'] as const;

/**
 * What a mapping leaves out that a call needs, in words; empty: nothing. It needs a time, and what was sent and what came back; a log
 * that keeps neither text needs tokens, a cost or a latency. `left`: whether there are columns that it does not take; where there are none, one
 * of the texts is enough, for the other is nowhere.
 */
export function missingParts({ fields, constants }: ImportMapping, left: boolean): readonly string[] {
  const has = (target: Target): boolean => fields[target] !== undefined || constants[target] !== undefined;
  const time = has('time') ? [] : ['the time of the call (`time`)'];
  const [isSent, isAnswered] = [has('input') || has('variables'), has('output')];
  if (!isSent && !isAnswered) {
    const hasFigure = FIGURES.some(has);
    return hasFigure ? time : [...time, 'the input or the output (`input`, `output`), or tokens, cost or latency'];
  }
  if (!left) return time;
  return [...time, ...(isSent ? [] : ['the input (`input`)']), ...(isAnswered ? [] : ['the output (`output`)'])];
}

export const EMPTY_MAPPING: ImportMapping = { fields: {}, signals: [], constants: {} };

/** The value at a path. A key may hold dots itself, and JSON may stand in a text, as in a cell of a CSV. Undefined: there is none. */
export function valueAt(row: JsonValue, path: string): JsonValue | undefined {
  const value = typeof row === 'string' ? jsonIn(row) : row;
  if (Array.isArray(value)) {
    const [step = '', ...rest] = path.split('.');
    const item = /^\d{1,6}$/.test(step) ? value[Number(step)] : step === 'last' ? value.at(-1) : undefined;
    return item === undefined || rest.length === 0 ? item : valueAt(item, rest.join('.'));
  }
  if (!isJsonObject(value)) return undefined;
  const whole = ownValue(value, path);
  if (whole !== undefined) return whole;
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const inner = ownValue(value, path.slice(0, dot));
    const found = inner === undefined ? undefined : valueAt(inner, path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}
