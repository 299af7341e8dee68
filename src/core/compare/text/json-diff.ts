/** Differences between two JSON values field by field. */
import { isJsonObject, jsonEquals, type JsonValue } from '../../json/json.ts';

export interface FieldChange {
  /** `order.items[2].price`; empty: the whole value. */
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed' | 'same';
  /** JSON; null: not there. */
  readonly from: string | null;
  readonly to: string | null;
}

/** Fields that are listed; deeper or longer values are compared as one. */
const MAX_FIELDS = 500;
const MAX_DEPTH = 40;

export function diffJson(from: JsonValue, to: JsonValue): FieldChange[] {
  const changes: FieldChange[] = [];
  walk(from, to, '', 0, changes);
  return changes;
}

function walk(from: JsonValue, to: JsonValue, path: string, depth: number, changes: FieldChange[]): void {
  const keys = depth < MAX_DEPTH && changes.length < MAX_FIELDS ? keysOf(from, to) : null;
  if (keys === null) {
    const kind = jsonEquals(from, to) ? 'same' : 'changed';
    changes.push({ path, kind, from: JSON.stringify(from), to: JSON.stringify(to) });
    return;
  }
  if (keys.length === 0) changes.push({ path, kind: 'same', from: JSON.stringify(from), to: JSON.stringify(to) });
  for (const key of keys) {
    const at = typeof key === 'number' ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    const [a, b] = [memberOf(from, key), memberOf(to, key)];
    if (a === undefined && b !== undefined) changes.push({ path: at, kind: 'added', from: null, to: JSON.stringify(b) });
    else if (b === undefined && a !== undefined) changes.push({ path: at, kind: 'removed', from: JSON.stringify(a), to: null });
    else if (a !== undefined && b !== undefined) walk(a, b, at, depth + 1, changes);
  }
}

/** Null: the two are not both objects or both lists. */
function keysOf(a: JsonValue, b: JsonValue): (string | number)[] | null {
  if (Array.isArray(a) && Array.isArray(b)) return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => i);
  if (isJsonObject(a) && isJsonObject(b)) return [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return null;
}

function memberOf(value: JsonValue, key: string | number): JsonValue | undefined {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
