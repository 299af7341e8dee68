/** Whether what stands in a column can be what its name says. A name alone proves nothing: `text` may be a format, `context` a span's ids. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import { jsonIn } from '../json-in-text.ts';
import { parseAmount, parseTime } from '../row-values.ts';
import type { Target } from './mapping.ts';
import { saidFlag } from './row-columns.ts';

type Check = (value: JsonValue) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isName: Check = (value) => typeof value === 'number' || (typeof value === 'string' && value.length <= 500);
const isAmount: Check = (value) => parseAmount(value) !== null;
const isList: Check = (value) => Array.isArray(opened(value));
const isObject: Check = (value) => isJsonObject(opened(value));
const isTime: Check = (value) => parseTime(value) !== null;

/** JSON may stand in a text, as in a cell of a CSV. */
const opened = (value: JsonValue): JsonValue => (typeof value === 'string' ? (jsonIn(value) ?? value) : value);

/** A text, messages, or an object of them; an object of settings alone (flags, numbers, formats) says nothing to anybody. */
const isSaid: Check = (value) => {
  const inner = opened(value);
  if (typeof inner === 'string') return true;
  if (Array.isArray(inner)) return inner.some((item) => typeof item === 'string' || isJsonObject(item));
  return isJsonObject(inner) && Object.keys(inner).length > 0 && !isSettings(inner);
};

/** Answers may also be numbers and checks. */
const isAnswer: Check = (value) => isSaid(value) || typeof value === 'number' || typeof value === 'boolean';

const SETTING = /^(format|type|verbosity|effort|temperature|top_?p|max_?\w*tokens|role|mode|version|schema|stream|seed)$/i;
/** Objects whose keys are all settings, such as `{ format: { type: text }, verbosity: medium }`. */
const isSettings = (value: JsonObject): boolean => Object.keys(value).every((key) => SETTING.test(key));

const CHECKS: Partial<Record<Target, Check>> = {
  id: isName,
  time: isTime,
  endTime: isTime,
  input: isSaid,
  system: isSaid,
  output: isAnswer,
  finish: isName,
  error: (value) => isText(value) || isJsonObject(value),
  model: isName,
  provider: isName,
  parameters: isObject,
  tools: isList,
  variables: isObject,
  chunks: (value) => isText(value) || Array.isArray(value),
  promptName: isName,
  promptVersion: isName,
  usage: isObject,
  inputTokens: isAmount,
  cacheReadTokens: isAmount,
  cacheWriteTokens: isAmount,
  freshTokens: isAmount,
  outputTokens: isAmount,
  reasoningTokens: isAmount,
  totalTokens: isAmount,
  cost: isAmount,
  latency: isAmount,
  ttft: isAmount,
  conversation: isName,
  trace: isName,
  responseId: isName,
  actionType: isName,
  actionId: isName,
  environment: isName,
  operation: isName,
  stream: (value) => saidFlag(value) !== null,
  attempts: isAmount,
  retries: isAmount,
  responseModel: isText,
  systemFingerprint: isText,
  serviceTier: isText,
};

/** Whether most of the values can be read as that. */
export function fitsTarget(target: Target, values: readonly JsonValue[]): boolean {
  const check = CHECKS[target];
  return check === undefined || values.filter((value) => check(value)).length * 2 > values.length;
}

/** The parts of an object that holds both a text and its tokens: `{ text, tokens }`. Null: it does not. */
export function countedText(values: readonly JsonValue[]): { readonly text: string; readonly tokens: string } | null {
  const [first] = values.map(opened).filter(isJsonObject);
  if (first === undefined) return null;
  const text = ['text', 'content', 'value', 'message'].find((key) => typeof first[key] === 'string' || Array.isArray(first[key]));
  const tokens = ['tokens', 'token_count', 'tokenCount', 'num_tokens'].find((key) => parseAmount(first[key]) !== null);
  return text === undefined || tokens === undefined ? null : { text, tokens };
}
