/** The text of a .baml file, read from left to right: words, strings, values, and what stands between them. */
import { brandErrorClass, hasErrorKind } from '../../problems/errors.ts';
import { setOwn, type JsonObject, type JsonValue } from '../../json/json.ts';
import { dedented } from './baml-dedent.ts';

/** What cannot be read, at its place. */
export class BamlMistake extends Error {
  static {
    brandErrorClass(this, 'baml-mistake');
  }

  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
    this.name = 'BamlMistake';
  }
}

/** Whether an error is a `BamlMistake`, of whichever bundle. */
export const isBamlMistake = (error: unknown): error is BamlMistake => hasErrorKind(error, 'baml-mistake');

/** A string as written: `start` and `end` are those of its content. */
export interface BamlString {
  readonly content: string;
  readonly start: number;
  readonly end: number;
  readonly isRaw: boolean;
}

const SPACE = /(?:[ \t]+|\/\/[^\n]*|\{\/\/[\s\S]*?\/\/\})+/y;
const SPACE_AND_LINES = /(?:\s+|\/\/[^\n]*|\{\/\/[\s\S]*?\/\/\})+/y;
const WORD = /[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?![\w.])/y;
const QUOTED = /"((?:\\[\s\S]|[^"\\])*)"/y;
const RAW_START = /(?:[A-Za-z]\w*)?(#+)"/y;
/** Text without quotes ends with its line, or where a list or map goes on. */
const UNQUOTED = /[^\s#@{([<})\]>,'"][^#@{([<})\]>,'"\n]*/y;
/** So deep a value is no data of a test. */
const DEEPEST = 100;

export class BamlScanner {
  at = 0;

  constructor(readonly text: string) {}

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at = pattern.lastIndex;
    return found;
  }

  /** Passes over spaces and comments, and over ends of lines too unless `lines` is false. */
  skip(lines = true): this {
    this.match(lines ? SPACE_AND_LINES : SPACE);
    return this;
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  eat(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.at += text.length;
    return true;
  }

  /** @throws {BamlMistake} */
  need(text: string): void {
    if (!this.eat(text)) throw new BamlMistake(`\`${text}\` is missing here`, this.at);
  }

  word(): string | null {
    return this.match(WORD)?.[0] ?? null;
  }

  /** @throws {BamlMistake} */
  needWord(what: string): { readonly name: string; readonly at: number } {
    const { at } = this;
    const name = this.word();
    if (name === null) throw new BamlMistake(`${what} is missing here`, at);
    return { name, at };
  }

  number(): number | null {
    const found = this.match(NUMBER);
    return found === null ? null : Number(found[0]);
  }

  /** @throws {BamlMistake} for one that does not end. */
  string(): BamlString | null {
    const { at } = this;
    const raw = this.match(RAW_START);
    if (raw !== null) {
      const start = this.at;
      const close = `"${raw[1] ?? ''}`;
      const end = this.text.indexOf(close, start);
      if (end < 0) throw new BamlMistake('this text never ends', at);
      this.at = end + close.length;
      return { content: this.text.slice(start, end), start, end, isRaw: true };
    }
    if (!this.startsWith('"')) return null;
    const quoted = this.match(QUOTED);
    if (quoted === null) throw new BamlMistake('this text never ends', at);
    return { content: unescaped(quoted[1] ?? ''), start: at + 1, end: this.at - 1, isRaw: false };
  }

  /** Jinja between double braces; null: none stands here. */
  jinja(): string | null {
    const { at } = this;
    if (!this.eat('{{')) return null;
    const end = this.text.indexOf('}}', this.at);
    if (end < 0) throw new BamlMistake('this expression never ends', at);
    const found = this.text.slice(this.at, end);
    this.at = end + 2;
    return found;
  }

  /** A value of a test or a client: a map, a list, a number, or text with or without quotes. @throws {BamlMistake} */
  value(depth = 0): JsonValue {
    if (depth > DEEPEST) throw new BamlMistake('this value is nested too deeply', this.at);
    const text = this.string();
    if (text !== null) return text.isRaw ? dedented(text.content) : text.content;
    if (this.startsWith('{{')) return `{{${this.jinja() ?? ''}}}`;
    if (this.eat('{')) return this.map(depth);
    if (this.eat('[')) return this.list(depth);
    const number = this.number();
    if (number !== null) return number;
    const word = this.match(UNQUOTED)?.[0]
      .replace(/ \/\/.*$/, '')
      .trim();
    if (word === undefined) throw new BamlMistake('a value is missing here', this.at);
    if (word === 'true' || word === 'false') return word === 'true';
    return word === 'null' ? null : word;
  }

  private map(depth: number): JsonObject {
    const found: JsonObject = {};
    while (!this.skip().eat('}')) {
      const key = this.string()?.content ?? this.needWord('the name of a value').name;
      this.skip(false).eat(':');
      setOwn(found, key, this.skip(false).value(depth + 1));
      this.skip().eat(',');
    }
    return found;
  }

  private list(depth: number): JsonValue[] {
    const found: JsonValue[] = [];
    while (!this.skip().eat(']')) {
      found.push(this.value(depth + 1));
      this.skip().eat(',');
    }
    return found;
  }

  /** Passes over a block whose content is of no concern. @throws {BamlMistake} for one that does not end. */
  block(open: '{' | '(' = '{'): void {
    const begin = this.at;
    const close = open === '{' ? '}' : ')';
    this.need(open);
    for (let depth = 1; depth > 0;) {
      this.skip();
      if (this.isAtEnd) throw new BamlMistake('this block never ends', begin);
      if (this.string() !== null) continue;
      if (this.eat(open)) depth++;
      else if (this.eat(close)) depth--;
      else this.at++;
    }
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

const unescaped = (content: string): string => content.replace(/\\([\s\S])/g, (_, sign: string) => ESCAPES[sign] ?? sign);
