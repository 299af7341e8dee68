/** What a Jinja or Nunjucks template refers to and where, without rendering it. */
import { didYouMean } from '../../../problems/did-you-mean.ts';
import type { TextRange } from '../../../text/text.ts';
import { textOfString } from '../python/values.ts';
import type { ReferenceUse, TemplateAnalysis } from '../analyse.ts';
import type { JinjaDialect } from './dialect.ts';
import { filterNames, filterNamed, REFUSED_FILTERS } from './filters/filters.ts';
import { GLOBAL_NAMES } from './globals.ts';
import type { Body, JinjaExpression, Parameter, JinjaStatement, AssignTarget, TemplateTree } from './nodes.ts';
import { isTestName, testNames } from './value-tests.ts';
import { argumentsOf, partsOf } from './walk.ts';

/** Ranges are offsets in the text of `tree`. @throws {RangeError} for a template nested too deeply. */
export function analyseTree(tree: TemplateTree, dialect: JinjaDialect): TemplateAnalysis {
  const collector = new JinjaCollector(dialect);
  collector.root(tree.body);
  return collector.result;
}

/** Names that a template defines itself, inside one another. */
class Names {
  private readonly own = new Set<string>();
  constructor(private readonly parent: Names | null) {}
  add(name: string): void {
    this.own.add(name);
  }
  has(name: string): boolean {
    return this.own.has(name) || (this.parent?.has(name) ?? false);
  }
}

const SPECIAL: ReadonlySet<string> = new Set(['self', 'super']);

class JinjaCollector {
  private readonly variables: TemplateAnalysis['variables'][number][] = [];
  private readonly partials: { name: string; range: TextRange }[] = [];
  private readonly blocks: { label: string; range: TextRange }[] = [];
  private readonly problems: TemplateAnalysis['problems'][number][] = [];
  private readonly top = new Names(null);

  constructor(private readonly dialect: JinjaDialect) {}

  get result(): TemplateAnalysis {
    const inOrder = <T extends { range: TextRange }>(found: readonly T[]): T[] => found.toSorted((a, b) => a.range.start - b.range.start);
    return {
      variables: inOrder(this.variables),
      partials: inOrder(this.partials),
      roles: [],
      blocks: inOrder(this.blocks),
      problems: inOrder(this.problems),
    };
  }

  root(body: Body): void {
    this.body(body, this.top);
  }

  /** Macros run when they are called, so they see the names that are set behind them, too. */
  private body(body: Body, names: Names): void {
    const later: (() => void)[] = [];
    for (const statement of body) this.statement(statement, names, later);
    for (const macro of later) macro();
  }

  private statement(node: JinjaStatement, names: Names, later: (() => void)[]): void {
    if ('body' in node || node.type === 'if') this.blocks.push({ label: labelOf(node), range: node.range });
    switch (node.type) {
      case 'text':
      case 'loop-control':
        return;
      case 'output':
        for (const expression of node.expressions) this.expression(expression, names, 'value');
        return;
      case 'do':
        return this.expression(node.value, names, 'value');
      case 'if':
        for (const { test, body } of node.branches) {
          this.expression(test, names, 'condition');
          this.body(body, names);
        }
        return this.body(node.otherwise, names);
      case 'for':
        return this.loop(node, names);
      case 'set':
        this.expression(node.value, names, 'value');
        return node.targets.forEach((target) => this.target(target, names));
      case 'set-block':
        if (node.filter !== null) this.expression(node.filter, names, 'value');
        this.body(node.body, new Names(names));
        return this.target(node.target, names);
      case 'block':
        return this.body(node.body, new Names(node.isScoped ? names : this.top));
      case 'with': {
        const inner = new Names(names);
        for (const [, value] of node.pairs) this.expression(value, names, 'value');
        for (const [target] of node.pairs) this.target(target, inner);
        return this.body(node.body, inner);
      }
      case 'filter-block':
        this.expression(node.filter, names, 'value');
        return this.body(node.body, new Names(names));
      case 'macro':
        names.add(node.name);
        later.push(() => this.callable(node.parameters, node.body, names));
        return;
      case 'call-block':
        this.expression(node.call, names, 'value');
        return this.callable(node.parameters, node.body, names);
      default:
        this.file(node, names);
    }
  }

  private loop(node: Extract<JinjaStatement, { type: 'for' }>, names: Names): void {
    this.expression(node.iterable, names, 'iteration');
    const inner = new Names(names);
    this.target(node.target, inner);
    if (node.test !== null) this.expression(node.test, inner, 'condition');
    inner.add('loop');
    this.body(node.body, inner);
    this.body(node.otherwise, new Names(names));
  }

  private callable(parameters: readonly Parameter[], body: Body, names: Names): void {
    const inner = new Names(names);
    for (const { name, fallback } of parameters) {
      if (fallback !== null) this.expression(fallback, inner, 'argument');
      inner.add(name);
    }
    for (const special of ['caller', 'varargs', 'kwargs']) inner.add(special);
    this.body(body, inner);
  }

  private file(node: Extract<JinjaStatement, { type: 'extends' | 'include' | 'import' | 'from' }>, names: Names): void {
    this.fileNames(node.template, names);
    if (node.type === 'import') names.add(node.name);
    if (node.type === 'from') for (const { alias } of node.names) names.add(alias);
  }

  /** Every name that the expression may mean; the value of a variable chooses none. */
  private fileNames(node: JinjaExpression, names: Names): void {
    const text = node.type === 'constant' ? textOfString(node.value) : null;
    if (text !== null) this.partials.push({ name: text, range: node.range });
    else if (node.type === 'list' || node.type === 'tuple') for (const item of node.items) this.fileNames(item, names);
    else if (node.type === 'choice') {
      this.expression(node.test, names, 'condition');
      this.fileNames(node.then, names);
      if (node.otherwise !== null) this.fileNames(node.otherwise, names);
    } else {
      const message = 'Template: the name of a template file must be written out: the value of a variable can’t choose it.';
      this.problems.push({ code: 'template/syntax', message, range: node.range, hint: 'Write the name in quotes.' });
    }
  }

  private target(target: AssignTarget, names: Names): void {
    if (target.type === 'tuple') for (const item of target.items) this.target(item, names);
    else if (target.type === 'name') names.add(target.name);
    else if (!names.has(target.name)) this.variable(target.name, target.name, target.range.start, 'value');
  }

  private expression(node: JinjaExpression, names: Names, use: ReferenceUse): void {
    const path = pathOf(node);
    if (path !== null) {
      const [name = ''] = path;
      if (!names.has(name) && !GLOBAL_NAMES.has(name) && !SPECIAL.has(name)) this.variable(name, path.join('.'), node.range.start, use);
      return;
    }
    if (node.type === 'filter' && filterNamed(node.name, this.dialect) === null) this.unknown('filter', node.name, node.nameRange);
    if (node.type === 'test' && !isTestName(node.name)) this.unknown('test', node.name, node.nameRange);
    if (node.type === 'choice') {
      this.expression(node.test, names, 'condition');
      this.expression(node.then, names, use);
      if (node.otherwise !== null) this.expression(node.otherwise, names, use);
    } else if (node.type === 'call' || node.type === 'filter' || node.type === 'test') {
      if (node.target !== null) this.callee(node, node.target, names, node.type === 'test' ? 'condition' : use);
      for (const argument of argumentsOf(node.args)) this.expression(argument, names, 'argument');
    } else for (const part of partsOf(node)) this.expression(part, names, use);
  }

  /** A method is no field of its variable: `x.y.upper()` reads `x.y`. */
  private callee(node: JinjaExpression, target: JinjaExpression, names: Names, use: ReferenceUse): void {
    const isMethod = node.type === 'call' && target.type === 'attribute';
    this.expression(isMethod ? target.target : target, names, use);
  }

  private variable(name: string, path: string, start: number, use: ReferenceUse): void {
    this.variables.push({ name, path, use, range: { start, end: start + name.length } });
  }

  private unknown(kind: 'filter' | 'test', name: string, range: TextRange): void {
    const refused = kind === 'filter' ? REFUSED_FILTERS.get(name) : undefined;
    const known = kind === 'filter' ? filterNames(this.dialect) : testNames();
    const message = refused === undefined ? `there is no ${kind} '${name}'` : `the filter '${name}' is not supported`;
    this.problems.push({ code: 'template/syntax', message: `Template: ${message}.`, range, hint: refused ?? hintFor(name, known) });
  }
}

function hintFor(name: string, known: readonly string[]): string {
  const hint = didYouMean(name, known).trim();
  return hint === '' ? 'A filter or test that your application adds in code is not known to Goldset.' : hint;
}

/** The steps of `a.b["c"]`; null: the expression is something else. */
function pathOf(node: JinjaExpression): string[] | null {
  if (node.type === 'name') return [node.name];
  if (node.type !== 'attribute' && node.type !== 'item') return null;
  const around = pathOf(node.target);
  if (around === null) return null;
  if (node.type === 'attribute') return [...around, node.name];
  const key = node.key.type === 'constant' ? textOfString(node.key.value) : null;
  return key === null ? null : [...around, key];
}

const labelOf = (node: JinjaStatement): string => ('name' in node ? `${node.type} ${node.name}` : node.type.replace(/-block$/, ''));
