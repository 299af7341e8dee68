/** Expressions of Jinja and Nunjucks, in the order of precedence that Jinja2's own parser has. */
import type { TextRange } from '../../../text/text.ts';
import { exactInt, PyFloat, isPyFault } from '../python/values.ts';
import { TemplateMistake, type JinjaDialect } from './dialect.ts';
import type { Token } from './lexer.ts';
import { NO_ARGUMENTS, type ArgumentNodes, type BinaryOperator, type CompareOperator, type JinjaExpression } from './nodes.ts';

const COMPARE: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', '===', '!==']);
const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);
const MAX_DEPTH = 120;

export class ExpressionParser {
  protected at = 0;
  private depth = 0;

  constructor(
    protected readonly tokens: readonly Token[],
    protected readonly dialect: JinjaDialect,
  ) {}

  protected get current(): Token {
    return this.tokens[this.at] ?? (this.tokens.at(-1) as Token);
  }

  protected peek(): Token {
    return this.tokens[this.at + 1] ?? this.current;
  }

  protected next(): Token {
    const token = this.current;
    if (token.type !== 'end') this.at++;
    return token;
  }

  protected is(value: string, token: Token = this.current): boolean {
    return token.value === value && (token.type === 'operator' || token.type === 'name');
  }

  protected skip(value: string): boolean {
    if (!this.is(value)) return false;
    this.at++;
    return true;
  }

  protected expect(value: string): Token {
    if (!this.is(value)) throw this.unexpected(`'${value}'`);
    return this.next();
  }

  protected expectName(what = 'a name'): Token {
    if (this.current.type !== 'name') throw this.unexpected(what);
    return this.next();
  }

  protected unexpected(expected?: string): TemplateMistake {
    const { start, end } = this.current;
    const found = `unexpected ${describe(this.current)}`;
    return new TemplateMistake(expected === undefined ? found : `${found}, expected ${expected}`, start, Math.max(end, start + 1));
  }

  /** @throws {TemplateMistake} when templates nest deeper than any person writes. */
  protected nested<T>(parse: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new TemplateMistake('this template is nested too deeply', this.current.start, this.current.end);
    const result = parse();
    this.depth--;
    return result;
  }

  private from(start: number): TextRange {
    return { start, end: this.tokens[this.at - 1]?.end ?? start };
  }

  protected expression(withChoice = true): JinjaExpression {
    return this.nested(() => (withChoice ? this.choice() : this.or()));
  }

  private choice(): JinjaExpression {
    const { start } = this.current;
    let then = this.or();
    while (this.skip('if')) {
      const test = this.or();
      const otherwise = this.skip('else') ? this.expression() : null;
      then = { type: 'choice', test, then, otherwise, range: this.from(start) };
    }
    return then;
  }

  private or(): JinjaExpression {
    const { start } = this.current;
    let left = this.and();
    while (this.skip('or')) left = { type: 'logic', operator: 'or', left, right: this.and(), range: this.from(start) };
    return left;
  }

  private and(): JinjaExpression {
    const { start } = this.current;
    let left = this.not();
    while (this.skip('and')) left = { type: 'logic', operator: 'and', left, right: this.not(), range: this.from(start) };
    return left;
  }

  private not(): JinjaExpression {
    const { start } = this.current;
    if (!this.skip('not')) return this.compare();
    return { type: 'unary', operator: 'not', target: this.nested(() => this.not()), range: this.from(start) };
  }

  private compare(): JinjaExpression {
    const { start } = this.current;
    const first = this.sum();
    const rest: { operator: CompareOperator; right: JinjaExpression }[] = [];
    for (;;) {
      const operator = this.compareOperator();
      if (operator === null) break;
      rest.push({ operator, right: this.sum() });
    }
    return rest.length === 0 ? first : { type: 'compare', first, rest, range: this.from(start) };
  }

  private compareOperator(): CompareOperator | null {
    const { type, value } = this.current;
    if (type === 'operator' && COMPARE.has(value)) {
      if ((value === '===' || value === '!==') && this.dialect === 'jinja') throw this.unexpected();
      return this.next().value as CompareOperator;
    }
    if (this.skip('in')) return 'in';
    if (!this.is('not') || !this.is('in', this.peek())) return null;
    this.at += 2;
    return 'not in';
  }

  private binary(operators: readonly BinaryOperator[], operand: () => JinjaExpression): JinjaExpression {
    const { start } = this.current;
    let left = operand();
    for (;;) {
      const operator = operators.find((known) => this.current.type === 'operator' && this.current.value === known);
      if (operator === undefined) return left;
      this.at++;
      left = { type: 'binary', operator, left, right: operand(), range: this.from(start) };
    }
  }

  private sum = (): JinjaExpression => this.binary(['+', '-'], this.concat);
  private product = (): JinjaExpression => this.binary(['*', '/', '//', '%'], this.power);
  private power = (): JinjaExpression => this.binary(['**'], () => this.unary(true));

  private concat = (): JinjaExpression => {
    const { start } = this.current;
    const parts = [this.product()];
    while (this.skip('~')) parts.push(this.product());
    return parts.length === 1 && parts[0] ? parts[0] : { type: 'concat', parts, range: this.from(start) };
  };

  private unary(withFilter: boolean): JinjaExpression {
    const { start, type, value } = this.current;
    let node: JinjaExpression;
    if (type === 'operator' && (value === '-' || value === '+')) {
      this.at++;
      node = { type: 'unary', operator: value, target: this.nested(() => this.unary(false)), range: this.from(start) };
    } else node = this.primary();
    node = this.postfix(node);
    return withFilter ? this.filters(node) : node;
  }

  protected primary(): JinjaExpression {
    const token = this.current;
    const range = { start: token.start, end: token.end };
    if (token.type === 'name') {
      this.at++;
      const constant = token.value === 'null' && this.dialect === 'nunjucks' ? null : CONSTANTS.get(token.value);
      if (constant !== undefined) return { type: 'constant', value: constant, range };
      return { type: 'name', name: token.value, range };
    }
    if (token.type === 'string') return this.strings();
    if (token.type === 'integer' || token.type === 'float') {
      this.at++;
      return { type: 'constant', value: this.number(token), range };
    }
    if (this.is('(')) {
      this.at++;
      const inner = this.tuple({ allowsEmpty: true });
      this.expect(')');
      return { ...inner, range: this.from(token.start) };
    }
    if (this.is('[')) return this.list();
    if (this.is('{')) return this.dict();
    throw this.unexpected();
  }

  private strings(): JinjaExpression {
    const { start } = this.current;
    let value = this.next().value;
    while (this.current.type === 'string') value += this.next().value;
    return { type: 'constant', value, range: this.from(start) };
  }

  private number({ type, value, start, end }: Token): number | PyFloat {
    const digits = value.replaceAll('_', '');
    if (type === 'float') return new PyFloat(Number(digits));
    try {
      return exactInt(Number(digits));
    } catch (error) {
      if (!isPyFault(error)) throw error;
      throw new TemplateMistake(error.message, start, end);
    }
  }

  /** One expression, or several parted by commas, which are a tuple. */
  protected tuple({ withChoice = true, allowsEmpty = false, until = [] as readonly string[] } = {}): JinjaExpression {
    const { start } = this.current;
    const items: JinjaExpression[] = [];
    let isTuple = false;
    for (;;) {
      if (items.length > 0) this.expect(',');
      if (this.endsTuple(until)) break;
      items.push(this.expression(withChoice));
      if (!this.is(',')) break;
      isTuple = true;
    }
    if (!isTuple && items[0]) return items[0];
    if (!isTuple && !allowsEmpty) throw this.unexpected('an expression');
    return { type: 'tuple', items, range: this.from(start) };
  }

  protected endsTuple(until: readonly string[]): boolean {
    const { type } = this.current;
    return type === 'output-close' || type === 'tag-close' || this.is(')') || until.some((word) => this.is(word));
  }

  private list(): JinjaExpression {
    const { start } = this.expect('[');
    const items: JinjaExpression[] = [];
    while (!this.is(']')) {
      if (items.length > 0) this.expect(',');
      if (this.is(']')) break;
      items.push(this.expression());
    }
    this.expect(']');
    return { type: 'list', items, range: this.from(start) };
  }

  private dict(): JinjaExpression {
    const { start } = this.expect('{');
    const pairs: [JinjaExpression, JinjaExpression][] = [];
    while (!this.is('}')) {
      if (pairs.length > 0) this.expect(',');
      if (this.is('}')) break;
      const key = this.expression();
      this.expect(':');
      // Nunjucks reads `{ name: 1 }` as JavaScript does.
      const text: JinjaExpression =
        key.type === 'name' && this.dialect === 'nunjucks' ? { type: 'constant', value: key.name, range: key.range } : key;
      pairs.push([text, this.expression()]);
    }
    this.expect('}');
    return { type: 'dict', pairs, range: this.from(start) };
  }

  protected postfix(start: JinjaExpression): JinjaExpression {
    let node = start;
    for (;;) {
      if (this.is('.')) node = this.attribute(node);
      else if (this.is('[')) node = this.subscript(node);
      else if (this.is('(')) node = { type: 'call', target: node, args: this.arguments(), range: this.from(start.range.start) };
      else return node;
    }
  }

  private attribute(target: JinjaExpression): JinjaExpression {
    this.expect('.');
    const token = this.next();
    const range = this.from(target.range.start);
    if (token.type === 'name') return { type: 'attribute', target, name: token.value, range };
    if (token.type !== 'integer') {
      this.at--;
      throw this.unexpected('a name or a number');
    }
    const key: JinjaExpression = { type: 'constant', value: this.number(token), range: { start: token.start, end: token.end } };
    return { type: 'item', target, key, range };
  }

  private subscript(target: JinjaExpression): JinjaExpression {
    this.expect('[');
    const parts: (JinjaExpression | null)[] = [this.is(':') ? null : this.expression()];
    while (this.skip(':')) parts.push(this.is(':') || this.is(']') ? null : this.expression());
    if (parts.length > 3) throw this.unexpected("']'");
    this.expect(']');
    const range = this.from(target.range.start);
    const [key] = parts;
    return parts.length === 1 && key ? { type: 'item', target, key, range } : { type: 'slice', target, parts, range };
  }

  private filters(start: JinjaExpression): JinjaExpression {
    let node = start;
    for (;;) {
      if (this.is('|')) node = this.filter(node);
      else if (this.is('is')) node = this.test(node);
      else if (this.is('(')) node = { type: 'call', target: node, args: this.arguments(), range: this.from(start.range.start) };
      else return node;
    }
  }

  /** `| name(args)`; without `target`: the first filter of a block, or further ones behind `|`. */
  protected filter(target: JinjaExpression | null, isFirst = false): JinjaExpression {
    const { start } = this.current;
    if (!isFirst) this.expect('|');
    const name = this.dotted();
    const args = this.is('(') ? this.arguments() : NO_ARGUMENTS;
    return { type: 'filter', target, name: name.text, args, nameRange: name.range, range: this.from(target?.range.start ?? start) };
  }

  private dotted(): { text: string; range: TextRange } {
    const first = this.expectName();
    let text = first.value;
    while (this.skip('.')) text += `.${this.expectName().value}`;
    return { text, range: this.from(first.start) };
  }

  private test(target: JinjaExpression): JinjaExpression {
    this.expect('is');
    const isNegated = this.skip('not');
    const name = this.dotted();
    const args = this.testArguments();
    const range = this.from(target.range.start);
    const test: JinjaExpression = { type: 'test', target, name: name.text, args, nameRange: name.range, range };
    return isNegated ? { type: 'unary', operator: 'not', target: test, range } : test;
  }

  private testArguments(): ArgumentNodes {
    if (this.is('(')) return this.arguments();
    const { type } = this.current;
    const starts = ['name', 'string', 'integer', 'float'].includes(type) || this.is('[') || this.is('{');
    if (!starts || ['else', 'or', 'and'].some((word) => this.is(word))) return NO_ARGUMENTS;
    if (this.is('is')) throw new TemplateMistake('tests with `is` cannot follow one another', this.current.start, this.current.end);
    // Jinja2 reads any word here as an argument; these can only go on with the expression.
    if (['if', 'in', 'not'].some((word) => this.is(word)) && this.dialect === 'nunjucks') return NO_ARGUMENTS;
    return { ...NO_ARGUMENTS, positional: [this.postfix(this.primary())] };
  }

  protected arguments(): ArgumentNodes {
    this.expect('(');
    const positional: JinjaExpression[] = [];
    const named: [string, JinjaExpression][] = [];
    let star: JinjaExpression | null = null;
    let doubleStar: JinjaExpression | null = null;
    for (let isFirst = true; !this.is(')'); isFirst = false) {
      if (!isFirst) this.expect(',');
      if (this.is(')')) break;
      if (star === null && doubleStar === null && this.skip('*')) star = this.expression();
      else if (doubleStar === null && this.skip('**')) doubleStar = this.expression();
      else if (this.current.type === 'name' && this.is('=', this.peek()) && doubleStar === null) {
        const name = this.next().value;
        this.at++;
        named.push([name, this.expression()]);
      } else if (star !== null || doubleStar !== null || named.length > 0) throw this.unexpected('an argument with its name');
      else positional.push(this.expression());
    }
    this.expect(')');
    return { positional, named, star, doubleStar };
  }
}

function describe({ type, value }: Token): string {
  if (type === 'end') return 'end of the template';
  if (type === 'output-close') return "'}}'";
  if (type === 'tag-close') return "'%}'";
  if (type === 'string') return 'string';
  return type === 'text' ? 'text' : `'${value}'`;
}
