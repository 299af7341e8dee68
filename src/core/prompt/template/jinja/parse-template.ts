/** The statements of Jinja and Nunjucks: text → tree, or the first mistake at its place. */
import type { TextRange } from '../../../text/text.ts';
import { TemplateMistake, type JinjaDialect } from './dialect.ts';
import { tokensOf, type Token } from './lexer.ts';
import type { Body, JinjaExpression, Parameter, JinjaStatement, AssignTarget, TemplateTree } from './nodes.ts';
import { ExpressionParser } from './parse-expression.ts';

/** @throws {TemplateMistake} for the first mistake of the text. */
export function parseJinja(source: string, dialect: JinjaDialect): TemplateTree {
  try {
    return new TemplateParser(tokensOf(source, dialect), dialect).template();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new TemplateMistake('this template is nested too deeply', 0, source.length);
  }
}

type Block = Extract<JinjaStatement, { type: 'block' }>;

/** Tags that other programs add to Jinja, and what to do instead. */
const FOREIGN: Readonly<Record<string, string>> = {
  trans: 'Goldset does not translate: write the text itself.',
  autoescape: 'A prompt is no HTML: remove it, or use the filter `escape` where you need it.',
  debug: 'Remove it.',
};

class TemplateParser extends ExpressionParser {
  private readonly blocks = new Map<string, Block>();
  private readonly open: string[] = [];

  template(): TemplateTree {
    const body = this.body([]);
    if (this.current.type !== 'end') throw this.unexpected();
    return { body, blocks: this.blocks };
  }

  /** Statements up to a tag whose name is in `until`; that tag's name is the current token then. */
  private body(until: readonly string[]): Body {
    const statements: JinjaStatement[] = [];
    while (this.current.type !== 'end') {
      const { type, start, end } = this.current;
      if (type === 'text') {
        this.at++;
        statements.push({ type: 'text', range: { start, end } });
      } else if (type === 'output-open') statements.push(this.output());
      else {
        if (until.some((word) => this.is(word, this.peek()))) {
          this.at++;
          return statements;
        }
        statements.push(this.nested(() => this.tag()));
      }
    }
    return statements;
  }

  private output(): JinjaStatement {
    const { start } = this.next();
    const expression = this.tuple();
    if (this.current.type !== 'output-close') throw this.unexpected("'}}'");
    return { type: 'output', expressions: [expression], range: { start, end: this.next().end } };
  }

  private tag(): JinjaStatement {
    const opening = this.next();
    const name = this.expectName('the name of a tag');
    const read = Object.hasOwn(TAGS, name.value) ? TAGS[name.value] : undefined;
    if (read === undefined) throw this.unknownTag(name);
    this.open.push(name.value);
    const statement = read.call(this, opening, name);
    this.open.pop();
    return statement;
  }

  private unknownTag(name: Token): TemplateMistake {
    const word = name.value;
    const around = this.open.at(-1);
    if (/^end|^el(?:se|if|seif)$/.test(word))
      return new TemplateMistake(
        around === undefined ? `{% ${word} %} has no opening tag` : `unexpected {% ${word} %} inside {% ${around} %}`,
        name.start,
        name.end,
      );
    return new TemplateMistake(
      `there is no tag {% ${word} %}`,
      name.start,
      name.end,
      Object.hasOwn(FOREIGN, word) ? FOREIGN[word] : undefined,
    );
  }

  /** The `%}` of the tag that is being read. */
  private closeTag(): number {
    if (this.current.type !== 'tag-close') throw this.unexpected("'%}'");
    return this.next().end;
  }

  private rangeTo(opening: Token, end: number): TextRange {
    return { start: opening.start, end };
  }

  /** The statements of a block up to one of the words, which is returned with them. */
  private inner(opening: Token, until: readonly string[]): { body: Body; end: Token } {
    this.skip(':');
    this.closeTag();
    const body = this.body(until);
    if (this.current.type === 'end')
      throw new TemplateMistake(
        `{% ${this.open.at(-1) ?? ''} %} is not closed`,
        opening.start,
        opening.start + 2,
        `Write {% ${until.at(-1) ?? ''} %} at its end.`,
      );
    return { body, end: this.next() };
  }

  readIf(opening: Token): JinjaStatement {
    const branches: { test: JinjaExpression; body: Body }[] = [];
    for (;;) {
      const test = this.tuple({ withChoice: this.dialect === 'nunjucks' });
      const words = this.dialect === 'nunjucks' ? ['elif', 'elseif', 'else', 'endif'] : ['elif', 'else', 'endif'];
      const { body, end } = this.inner(opening, words);
      branches.push({ test, body });
      if (end.value === 'elif' || end.value === 'elseif') continue;
      const otherwise = end.value === 'else' ? this.inner(opening, ['endif']).body : [];
      return { type: 'if', branches, otherwise, range: this.rangeTo(opening, this.closeTag()) };
    }
  }

  readFor(opening: Token): JinjaStatement {
    const target = this.target({ until: ['in'] });
    this.expect('in');
    const iterable = this.tuple({ withChoice: this.dialect === 'nunjucks', until: ['recursive'] });
    const test = this.skip('if') ? this.expression() : null;
    const isRecursive = this.skip('recursive');
    const { body, end } = this.inner(opening, ['else', 'endfor']);
    const otherwise = end.value === 'else' ? this.inner(opening, ['endfor']).body : [];
    return { type: 'for', target, iterable, test, isRecursive, body, otherwise, range: this.rangeTo(opening, this.closeTag()) };
  }

  readSet(opening: Token): JinjaStatement {
    const first = this.target({ withNamespace: true });
    const targets = this.dialect === 'nunjucks' && first.type === 'tuple' ? first.items : [first];
    if (this.skip('=')) return { type: 'set', targets, value: this.tuple(), range: this.rangeTo(opening, this.closeTag()) };
    const filter = this.is('|') ? this.filterChain(this.filter(null)) : null;
    const { body } = this.inner(opening, ['endset']);
    return { type: 'set-block', target: first, filter, body, range: this.rangeTo(opening, this.closeTag()) };
  }

  readBlock(opening: Token): JinjaStatement {
    const { value: name, ...place } = this.expectName('the name of the block');
    const isScoped = this.skip('scoped');
    const isRequired = this.skip('required');
    if (this.blocks.has(name)) throw new TemplateMistake(`the block '${name}' is defined twice`, place.start, place.end);
    const { body } = this.inner(opening, ['endblock']);
    this.skip(name);
    if (isRequired && body.length > 0 && body.some(({ type }) => type !== 'text'))
      throw new TemplateMistake('a required block can contain only white space', opening.start, opening.end);
    const block: Block = { type: 'block', name, isScoped, isRequired, body, range: this.rangeTo(opening, this.closeTag()) };
    this.blocks.set(name, block);
    return block;
  }

  readExtends(opening: Token): JinjaStatement {
    return { type: 'extends', template: this.expression(), range: this.rangeTo(opening, this.closeTag()) };
  }

  readInclude(opening: Token): JinjaStatement {
    const template = this.expression();
    const ignoreMissing = this.is('ignore') && this.is('missing', this.peek());
    if (ignoreMissing) this.at += 2;
    const withContext = this.context(true);
    return { type: 'include', template, ignoreMissing, withContext, range: this.rangeTo(opening, this.closeTag()) };
  }

  private context(byDefault: boolean): boolean {
    if ((!this.is('with') && !this.is('without')) || !this.is('context', this.peek())) return byDefault;
    const isWith = this.next().value === 'with';
    this.at++;
    return isWith;
  }

  readImport(opening: Token): JinjaStatement {
    const template = this.expression();
    this.expect('as');
    const name = this.expectName().value;
    const withContext = this.context(false);
    return { type: 'import', template, name, withContext, range: this.rangeTo(opening, this.closeTag()) };
  }

  readFrom(opening: Token): JinjaStatement {
    const template = this.expression();
    this.expect('import');
    const names: { name: string; alias: string; range: TextRange }[] = [];
    while (this.current.type === 'name' && !((this.is('with') || this.is('without')) && this.is('context', this.peek()))) {
      const { value: name, start, end } = this.next();
      if (name.startsWith('_')) throw new TemplateMistake('names that begin with an underscore cannot be imported', start, end);
      names.push({ name, alias: this.skip('as') ? this.expectName().value : name, range: { start, end } });
      if (!this.skip(',')) break;
    }
    if (names.length === 0) throw this.unexpected('a name');
    const withContext = this.context(false);
    return { type: 'from', template, names, withContext, range: this.rangeTo(opening, this.closeTag()) };
  }

  readMacro(opening: Token): JinjaStatement {
    const name = this.expectName('the name of the macro').value;
    const parameters = this.parameters();
    const { body } = this.inner(opening, ['endmacro']);
    if (this.current.type === 'name') this.at++;
    return { type: 'macro', name, parameters, body, range: this.rangeTo(opening, this.closeTag()) };
  }

  private parameters(): Parameter[] {
    this.expect('(');
    const parameters: Parameter[] = [];
    while (!this.is(')')) {
      if (parameters.length > 0) this.expect(',');
      const { value: name, start, end } = this.expectName();
      const fallback = this.skip('=') ? this.expression() : null;
      if (fallback === null && parameters.some((known) => known.fallback !== null))
        throw new TemplateMistake('a parameter without a default follows one with a default', start, end);
      parameters.push({ name, fallback });
    }
    this.expect(')');
    return parameters;
  }

  readCall(opening: Token): JinjaStatement {
    const parameters = this.is('(') ? this.parameters() : [];
    const call = this.expression();
    if (call.type !== 'call') throw new TemplateMistake('{% call %} needs a call of a macro', call.range.start, call.range.end);
    const { body } = this.inner(opening, ['endcall']);
    return { type: 'call-block', parameters, call, body, range: this.rangeTo(opening, this.closeTag()) };
  }

  readFilter(opening: Token): JinjaStatement {
    const filter = this.filterChain(this.filter(null, true));
    const { body } = this.inner(opening, ['endfilter']);
    return { type: 'filter-block', filter, body, range: this.rangeTo(opening, this.closeTag()) };
  }

  private filterChain(first: JinjaExpression): JinjaExpression {
    let chain = first;
    while (this.is('|')) chain = this.filter(chain);
    return chain;
  }

  readWith(opening: Token): JinjaStatement {
    const pairs: [AssignTarget, JinjaExpression][] = [];
    while (this.current.type !== 'tag-close') {
      if (pairs.length > 0) this.expect(',');
      const target = this.target();
      this.expect('=');
      pairs.push([target, this.expression()]);
    }
    const { body } = this.inner(opening, ['endwith']);
    return { type: 'with', pairs, body, range: this.rangeTo(opening, this.closeTag()) };
  }

  readDo(opening: Token): JinjaStatement {
    return { type: 'do', value: this.tuple(), range: this.rangeTo(opening, this.closeTag()) };
  }

  readPrint(opening: Token): JinjaStatement {
    const expressions = [this.expression()];
    while (this.skip(',')) expressions.push(this.expression());
    return { type: 'output', expressions, range: this.rangeTo(opening, this.closeTag()) };
  }

  readLoopControl(opening: Token, name: Token): JinjaStatement {
    if (!this.open.includes('for')) throw new TemplateMistake(`{% ${name.value} %} stands outside of a loop`, name.start, name.end);
    return { type: 'loop-control', word: name.value as 'break' | 'continue', range: this.rangeTo(opening, this.closeTag()) };
  }

  /** What is assigned to: a name, a field of a namespace, or several names. */
  private target({ until = [] as readonly string[], withNamespace = false } = {}): AssignTarget {
    if (withNamespace && this.current.type === 'name' && this.is('.', this.peek())) {
      const { value: name, start } = this.next();
      this.at++;
      const field = this.expectName();
      return { type: 'namespace', name, field: field.value, range: { start, end: field.end } };
    }
    const { start } = this.current;
    const items: AssignTarget[] = [];
    let isTuple = false;
    while (!(items.length > 0 && this.endsTarget(until))) {
      items.push(this.simpleTarget());
      if (!this.skip(',')) break;
      isTuple = true;
    }
    const [only] = items;
    return !isTuple && only ? only : { type: 'tuple', items, range: { start, end: this.tokens[this.at - 1]?.end ?? start } };
  }

  private endsTarget(until: readonly string[]): boolean {
    return this.endsTuple(until) || this.is('=') || this.is(']');
  }

  private simpleTarget(): AssignTarget {
    const { start } = this.current;
    const bracket = ['(', '['].find((known) => this.is(known));
    if (bracket !== undefined) {
      this.at++;
      const inner = this.target();
      this.expect(bracket === '(' ? ')' : ']');
      return inner;
    }
    const { value: name, end } = this.expectName();
    if (RESERVED.has(name)) throw new TemplateMistake(`'${name}' cannot be assigned to`, start, end);
    return { type: 'name', name, range: { start, end } };
  }
}

const RESERVED: ReadonlySet<string> = new Set(['true', 'false', 'none', 'True', 'False', 'None']);

type ReadTag = (this: TemplateParser, opening: Token, name: Token) => JinjaStatement;
const { prototype: read } = TemplateParser;
const TAGS: Readonly<Record<string, ReadTag>> = {
  if: read.readIf,
  for: read.readFor,
  set: read.readSet,
  block: read.readBlock,
  extends: read.readExtends,
  include: read.readInclude,
  import: read.readImport,
  from: read.readFrom,
  macro: read.readMacro,
  call: read.readCall,
  filter: read.readFilter,
  with: read.readWith,
  do: read.readDo,
  print: read.readPrint,
  break: read.readLoopControl,
  continue: read.readLoopControl,
};

/** Whether a word occurs that only Nunjucks has: the filter `dump`, the tag `elseif`, `===`. */
export function usesNunjucks(tokens: readonly Token[]): boolean {
  return tokens.some(
    ({ type, value }, at) =>
      (type === 'operator' && (value === '===' || value === '!==')) ||
      (type === 'name' &&
        ((value === 'dump' && tokens[at - 1]?.value === '|') || (value === 'elseif' && tokens[at - 1]?.type === 'tag-open'))),
  );
}
