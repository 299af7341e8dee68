/** What attributes say: the first of several names, and lists that were flattened into names such as `a.0.b`. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import { structured } from '../json-in-text.ts';
import type { OtlpAttributes } from './telemetry.ts';

/** Steps of a flattened name; what is deeper is left out. */
const MAX_STEPS = 16;

/** The first that is there and says something. */
export function firstOf(attributes: OtlpAttributes, names: readonly string[]): JsonValue | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

/** A number is told as text, for versions and ids are often numbers. */
export function attributeText(attributes: OtlpAttributes, names: readonly string[]): string | null {
  const value = firstOf(attributes, names);
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : null;
}

/** At least 0. */
export function amountIn(attributes: OtlpAttributes, names: readonly string[]): number | null {
  return amountOf(firstOf(attributes, names));
}

export function amountOf(value: JsonValue | undefined): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null;
}

export function objectIn(attributes: OtlpAttributes, names: readonly string[]): JsonObject | null {
  const value = structured(firstOf(attributes, names));
  return isJsonObject(value) ? value : null;
}

/** The list that was flattened below the first of these names (`NAME.*`) which has any; empty: none has. */
export function flatList(attributes: OtlpAttributes, names: readonly string[]): readonly JsonValue[] {
  for (const name of names) {
    const found = unflatten(attributes, name.replace(/\*$/, ''));
    if (Array.isArray(found) && found.length > 0) return found;
  }
  return [];
}

/** Everything below a flattened name, by what follows it, as it stands. */
export function below(attributes: OtlpAttributes, prefix: string): JsonObject {
  const found: (readonly [string, JsonValue])[] = [];
  for (const [name, value] of attributes)
    if (name.length > prefix.length && name.startsWith(prefix)) found.push([name.slice(prefix.length), value]);
  return Object.fromEntries(found);
}

/** A name that has both a value and names below it holds those below. */
interface Node {
  value: JsonValue;
  readonly below: Map<string, Node>;
}

/**
 * What was flattened below `prefix` (with its dot). Where all steps are numbers it is a list in their order, without holes: an index of a
 * million costs nothing. Names such as `__proto__` are names like any other.
 */
export function unflatten(attributes: OtlpAttributes, prefix: string): JsonValue | undefined {
  const root: Node = { value: null, below: new Map() };
  for (const [name, value] of attributes) {
    if (!name.startsWith(prefix)) continue;
    const steps = name.slice(prefix.length).split('.');
    if (steps.length > MAX_STEPS) continue;
    let node = root;
    for (const step of steps) {
      const next: Node = node.below.get(step) ?? { value: null, below: new Map() };
      node.below.set(step, next);
      node = next;
    }
    node.value = value;
  }
  return root.below.size === 0 ? undefined : valueOf(root);
}

function valueOf(node: Node): JsonValue {
  if (node.below.size === 0) return node.value;
  const entries = [...node.below];
  if (!entries.every(([step]) => /^\d{1,9}$/.test(step))) return Object.fromEntries(entries.map(([step, item]) => [step, valueOf(item)]));
  return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => valueOf(item));
}
