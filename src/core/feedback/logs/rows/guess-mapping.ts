/** What the columns of rows probably mean: by the shapes of known exports, else by their names. A person confirms it. */
import { COLUMN_NAMES, SIGNAL_COLUMNS } from './column-names.ts';
import { countedText, fitsTarget } from './column-values.ts';
import { jsonIn } from '../json-in-text.ts';
import { isJsonObject, type JsonValue } from '../../../json/json.ts';
import { isKnownAnswer } from '../answer-envelope.ts';
import { conversationIn } from '../row-messages.ts';
import { KNOWN_SHAPES, type KnownShape } from './known-shapes.ts';
import { guessAttributes } from './guess-attributes.ts';
import { isCallRow, withChildren } from './call-rows.ts';
import { UNITS_OF, valueAt, type ImportMapping, type MappedField, type MappedSignal, type Target, type Unit } from './mapping.ts';
import { eventsIn } from './row-events.ts';

export interface GuessedMapping {
  readonly mapping: ImportMapping;
  /** The product whose export it looks like; null: unknown. */
  readonly shape: string | null;
  /** All there are, without what is below them. */
  readonly columns: readonly string[];
  /** Columns that have no place. */
  readonly left: readonly string[];
  /** What was not taken since it is not certain, and what to do about it. */
  readonly notes: readonly string[];
}

const MAX_DEPTH = 5;
const MAX_PATHS = 2_000;

/** `rows`: the first of them. */
export function guessMapping(rows: readonly JsonValue[]): GuessedMapping {
  const all = pathsOf(rows);
  const shape = KNOWN_SHAPES.find(({ needs }) => needs.every((path) => all.has(path))) ?? null;
  return shape === null ? guessed(rows, pathsOf(rows), null) : ofShape(rows, shape);
}

/** What an export that is known means by its columns, as its calls have them. */
function ofShape(given: readonly JsonValue[], shape: KnownShape): GuessedMapping {
  const { only, children } = shape;
  const rows = given.flatMap((row) => withChildren(row, children));
  const isTold = only !== undefined && rows.some((row) => valueAt(row, only.from) !== undefined);
  const calls = isTold ? rows.filter((row) => isCallRow(row, only)) : rows;
  const found = guessed(calls.length > 0 ? calls : rows, pathsOf(rows), shape);
  return {
    ...found,
    mapping: {
      ...found.mapping,
      ...(isTold ? { only } : {}),
      ...(children === undefined || rows.length === given.length ? {} : { children }),
    },
  };
}

function guessed(rows: readonly JsonValue[], paths: Paths, shape: KnownShape | null): GuessedMapping {
  const notes: string[] = [];
  const fields: Partial<Record<Target, MappedField>> = {};
  if (shape !== null) for (const [target, given] of Object.entries(shape.fields)) take(target as Target, given, rows, fields);
  const byName = namesOf(paths);
  const ids = COLUMN_NAMES.id?.flatMap((name) => byName.get(name) ?? []) ?? [];
  const events = shape === null ? eventsIn(rows, ids) : {};
  const kept = rows.filter((row) => isCallRow(row, events.only));
  if (shape === null || shape.isOpen) guessFields(fields, sampleOf(kept, notes, events.join ?? null));
  const signals = [...(shape?.signals ?? []).filter(({ from }) => paths.has(from)), ...signalsOf(byName, shape?.signals ?? [])];
  const used = [...Object.values(fields), ...signals].map(({ from }) => from).concat(events.only?.from ?? shape?.only?.from ?? []);
  const own = (shape?.attributes ?? []).filter(({ from }) => paths.has(from));
  const attributes = shape === null || shape.isOpen ? [...own, ...guessAttributes(paths, used)] : own;
  const mapping: ImportMapping = { fields, signals, constants: {}, ...events, ...(attributes.length === 0 ? {} : { attributes }) };
  const taken = [...used, ...attributes.map(({ from }) => from)];
  const columns = [...paths.keys()].filter((path) => !path.includes('.'));
  const left = columns.filter((path) => !taken.some((used) => used === path || used.startsWith(`${path}.`)) && path !== shape?.children);
  return { mapping, shape: shape?.name ?? null, columns, left, notes };
}

function sampleOf(rows: readonly JsonValue[], notes: string[], join: string | null): Sample {
  const paths = pathsOf(rows);
  return { rows, paths, byName: namesOf(paths), notes, join };
}

interface Sample {
  readonly rows: readonly JsonValue[];
  readonly paths: Paths;
  readonly byName: ReadonlyMap<string, string[]>;
  readonly notes: string[];
  readonly join: string | null;
}

/** Fills in what the columns' names and values say. */
function guessFields(fields: Partial<Record<Target, MappedField>>, sample: Sample): void {
  const { paths, byName, notes, join } = sample;
  const usage = USAGE_NAMES.flatMap((name) => byName.get(name) ?? []).find((path) => isReportedUsage(paths.get(path)?.[0]));
  if (usage !== undefined) fields.usage ??= { from: usage, unit: null };
  if (join !== null) fields.id = { from: join, unit: null };
  for (const [target, names] of Object.entries(COLUMN_NAMES) as [Target, readonly string[]][]) {
    if (fields[target] !== undefined || (fields.usage !== undefined && COUNTS.has(target))) continue;
    const from = firstOf(target, names, sample, fields);
    if (from === undefined) continue;
    const unit = unitOf(target, from);
    if (unit === undefined) {
      notes.push(`\`${from}\` has no unit, so it was skipped. Give the unit in a mapping: ${target}: { from: ${from}, unit: s }`);
      continue;
    }
    const counted = target === 'input' || target === 'output' ? countedText(paths.get(from) ?? []) : null;
    if (counted === null) fields[target] = { from, unit };
    else {
      fields[target] = { from: `${from}.${counted.text}`, unit };
      const tokens: Target = target === 'input' ? 'inputTokens' : 'outputTokens';
      if (fields.usage === undefined) fields[tokens] ??= { from: `${from}.${counted.tokens}`, unit: null };
    }
  }
  noteRepeatedIds(fields, sample);
}

/** An id that several rows have is not the id of a call: it is what they are part of. */
function noteRepeatedIds(fields: Partial<Record<Target, MappedField>>, { rows, byName, notes }: Sample): void {
  const isUsed = (path: string): boolean => Object.values(fields).some(({ from }) => from === path);
  const repeated = COLUMN_NAMES.id?.flatMap((name) => byName.get(name) ?? []).find((path) => !isUsed(path) && isRepeated(rows, path));
  if (repeated === undefined) return;
  if (fields.id === undefined) notes.push(`\`${repeated}\` is not unique, so it is not the id of a call.`);
  if (fields.trace === undefined && /run|trace|request/i.test(repeated)) fields.trace = { from: repeated, unit: null };
}

/** Whether different rows have the same there; a row that stands twice is one. */
function isRepeated(rows: readonly JsonValue[], path: string): boolean {
  const seen = new Map<string, string>();
  for (const row of rows) {
    const value = valueAt(row, path);
    if (value === undefined || value === null || value === '') continue;
    const [text, whole] = [JSON.stringify(value), JSON.stringify(row)];
    const known = seen.get(text);
    if (known !== undefined && known !== whole) return true;
    seen.set(text, whole);
  }
  return false;
}

/** The first of the columns that a row of the export has; how deep it is does not matter. */
function take(
  target: Target,
  given: string | MappedField | readonly string[],
  rows: readonly JsonValue[],
  into: Partial<Record<Target, MappedField>>,
): void {
  const options = Array.isArray(given) ? (given as readonly string[]) : [given as string | MappedField];
  for (const option of options) {
    const field = typeof option === 'string' ? { from: option, unit: UNITS_OF[target]?.[0] ?? null } : option;
    const values = rows.map((row) => valueAt(row, field.from)).filter((value) => value !== undefined && value !== null && value !== '');
    if (values.length === 0 || !fitsTarget(target, values as readonly JsonValue[])) continue;
    into[target] = field;
    return;
  }
}

/** What a provider's usage says as a whole. */
const COUNTS: ReadonlySet<Target> = new Set<Target>([
  'inputTokens',
  'freshTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'outputTokens',
  'reasoningTokens',
  'totalTokens',
]);

function isReportedUsage(given: JsonValue | undefined): boolean {
  const value = typeof given === 'string' ? jsonIn(given) : given;
  return (
    isJsonObject(value) &&
    ['prompt_tokens', 'input_tokens', 'promptTokenCount', 'inputTokens', 'prompt_eval_count'].some((name) => Object.hasOwn(value, name))
  );
}

/** Where a provider's usage stands as a whole. */
const USAGE_NAMES = ['usage', 'tokenusage', 'usagemetadata', 'llmusage', 'usageinfo', 'tokens'];

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Paths by their whole name, then by their last step; the flattest first. */
function namesOf(paths: Paths): Map<string, string[]> {
  const names = new Map<string, string[]>();
  const add = (name: string, path: string): void => {
    const known = names.get(name);
    if (known === undefined) names.set(name, [path]);
    else if (!known.includes(path)) known.push(path);
  };
  const sorted = [...paths.keys()].sort((a, b) => a.split('.').length - b.split('.').length);
  for (const path of sorted) {
    // What stands in a list is one of several.
    if (/\.\d+(\.|$)/.test(path)) continue;
    add(lettersOf(path), path);
    add(lettersOf(path.split('.').at(-1) ?? ''), path);
  }
  return names;
}

/**
 * The column itself before what is below others. Of what was said, an object that is no request, answer or message may be anything: it comes last,
 * unless it is called input or output.
 */
function firstOf(
  target: Target,
  names: readonly string[],
  { rows, paths, byName }: Sample,
  taken: Partial<Record<Target, MappedField>>,
): string | undefined {
  const used = new Set(Object.values(taken).map(({ from }) => from));
  // The name of a part of what is taken whole, such as `metadata.id` where there is an `id`, is no second one of it.
  const isPartOfText = (path: string): boolean =>
    /^(input|inputs|output|outputs|messages|variables)\./.test(path) || (target === 'system' && isBelow(path, taken.input?.from));
  const candidates = names.flatMap((name) =>
    (byName.get(name) ?? []).filter((path) => {
      const values = paths.get(path) ?? [];
      if (used.has(path) || isPartOfText(path) || !fitsTarget(target, values)) return false;
      if (
        target === 'environment' &&
        /stage$/i.test(path) &&
        !values.every((value) => typeof value === 'string' && ENVIRONMENT.test(value))
      )
        return false;
      return !(target === 'id' && isRepeated(rows, path));
    }),
  );
  const isNested = (path: string): boolean => path.includes('.');
  // What took long deep inside is not the call.
  const isNear = (path: string): boolean => (target !== 'latency' && target !== 'ttft') || path.split('.').length <= 2;
  if (!SAID.has(target)) return candidates.find((path) => !isNested(path)) ?? candidates.find(isNear);
  const isClear = (path: string): boolean => isClearText(target, path, paths.get(path) ?? []);
  return (
    candidates.find((path) => !isNested(path) && isClear(path)) ??
    candidates.find((path) => isNested(path) && !SETTINGS.test(path) && isClear(path)) ??
    candidates.find((path) => !isNested(path))
  );
}

/** A stage may also be one of the work. */
const ENVIRONMENT = /^(prod|stag|dev|test|qa|local|preview|sandbox|uat|live|canary|ci)/i;

const isBelow = (path: string, whole: string | undefined): boolean => whole !== undefined && path.startsWith(`${whole}.`);

function isClearText(target: Target, path: string, values: readonly JsonValue[]): boolean {
  if (/^(in|out)puts?$/.test(path) || target === 'error') return true;
  return values.some((given) => {
    const value = typeof given === 'string' ? (jsonIn(given) ?? given) : given;
    if (!isJsonObject(value)) return true;
    return target === 'output' ? isKnownAnswer(value) : conversationIn(value, null, undefined).messages.length > 0;
  });
}

const SAID: ReadonlySet<Target> = new Set<Target>(['input', 'output', 'system', 'error']);
/** Parts of these say nothing of what was sent. */
const SETTINGS = /(^|\.)(usage|tokens|token_usage|config|settings|params|parameters|metadata|meta|headers|context|scores|cost)\./i;

/** Null: it needs none. Undefined: it needs one that the name does not say. A cost without a word is in USD, as all exports have it. */
function unitOf(target: Target, path: string): Unit | null | undefined {
  if (target === 'cost') return /cents?$/i.test(path) ? 'cents' : 'usd';
  if (target !== 'latency' && target !== 'ttft') return null;
  if (/(^|[^a-z])ms$|Ms$|millis/i.test(path) || /ms$/.test(lettersOf(path))) return 'ms';
  return /(seconds|secs?|_s)$/i.test(path) || /[a-z]S$/.test(path) ? 's' : undefined;
}

function signalsOf(byName: ReadonlyMap<string, string[]>, known: readonly MappedSignal[]): MappedSignal[] {
  return Object.entries(SIGNAL_COLUMNS).flatMap(([letters, name]): MappedSignal[] => {
    const from = byName.get(letters)?.[0];
    return from === undefined || known.some((signal) => signal.from === from) ? [] : [{ from, name }];
  });
}

/** Each path with its first values. */
type Paths = ReadonlyMap<string, readonly JsonValue[]>;
const MAX_VALUES = 20;

/** Of a list only the first item. */
function pathsOf(rows: readonly JsonValue[]): Paths {
  const paths = new Map<string, JsonValue[]>();
  const visit = (given: JsonValue, path: string, depth: number): void => {
    if (given === null || given === '') return;
    const known = paths.get(path);
    if (known === undefined && paths.size >= MAX_PATHS) return;
    if (path !== '' && known === undefined) paths.set(path, [given]);
    else if (known !== undefined && known.length < MAX_VALUES) known.push(given);
    if (depth >= MAX_DEPTH) return;
    const value = typeof given === 'string' ? jsonIn(given) : given;
    if (Array.isArray(value)) {
      if (value[0] !== undefined) visit(value[0], `${path}.0`, depth + 1);
    } else if (isJsonObject(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, path === '' ? key : `${path}.${key}`, depth + 1);
    }
  };
  for (const row of rows) visit(row, '', 0);
  return paths;
}
