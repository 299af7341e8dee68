/** What a case expects of each field beside what the answer has there: enough to count classes and errors without the output. */
import { answerJson, textWithoutThoughts } from '../../grade/answer-json.ts';
import { isJsonObject, type JsonValue } from '../../json/json.ts';
import type { Result } from '../result.ts';

/** A value of one of a few: `found` null is a value that is too long for a class, of another type, or missing. */
export interface ComparedLabel {
  readonly kind: 'label';
  readonly expected: string;
  readonly found: string | null;
}

/** `error`: the distance; null: the answer has no number there. */
export interface ComparedNumber {
  readonly kind: 'number';
  readonly error: number | null;
}

/** `f1`: 2 × what both have ÷ what each has, repeated items counted; two empty lists are equal. */
export interface ComparedList {
  readonly kind: 'list';
  readonly f1: number;
}

/** By field of `expected`; the empty name is a text as a whole. */
export type ComparedFields = Readonly<Record<string, ComparedLabel | ComparedNumber | ComparedList>>;

/** A longer text is no class. */
const LONGEST_LABEL = 60;
/** More fields are details. */
const MOST_FIELDS = 20;

/** Undefined: nothing is expected, or there is no answer. */
export function comparedFields({ expected, output }: Pick<Result, 'expected' | 'output'>): ComparedFields | undefined {
  if (expected === null || output === null) return undefined;
  if (!isJsonObject(expected)) {
    const label = labelOf(expected);
    return label === null ? undefined : { '': labelled(label, labelOf(output.trim() === label ? label : textWithoutThoughts(output))) };
  }
  const answer = answerJson(output, false);
  const found = isJsonObject(answer) ? answer : {};
  const fields = Object.entries(expected)
    .slice(0, MOST_FIELDS)
    .flatMap(([name, wanted]): [string, ComparedFields[string]][] => {
      const compared = comparedField(wanted, Object.hasOwn(found, name) ? found[name] : undefined);
      return compared === null ? [] : [[name, compared]];
    });
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

function comparedField(wanted: JsonValue, found: JsonValue | undefined): ComparedFields[string] | null {
  if (typeof wanted === 'number') return { kind: 'number', error: typeof found === 'number' ? Math.abs(found - wanted) : null };
  if (Array.isArray(wanted)) return { kind: 'list', f1: Array.isArray(found) ? listF1(wanted, found) : 0 };
  const label = labelOf(wanted);
  if (label === null) return null;
  return labelled(label, typeof found === typeof wanted ? labelOf(found) : null);
}

const labelled = (expected: string, found: string | null): ComparedLabel => ({
  kind: 'label',
  expected,
  // One text for both: a hundred thousand results are kept.
  found: found === expected ? expected : found,
});

function labelOf(value: JsonValue | undefined): string | null {
  if (typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' || text.length > LONGEST_LABEL || text.includes('\n') ? null : text;
}

function listF1(wanted: readonly JsonValue[], found: readonly JsonValue[]): number {
  if (wanted.length + found.length === 0) return 1;
  const left = new Map<string, number>();
  for (const item of wanted) left.set(JSON.stringify(item), (left.get(JSON.stringify(item)) ?? 0) + 1);
  let shared = 0;
  for (const item of found) {
    const open = left.get(JSON.stringify(item)) ?? 0;
    if (open === 0) continue;
    left.set(JSON.stringify(item), open - 1);
    shared++;
  }
  return (2 * shared) / (wanted.length + found.length);
}
