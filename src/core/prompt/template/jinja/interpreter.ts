/** Executes a template: statements in order, into segments. No host object can be reached from here. */
import { HumanError } from '../../../problems/errors.ts';
import type { JsonObject } from '../../../json/json.ts';
import type { TextRange } from '../../../text/text.ts';
import type { Segment } from '../../request.ts';
import {
  fromJson,
  Fuel,
  pythonItems,
  PyDict,
  PyFault,
  isPyFault,
  possibleItems,
  textOfString,
  typeName,
  PyTuple,
  type PyValue,
} from '../python/values.ts';
import type { JinjaDialect } from './dialect.ts';
import { call, ExpressionEvaluator } from './evaluate.ts';
import { lineIn, type LoadedFile, type TemplateFiles } from './files.ts';
import { templateGlobals } from './globals.ts';
import { LoopState } from './loop.ts';
import { bindMacro } from './macros.ts';
import type { Body, JinjaExpression, Parameter, JinjaStatement, AssignTarget } from './nodes.ts';
import { Callable, FieldsObject, Namespace, TemplateText, Undefined, type CallArguments } from './objects.ts';
import { SegmentOutput, type OutputSize } from './output.ts';
import { Scope, type Frame, type TemplateContext } from './scope.ts';
import { namesRead } from './walk.ts';

const MAX_DEPTH = 80;
type Signal = 'break' | 'continue' | null;
type NodeOf<T extends JinjaStatement['type']> = Extract<JinjaStatement, { type: T }>;

export class Interpreter {
  private readonly fuel = new Fuel();
  private readonly size: OutputSize = { characters: 0, segments: 0 };
  private readonly evaluator: ExpressionEvaluator;

  constructor(
    private readonly files: TemplateFiles,
    private readonly dialect: JinjaDialect,
    private readonly variables: JsonObject,
  ) {
    this.evaluator = new ExpressionEvaluator(dialect, this.fuel, templateGlobals(this.fuel));
  }

  /** @throws {HumanError} with the file and line of what went wrong. */
  render(entry: LoadedFile): Segment[] {
    const out = new SegmentOutput(this.size);
    try {
      const values = Object.keys(this.variables).map((name) => [name, fromJson(this.variables[name] ?? null)] as const);
      this.file(entry, this.context(new Scope(null, values)), out, 0);
    } catch (error) {
      throw this.placed(error, entry);
    }
    return out.segments;
  }

  private placed(error: unknown, entry: LoadedFile): unknown {
    const tooDeep = error instanceof RangeError && /call stack/.test(error.message);
    if (!isPyFault(error) && !tooDeep) return error;
    const { file, start } = this.evaluator.place ?? { file: entry, start: 0 };
    const reason = isPyFault(error) ? error.message : 'this template is nested too deeply';
    const hint = isPyFault(error) ? error.hint : undefined;
    return new HumanError('template/render', `Template ${file.file.path}, line ${lineIn(file.file, start)}: ${reason}.`, hint);
  }

  /** A context for one file and those that it extends; `base`: the names that it can read. */
  private context(base: Scope): TemplateContext {
    const blocks: TemplateContext['blocks'] = new Map();
    const own: Scope = new Scope(base);
    const context = { top: new Scope(own), blocks };
    const block = (name: string): PyValue | undefined =>
      blocks.has(name) ? new Callable(name, () => this.capture((out) => this.block(name, 0, context, context.top, out, 0))) : undefined;
    own.set('self', new FieldsObject('TemplateReference', block));
    return context;
  }

  private file(file: LoadedFile, context: TemplateContext, out: SegmentOutput, depth: number): void {
    this.assertDepth(depth);
    for (const [name, node] of file.tree.blocks) context.blocks.set(name, [...(context.blocks.get(name) ?? []), { file, node }]);
    const root: Frame['root'] = { extends: null };
    this.body(file.tree.body, { file, context, scope: context.top, root, depth }, out);
    if (root.extends !== null) this.file(root.extends, context, out, depth + 1);
  }

  private assertDepth(depth: number): void {
    if (depth > MAX_DEPTH) throw new PyFault('macros, blocks or files call one another too deeply', 'Look for one that calls itself.');
  }

  private capture(write: (out: SegmentOutput) => void) {
    const out = new SegmentOutput(this.size);
    write(out);
    return out.captured();
  }

  private body(body: Body, frame: Frame, out: SegmentOutput): Signal {
    for (const statement of body) {
      const signal = this.statement(statement, frame, out);
      if (signal !== null) return signal;
    }
    return null;
  }

  private statement(node: JinjaStatement, frame: Frame, out: SegmentOutput): Signal {
    this.fuel.burn();
    // What a template prints outside of blocks after `extends` is not part of the result.
    const isSilent = frame.root.extends !== null;
    this.evaluator.at(node, frame);
    switch (node.type) {
      case 'text':
        if (!isSilent) out.literal(frame.file.file, node.range, literalText(frame.file.file.source, node.range));
        return null;
      case 'output':
        if (!isSilent) for (const expression of node.expressions) this.print(expression, node.range, frame, out);
        return null;
      case 'if':
        return this.branches(node, frame, out);
      case 'for':
        if (!isSilent) this.loop(node, this.loopItems(this.evaluator.evaluate(node.iterable, frame)), frame, out, 0);
        return null;
      case 'loop-control':
        return node.word;
      case 'do':
        this.evaluator.evaluate(node.value, frame);
        return null;
      case 'block':
        if (!isSilent) this.block(node.name, 0, frame.context, node.isScoped ? frame.scope : frame.context.top, out, frame.depth);
        return null;
      case 'with':
        return this.with(node, frame, out);
      case 'filter-block':
        if (!isSilent) this.filterBlock(node, frame, out);
        return null;
      case 'call-block':
        if (!isSilent) this.callBlock(node, frame, out);
        return null;
      default:
        this.definition(node, frame, out);
        return null;
    }
  }

  private definition(
    node: NodeOf<'set' | 'set-block' | 'macro' | 'extends' | 'include' | 'import' | 'from'>,
    frame: Frame,
    out: SegmentOutput,
  ): void {
    switch (node.type) {
      case 'set': {
        const value = this.evaluator.evaluate(node.value, frame);
        for (const target of node.targets) this.assign(target, value, frame);
        return;
      }
      case 'set-block': {
        const text = this.capture((inner) => this.body(node.body, this.inside(frame), inner));
        return this.assign(node.target, node.filter === null ? text : this.evaluator.filterChain(node.filter, text, frame), frame);
      }
      case 'macro':
        return frame.scope.set(node.name, this.macro(node.name, node.parameters, node.body, frame));
      case 'extends':
        if (frame.root.extends !== null) throw new PyFault('extended multiple times');
        frame.root.extends = this.required(node.template, frame);
        return;
      case 'include':
        return this.include(node, frame, out);
      case 'import':
        return frame.scope.set(node.name, this.module(node, frame));
      case 'from': {
        const module = this.module(node, frame);
        for (const { name, alias } of node.names) {
          const value = module.field(name);
          frame.scope.set(alias, value === undefined ? new Undefined(`the imported template does not export the name '${name}'`) : value);
        }
      }
    }
  }

  private inside(frame: Frame, values: Iterable<readonly [string, PyValue]> = []): Frame {
    return { ...frame, scope: new Scope(frame.scope, values) };
  }

  /** Prints a value; text that the template made keeps its segments. */
  private print(node: JinjaExpression, range: TextRange, frame: Frame, out: SegmentOutput): void {
    const { file } = frame.file;
    if (node.type === 'concat') {
      for (const part of node.parts) this.print(part, part.range, frame, out);
      return;
    }
    if (node.type === 'choice') {
      const chosen = this.evaluator.rules.isTrue(this.evaluator.evaluate(node.test, frame)) ? node.then : node.otherwise;
      if (chosen !== null) return this.print(chosen, chosen === node.then && node.otherwise === null ? range : chosen.range, frame, out);
    }
    const value = node.type === 'choice' ? '' : this.evaluator.evaluate(node, frame);
    if (node.type === 'constant') return out.literal(file, range, this.evaluator.rules.print(value));
    if (value instanceof TemplateText && value.segments !== null) return out.append(value.segments);
    this.evaluator.at(node, frame);
    const expression = file.source.slice(node.range.start, node.range.end);
    out.value(file, range, this.evaluator.rules.print(value), expression, this.dialect === 'nunjucks' && hasDict(value));
  }

  private branches(node: NodeOf<'if'>, frame: Frame, out: SegmentOutput): Signal {
    const branch = node.branches.find(({ test }) => this.evaluator.rules.isTrue(this.evaluator.evaluate(test, frame)));
    return this.body(branch?.body ?? node.otherwise, frame, out);
  }

  private loopItems(value: PyValue): readonly PyValue[] {
    if (this.dialect === 'jinja') return pythonItems(value, this.fuel);
    return value instanceof PyDict ? value.pairs() : (possibleItems(value) ?? []);
  }

  private loop(node: NodeOf<'for'>, all: readonly PyValue[], frame: Frame, out: SegmentOutput, depth: number): void {
    this.assertDepth(frame.depth + depth);
    const enter = (item: PyValue, values: readonly (readonly [string, PyValue])[]): Frame => {
      const inner = this.inside(frame, values);
      this.unpack(node.target, item, inner);
      return inner;
    };
    const { test } = node;
    const items =
      test === null ? [...all] : all.filter((item) => this.evaluator.rules.isTrue(this.evaluator.evaluate(test, enter(item, []))));
    if (items.length === 0) return void this.body(node.otherwise, this.inside(frame), out);
    const recurse = ({ positional: [more = []] }: CallArguments) =>
      this.capture((inner) => this.loop(node, this.loopItems(more), frame, inner, depth + 1));
    const state = new LoopState(items, depth, this.fuel, node.isRecursive ? recurse : null);
    for (const item of items) {
      this.fuel.burn();
      state.next();
      if (this.body(node.body, enter(item, [['loop', state.object]]), out) === 'break') return;
    }
  }

  private unpack(target: AssignTarget, value: PyValue, frame: Frame): void {
    if (target.type === 'name') return frame.scope.set(target.name, value);
    if (target.type === 'namespace') return this.assign(target, value, frame);
    const items = pythonItems(value, this.fuel);
    const wanted = target.items.length;
    if (items.length < wanted && this.dialect === 'jinja')
      throw new PyFault(`not enough values to unpack (expected ${wanted}, got ${items.length})`);
    if (items.length > wanted && this.dialect === 'jinja') throw new PyFault(`too many values to unpack (expected ${wanted})`);
    target.items.forEach((inner, at) => this.unpack(inner, items[at] ?? null, frame));
  }

  private assign(target: AssignTarget, value: PyValue, frame: Frame): void {
    if (target.type === 'namespace') {
      const owner = this.evaluator.named(target.name, frame);
      if (!(owner instanceof Namespace))
        throw new PyFault('cannot assign attribute on non-namespace object', 'Write `{% set ns = namespace() %}` first.');
      owner.fields.set(target.field, value);
    } else if (target.type === 'name' && this.dialect === 'nunjucks') frame.scope.assign(target.name, value);
    else this.unpack(target, value, frame);
  }

  private with(node: NodeOf<'with'>, frame: Frame, out: SegmentOutput): Signal {
    const inner = this.inside(frame);
    for (const [target, value] of node.pairs) this.unpack(target, this.evaluator.evaluate(value, frame), inner);
    return this.body(node.body, inner, out);
  }

  private filterBlock(node: NodeOf<'filter-block'>, frame: Frame, out: SegmentOutput): void {
    const text = this.capture((inner) => this.body(node.body, this.inside(frame), inner));
    const value = this.evaluator.filterChain(node.filter, text, frame);
    if (this.dialect === 'jinja' && textOfString(value) === null)
      throw new PyFault(`a filter block must make text, not '${typeName(value)}'`, 'End it with a filter that makes text, such as join.');
    const printed = this.evaluator.rules.print(value);
    const { file } = frame.file;
    const isLiteral = text.segments?.every(({ kind }) => kind === 'literal') === true && namesRead([{ ...node, body: [] }]).size === 0;
    if (isLiteral) out.literal(file, node.range, printed);
    else out.value(file, node.range, printed, file.source.slice(node.filter.range.start, node.filter.range.end), false);
  }

  private block(name: string, at: number, context: TemplateContext, around: Scope, out: SegmentOutput, depth: number): void {
    const found = context.blocks.get(name)?.[at];
    this.assertDepth(depth);
    if (found === undefined) throw new PyFault(`there is no parent block called '${name}'`);
    if (found.node.isRequired) throw new PyFault(`Required block '${name}' not found`);
    const above = () => this.capture((inner) => this.block(name, at + 1, context, around, inner, depth + 1));
    const scope = new Scope(around, [['super', new Callable('super', above)]]);
    this.body(found.node.body, { file: found.file, context, scope, root: { extends: null }, depth: depth + 1 }, out);
  }

  private macro(name: string, parameters: readonly Parameter[], body: Body, frame: Frame): Callable {
    const names = namesRead(body);
    const reads = new Set(['caller', 'varargs', 'kwargs'].filter((special) => names.has(special)));
    const run = (args: CallArguments): PyValue => {
      const inner: Frame = { ...this.inside(frame), root: { extends: null }, depth: this.callDepth + 1 };
      this.assertDepth(inner.depth);
      const bind = (parameter: string, value: PyValue) => inner.scope.set(parameter, value);
      bindMacro({ name, parameters, reads }, args, bind, ({ fallback }) =>
        fallback === null ? null : this.evaluator.evaluate(fallback, inner),
      );
      this.callDepth++;
      const text = this.capture((out) => this.body(body, inner, out));
      this.callDepth--;
      return text;
    };
    const fields: (readonly [string, PyValue])[] = [
      ['name', name],
      ['arguments', new PyTuple(parameters.map((parameter) => parameter.name))],
    ];
    return new Callable(name, run, new Map(fields));
  }

  /** Macros that call macros right now. */
  private callDepth = 0;

  private callBlock(node: NodeOf<'call-block'>, frame: Frame, out: SegmentOutput): void {
    if (node.call.type !== 'call') return;
    const caller = this.macro('caller', node.parameters, node.body, frame);
    const target = this.evaluator.evaluate(node.call.target, frame);
    const { positional, named } = this.evaluator.arguments(node.call.args, frame);
    const value = call(target, { positional, named: new Map([...named, ['caller', caller]]) });
    if (value instanceof TemplateText && value.segments !== null) return out.append(value.segments);
    const { file } = frame.file;
    out.value(file, node.range, this.evaluator.rules.print(value), file.source.slice(node.call.range.start, node.call.range.end), false);
  }

  private include(node: NodeOf<'include'>, frame: Frame, out: SegmentOutput): void {
    const file = this.find(node.template, frame);
    if (file === null && !node.ignoreMissing) throw this.missing(node.template, frame);
    if (file === null) return;
    // An included file does not see the loop that it stands in.
    const hidden: (readonly [string, PyValue])[] = this.dialect === 'jinja' ? [['loop', new Undefined("'loop' is undefined")]] : [];
    const base = node.withContext ? new Scope(frame.scope, hidden) : new Scope(null);
    this.file(file, this.context(base), out, Math.max(frame.depth, this.callDepth) + 1);
  }

  /** The names that an imported file defines; what it prints is dropped. */
  private module(node: NodeOf<'import' | 'from'>, frame: Frame): FieldsObject {
    const file = this.required(node.template, frame);
    const context = this.context(node.withContext ? frame.scope : new Scope(null));
    const text = this.capture((out) => this.file(file, context, out, frame.depth + 1));
    return new FieldsObject(
      'TemplateModule',
      (name) => (name.startsWith('_') ? undefined : context.top.own().get(name)),
      () => text.text(),
    );
  }

  private required(template: JinjaExpression, frame: Frame): LoadedFile {
    const file = this.find(template, frame);
    if (file === null) throw this.missing(template, frame);
    return file;
  }

  private find(template: JinjaExpression, frame: Frame): LoadedFile | null {
    const value = this.evaluator.evaluate(template, frame);
    const names = textOfString(value) === null ? pythonItems(value, this.fuel) : [value];
    for (const name of names) {
      const file = this.files.named(textOfString(name) ?? '');
      if (file !== null) return file;
    }
    return null;
  }

  private missing(template: JinjaExpression, frame: Frame): PyFault {
    this.evaluator.at(template, frame);
    const { source } = frame.file.file;
    return new PyFault(
      `there is no template file ${source.slice(template.range.start, template.range.end)}`,
      'Create it, or write `ignore missing` behind its name.',
    );
  }
}

/** Text of a template as its engine reads it: LF line ends, no mark at the start of the file. */
function literalText(source: string, { start, end }: TextRange): string {
  const text = source.slice(start, end).replace(/\r\n?/g, '\n');
  return start === 0 ? text.replace(/^\uFEFF/, '') : text;
}

const hasDict = (value: PyValue): boolean => value instanceof PyDict || (Array.isArray(value) && value.some(hasDict));
