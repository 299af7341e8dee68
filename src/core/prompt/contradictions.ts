/** Cases with the same inputs and different expectations: no prompt can pass both. */
import type { Diagnostic } from '../problems/diagnostics.ts';
import { placeOfCase, type GoldenCase } from '../golden/case.ts';
import { isJsonObject, ownValue, type JsonObject, type JsonValue } from '../json/json.ts';
import { variablesKey } from './built/built-answer.ts';

/** An error for each case that contradicts an earlier one; its message names the places of both. */
export function contradictions(cases: readonly GoldenCase[]): Diagnostic[] {
  const byInputs = new Map<string, GoldenCase[]>();
  const found: Diagnostic[] = [];
  for (const item of cases) {
    const wanted = wantedOf(item);
    if (wanted.length === 0) continue;
    const key = variablesKey({ vars: item.vars, messages: (item.messages ?? null) as JsonValue, around: [item.prefix, item.suffix] });
    const others = byInputs.get(key) ?? [];
    byInputs.set(key, [...others, item]);
    const other = others.find((before) => wantedOf(before).some((a) => wanted.some((b) => conflict(a, b))));
    if (other !== undefined)
      found.push({
        code: 'golden/contradiction',
        severity: 'error',
        message: `The cases \`${other.id}\` and \`${item.id}\` have the same inputs and expect different outputs: ${placeOfCase(other.source)} and ${placeOfCase(item.source)}.`,
        path: item.source.path,
        range: item.source.expectedRange ?? item.source.anchor,
        hint: 'Decide which is right, and remove the other.',
      });
  }
  return found;
}

/** What an output must be or contain, by comparison alone: what a judge decides may agree in other words. */
function wantedOf({ expected, assertions }: GoldenCase): JsonValue[] {
  const equals = assertions.flatMap(({ type, value }) => (type === 'equals' && value !== undefined ? [value] : []));
  return [...(expected === undefined ? [] : [expected]), ...equals];
}

/** Whether no output can satisfy both. An object only says what is contained. */
function conflict(a: JsonValue, b: JsonValue): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a.trim() !== b.trim();
  if (Array.isArray(a) && Array.isArray(b)) return a.length !== b.length || a.some((item, i) => conflict(item, b[i] ?? null));
  if (isJsonObject(a) && isJsonObject(b)) return sharedKeys(a, b).some((key) => conflict(a[key] ?? null, b[key] ?? null));
  if (isScalar(a) && isScalar(b)) return a !== b;
  return true;
}

const isScalar = (value: JsonValue): boolean => typeof value !== 'object' || value === null;

const sharedKeys = (a: JsonObject, b: JsonObject): string[] => Object.keys(a).filter((key) => ownValue(b, key) !== undefined);
