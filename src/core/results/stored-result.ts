/** Results as they are read back: a journal may come from anywhere, so what the views rely upon is checked once, here. */
import { isCharges } from '../economics/prices/charges.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import { isParameterChange } from '../model/sent-without.ts';

const isNumberOrNull = (value: JsonValue | undefined): boolean => value === null || typeof value === 'number';

const isListOf = (value: JsonValue | undefined, is: (item: JsonValue) => boolean): boolean =>
  value === undefined || (Array.isArray(value) && value.every(is));

const isToolCall = (value: JsonValue): boolean =>
  isJsonObject(value) && typeof value['name'] === 'string' && typeof value['arguments'] === 'string';

const isRound = (value: JsonValue): boolean =>
  isJsonObject(value) &&
  Array.isArray(value['calls']) &&
  value['calls'].every(isToolCall) &&
  Array.isArray(value['results']) &&
  value['results'].every((item) => isJsonObject(item) && typeof item['text'] === 'string');

const isJudge = (value: JsonValue | undefined): boolean =>
  value === undefined ||
  (isJsonObject(value) &&
    ['prompt', 'version', 'model'].every((name) => typeof value[name] === 'string') &&
    isNumberOrNull(value['costUsd']) &&
    Array.isArray(value['quotes']) &&
    value['quotes'].every((item) => isJsonObject(item) && typeof item['text'] === 'string'));

const isAssertion = (value: JsonValue): boolean =>
  isJsonObject(value) &&
  typeof value['type'] === 'string' &&
  typeof value['reason'] === 'string' &&
  isJudge(value['judge']) &&
  isListOf(value['members'], isAssertion);

/** Whether a value from disk has what the views rely upon. */
export const isStoredResult = (value: JsonObject): boolean =>
  ['pass', 'fail', 'error', 'unjudged'].some((verdict) => value['verdict'] === verdict) &&
  (value['output'] === null || typeof value['output'] === 'string') &&
  (value['description'] === null || typeof value['description'] === 'string') &&
  isJsonObject(value['vars']) &&
  Array.isArray(value['assertions']) &&
  value['assertions'].every(isAssertion) &&
  isListOf(value['rounds'], isRound) &&
  isListOf(value['context'], (item) => typeof item === 'string') &&
  isListOf(value['sentWithout'], isParameterChange) &&
  (value['charges'] === undefined || isCharges(value['charges'])) &&
  ['cacheMiss', 'service', 'region', 'answeredAt', 'usageUnknown'].every(
    (name) => value[name] === undefined || typeof value[name] === 'string',
  ) &&
  ['judgeCostUsd', 'judgePaidUsd'].every((name) => value[name] === undefined || isNumberOrNull(value[name])) &&
  Array.isArray(value['toolCalls']) &&
  value['toolCalls'].every(isToolCall) &&
  Array.isArray(value['attemptLog']) &&
  (value['error'] === null || (isJsonObject(value['error']) && typeof value['error']['message'] === 'string')) &&
  (value['usage'] === null || (isJsonObject(value['usage']) && Object.values(value['usage']).every((item) => typeof item === 'number'))) &&
  ['score', 'costUsd', 'ttftMs', 'latencyMs'].every((name) => isNumberOrNull(value[name]));
