/** What a template refers to and where, without rendering it. */
import { excerpt, LineIndex, type TextRange } from '../../text/text.ts';
import { otherwise, UNKNOWN_CONDITION, type Condition } from './conditions.ts';
import { nearestWord } from '../../problems/did-you-mean.ts';
import {
  HELPER_NAMES,
  isExternalHelper,
  isKnownHelper,
  isMarkerHelper,
  parseTemplate,
  rangeOfNode,
  type Expression,
  type Program,
  type Statement,
} from './handlebars.ts';

/** `uncertain`: inside the block of an unknown helper, which may have made something else the context. */
export type ReferenceUse = 'value' | 'condition' | 'iteration' | 'argument' | 'uncertain';

/** One use of an input variable; `name` is its root, `path` all of it. */
export interface VariableReference {
  readonly name: string;
  readonly path: string;
  /** Of the root name itself, so that a rename replaces just that. */
  readonly range: TextRange;
  readonly use: ReferenceUse;
  /** The file that the range is in, from the root; absent: the prompt's own. */
  readonly file?: string;
  /** What must hold for this place to be reached; absent: nothing. */
  readonly when?: readonly Condition[];
}

export interface AnalysisProblem {
  readonly code: string;
  readonly message: string;
  readonly range: TextRange;
  readonly hint?: string;
  /** As in `VariableReference`. */
  readonly file?: string;
}

export interface TemplateAnalysis {
  readonly variables: readonly VariableReference[];
  /** `hasDefault`: the block of `{{#> name}}…{{/name}}` stands in for it. */
  readonly partials: readonly { readonly name: string; readonly range: TextRange; readonly file?: string; readonly hasDefault?: boolean }[];
  /** Calls of helpers that are not among those of dotprompt: the application registers them. Absent: none. */
  readonly helpers?: readonly { readonly name: string; readonly range: TextRange }[];
  readonly roles: readonly { readonly role: string; readonly range: TextRange; readonly file?: string }[];
  /** Blocks, for folding and symbols. */
  readonly blocks: readonly { readonly label: string; readonly range: TextRange; readonly file?: string }[];
  readonly problems: readonly AnalysisProblem[];
  /** It prints or walks the whole input, as `{{json this}}` does, so every variable is used. */
  readonly readsWholeInput?: boolean;
}

/** Ranges are offsets in `source` plus `offset`. `declared`: names of the application's helpers, which no variable has. */
export function analyseTemplate(source: string, offset: number, declared: readonly string[] = []): TemplateAnalysis {
  const parsed = parseTemplate(source);
  const collector = new Collector(source, offset, declared);
  if (parsed.program === null) {
    collector.problem('template/syntax', `Template: ${parsed.problem.message}.`, parsed.problem.range);
  } else {
    try {
      collector.program(parsed.program, ROOT);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      collector.problem('template/syntax', 'Template: this template is nested too deeply.', { start: 0, end: source.length });
    }
  }
  return collector.result;
}

/** A helper's name that is shorter is not compared: `is` and `gt` are helpers of their own. */
const MIN_SLIP = 4;
/** Roles that a message may have; an application may know others. */
const ROLES: readonly string[] = ['system', 'user', 'model', 'assistant', 'tool'];

/** What plain names mean here: input variables at the root, fields of something else deeper. */
interface Scope {
  readonly isRoot: boolean;
  readonly parent: Scope | null;
  readonly locals: ReadonlySet<string>;
  /** Of the blocks around it. */
  readonly when: readonly Condition[];
  /** A helper of the application decides what plain names mean. */
  readonly isUncertain: boolean;
}
const ROOT: Scope = { isRoot: true, parent: null, locals: new Set(), when: [], isUncertain: false };

class Collector {
  private readonly lines: LineIndex;
  private readonly variables: VariableReference[] = [];
  /** Partials that the template defines itself. */
  private readonly inline = new Set<string>();
  private readonly partials: { name: string; range: TextRange; hasDefault: boolean }[] = [];
  private readonly helpers: { name: string; range: TextRange }[] = [];
  private readonly roles: { role: string; range: TextRange }[] = [];
  private readonly blocks: { label: string; range: TextRange }[] = [];
  private readonly problems: { code: string; message: string; range: TextRange; hint?: string }[] = [];
  private readsWholeInput = false;

  constructor(
    private readonly source: string,
    private readonly offset: number,
    private readonly declared: readonly string[],
  ) {
    this.lines = new LineIndex(source.replace(/\r(?!\n)/g, '\n'));
  }

  get result(): TemplateAnalysis {
    const { variables, helpers, roles, blocks, problems, readsWholeInput } = this;
    const partials = this.partials.filter(({ name }) => !this.inline.has(name));
    return { variables, partials, helpers, roles, blocks, problems, ...(readsWholeInput ? { readsWholeInput } : {}) };
  }

  problem(code: string, message: string, range: TextRange, hint?: string): void {
    this.problems.push({ code, message, range: this.shift(range), ...(hint === undefined ? {} : { hint }) });
  }

  program(program: Program | undefined, scope: Scope): void {
    for (const statement of program?.body ?? []) this.statement(statement, scope);
  }

  private statement(node: Statement, scope: Scope): void {
    switch (node.type) {
      case 'MustacheStatement':
        return this.mustache(node as hbs.AST.MustacheStatement, scope);
      case 'DecoratorBlock':
        this.inline.add(literalOf((node as hbs.AST.BlockStatement).params[0]) ?? '');
        return this.block(node as hbs.AST.BlockStatement, scope);
      case 'BlockStatement':
        return this.block(node as hbs.AST.BlockStatement, scope);
      case 'PartialStatement':
      case 'PartialBlockStatement':
        return this.partial(node as hbs.AST.PartialStatement & { program?: Program }, scope);
      case 'Decorator':
        return this.problem('template/decorator', 'Decorators are not supported in prompts.', this.place(node));
      default:
    }
  }

  private mustache(node: hbs.AST.MustacheStatement, scope: Scope): void {
    const name = headOf(node.path);
    if (name !== null && isMarkerHelper(name) && !this.isLocal(name, scope)) this.marker(name, node);
    else if (name !== null && isKnownHelper(name)) this.valueHelper(name, node);
    else if (node.params.length > 0 || node.hash !== undefined || this.isDeclared(name)) this.unknownHelper(node);
    else this.expression(node.path, scope, 'value');
    this.parameters(node, scope, 'value');
  }

  private marker(name: string, node: hbs.AST.MustacheStatement): void {
    if (name === 'role') {
      const role = literalOf(node.params[0]);
      if (role === null) {
        this.problem(
          'template/role',
          'The role must be written out, as in {{role "system"}}: the value of a variable can’t choose it.',
          this.place(node),
        );
      } else if (!/^[a-z]+$/.test(role)) {
        this.problem('template/role', `"${excerpt(role, 30)}" is not a role.`, this.place(node), 'Use system, user, model or tool.');
      } else if (!ROLES.includes(role) && nearestWord(role, ROLES, 2) !== null) {
        const near = nearestWord(role, ROLES, 2) ?? '';
        this.problem('template/role', `"${excerpt(role, 30)}" is not a role.`, this.place(node), `Did you mean "${near}"?`);
      } else {
        this.roles.push({ role, range: this.shift(this.place(node)) });
      }
    }
    if (name === 'media' && !hashOf(node).some((pair) => pair.key === 'url')) {
      this.problem('template/media', '{{media}} needs a URL: {{media url=…}}.', this.place(node));
    }
    if (name === 'section' && literalOf(node.params[0]) === null) {
      this.problem('template/section', '{{section}} needs a name: {{section "name"}}.', this.place(node));
    }
  }

  private valueHelper(name: string, node: hbs.AST.MustacheStatement): void {
    if (node.params.length === 0 && name !== 'log') {
      this.problem('template/argument', `{{${name}}} needs an argument.`, this.place(node));
    }
  }

  /** A slip of the pen is a problem; any other name is one that the application may have registered. */
  private unknownHelper(node: { path: Expression }): void {
    const name = headOf(node.path) ?? '';
    const near = name.length < MIN_SLIP || this.isDeclared(name) ? null : nearestWord(name, HELPER_NAMES, 1);
    if (isExternalHelper(name) && near === null) this.helpers.push({ name, range: this.shift(this.place(node.path)) });
    else
      this.problem(
        'template/unknown-helper',
        `There is no helper "${excerpt(name, 40)}".`,
        this.place(node.path),
        near === null ? `Known helpers: ${HELPER_NAMES.join(', ')}.` : `Did you mean \`${near}\`?`,
      );
  }

  private block(node: hbs.AST.BlockStatement, scope: Scope): void {
    const name = headOf(node.path) ?? '';
    this.blocks.push({ label: `#${name}`, range: this.shift(this.place(node)) });
    const known = isKnownHelper(name);
    const isCall = node.params.length > 0 || node.hash !== undefined || this.isDeclared(name);
    if (isMarkerHelper(name)) {
      this.problem('template/block-marker', `{{#${name}}} is not a block.`, this.place(node.path), `Write {{${name} …}} before the text.`);
    } else if (!known && name !== 'inline' && isCall) {
      this.unknownHelper(node);
    } else if (!known && name !== 'inline') {
      this.expression(node.path, scope, 'condition');
    }
    this.parameters(node, scope, name === 'each' ? 'iteration' : 'condition');
    const isUncertain = scope.isUncertain || (!known && name !== 'inline' && isCall);
    const condition = isUncertain ? UNKNOWN_CONDITION : this.conditionOf(name, node, scope);
    const under = (holds: Condition | null): Scope => (holds === null ? scope : { ...scope, when: [...scope.when, holds] });
    const first = under(condition);
    this.program(
      node.program,
      isUncertain ? { ...first, locals: this.localsOf(node, scope), isUncertain } : this.inside(name, node, first),
    );
    this.program(node.inverse, { ...under(condition === null ? null : otherwise(condition)), isUncertain });
  }

  /** What a block requires of the input for its first branch; null: nothing. */
  private conditionOf(name: string, node: hbs.AST.BlockStatement, scope: Scope): Condition | null {
    if (name === 'inline') return null;
    const isHelper = isKnownHelper(name);
    const path = this.rootPath(isHelper ? node.params[0] : node.path, scope);
    // `includeZero=true` changes what counts as empty.
    if (path === null || hashOf(node).length > 0) return UNKNOWN_CONDITION;
    if (name !== 'ifEquals' && name !== 'unlessEquals') return { kind: 'truthy', path, isNot: name === 'unless' };
    const value = valueOfLiteral(node.params[1]);
    return value === undefined ? UNKNOWN_CONDITION : { kind: 'equals', path, value, isNot: name === 'unlessEquals' };
  }

  /** The path of an input variable; null: it is something else. */
  private rootPath(node: Expression | undefined, scope: Scope): string | null {
    if (node?.type !== 'PathExpression') return null;
    const found = this.rootParts(node as hbs.AST.PathExpression, scope);
    return found === null || found.length === 0 ? null : found.join('.');
  }

  /** `each` and `with` (and a plain `{{#list}}`) make their item the context; `if` and its kind do not. */
  private inside(name: string, node: hbs.AST.BlockStatement, scope: Scope): Scope {
    const locals = this.localsOf(node, scope);
    if (name === 'inline' || (isKnownHelper(name) && name !== 'each' && name !== 'with')) return { ...scope, locals };
    return { isRoot: false, parent: scope, locals, when: scope.when, isUncertain: false };
  }

  private localsOf(node: hbs.AST.BlockStatement, scope: Scope): ReadonlySet<string> {
    return new Set([...scope.locals, ...(node.program?.blockParams ?? [])]);
  }

  private partial(node: hbs.AST.PartialStatement & { program?: Program }, scope: Scope): void {
    const name = node.name.type === 'PathExpression' ? node.name.original : literalOf(node.name);
    if (name === null) {
      this.problem('template/partial', 'The name of a partial must be written out.', this.place(node), 'Write {{> name}}.');
    } else if (name !== '@partial-block') {
      this.partials.push({ name, range: this.shift(this.place(node.name)), hasDefault: node.program !== undefined });
    }
    this.parameters(node, scope, 'argument');
    this.program(node.program, scope);
  }

  private parameters(node: { params: Expression[]; hash?: hbs.AST.Hash }, scope: Scope, use: ReferenceUse): void {
    for (const parameter of node.params) this.expression(parameter, scope, use);
    for (const pair of hashOf(node)) this.expression(pair.value, scope, use);
  }

  private expression(node: Expression, scope: Scope, use: ReferenceUse): void {
    if (node.type === 'SubExpression') {
      const call = node as hbs.AST.SubExpression;
      const name = headOf(call.path) ?? '';
      if (isMarkerHelper(name)) this.problem('template/nested-marker', `{{${name}}} can’t be used inside an expression.`, this.place(node));
      else if (!isKnownHelper(name)) this.unknownHelper(call);
      this.parameters(call, scope, use);
    } else if (node.type === 'PathExpression') {
      this.path(node as hbs.AST.PathExpression, scope, use);
    }
  }

  private path(node: hbs.AST.PathExpression, scope: Scope, use: ReferenceUse): void {
    const parts = this.rootParts(node, scope);
    if (parts === null) return;
    const name = parts[0];
    if (name === undefined) {
      this.readsWholeInput = true;
      return;
    }
    const whole = this.place(node);
    const inside = this.source.slice(whole.start, whole.end).indexOf(name, node.original.length - parts.join('.').length);
    const start = whole.start + Math.max(0, inside);
    const range = this.shift({ start, end: start + name.length });
    this.variables.push({
      name,
      path: parts.join('.'),
      use: scope.isUncertain ? 'uncertain' : use,
      range,
      ...(scope.when.length === 0 ? {} : { when: scope.when }),
    });
  }

  /** The names that lead from the input to what the path means, none for the whole input; null: it means something else. */
  private rootParts(node: hbs.AST.PathExpression, scope: Scope): string[] | null {
    if (node.data) return node.parts[0] === 'root' ? node.parts.slice(1) : null;
    const { parts } = node;
    let at: Scope | null = scope;
    for (let up = node.depth; up > 0 && at; up--) at = at.parent;
    const bare = node.depth === 0 && !/^(this\b|\.\/)/.test(node.original);
    return !at?.isRoot || (bare && at.locals.has(parts[0] ?? '')) ? null : parts;
  }

  private isDeclared(name: string | null): boolean {
    return name !== null && this.declared.includes(name);
  }

  private isLocal(name: string, scope: Scope): boolean {
    return scope.locals.has(name);
  }

  private place(node: { loc: hbs.AST.SourceLocation }): TextRange {
    return rangeOfNode(node, this.lines);
  }

  private shift(range: TextRange): TextRange {
    return { start: range.start + this.offset, end: range.end + this.offset };
  }
}

const hashOf = (node: { hash?: hbs.AST.Hash }): hbs.AST.HashPair[] => node.hash?.pairs ?? [];

const headOf = (path: { type: string }): string | null =>
  path.type === 'PathExpression' ? (path as hbs.AST.PathExpression).original : null;

/** Undefined: it is no literal. */
function valueOfLiteral(node: Expression | undefined): string | number | boolean | null | undefined {
  switch (node?.type) {
    case 'StringLiteral':
    case 'NumberLiteral':
    case 'BooleanLiteral':
      return (node as hbs.AST.StringLiteral | hbs.AST.NumberLiteral | hbs.AST.BooleanLiteral).value;
    case 'NullLiteral':
      return null;
    default:
      return undefined;
  }
}

const literalOf = (node: Expression | undefined): string | null =>
  node?.type === 'StringLiteral' ? (node as hbs.AST.StringLiteral).value : null;
