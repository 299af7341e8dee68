/** What Python prints: `str(value)` and `repr(value)`. */
import { floatRepr } from './float-text.ts';
import { codePoints, Fuel, PyDict, PyFault, PyFloat, PyObject, PyTuple, type PyValue } from './values.ts';

/** `str(value)`. */
export function pythonText(value: PyValue, fuel: Fuel): string {
  if (typeof value === 'string') return value;
  return value instanceof PyObject ? value.text() : pythonRepr(value, fuel);
}

const MAX_NESTING = 200;

/** `repr(value)`. @throws {PyFault} when the value is too large or nested too deeply. */
export function pythonRepr(value: PyValue, fuel: Fuel): string {
  return fuel.text(repr(value, fuel, []));
}

function repr(value: PyValue, fuel: Fuel, around: readonly PyValue[]): string {
  fuel.burn();
  if (value === null) return 'None';
  if (typeof value === 'string') return stringRepr(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (value instanceof PyFloat) return floatRepr(value.value);
  if (value instanceof PyObject) return value.reprText() ?? value.text();
  if (around.includes(value)) return value instanceof PyDict ? '{...}' : '[...]';
  if (around.length > MAX_NESTING) throw new PyFault('a value is nested too deeply');
  const within = [...around, value];
  const list = (items: readonly PyValue[]) => fuel.text(items.map((item) => repr(item, fuel, within)).join(', '));
  if (value instanceof PyTuple) return value.items.length === 1 ? `(${list(value.items)},)` : `(${list(value.items)})`;
  if (Array.isArray(value)) return `[${list(value)}]`;
  const pairs = value.pairs().map(({ items: [key = null, entry = null] }) => `${repr(key, fuel, within)}: ${repr(entry, fuel, within)}`);
  return fuel.text(`{${pairs.join(', ')}}`);
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

/** `repr` of a string: the quotes that need no escape where there are any. */
export function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let shown = '';
  for (const character of codePoints(text)) {
    if (character === quote) shown += `\\${character}`;
    else if (character in ESCAPES) shown += ESCAPES[character] ?? '';
    else if (character !== ' ' && /[\p{C}\p{Z}]/u.test(character)) shown += escaped(character.codePointAt(0) ?? 0);
    else shown += character;
  }
  return quote + shown + quote;
}

/** `ascii(value)`: `repr` with every other character escaped. */
export const asciiRepr = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- everything beyond ASCII
  text.replace(/[^\x00-\x7f]/gu, (character) => escaped(character.codePointAt(0) ?? 0));

function escaped(point: number): string {
  const hex = point.toString(16);
  if (point < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return point < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
