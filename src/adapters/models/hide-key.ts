/**
 * A server that repeats the key that it was sent must not bring it into a journal, a record, a report or a page: whole, with the escapes of
 * JSON, addresses and HTML, in hexadecimal, or in base64, alone or inside a longer text.
 */

/** Shorter ones are hidden only as words of their own. Characters. */
const SHORTEST = 16;
/** Shorter ones are left alone: servers of one's own take words such as `ollama` or `placeholder`. Characters: with a digit, without. */
const SHORTEST_WORD = [6, 12] as const;
/** The beginning of a key at the end of a text that was cut is hidden too. Characters. */
const SHORTEST_BEGINNING = 12;
const HIDDEN = '[key]';

interface HiddenKey {
  readonly key: string;
  /** A text without any of these, and without escapes, does not contain the key. */
  readonly hints: readonly string[];
  readonly expression: RegExp;
}

const known = new Map<string, HiddenKey | null>();
const MOST_KNOWN = 50;

function hiddenKey(key: string | null): HiddenKey | null {
  if (key === null) return null;
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = makeHiddenKey(key);
  // Tokens come and go: the oldest makes room.
  for (const oldest of known.keys()) {
    if (known.size < MOST_KNOWN) break;
    known.delete(oldest);
  }
  known.set(key, made);
  return made;
}

function makeHiddenKey(key: string): HiddenKey | null {
  const literal = Array.from(key, escaped).join('');
  if (key.length < SHORTEST) {
    if (key.length < SHORTEST_WORD[/\d/.test(key) ? 0 : 1]) return null;
    return { key, hints: [key], expression: new RegExp(`(?<![A-Za-z0-9])${literal}(?![A-Za-z0-9])`, 'g') };
  }
  const anyEscape = Array.from(key, (character) => `(?:${escaped(character)}|${escapesOf(character)})`).join('');
  const bytes = utf8Of(key);
  const hex = Array.from(bytes, hexOf).join('');
  const base64 = [0, 1, 2].map((offset) => base64Inside(bytes, offset));
  const encoded = base64.map((text) =>
    Array.from(text, (c) => (c === '+' ? '(?:[+-]|%2[Bb])' : c === '/' ? '(?:\\\\?/|_|%2[Ff])' : c)).join(''),
  );
  const longest = (text: string): string => text.split(/[^A-Za-z0-9]/).reduce((a, b) => (b.length > a.length ? b : a), '');
  return {
    key,
    hints: [longest(key), ...base64.map(longest), hex, hex.toUpperCase()].filter((hint) => hint !== ''),
    expression: new RegExp([anyEscape, ...encoded, `(?:${hex}|${hex.toUpperCase()})`].join('|'), 'g'),
  };
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** `%73`, `\u0073`, `&#115;`, `&#x73;`, `\/`. */
function escapesOf(character: string): string {
  const bytes = Array.from(utf8Of(character), (byte) => `%${anyCase(hexOf(byte))}`).join('');
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return `${bytes}|\\\\+u${anyCase(hex.padStart(4, '0'))}|&#0{0,4}${code};|&#[xX]0{0,4}${anyCase(hex)};|\\\\+${/[A-Za-z0-9]/.test(character) ? '(?!)' : escaped(character)}`;
}

// Not Node's Buffer: edge runtimes have none.
const utf8Of = (text: string): Uint8Array => new TextEncoder().encode(text);
const hexOf = (byte: number): string => byte.toString(16).padStart(2, '0');

const anyCase = (hex: string): string => hex.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

/** What of base64 depends on the key alone when this number of bytes, modulo 3, stands before it. */
function base64Inside(bytes: Uint8Array, offset: number): string {
  const text = btoa('\0'.repeat(offset) + Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')).replace(/=+$/, '');
  const whole = Math.floor(((offset + bytes.length) * 8) / 6);
  return text.slice(Math.ceil((offset * 8) / 6), whole);
}

/** The key of a server, several that requests carried one after the other, or none. */
export type Keys = string | readonly string[] | null;

const listed = (keys: Keys): readonly string[] => (keys === null ? [] : typeof keys === 'string' ? [keys] : keys);

/** Each form of each key becomes `[key]`. */
export const hideKey = (text: string, keys: Keys): string => listed(keys).reduce(hideOne, text);

function hideOne(text: string, key: string): string {
  const hidden = hiddenKey(key);
  if (hidden === null) return text;
  const mayContain = hidden.hints.some((hint) => text.includes(hint)) || /%[0-9a-fA-F]{2}|\\u00|&#/.test(text);
  return mayContain ? text.replace(hidden.expression, HIDDEN) : text;
}

/** The same, for a text that may have been cut inside the key. */
export function hideCutKey(text: string, key: string | null): string {
  const hidden = hideKey(text, key);
  if (key === null || key.length < SHORTEST) return hidden;
  const cut = beginningAtEnd(hidden, key);
  return cut < SHORTEST_BEGINNING ? hidden : hidden.slice(0, -cut) + HIDDEN;
}

/** Each form of each key becomes `[key]`, and so does the beginning of a key at every place where a text was cut and says so with `…`. */
export const hideCutKeys = (text: string, keys: Keys): string =>
  listed(keys).reduce(
    (shown, key) =>
      hideKey(shown, key)
        .split('…')
        .map((piece) => hideCutKey(piece, key))
        .join('…'),
    text,
  );

/** In every text of something that came as JSON, names included. The same object when there was nothing to hide. */
export function hideKeyIn<T>(value: T, keys: Keys): T {
  const hidden = listed(keys).filter((key) => hiddenKey(key) !== null);
  return hidden.length === 0 ? value : (hideIn(value, (text) => hideKey(text, hidden)) as T);
}

function hideIn(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === 'string') return hide(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => hideIn(item, hide));
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  const entries = Object.entries(value);
  const shown = entries.map(([name, item]): [string, unknown] => [hide(name), hideIn(item, hide)]);
  return shown.every(([name, item], i) => name === entries[i]?.[0] && item === entries[i][1]) ? value : Object.fromEntries(shown);
}

/** Text as it streams: what may be the beginning of the key waits for what comes next. */
export class KeyFilter {
  private rest = '';

  constructor(
    private readonly key: string | null,
    private readonly onText: (text: string) => void,
  ) {}

  add(text: string): void {
    const { key } = this;
    if (key === null || hiddenKey(key) === null) return this.onText(text);
    const all = hideKey(this.rest + text, key);
    const waits = beginningAtEnd(all, key);
    this.rest = all.slice(all.length - waits);
    if (all.length > waits) this.onText(all.slice(0, all.length - waits));
  }

  end(): void {
    if (this.rest !== '') this.onText(hideCutKey(this.rest, this.key));
    this.rest = '';
  }
}

/** How many characters at the end of the text the key begins with. */
function beginningAtEnd(text: string, key: string): number {
  for (let length = Math.min(text.length, key.length - 1); length > 0; length--) if (text.endsWith(key.slice(0, length))) return length;
  return 0;
}

/** A filter for each key, one behind the other. `keys`: called when the first text is there, since a token may be fetched only for the request. */
export function keyFilter(keys: () => Keys, onText: (text: string) => void): Pick<KeyFilter, 'add' | 'end'> {
  let filters: readonly KeyFilter[] | null = null;
  const chain = (): readonly KeyFilter[] =>
    listed(keys()).reduce<KeyFilter[]>(
      (behind, key) => [new KeyFilter(key, (text) => (behind[0] === undefined ? onText(text) : behind[0].add(text))), ...behind],
      [],
    );
  return {
    add(text) {
      filters ??= chain();
      if (filters[0] === undefined) onText(text);
      else filters[0].add(text);
    },
    end: () => filters?.forEach((filter) => filter.end()),
  };
}
