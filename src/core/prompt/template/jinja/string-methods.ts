/** The methods of a string that templates use. Results are plain text. */
import { codePoints, Fuel, pythonItems, PyFault, PyTuple, textOfString, typeName, type PyValue } from '../python/values.ts';
import { sliced } from '../python/arithmetic.ts';
import { boundArguments, type ParameterSpec } from './call-arguments.ts';
import { intArgument, stringArgument } from './convert.ts';
import type { CallArguments } from './objects.ts';
import {
  capitalized,
  centered,
  isSpace,
  lengthOf,
  replaced,
  split,
  splitFromRight,
  splitLines,
  stripped,
  swapCase,
  titleCase,
} from './python-text.ts';

type Run = (text: string, args: readonly PyValue[], fuel: Fuel) => PyValue;
interface StringMethod {
  readonly parameters: readonly ParameterSpec[];
  readonly run: Run;
}

const plain = (run: (text: string) => PyValue): StringMethod => ({ parameters: [], run });
const method = (parameters: readonly ParameterSpec[], run: Run): StringMethod => ({ parameters, run });

const RANGE: readonly ParameterSpec[] = [['sub'], ['start', null], ['end', null]];
const CHARS: readonly ParameterSpec[] = [['chars', null]];
const SPLIT: readonly ParameterSpec[] = [
  ['sep', null],
  ['maxsplit', -1],
];
const WIDTH: readonly ParameterSpec[] = [['width'], ['fillchar', ' ']];

/** The text between `start` and `end`, with the offset of its first character. */
function window(text: string, start: PyValue | undefined, end: PyValue | undefined): { inside: string; from: number } | null {
  const points = codePoints(text);
  const from = start === null || start === undefined ? 0 : intArgument(start);
  const first = Math.max(0, from < 0 ? from + points.length : from);
  return first > points.length ? null : { inside: sliced(points, [first, end ?? null]).join(''), from: first };
}

const find =
  (fromRight: boolean, isStrict: boolean): Run =>
  (text, [sub = '', start, end]) => {
    const found = window(text, start, end);
    const wanted = stringArgument(sub);
    const at = found === null ? -1 : fromRight ? found.inside.lastIndexOf(wanted) : found.inside.indexOf(wanted);
    if (found !== null && at >= 0) return found.from + lengthOf(found.inside.slice(0, at));
    if (isStrict) throw new PyFault('substring not found');
    return -1;
  };

const edge =
  (test: 'startsWith' | 'endsWith'): Run =>
  (text, [sub = '', start, end]) => {
    const found = window(text, start, end);
    const wanted = sub instanceof PyTuple ? sub.items.map(stringArgument) : [stringArgument(sub)];
    return found !== null && wanted.some((candidate) => found.inside[test](candidate));
  };

const strip =
  (ends: 'both' | 'left' | 'right'): Run =>
  (text, [chars = null]) =>
    stripped(text, chars === null ? null : stringArgument(chars), ends);

const pad =
  (lay: (text: string, missing: string) => string): Run =>
  (text, [width = 0, fill = ' '], fuel) => {
    const character = stringArgument(fill);
    if (lengthOf(character) !== 1) throw new PyFault('The fill character must be exactly one character long');
    return fuel.text(lay(text, character.repeat(boundedWidth(intArgument(width) - lengthOf(text)))));
  };

/** @throws {PyFault} for a width that no prompt needs. */
export function boundedWidth(width: number): number {
  if (width > 1_000_000) throw new PyFault('a width of more than a million is not supported');
  return Math.max(0, width);
}

const every =
  (test: RegExp): Run =>
  (text) =>
    text !== '' && Array.from(text).every((character) => test.test(character));

const cased =
  (same: (text: string) => string): Run =>
  (text) =>
    /\p{Cased}/u.test(text) && same(text) === text && !(/\p{Lt}/u.test(text) && text !== '');

const partition =
  (fromRight: boolean): Run =>
  (text, [separator = '']) => {
    const sep = stringArgument(separator);
    if (sep === '') throw new PyFault('empty separator');
    const at = fromRight ? text.lastIndexOf(sep) : text.indexOf(sep);
    if (at < 0) return new PyTuple(fromRight ? ['', '', text] : [text, '', '']);
    return new PyTuple([text.slice(0, at), sep, text.slice(at + sep.length)]);
  };

const splitting =
  (run: (text: string, separator: string | null, limit: number) => string[]): Run =>
  (text, [separator = null, limit = -1]) => {
    const sep = separator === null ? null : stringArgument(separator);
    if (sep === '') throw new PyFault('empty separator');
    return run(text, sep, intArgument(limit));
  };

const STRING_METHODS: Readonly<Record<string, StringMethod>> = {
  upper: plain((text) => text.toUpperCase()),
  lower: plain((text) => text.toLowerCase()),
  casefold: plain((text) => text.toLowerCase().replaceAll('ß', 'ss')),
  title: plain(titleCase),
  capitalize: plain(capitalized),
  swapcase: plain(swapCase),
  strip: method(CHARS, strip('both')),
  lstrip: method(CHARS, strip('left')),
  rstrip: method(CHARS, strip('right')),
  replace: method([['old'], ['new'], ['count', -1]], (text, [from = '', to = '', count = -1], fuel) =>
    fuel.text(replaced(text, stringArgument(from), stringArgument(to), intArgument(count))),
  ),
  split: method(SPLIT, splitting(split)),
  rsplit: method(SPLIT, splitting(splitFromRight)),
  splitlines: method([['keepends', false]], (text, [keepEnds]) => splitLines(text, keepEnds === true || keepEnds === 1)),
  startswith: method(RANGE, edge('startsWith')),
  endswith: method(RANGE, edge('endsWith')),
  find: method(RANGE, find(false, false)),
  rfind: method(RANGE, find(true, false)),
  index: method(RANGE, find(false, true)),
  rindex: method(RANGE, find(true, true)),
  count: method(RANGE, (text, [sub = '', start, end]) => {
    const found = window(text, start, end);
    if (found === null) return 0;
    const wanted = stringArgument(sub);
    return wanted === '' ? lengthOf(found.inside) + 1 : found.inside.split(wanted).length - 1;
  }),
  join: method([['iterable']], (text, [iterable = []], fuel) =>
    fuel.text(
      pythonItems(iterable, fuel)
        .map((item, at) => {
          const piece = textOfString(item);
          if (piece === null) throw new PyFault(`sequence item ${at}: expected str instance, ${typeName(item)} found`);
          return piece;
        })
        .join(text),
    ),
  ),
  center: method(WIDTH, (text, [width = 0, fill = ' '], fuel) => {
    const character = stringArgument(fill);
    boundedWidth(intArgument(width));
    return fuel.text(centered(text, intArgument(width), character));
  }),
  ljust: method(
    WIDTH,
    pad((text, missing) => text + missing),
  ),
  rjust: method(
    WIDTH,
    pad((text, missing) => missing + text),
  ),
  zfill: method([['width']], (text, [width = 0], fuel) => {
    const sign = /^[+-]/.exec(text)?.[0] ?? '';
    return fuel.text(sign + '0'.repeat(boundedWidth(intArgument(width) - lengthOf(text))) + text.slice(sign.length));
  }),
  isdigit: method([], every(/^[\p{Nd}\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]$/u)),
  isdecimal: method([], every(/^\p{Nd}$/u)),
  isnumeric: method([], every(/^\p{N}$/u)),
  isalpha: method([], every(/^\p{L}$/u)),
  isalnum: method([], every(/^[\p{L}\p{N}]$/u)),
  isspace: plain((text) => text !== '' && Array.from(text).every(isSpace)),
  isascii: plain((text) => Array.from(text).every((character) => (character.codePointAt(0) ?? 0) < 128)),
  islower: method(
    [],
    cased((text) => text.toLowerCase()),
  ),
  isupper: method(
    [],
    cased((text) => text.toUpperCase()),
  ),
  istitle: plain((text) => /\p{Cased}/u.test(text) && titleCase(text) === text),
  partition: method([['sep']], partition(false)),
  rpartition: method([['sep']], partition(true)),
  removeprefix: method([['prefix']], (text, [prefix = '']) => {
    const start = stringArgument(prefix);
    return text.startsWith(start) ? text.slice(start.length) : text;
  }),
  removesuffix: method([['suffix']], (text, [suffix = '']) => {
    const end = stringArgument(suffix);
    return end !== '' && text.endsWith(end) ? text.slice(0, -end.length) : text;
  }),
  expandtabs: method([['tabsize', 8]], (text, [size = 8], fuel) => fuel.text(expanded(text, boundedWidth(intArgument(size))))),
};

function expanded(text: string, size: number): string {
  let column = 0;
  let result = '';
  for (const character of text) {
    const missing = size === 0 ? 0 : size - (column % size);
    result += character === '\t' ? ' '.repeat(missing) : character;
    column = character === '\n' || character === '\r' ? 0 : column + (character === '\t' ? missing : 1);
  }
  return result;
}

/** What Python's strings can do besides; reading one of these is a fault, not undefined. */
const OTHER: ReadonlySet<string> = new Set(['encode', 'translate', 'maketrans', 'isidentifier', 'isprintable']);

/** The call of a string's method; null: a string has no such method. */
export function stringMethod(text: string, name: string, fuel: Fuel): ((args: CallArguments) => PyValue) | null {
  if (OTHER.has(name)) throw new PyFault(`the method '${name}' of a string is not supported`);
  const found = Object.hasOwn(STRING_METHODS, name) ? STRING_METHODS[name] : undefined;
  return found === undefined ? null : (args) => found.run(text, boundArguments(name, found.parameters, args), fuel);
}
