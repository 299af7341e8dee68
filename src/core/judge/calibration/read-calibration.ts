/** NAME.calibration.json, read: one record a line. Whatever stands in it, a line is a record or a problem with its place. */
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { RateEstimate } from '../../statistics/corrected-rate.ts';
import { CALIBRATION_SCHEMA, type CalibrationRecord } from './calibration-record.ts';

/** What a run needs of a record. */
export type KnownCalibration = Pick<
  CalibrationRecord,
  'judge' | 'criterion' | 'labelledAt' | 'items' | 'tpr' | 'tnr' | 'status' | 'refusal' | 'missing' | 'cases'
>;

export interface ReadCalibrations {
  readonly records: readonly KnownCalibration[];
  /** Each with its line, the first is 1. */
  readonly problems: readonly string[];
}

const ENDING = '.calibration.json';

/** The file of a judge, from the root of the workspace: beside its prompt; of a built-in judge in `judges/`. */
export const calibrationFile = (judge: string): string =>
  judge.endsWith('.prompt') ? `${judge.slice(0, -'.prompt'.length)}${ENDING}` : `judges/${judge}${ENDING}`;

export function readJudgeCalibrations(text: string): ReadCalibrations {
  const records: KnownCalibration[] = [];
  const problems: string[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const read = recordIn(parseJson(line));
    if (typeof read === 'string') problems.push(`line ${i + 1}: ${read}`);
    else records.push(read);
  }
  return { records, problems };
}

/** The record, or why it is not one, as a sentence. */
function recordIn(value: JsonValue | undefined): KnownCalibration | string {
  if (!isJsonObject(value)) return 'It is not a JSON object.';
  const { schema, status, items, labelledAt, missing } = value;
  if (schema !== CALIBRATION_SCHEMA)
    return `Its schema is ${JSON.stringify(schema ?? null).slice(0, 80)}; this version reads ${CALIBRATION_SCHEMA}.`;
  const judge = textsIn(value['judge'], ['path', 'version', 'model'] as const);
  if (judge === null) return '`judge` needs a path, a version and a model.';
  const criterion = textsIn(value['criterion'], ['type', 'hash'] as const);
  if (criterion === null) return '`criterion` needs a type and a hash.';
  const known = STATUSES.find((word) => word === status);
  if (known === undefined) return `\`status\` must be one of ${STATUSES.join(', ')}.`;
  if (typeof items !== 'number' || !Number.isInteger(items) || items < 1) return '`items` must be a whole number from 1 on.';
  if (typeof labelledAt !== 'string' || Number.isNaN(Date.parse(labelledAt))) return '`labelledAt` must be a time in ISO 8601.';
  const [tpr, tnr] = [rateIn(value['tpr']), rateIn(value['tnr'])];
  if (tpr === undefined || tnr === undefined) return '`tpr` and `tnr` need a value within low and high, all from 0 to 1, or null.';
  const wanted = isJsonObject(missing) ? { pass: countIn(missing, 'pass'), fail: countIn(missing, 'fail') } : { pass: 0, fail: 0 };
  const refusal = typeof value['refusal'] === 'string' ? value['refusal'] : null;
  const cases = Array.isArray(value['cases']) ? value['cases'].filter((id) => typeof id === 'string') : [];
  return { judge, criterion, labelledAt, items, tpr, tnr, status: known, refusal, missing: wanted, cases };
}

const STATUSES = ['calibrated', 'provisional', 'refused'] as const;

function textsIn<K extends string>(value: JsonValue | undefined, names: readonly K[]): Record<K, string> | null {
  if (!isJsonObject(value) || names.some((name) => typeof value[name] !== 'string')) return null;
  return Object.fromEntries(names.map((name) => [name, value[name]])) as Record<K, string>;
}

/** Undefined: it is there and cannot be right. */
function rateIn(value: JsonValue | undefined): RateEstimate | null | undefined {
  if (value === null || value === undefined) return null;
  if (!isJsonObject(value)) return undefined;
  const { value: middle, low, high } = value;
  if (typeof middle !== 'number' || typeof low !== 'number' || typeof high !== 'number') return undefined;
  return low >= 0 && low <= middle && middle <= high && high <= 1 ? { value: middle, low, high } : undefined;
}

function countIn(value: JsonObject, name: string): number {
  const found = value[name];
  return typeof found === 'number' && found > 0 ? Math.ceil(found) : 0;
}
