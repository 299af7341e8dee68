/**
 * Python's values, for templates that print as Python does. A JSON value is copied into them, so that no object of the host can be
 * reached. A `number` is an int; a float has a class of its own, because `1.0` and `1` print differently.
 */
import { brandErrorClass, hasErrorKind } from '../../../problems/errors.ts';
import type { JsonValue } from '../../../json/json.ts';

export type PyValue = null | boolean | number | string | PyFloat | PyValue[] | PyTuple | PyDict | PyObject;

export class PyFloat {
  constructor(readonly value: number) {}
}

export class PyTuple {
  /** `names`: of a named tuple, such as the groups of `groupby`. */
  constructor(
    readonly items: readonly PyValue[],
    readonly names: readonly string[] = [],
  ) {}
}

/** Any value that JSON does not have: functions, undefined, ranges. */
export abstract class PyObject {
  abstract readonly typeName: string;
  /** `str(value)`; a fault where printing it tells nothing. */
  abstract text(): string;
  /** `repr(value)` where it differs from `str(value)`. */
  reprText(): string | null {
    return null;
  }
  isTrue(): boolean {
    return true;
  }
  /** The items of an iteration; null: it cannot be iterated over. */
  items(): readonly PyValue[] | null {
    return null;
  }
  /** `len(value)`; null: it has none. */
  size(): number | null {
    return null;
  }
  /** `value.name`; undefined: there is no such field. */
  field(_name: string): PyValue | undefined {
    return undefined;
  }
}

/** An error that Python would raise; the template's reader adds the place. */
export class PyFault extends Error {
  static {
    brandErrorClass(this, 'python-fault');
  }

  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'PyFault';
  }
}

/** Whether an error is a `PyFault`, of whichever bundle. */
export const isPyFault = (error: unknown): error is PyFault => hasErrorKind(error, 'python-fault');

/** Steps that one rendering may still make. */
export class Fuel {
  constructor(private left = 4_000_000) {}

  /** @throws {PyFault} when none is left. */
  burn(steps = 1): void {
    this.left -= steps;
    if (this.left < 0) throw new PyFault('this template makes more than 4 million steps', 'Look for a loop over too much data.');
  }

  /** Counts the characters of a text that is made, then returns it. */
  text(text: string): string {
    this.burn(text.length >> 5);
    if (text.length > MAX_TEXT) throw new PyFault('a text of this template exceeds 32 MB', 'Look for a loop over too much data.');
    return text;
  }
}

const MAX_TEXT = 32 * 1024 * 1024;

export class PyDict {
  private readonly entries = new Map<string, [PyValue, PyValue]>();

  constructor(entries: Iterable<readonly [PyValue, PyValue]> = []) {
    for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return this.entries.size;
  }
  get(key: PyValue): PyValue | undefined {
    return this.entries.get(hashOf(key))?.[1];
  }
  has(key: PyValue): boolean {
    return this.entries.has(hashOf(key));
  }
  set(key: PyValue, value: PyValue): void {
    const hash = hashOf(key);
    const known = this.entries.get(hash);
    if (known) known[1] = value;
    else this.entries.set(hash, [key, value]);
  }
  delete(key: PyValue): boolean {
    return this.entries.delete(hashOf(key));
  }
  clear(): void {
    this.entries.clear();
  }
  keys(): PyValue[] {
    return [...this.entries.values()].map(([key]) => key);
  }
  values(): PyValue[] {
    return [...this.entries.values()].map(([, value]) => value);
  }
  pairs(): PyTuple[] {
    return [...this.entries.values()].map((pair) => new PyTuple([...pair]));
  }
}

/** Equal values have equal hashes: `1`, `1.0` and `True` are one key. */
export function hashOf(value: PyValue): string {
  if (value === null) return 'none';
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'number' || typeof value === 'boolean') return `n${Number(value)}`;
  if (value instanceof PyFloat) return `n${value.value}`;
  if (value instanceof PyTuple) return `t${JSON.stringify(value.items.map(hashOf))}`;
  if (value instanceof PyObject && value.typeName === 'str') return `s${value.text()}`;
  throw new PyFault(`unhashable type: '${typeName(value)}'`);
}

export function typeName(value: PyValue): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'int';
  if (typeof value === 'string') return 'str';
  if (value instanceof PyFloat) return 'float';
  if (value instanceof PyTuple) return 'tuple';
  if (value instanceof PyDict) return 'dict';
  return value instanceof PyObject ? value.typeName : 'list';
}

const MAX_NESTING = 200;

/** A copy of a JSON value. A whole number is an int: JSON as read does not tell `1` from `1.0`. */
export function fromJson(value: JsonValue, depth = 0): PyValue {
  if (depth > MAX_NESTING) throw new PyFault('a value is nested too deeply');
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : new PyFloat(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => fromJson(item, depth + 1));
  return new PyDict(Object.keys(value).map((key) => [key, fromJson(value[key] ?? null, depth + 1)] as const));
}

/** The text of a string; null: it is something else. */
export function textOfString(value: PyValue): string | null {
  if (typeof value === 'string') return value;
  return value instanceof PyObject && value.typeName === 'str' ? value.text() : null;
}

/** The number behind an int, a float or a bool; null: it is something else. */
export function numberOf(value: PyValue): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  return value instanceof PyFloat ? value.value : null;
}

/** An int that JavaScript represents exactly. @throws {PyFault} otherwise. */
export function exactInt(value: number): number {
  if (!Number.isSafeInteger(value)) throw new PyFault('whole numbers beyond 9,007,199,254,740,991 are not supported');
  return value + 0;
}

export function isTrue(value: PyValue): boolean {
  if (value === null || value === false || value === 0 || value === '') return false;
  if (value instanceof PyFloat) return value.value !== 0;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof PyTuple) return value.items.length > 0;
  if (value instanceof PyDict) return value.size > 0;
  return value instanceof PyObject ? value.isTrue() : true;
}

/** Characters as Python counts them: one for each code point. */
export const codePoints = (text: string): string[] | string => (/[\ud800-\udfff]/.test(text) ? Array.from(text) : text);

/** `iter(value)`: the items. @throws {PyFault} when it cannot be iterated over. */
export function pythonItems(value: PyValue, fuel: Fuel): readonly PyValue[] {
  const items = possibleItems(value);
  if (items === null) throw new PyFault(`'${typeName(value)}' object is not iterable`);
  fuel.burn(items.length >> 3);
  return items;
}

export function possibleItems(value: PyValue): readonly PyValue[] | null {
  const text = textOfString(value);
  if (text !== null) return Array.from(text);
  if (Array.isArray(value)) return value;
  if (value instanceof PyTuple) return value.items;
  if (value instanceof PyDict) return value.keys();
  return value instanceof PyObject ? value.items() : null;
}

/** `len(value)`. @throws {PyFault} when it has none. */
export function pythonSize(value: PyValue): number {
  const text = textOfString(value);
  if (text !== null) return codePoints(text).length;
  if (Array.isArray(value)) return value.length;
  if (value instanceof PyTuple) return value.items.length;
  if (value instanceof PyDict) return value.size;
  const size = value instanceof PyObject ? value.size() : null;
  if (size === null) throw new PyFault(`object of type '${typeName(value)}' has no len()`);
  return size;
}
