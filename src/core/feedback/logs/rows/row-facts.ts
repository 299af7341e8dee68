/** What a row says of a call beside what was said and what it took: its error, its application, who answered and how it was requested. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import type { Interaction, ResponseFacts } from '../../interactions/interaction.ts';
import { mergedFacts, responseFactsIn } from '../../interactions/response-facts.ts';
import { jsonIn } from '../json-in-text.ts';
import { parametersBeside, requestParameters } from '../request-parameters.ts';
import { SaidFacts, type ApplicationFacts } from '../said-facts.ts';
import { valueAt, type ImportMapping } from './mapping.ts';
import type { RowColumns } from './row-columns.ts';

/** Where a log writes an error even if there was none, it is empty. */
export function rowError(given: JsonValue | undefined): Interaction['error'] {
  if (given === undefined || given === null || given === false || given === '' || given === 0) return null;
  if (typeof given === 'string' && /^(none|null|false|nan|undefined)$/i.test(given.trim())) return null;
  const value = typeof given === 'string' ? (jsonIn(given) ?? given) : given;
  if (Array.isArray(value)) return value.length === 0 ? null : { type: 'error', message: JSON.stringify(value) };
  if (!isJsonObject(value)) return { type: 'error', message: String(value) };
  if (Object.keys(value).length === 0) return null;
  const { message, type, code } = value;
  const name = [type, code].find((item) => typeof item === 'string' && item !== '');
  return {
    type: typeof name === 'string' ? name : 'error',
    message: typeof message === 'string' && message !== '' ? message : JSON.stringify(value),
  };
}

/** What the application says beside the call. */
export function rowAttributes(row: JsonObject, { attributes = [], fields, signals }: ImportMapping): ApplicationFacts {
  const facts = new SaidFacts();
  const taken = new Set([...Object.values(fields), ...signals].map(({ from }) => from));
  for (const { from, name } of attributes) {
    const value = valueAt(row, from);
    if (name === null) facts.addAll(value, (key) => taken.has(`${from}.${key}`));
    else if (value !== undefined && value !== null && value !== '' && typeof value !== 'object') facts.attribute(name, value);
  }
  return facts;
}

/** Of their own columns, else of the answer in the provider's form. */
export function rowResponse(row: RowColumns, envelope: JsonObject | null): ResponseFacts | undefined {
  const own = { model: row.text('responseModel'), systemFingerprint: row.text('systemFingerprint'), serviceTier: row.text('serviceTier') };
  const all = mergedFacts(envelope === null ? undefined : responseFactsIn(envelope), own);
  return Object.values(all).every((value) => value === null) ? undefined : all;
}

export function rowAttempts(row: RowColumns): number | undefined {
  const retries = row.amount('retries');
  const attempts = row.amount('attempts') ?? (retries === null ? null : retries + 1);
  return attempts !== null && Number.isInteger(attempts) && attempts > 0 ? attempts : undefined;
}

/** Of their own column, else of the request, else of the columns that are called as parameters are. */
export function rowParameters(row: RowColumns, whole: JsonObject, request: JsonObject | null): JsonObject {
  const given = row.value('parameters');
  const own = typeof given === 'string' ? jsonIn(given) : given;
  if (isJsonObject(own)) return requestParameters(own);
  if (request === null) return parametersBeside(whole);
  // What has messages and names no model may also be the state of an application.
  return typeof request['model'] === 'string' || Array.isArray(request['contents'])
    ? requestParameters(request)
    : parametersBeside(request);
}
