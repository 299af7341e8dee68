/** HTML escaping and JSON, as the filters `escape` and `tojson` write them. */
import { floatRepr } from '../python/float-text.ts';
import { pythonOrder } from '../python/compare.ts';
import { Fuel, PyDict, PyFault, PyFloat, PyTuple, textOfString, typeName, type PyValue } from '../python/values.ts';

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&#39;', '"': '&#34;' };

export const escapedHtml = (text: string): string => text.replace(/[&<>'"]/g, (character) => HTML[character] ?? character);

interface JsonStyle {
  readonly indent: string | null;
  readonly sortsKeys: boolean;
  /** Characters beyond ASCII as `\uXXXX`. */
  readonly isAscii: boolean;
  /** Python parts items by `, ` on one line; JavaScript does not. */
  readonly isSpaced: boolean;
  readonly float: (value: number) => string;
}

/** `tojson` of Jinja2: `json.dumps` with sorted keys, safe inside HTML. */
export function pythonJson(value: PyValue, indent: number | string | null, fuel: Fuel): string {
  const width = typeof indent === 'number' ? ' '.repeat(Math.max(0, indent)) : indent;
  const text = written(value, { indent: width, sortsKeys: true, isAscii: true, isSpaced: true, float: jsonFloat }, '', fuel, []);
  return text.replace(/[<>&']/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

const jsonFloat = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? floatRepr(value) : value > 0 ? 'Infinity' : '-Infinity';
};

/** `JSON.stringify(value, null, indent)`: `dump` of Nunjucks. */
export function scriptJson(value: PyValue, indent: number | string | null, fuel: Fuel): string {
  const width = typeof indent === 'number' ? ' '.repeat(Math.min(10, Math.max(0, indent))) : indent === '' ? null : indent;
  const style = { indent: width === '' ? null : width, sortsKeys: false, isAscii: false, isSpaced: false };
  return written(value, { ...style, float: (number) => (Number.isFinite(number) ? String(number) : 'null') }, '', fuel, []);
}

function written(value: PyValue, style: JsonStyle, margin: string, fuel: Fuel, around: readonly PyValue[]): string {
  fuel.burn();
  const text = textOfString(value);
  if (text !== null) return fuel.text(jsonString(text, style.isAscii));
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (value instanceof PyFloat) return style.float(value.value);
  if (around.includes(value)) throw new PyFault('Circular reference detected');
  if (around.length > 200) throw new PyFault('a value is nested too deeply');
  const inner = style.indent === null ? '' : `${margin}${style.indent}`;
  const write = (item: PyValue) => written(item, style, inner, fuel, [...around, value]);
  if (Array.isArray(value) || value instanceof PyTuple) {
    const items = Array.isArray(value) ? value : value.items;
    return fuel.text(enclosed('[', items.map(write), ']', style, margin));
  }
  if (!(value instanceof PyDict)) throw new PyFault(`Object of type ${typeName(value)} is not JSON serializable`);
  const keys = style.sortsKeys ? value.keys().toSorted((a, b) => pythonOrder(a, b, '<', fuel)) : value.keys();
  const colon = style.indent === null && !style.isSpaced ? ':' : ': ';
  const pairs = keys.map((key) => `${jsonString(jsonKey(key, style), style.isAscii)}${colon}${write(value.get(key) ?? null)}`);
  return fuel.text(enclosed('{', pairs, '}', style, margin));
}

function jsonKey(key: PyValue, style: JsonStyle): string {
  const text = textOfString(key);
  if (text !== null) return text;
  if (key === null || typeof key === 'boolean' || typeof key === 'number') return String(key);
  if (key instanceof PyFloat) return style.float(key.value);
  throw new PyFault(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
}

function enclosed(open: string, items: readonly string[], close: string, { indent, isSpaced }: JsonStyle, margin: string): string {
  if (items.length === 0) return open + close;
  if (indent === null) return open + items.join(isSpaced ? ', ' : ',') + close;
  const line = `\n${margin}${indent}`;
  return `${open}${line}${items.join(`,${line}`)}\n${margin}${close}`;
}

function jsonString(text: string, isAscii: boolean): string {
  const quoted = JSON.stringify(text);
  if (!isAscii) return quoted;
  return quoted.replace(/[\u007f-\uffff]/g, (unit) =>
    unit === '\u007f' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
