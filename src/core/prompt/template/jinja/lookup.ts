/** `value.name` and `value[key]`: own data and a fixed table of methods, nothing of the host. */
import { itemAt } from '../python/arithmetic.ts';
import { strFormat, type FormatField } from '../python/str-format.ts';
import { Fuel, PyDict, PyFault, PyFloat, PyObject, PyTuple, textOfString, typeName, type PyValue } from '../python/values.ts';
import { collectionMethod } from './collection-methods.ts';
import type { JinjaDialect } from './dialect.ts';
import { dialectRules } from './dialect-rules.ts';
import { Callable, Undefined, type CallArguments } from './objects.ts';
import { stringMethod } from './string-methods.ts';

/** `value.name`: a method or a field, else an entry of a dict. @throws {PyFault} for a field of an undefined value. */
export function attributeOf(value: PyValue, name: string, fuel: Fuel, dialect: JinjaDialect): PyValue {
  if (value instanceof Undefined) return missingFrom(value, name, dialect);
  if (dialect === 'nunjucks') return scriptMember(value, name, fuel);
  const field = fieldOf(value, name, fuel);
  return present(field === undefined ? entryOf(value, name) : field, value, name);
}

/** `value[key]`: an entry, else a method or field of that name. */
export function elementOf(value: PyValue, key: PyValue, fuel: Fuel, dialect: JinjaDialect): PyValue {
  const name = textOfString(key);
  if (value instanceof Undefined) return missingFrom(value, name ?? 'this element', dialect);
  if (dialect === 'nunjucks' && name !== null) return scriptMember(value, name, fuel);
  const entry = name === null ? itemAtKey(value, key) : entryOf(value, name);
  if (entry !== undefined) return entry;
  if (name === null) return new Undefined(`'${typeName(value)} object' has no element ${typeof key === 'number' ? key : typeName(key)}`);
  return present(fieldOf(value, name, fuel), value, name);
}

/** The value itself, also where it is None; undefined becomes a value that tells what is missing. */
const present = (found: PyValue | undefined, value: PyValue, name: string): PyValue =>
  found === undefined ? noAttribute(value, name) : found;

const itemAtKey = (value: PyValue, key: PyValue): PyValue | undefined =>
  value instanceof PyDict && isUnhashable(key) ? undefined : itemAt(value, key);

const isUnhashable = (key: PyValue): boolean => {
  if (Array.isArray(key) || key instanceof PyDict) return true;
  return key instanceof PyTuple ? key.items.some(isUnhashable) : key instanceof PyObject && textOfString(key) === null;
};

function missingFrom(value: Undefined, name: string, dialect: JinjaDialect): PyValue {
  if (dialect === 'nunjucks') return new Undefined(`${name} is undefined`);
  throw value.fault();
}

/** None is an entry, too: undefined alone says that there is none. */
function entryOf(value: PyValue, name: string): PyValue | undefined {
  return value instanceof PyDict ? value.get(name) : undefined;
}

const noAttribute = (value: PyValue, name: string): Undefined => new Undefined(`'${typeName(value)} object' has no attribute '${name}'`);

/** A method, or a field of an object of the template itself. */
function fieldOf(value: PyValue, name: string, fuel: Fuel): PyValue | undefined {
  const text = textOfString(value);
  if (text !== null) {
    if (name === 'format' || name === 'format_map') return new Callable(name, (args) => formatted(text, name, args, fuel));
    return callable(name, stringMethod(text, name, fuel));
  }
  if (value instanceof PyTuple && value.names.includes(name)) return value.items[value.names.indexOf(name)];
  if (Array.isArray(value) || value instanceof PyTuple || value instanceof PyDict)
    return callable(name, collectionMethod(value, name, fuel));
  if (value instanceof PyFloat && name === 'is_integer') return new Callable(name, () => Number.isInteger(value.value));
  return value instanceof PyObject ? value.field(name) : undefined;
}

const callable = (name: string, call: ((args: CallArguments) => PyValue) | null): Callable | undefined =>
  call === null ? undefined : new Callable(name, call);

/** `text.format(…)` with Python's own rules: a field of a dict is no attribute. */
function formatted(template: string, method: string, { positional, named }: CallArguments, fuel: Fuel): string {
  let next = 0;
  const map = method === 'format_map' ? positional[0] : undefined;
  const root = ({ name }: FormatField): PyValue => {
    const isNumber = /^\d*$/.test(name);
    const value = map instanceof PyDict ? map.get(name) : isNumber ? positional[name === '' ? next++ : Number(name)] : named.get(name);
    if (value === undefined)
      throw new PyFault(isNumber ? 'Replacement index out of range for positional args tuple' : `KeyError: '${name}'`);
    return value;
  };
  return strFormat(template, (field) => field.path.reduce((value, step) => formatStep(value, step, fuel), root(field)), fuel);
}

function formatStep(value: PyValue, { kind, name }: FormatField['path'][number], fuel: Fuel): PyValue {
  const found = kind === 'item' ? (/^\d+$/.test(name) ? itemAt(value, Number(name)) : entryOf(value, name)) : fieldOf(value, name, fuel);
  if (found === undefined) throw new PyFault(`'${typeName(value)}' object has no ${kind === 'item' ? 'element' : 'attribute'} '${name}'`);
  return found;
}

/** The methods of JavaScript that Nunjucks templates use, beside own data. */
function scriptMember(value: PyValue, name: string, fuel: Fuel): PyValue {
  const own = entryOf(value, name);
  if (own !== undefined) return own;
  const text = textOfString(value);
  if (name === 'length') {
    if (text !== null) return text.length;
    if (Array.isArray(value)) return value.length;
  }
  if (text !== null && Object.hasOwn(SCRIPT_STRING, name))
    return callable(name, stringMethod(text, SCRIPT_STRING[name] ?? '', fuel)) ?? noAttribute(value, name);
  if (Array.isArray(value) && name === 'join') {
    return new Callable(name, ({ positional: [separator = ','] }) =>
      fuel.text(value.map(dialectRules('nunjucks', fuel).print).join(textOfString(separator) ?? ',')),
    );
  }
  return present(value instanceof PyObject ? value.field(name) : undefined, value, name);
}

const SCRIPT_STRING: Readonly<Record<string, string>> = {
  toUpperCase: 'upper',
  toLowerCase: 'lower',
  trim: 'strip',
  startsWith: 'startswith',
  endsWith: 'endswith',
  split: 'split',
};
