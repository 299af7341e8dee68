/** The value of an expression. Every fault leaves with its place. */
import { slice } from '../python/arithmetic.ts';
import { Fuel, pythonItems, PyDict, PyFault, PyTuple, textOfString, typeName, type PyValue } from '../python/values.ts';
import { boundArguments } from './call-arguments.ts';
import { pairsOf } from './collection-methods.ts';
import type { JinjaDialect } from './dialect.ts';
import { dialectRules, type DialectRules } from './dialect-rules.ts';
import type { FilterTools } from './filters/filter.ts';
import { filterNamed } from './filters/filters.ts';
import type { LoadedFile } from './files.ts';
import { attributeOf, elementOf } from './lookup.ts';
import type { ArgumentNodes, JinjaExpression } from './nodes.ts';
import { Callable, FieldsObject, Undefined, type CallArguments } from './objects.ts';
import type { Frame } from './scope.ts';
import { holds } from './value-tests.ts';

/** Where an expression stands that is being worked on. */
export interface Place {
  readonly file: LoadedFile;
  readonly start: number;
}

export class ExpressionEvaluator {
  readonly rules: DialectRules;
  readonly tools: FilterTools;
  /** Of the innermost expression: what a fault is about. */
  place: Place | null = null;

  constructor(
    readonly dialect: JinjaDialect,
    readonly fuel: Fuel,
    private readonly globals: ReadonlyMap<string, PyValue>,
  ) {
    this.rules = dialectRules(dialect, fuel);
    this.tools = {
      fuel,
      dialect,
      text: this.rules.print,
      isTrue: this.rules.isTrue,
      element: (value, key) => elementOf(value, key, fuel, dialect),
      filter: (name, value, args) => this.applyFilter(name, value, args),
      test: (name, value, args) => holds(name, value, args, this.tools),
    };
  }

  /** @throws {PyFault} as the language does; `place` says where. */
  evaluate(node: JinjaExpression, frame: Frame): PyValue {
    this.fuel.burn();
    const value = this.valueOf(node, frame);
    return value;
  }

  private valueOf(node: JinjaExpression, frame: Frame): PyValue {
    switch (node.type) {
      case 'constant':
        return node.value;
      case 'name':
        return this.named(node.name, frame);
      case 'attribute':
        return this.attribute(this.evaluate(node.target, frame), node, frame);
      case 'item': {
        const target = this.evaluate(node.target, frame);
        const key = this.evaluate(node.key, frame);
        this.at(node, frame);
        return elementOf(target, key, this.fuel, this.dialect);
      }
      case 'slice': {
        const target = this.evaluate(node.target, frame);
        const parts = node.parts.map((part) => (part === null ? undefined : this.evaluate(part, frame)));
        this.at(node, frame);
        if (target instanceof Undefined) throw target.fault();
        return slice(target, parts, this.fuel);
      }
      case 'call': {
        const target = this.evaluate(node.target, frame);
        const args = this.arguments(node.args, frame);
        this.at(node, frame);
        return call(target, args);
      }
      case 'filter':
        return node.target === null ? this.missingTarget() : this.filtered(node, this.evaluate(node.target, frame), frame);
      case 'test': {
        const value = this.evaluate(node.target, frame);
        const args = this.arguments(node.args, frame);
        this.at(node, frame);
        return holds(node.name, value, args, this.tools);
      }
      case 'unary': {
        const value = this.evaluate(node.target, frame);
        this.at(node, frame);
        return node.operator === 'not' ? !this.rules.isTrue(value) : this.rules.sign(node.operator, value);
      }
      case 'binary': {
        const left = this.evaluate(node.left, frame);
        const right = this.evaluate(node.right, frame);
        this.at(node, frame);
        return this.rules.arithmetic(node.operator, left, right);
      }
      case 'logic': {
        const left = this.evaluate(node.left, frame);
        return this.rules.isTrue(left) === (node.operator === 'or') ? left : this.evaluate(node.right, frame);
      }
      case 'compare':
        return this.compared(node, frame);
      case 'concat':
        return this.fuel.text(node.parts.map((part) => this.rules.print(this.evaluate(part, frame))).join(''));
      case 'choice':
        return this.choice(node, frame);
      case 'list':
        return node.items.map((item) => this.evaluate(item, frame));
      case 'tuple':
        return new PyTuple(node.items.map((item) => this.evaluate(item, frame)));
      case 'dict':
        return new PyDict(node.pairs.map(([key, value]) => [this.evaluate(key, frame), this.evaluate(value, frame)] as const));
    }
  }

  at(node: { readonly range: { readonly start: number } }, frame: Frame): void {
    this.place = { file: frame.file, start: node.range.start };
  }

  private missingTarget(): never {
    throw new PyFault('a filter has nothing to work on');
  }

  named(name: string, frame: Frame): PyValue {
    const own = frame.scope.get(name);
    if (own !== undefined) return own;
    const global = this.globals.get(name);
    return global === undefined ? new Undefined(`'${name}' is undefined`) : global;
  }

  private attribute(target: PyValue, node: Extract<JinjaExpression, { type: 'attribute' }>, frame: Frame): PyValue {
    this.at(node, frame);
    return attributeOf(target, node.name, this.fuel, this.dialect);
  }

  /** A filter node applied to a value: of its own target, or of the text of a block. */
  filtered(node: Extract<JinjaExpression, { type: 'filter' }>, value: PyValue, frame: Frame): PyValue {
    const args = this.arguments(node.args, frame);
    this.at(node, frame);
    return this.applyFilter(node.name, value, args);
  }

  /** The filters of a block, innermost first, over its text. */
  filterChain(node: JinjaExpression, text: PyValue, frame: Frame): PyValue {
    if (node.type !== 'filter') return text;
    return this.filtered(node, node.target === null ? text : this.filterChain(node.target, text, frame), frame);
  }

  private applyFilter(name: string, value: PyValue, args: CallArguments): PyValue {
    const filter = filterNamed(name, this.dialect);
    if (filter === null) throw new PyFault(`there is no filter '${name}'`);
    this.fuel.burn();
    const needsValue = name !== 'default' && name !== 'd' && this.dialect === 'jinja' && value instanceof Undefined;
    if (needsValue && FAILS_ON_UNDEFINED.has(name)) throw value.fault();
    if (filter.parameters === null) return filter.run(value, args, this.tools);
    return filter.run(value, boundArguments(name, filter.parameters, args), this.tools);
  }

  private compared(node: Extract<JinjaExpression, { type: 'compare' }>, frame: Frame): boolean {
    let left = this.evaluate(node.first, frame);
    for (const { operator, right } of node.rest) {
      const value = this.evaluate(right, frame);
      this.at(node, frame);
      if (!this.rules.compare(operator, left, value)) return false;
      left = value;
    }
    return true;
  }

  private choice(node: Extract<JinjaExpression, { type: 'choice' }>, frame: Frame): PyValue {
    if (this.rules.isTrue(this.evaluate(node.test, frame))) return this.evaluate(node.then, frame);
    if (node.otherwise !== null) return this.evaluate(node.otherwise, frame);
    return this.dialect === 'nunjucks' ? '' : new Undefined('the inline if-expression evaluated to false and no else section was defined');
  }

  arguments({ positional, named, star, doubleStar }: ArgumentNodes, frame: Frame): CallArguments {
    const values = positional.map((argument) => this.evaluate(argument, frame));
    const byName = new Map(named.map(([name, argument]) => [name, this.evaluate(argument, frame)]));
    if (star !== null) values.push(...pythonItems(this.evaluate(star, frame), this.fuel));
    if (doubleStar !== null)
      for (const [key, value] of pairsOf(this.evaluate(doubleStar, frame), this.fuel)) byName.set(textOfString(key) ?? '', value);
    return { positional: values, named: byName };
  }
}

/** Filters whose first step on an undefined value is a fault in Jinja2; others read it as empty. */
const FAILS_ON_UNDEFINED: ReadonlySet<string> = new Set(['abs', 'round', 'indent', 'dictsort', 'filesizeformat', 'xmlattr', 'wordwrap']);

/** @throws {PyFault} when the value cannot be called. */
export function call(target: PyValue, args: CallArguments): PyValue {
  if (target instanceof Callable) return target.call(args);
  if (target instanceof FieldsObject && target.call !== null) return target.call(args);
  if (target instanceof Undefined) throw target.fault();
  throw new PyFault(`'${typeName(target)}' object is not callable`);
}
