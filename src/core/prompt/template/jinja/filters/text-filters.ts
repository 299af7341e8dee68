/** Filters over text. */
import { percentFormat } from '../../python/percent-format.ts';
import {
  PyDict,
  PyFault,
  PyObject,
  PyTuple,
  possibleItems,
  pythonItems,
  pythonSize,
  textOfString,
  typeName,
  type PyValue,
} from '../../python/values.ts';
import { intArgument, stringArgument } from '../convert.ts';
import { escapedHtml, pythonJson, scriptJson } from '../escape.ts';
import { TemplateText, Undefined } from '../objects.ts';
import { capitalized, centered, lengthOf, part, replaced, splitLines, stripped, wrapped } from '../python-text.ts';
import { boundedWidth } from '../string-methods.ts';
import { filter, openFilter, type FilterTable, type FilterTools } from './filter.ts';

const isSafe = (value: PyValue): boolean => value instanceof TemplateText && value.isSafe;
const safe = (text: string): TemplateText => new TemplateText(text, null, true);
/** Text that stays safe where it was. */
const like = (value: PyValue, text: string): PyValue => (isSafe(value) ? safe(text) : text);

const byText = (run: (text: string) => string) => filter([], (value, _, tools) => like(value, tools.fuel.text(run(tools.text(value)))));

const escape = filter([], (value, _, tools) => (isSafe(value) ? value : safe(tools.fuel.text(escapedHtml(tools.text(value))))));

const indentOf = (value: PyValue): number | string | null => {
  if (value === null) return null;
  return textOfString(value) ?? boundedWidth(intArgument(value));
};

function indented(value: PyValue, [width = 4, first = false, blank = false]: readonly PyValue[], tools: FilterTools): PyValue {
  const margin = textOfString(width) ?? ' '.repeat(boundedWidth(intArgument(width)));
  const lines = splitLines(`${stringArgument(value)}\n`);
  const isBlank = tools.isTrue(blank);
  const body = lines.map((line, at) => (at > 0 && (isBlank || line !== '') ? margin + line : line)).join('\n');
  return like(value, tools.fuel.text(tools.isTrue(first) ? margin + body : body));
}

function truncated(
  value: PyValue,
  [length = 255, killWords = false, end = '...', leeway = null]: readonly PyValue[],
  tools: FilterTools,
): PyValue {
  const ending = stringArgument(end);
  const limit = intArgument(length);
  const slack = leeway === null ? 5 : intArgument(leeway);
  if (limit < lengthOf(ending)) throw new PyFault(`expected length >= ${lengthOf(ending)}, got ${limit}`);
  if (slack < 0) throw new PyFault(`expected leeway >= 0, got ${slack}`);
  if (pythonSize(value) <= limit + slack) return value;
  const text = stringArgument(value);
  const cut = part(text, 0, limit - lengthOf(ending));
  const space = cut.lastIndexOf(' ');
  return (tools.isTrue(killWords) || space < 0 ? cut : cut.slice(0, space)) + ending;
}

/** As `urllib.parse.quote` writes it; `/` stays outside of a query. */
function urlQuoted(text: string, keepsSlash: boolean): string {
  let result = '';
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    const stays = /[A-Za-z0-9_.~-]/.test(character) || (keepsSlash && character === '/');
    result += stays ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return keepsSlash ? result : result.replaceAll('%20', '+');
}

function urlEncoded(value: PyValue, tools: FilterTools): string {
  if (textOfString(value) !== null || possibleItems(value) === null) return urlQuoted(tools.text(value), true);
  const pairs = value instanceof PyDict ? value.pairs() : (possibleItems(value) ?? []);
  return pairs
    .map((pair) => {
      const [key, entry, more] = pythonItems(pair, tools.fuel);
      if (key === undefined || entry === undefined || more !== undefined) throw new PyFault('urlencode needs pairs of a key and a value');
      return `${urlQuoted(tools.text(key), false)}=${urlQuoted(tools.text(entry), false)}`;
    })
    .join('&');
}

/** Tags and comments removed, white space as single spaces, entities as characters. */
function withoutTags(text: string): string {
  let rest = text;
  for (let open = rest.indexOf('<!--'); open !== -1; open = rest.indexOf('<!--')) {
    const close = rest.indexOf('-->', open);
    if (close === -1) break;
    rest = rest.slice(0, open) + rest.slice(close + 3);
  }
  const bare = rest.replace(/<[^>]*>/g, '');
  return unescaped(bare.split(/\s+/).filter(Boolean).join(' '));
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

const unescaped = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w+));/g, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const point = Number.parseInt(decimal ?? hex ?? '', decimal === undefined ? 16 : 10);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });

export const TEXT_FILTERS: FilterTable = {
  upper: byText((text) => text.toUpperCase()),
  lower: byText((text) => text.toLowerCase()),
  capitalize: byText(capitalized),
  title: byText((text) =>
    text
      .split(/([-\s({[<]+)/)
      .map((word) => {
        const [first = '', ...rest] = Array.from(word);
        return first.toUpperCase() + rest.join('').toLowerCase();
      })
      .join(''),
  ),
  trim: filter([['chars', null]], (value, [chars = null], tools) =>
    like(value, stripped(tools.text(value), chars === null ? null : stringArgument(chars), 'both')),
  ),
  string: filter([], (value, _, tools) => (textOfString(value) === null ? tools.text(value) : value)),
  escape,
  e: escape,
  forceescape: filter([], (value, _, tools) => safe(escapedHtml(tools.text(value)))),
  safe: filter([], (value, _, tools) => safe(tools.text(value))),
  replace: filter([['old'], ['new'], ['count', null]], (value, [from = '', to = '', count = null], tools) => {
    const times = count === null ? -1 : intArgument(count);
    return tools.fuel.text(replaced(tools.text(value), tools.text(from), tools.text(to), times));
  }),
  center: filter([['width', 80]], (value, [width = 80], tools) => {
    boundedWidth(intArgument(width));
    return tools.fuel.text(centered(tools.text(value), intArgument(width)));
  }),
  indent: filter(
    [
      ['width', 4],
      ['first', false],
      ['blank', false],
    ],
    indented,
  ),
  truncate: filter(
    [
      ['length', 255],
      ['killwords', false],
      ['end', '...'],
      ['leeway', null],
    ],
    truncated,
  ),
  wordcount: filter([], (value, _, tools) => tools.text(value).match(/[\p{L}\p{N}\p{Mn}\p{Mc}_]+/gu)?.length ?? 0),
  wordwrap: filter(
    [
      ['width', 79],
      ['break_long_words', true],
      ['wrapstring', null],
      ['break_on_hyphens', true],
    ],
    (value, [width = 79, long = true, separator = null, hyphens = true], tools) => {
      const size = intArgument(width);
      if (size <= 0) throw new PyFault(`invalid width ${size} (must be > 0)`);
      const end = separator === null ? '\n' : stringArgument(separator);
      const lines = splitLines(stringArgument(value)).map((line) =>
        wrapped(line, size, tools.isTrue(long), tools.isTrue(hyphens)).join(end),
      );
      return tools.fuel.text(lines.join(end));
    },
  ),
  format: openFilter((value, { positional, named }, tools) => {
    if (positional.length > 0 && named.size > 0) throw new PyFault("can't handle positional and keyword arguments at the same time");
    return percentFormat(tools.text(value), named.size > 0 ? new PyDict(named) : new PyTuple(positional), tools.fuel);
  }),
  striptags: filter([], (value, _, tools) => withoutTags(tools.text(value))),
  urlencode: filter([], (value, _, tools) => tools.fuel.text(urlEncoded(value, tools))),
  tojson: filter([['indent', null]], (value, [indent = null], tools) => safe(pythonJson(noUndefined(value), indentOf(indent), tools.fuel))),
  xmlattr: filter([['autospace', true]], (value, [space = true], tools) => {
    if (!(value instanceof PyDict)) throw new PyFault(`a dict is needed here, not '${typeName(value)}'`);
    const attributes = value.keys().flatMap((key) => {
      const entry = value.get(key) ?? null;
      if (/[\s/>=]/.test(stringArgument(key))) throw new PyFault('Invalid character in attribute name');
      if (entry === null || entry instanceof Undefined) return [];
      return [`${escapedHtml(stringArgument(key))}="${isSafe(entry) ? tools.text(entry) : escapedHtml(tools.text(entry))}"`];
    });
    return attributes.length > 0 && tools.isTrue(space) ? ` ${attributes.join(' ')}` : attributes.join(' ');
  }),
};

export const SCRIPT_TEXT_FILTERS: FilterTable = {
  dump: filter([['spaces', null]], (value, [spaces = null], tools) =>
    value instanceof Undefined ? value : scriptJson(value, indentOf(spaces), tools.fuel),
  ),
  nl2br: filter([], (value, _, tools) => tools.text(value).replace(/\r\n|\n/g, '<br />\n')),
};

function noUndefined(value: PyValue): PyValue {
  if (value instanceof PyObject && value instanceof Undefined) throw new PyFault('Object of type Undefined is not JSON serializable');
  return value;
}
