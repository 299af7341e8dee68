/** Python's work on text: splitting, case, padding, wrapping. Lengths count code points. */
import { codePoints } from '../python/values.ts';

export const lengthOf = (text: string): number => codePoints(text).length;
export const part = (text: string, start: number, end?: number): string => Array.from(codePoints(text)).slice(start, end).join('');

/** `str.capitalize()`: the first character upper, the rest lower. */
export function capitalized(text: string): string {
  const [first = '', ...rest] = Array.from(text);
  return titled(first) + rest.join('').toLowerCase();
}

/** The title case of a character: `ß` becomes `Ss`. */
const titled = (character: string): string => {
  const upper = character.toUpperCase();
  return Array.from(upper).length > 1
    ? Array.from(upper)
        .map((letter, at) => (at === 0 ? letter : letter.toLowerCase()))
        .join('')
    : upper;
};

/** `str.title()`: each run of letters begins upper. */
export const titleCase = (text: string): string => text.replace(/\p{Cased}+/gu, (word) => capitalized(word));

export const swapCase = (text: string): string =>
  Array.from(text)
    .map((letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()))
    .join('');

/** `str.strip(chars)` at one or both ends. */
export function stripped(text: string, chars: string | null, ends: 'both' | 'left' | 'right'): string {
  const isStripped = (character: string): boolean => (chars === null ? isSpace(character) : chars.includes(character));
  const points = codePoints(text);
  let [start, end] = [0, points.length];
  if (ends !== 'right') while (start < end && isStripped(points[start] ?? '')) start++;
  if (ends !== 'left') while (end > start && isStripped(points[end - 1] ?? '')) end--;
  return part(text, start, end);
}

// eslint-disable-next-line no-control-regex -- Python's white space
const SPACE = /[\s\x1c-\x1f\x85]/;
// eslint-disable-next-line no-control-regex -- what is not white space
const WORD = /[^\s\x1c-\x1f\x85]+/g;
export const isSpace = (character: string): boolean => SPACE.test(character) && character !== '\ufeff';

/** `str.split(separator, limit)`; a separator of null: runs of white space. */
export function split(text: string, separator: string | null, limit: number): string[] {
  if (separator !== null) return limited(text.split(separator), separator, limit);
  const words: string[] = [];
  for (const match of text.matchAll(WORD)) {
    if (limit >= 0 && words.length === limit) return [...words, stripped(text.slice(match.index), null, 'right')];
    words.push(match[0]);
  }
  return words;
}

function limited(parts: string[], separator: string, limit: number): string[] {
  if (limit < 0 || parts.length <= limit + 1) return parts;
  return [...parts.slice(0, limit), parts.slice(limit).join(separator)];
}

/** `str.rsplit(separator, limit)`. */
export function splitFromRight(text: string, separator: string | null, limit: number): string[] {
  if (limit < 0) return split(text, separator, -1);
  if (separator !== null) {
    const parts = text.split(separator);
    const cut = parts.length - limit;
    return cut <= 1 ? parts : [parts.slice(0, cut).join(separator), ...parts.slice(cut)];
  }
  const mirrored = split(Array.from(text).reverse().join(''), null, limit);
  return mirrored.map((word) => Array.from(word).reverse().join('')).reverse();
}

// eslint-disable-next-line no-control-regex -- Python's line ends
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

/** `str.splitlines()`. */
export function splitLines(text: string, keepEnds = false): string[] {
  const lines: string[] = [];
  let from = 0;
  for (const match of text.matchAll(LINE_END)) {
    lines.push(text.slice(from, match.index + (keepEnds ? match[0].length : 0)));
    from = match.index + match[0].length;
  }
  return from < text.length ? [...lines, text.slice(from)] : lines;
}

/** `str.replace(from, to, count)`; a negative count: all. */
export function replaced(text: string, from: string, to: string, count: number): string {
  if (count < 0)
    return from === ''
      ? to +
          Array.from(text)
            .map((character) => character + to)
            .join('')
      : text.replaceAll(from, () => to);
  const parts = from === '' ? ['', ...Array.from(text), ''] : text.split(from);
  if (from === '' && text === '') return count > 0 ? to : '';
  let result = parts[0] ?? '';
  for (let at = 1; at < parts.length; at++) {
    const isLast = from === '' && at === parts.length - 1;
    result += (at <= count ? to : from) + (parts[at] ?? '');
    if (isLast) break;
  }
  return result;
}

/** `str.center(width, fill)`: an odd space goes where CPython puts it. */
export function centered(text: string, width: number, fill = ' '): string {
  const missing = Math.max(0, width - lengthOf(text));
  const left = (missing >> 1) + (missing & width & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

/** `textwrap.wrap` of one line, as Jinja2's `wordwrap` calls it. */
export function wrapped(line: string, width: number, breaksWords: boolean, breaksHyphens: boolean): string[] {
  const chunks = (breaksHyphens ? hyphenChunks(line) : line.split(/([\t\n\v\f\r ]+)/)).filter((chunk) => chunk !== '').reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    const current: string[] = [];
    let used = 0;
    if ((chunks.at(-1) ?? '').trim() === '' && lines.length > 0) chunks.pop();
    while (chunks.length > 0 && used + lengthOf(chunks.at(-1) ?? '') <= width) {
      const chunk = chunks.pop() ?? '';
      current.push(chunk);
      used += lengthOf(chunk);
    }
    if (chunks.length > 0 && lengthOf(chunks.at(-1) ?? '') > width) longWord(chunks, current, used, width, breaksWords, breaksHyphens);
    if (current.length > 0 && (current.at(-1) ?? '').trim() === '') current.pop();
    if (current.length > 0) lines.push(current.join(''));
  }
  return lines;
}

function longWord(chunks: string[], current: string[], used: number, width: number, breaksWords: boolean, breaksHyphens: boolean): void {
  const room = width < 1 ? 1 : width - used;
  const chunk = chunks.at(-1) ?? '';
  if (!breaksWords) {
    if (current.length === 0) current.push(chunks.pop() ?? '');
    return;
  }
  let end = room;
  if (breaksHyphens && lengthOf(chunk) > room) {
    const hyphen = part(chunk, 0, room).lastIndexOf('-');
    if (hyphen > 0 && Array.from(chunk.slice(0, hyphen)).some((character) => character !== '-')) end = lengthOf(chunk.slice(0, hyphen)) + 1;
  }
  current.push(part(chunk, 0, end));
  chunks[chunks.length - 1] = part(chunk, end);
  if (end <= 0 || chunks.at(-1) === '') chunks.pop();
}

/** The pieces at which textwrap may break a line: words, white space, and behind hyphens inside words. */
function hyphenChunks(line: string): string[] {
  const pattern =
    /([\t\n\v\f\r ]+|(?<=[\p{L}\p{N}_!"'&.,?])-{2,}(?=[\p{L}\p{N}_])|[^\t\n\v\f\r ]+?(?:-(?:(?<=[\p{L}_]{2}-)|(?<=[\p{L}_]-[\p{L}_]-))(?=[\p{L}_]-?[\p{L}_])|(?=[\t\n\v\f\r ]|$)|(?<=[\p{L}\p{N}_!"'&.,?])(?=-{2,}[\p{L}\p{N}_])))/gu;
  return line.split(pattern);
}
