/** Jinja and Nunjucks text as tokens with their places. White space that `-` removes belongs to no token. */
import { TemplateMistake, type JinjaDialect } from './dialect.ts';
import { readString } from './string-escapes.ts';

export type TokenType =
  | 'text'
  | 'output-open'
  | 'output-close'
  | 'tag-open'
  | 'tag-close'
  | 'name'
  | 'string'
  | 'integer'
  | 'float'
  | 'operator'
  | 'end';

export interface Token {
  readonly type: TokenType;
  /** A name, an operator, the digits of a number, the characters of a string. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** @throws {TemplateMistake} where the text cannot be parted into tokens. */
export const tokensOf = (source: string, dialect: JinjaDialect): Token[] => new Lexer(source, dialect).tokens();

const OPERATORS = /===|!==|==|!=|>=|<=|\/\/|\*\*|[-+*/%~<>=.:|,;()[\]{}]/y;
const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const FLOAT = /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
// eslint-disable-next-line no-control-regex -- Python's white space
const SPACE = /[\s\x1c-\x1f\x85]/;

class Lexer {
  private readonly found: Token[] = [];
  /** One newline at the end of a Jinja template is not part of it. */
  private readonly stop: number;
  private at = 0;

  constructor(
    private readonly source: string,
    private readonly dialect: JinjaDialect,
  ) {
    this.stop = dialect === 'jinja' ? source.length - (/(?:\r\n|\r|\n)$/.exec(source)?.[0].length ?? 0) : source.length;
  }

  tokens(): Token[] {
    while (this.at < this.stop) this.textAndTag();
    this.push('end', '', this.stop, this.stop);
    return this.found;
  }

  private push(type: TokenType, value: string, start: number, end: number): void {
    this.found.push({ type, value, start, end });
  }

  private mistake(message: string, start: number, end: number, hint?: string): TemplateMistake {
    return new TemplateMistake(message, start, Math.max(end, start + 1), hint);
  }

  private textAndTag(): void {
    const open = this.nextOpening(this.at);
    const strips = this.source[open + 2] === '-';
    this.text(this.at, strips ? this.trimmedEnd(this.at, open) : open);
    this.at = open;
    if (open >= this.stop) return;
    const kind = this.source[open + 1];
    if (kind === '#') return this.comment(open);
    const signed = strips || this.source[open + 2] === '+';
    const raw = kind === '%' ? this.rawOpening(open) : null;
    if (raw !== null) return this.raw(open, raw);
    this.at = open + (signed && (strips || kind === '%' || this.dialect === 'jinja') ? 3 : 2);
    this.push(kind === '{' ? 'output-open' : 'tag-open', '', open, this.at);
    this.inside(kind === '{' ? 'output' : 'tag', open);
  }

  /** Where the next `{{`, `{%` or `{#` stands; the end of the text where there is none. */
  private nextOpening(from: number): number {
    for (let at = this.source.indexOf('{', from); at !== -1 && at + 1 < this.stop; at = this.source.indexOf('{', at + 1)) {
      const next = this.source[at + 1];
      if (next === '{' || next === '%' || next === '#') return at;
    }
    return this.stop;
  }

  private text(start: number, end: number): void {
    if (end > start) this.push('text', '', start, end);
  }

  private trimmedEnd(start: number, end: number): number {
    let at = end;
    while (at > start && SPACE.test(this.source[at - 1] ?? '')) at--;
    return at;
  }

  private skipSpace(): void {
    while (this.at < this.stop && SPACE.test(this.source[this.at] ?? '')) this.at++;
  }

  private comment(open: number): void {
    const close = this.source.indexOf('#}', open + 2);
    if (close === -1) throw this.mistake('this comment is not closed', open, open + 2, 'Write #} at its end.');
    this.at = close + 2;
    if (this.source[close - 1] === '-' && close - 1 >= open + 2) this.skipSpace();
  }

  /** The offset behind `{% raw %}`; null: another tag opens here. */
  private rawOpening(open: number): number | null {
    const pattern = this.dialect === 'jinja' ? /\{%[-+]?\s*raw\s*(-?)%\}/y : /\{%-?\s*(?:raw|verbatim)\s*(-?)%\}/y;
    pattern.lastIndex = open;
    const match = pattern.exec(this.source);
    if (!match) return null;
    this.at = pattern.lastIndex;
    if (match[1] === '-') this.skipSpace();
    return this.at;
  }

  private raw(open: number, start: number): void {
    const pattern = this.dialect === 'jinja' ? /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g : /\{%(-?)\s*end(?:raw|verbatim)\s*(-?)%\}/g;
    pattern.lastIndex = start;
    const match = pattern.exec(this.source);
    if (!match) throw this.mistake('{% raw %} is not closed', open, start, 'Write {% endraw %} at its end.');
    this.text(start, match[1] === '-' ? this.trimmedEnd(start, match.index) : match.index);
    this.at = pattern.lastIndex;
    if (match[2] === '-') this.skipSpace();
  }

  /** The tokens up to `}}` or `%}`. */
  private inside(kind: 'output' | 'tag', open: number): void {
    const brackets: string[] = [];
    for (;;) {
      this.skipSpace();
      if (this.at >= this.stop) {
        const close = kind === 'output' ? '}}' : '%}';
        throw this.mistake(`this ${kind === 'output' ? '{{' : '{%'} is not closed`, open, open + 2, `Write ${close} at its end.`);
      }
      if (brackets.length === 0 && this.close(kind)) return;
      this.token(brackets);
    }
  }

  private close(kind: 'output' | 'tag'): boolean {
    const end = kind === 'output' ? '}}' : '%}';
    const sign = this.source[this.at];
    const signed = (sign === '-' || (sign === '+' && kind === 'tag')) && this.source.startsWith(end, this.at + 1);
    if (!signed && !this.source.startsWith(end, this.at)) return false;
    const start = this.at;
    this.at += signed ? 3 : 2;
    this.push(kind === 'output' ? 'output-close' : 'tag-close', '', start, this.at);
    if (signed && sign === '-') this.skipSpace();
    return true;
  }

  private token(brackets: string[]): void {
    const start = this.at;
    const character = this.source[start] ?? '';
    if (character === '"' || character === "'") return this.string(start);
    if (this.take(FLOAT, 'float') || this.take(INTEGER, 'integer') || this.take(NAME, 'name')) return;
    if (!this.take(OPERATORS, 'operator')) throw this.mistake(`unexpected character ${JSON.stringify(character)}`, start, start + 1);
    const operator = this.source.slice(start, this.at);
    if ('([{'.includes(operator)) brackets.push(operator);
    else if (')]}'.includes(operator)) {
      const expected = { '(': ')', '[': ']', '{': '}' }[brackets.pop() ?? ''];
      if (expected === undefined) throw this.mistake(`unexpected '${operator}'`, start, this.at);
      if (expected !== operator) throw this.mistake(`unexpected '${operator}', expected '${expected}'`, start, this.at);
    }
  }

  private take(pattern: RegExp, type: TokenType): boolean {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.source);
    if (!match || match[0] === '' || pattern.lastIndex > this.stop) return false;
    if (type === 'float' && this.source[this.at - 1] === '.') return false;
    this.push(type, match[0], this.at, pattern.lastIndex);
    this.at = pattern.lastIndex;
    return true;
  }

  private string(start: number): void {
    const quote = this.source[start] ?? '';
    let at = start + 1;
    while (at < this.stop && this.source[at] !== quote) at += this.source[at] === '\\' ? 2 : 1;
    if (at >= this.stop) throw this.mistake('this string is not closed', start, start + 1, `Write ${quote} at its end.`);
    this.at = at + 1;
    const value = readString(this.source.slice(start + 1, at), this.dialect);
    if (value === null) throw this.mistake('this string has an escape that Python does not accept', start, this.at);
    this.push('string', value, start, this.at);
  }
}
