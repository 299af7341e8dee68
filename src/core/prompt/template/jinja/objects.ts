/** The values of a template that Python's data does not have: undefined, text with its origin, ranges, functions. */
import type { Segment } from '../../request.ts';
import { pythonRepr, stringRepr } from '../python/print.ts';
import { Fuel, PyDict, PyFault, PyObject, type PyValue } from '../python/values.ts';

/** The result of looking up what does not exist: prints nothing, and is a fault where something is done with it. */
export class Undefined extends PyObject {
  override readonly typeName = 'Undefined';
  constructor(
    /** What a fault says, such as `'x' is undefined`. */
    readonly reason: string,
  ) {
    super();
  }
  override text(): string {
    return '';
  }
  override reprText(): string {
    return 'Undefined';
  }
  override isTrue(): boolean {
    return false;
  }
  override items(): readonly PyValue[] {
    return [];
  }
  override size(): number {
    return 0;
  }
  fault(): PyFault {
    return new PyFault(this.reason, 'Give it a value, or write `| default(…)` or `is defined`.');
  }
}

/** Text that a template made itself (a macro, a block): printed alone, each piece keeps its place. `isSafe`: no escaping any more. */
export class TemplateText extends PyObject {
  override readonly typeName = 'str';
  constructor(
    private readonly value: string,
    readonly segments: readonly Segment[] | null,
    readonly isSafe: boolean,
  ) {
    super();
  }
  override text(): string {
    return this.value;
  }
  override reprText(): string {
    return this.isSafe ? `Markup(${stringRepr(this.value)})` : stringRepr(this.value);
  }
  override isTrue(): boolean {
    return this.value !== '';
  }
}

export class RangeValue extends PyObject {
  override readonly typeName = 'range';
  private readonly length: number;
  constructor(
    private readonly start: number,
    private readonly stop: number,
    private readonly step: number,
  ) {
    super();
    if (step === 0) throw new PyFault('range() arg 3 must not be zero');
    this.length = Math.max(0, Math.ceil((stop - start) / step));
    if (this.length > 100_000) throw new PyFault('a range of more than 100,000 numbers is not supported');
  }
  override text(): string {
    return this.step === 1 ? `range(${this.start}, ${this.stop})` : `range(${this.start}, ${this.stop}, ${this.step})`;
  }
  override isTrue(): boolean {
    return this.length > 0;
  }
  override items(): readonly PyValue[] {
    return Array.from({ length: this.length }, (_, at) => this.start + at * this.step);
  }
  override size(): number {
    return this.length;
  }
}

/** What a filter such as `map` returns: can be walked once. */
export class OneTime extends PyObject {
  override readonly typeName = 'generator';
  private rest: readonly PyValue[];
  constructor(items: readonly PyValue[]) {
    super();
    this.rest = items;
  }
  override text(): string {
    throw new PyFault('Python prints `<generator object …>` for the result of this filter', 'Write `| list` or `| join(", ")` behind it.');
  }
  override items(): readonly PyValue[] {
    const { rest } = this;
    this.rest = [];
    return rest;
  }
  /** The next item only. */
  take(): PyValue | undefined {
    const [first, ...rest] = this.rest;
    this.rest = rest;
    return first;
  }
}

/** `dict.keys()` and its kind: follows the dict. */
export class DictView extends PyObject {
  override readonly typeName: string;
  constructor(
    private readonly dict: PyDict,
    private readonly kind: 'keys' | 'values' | 'items',
    private readonly fuel: Fuel,
  ) {
    super();
    this.typeName = `dict_${kind}`;
  }
  override text(): string {
    return `${this.typeName}(${pythonRepr([...this.items()], this.fuel)})`;
  }
  override isTrue(): boolean {
    return this.dict.size > 0;
  }
  override items(): readonly PyValue[] {
    return this.kind === 'keys' ? this.dict.keys() : this.kind === 'values' ? this.dict.values() : this.dict.pairs();
  }
  override size(): number {
    return this.dict.size;
  }
}

export interface CallArguments {
  readonly positional: readonly PyValue[];
  readonly named: ReadonlyMap<string, PyValue>;
}

/** A macro, a method, a function of the language. */
export class Callable extends PyObject {
  override readonly typeName = 'function';
  constructor(
    readonly name: string,
    readonly call: (args: CallArguments) => PyValue,
    private readonly fields: ReadonlyMap<string, PyValue> = new Map(),
  ) {
    super();
  }
  override text(): string {
    throw new PyFault(`Python prints the address of the function '${this.name}' here`, `Call it: ${this.name}().`);
  }
  override field(name: string): PyValue | undefined {
    return this.fields.get(name);
  }
}

/** `namespace(…)`: the one value whose fields `set` can change. */
export class Namespace extends PyObject {
  override readonly typeName = 'Namespace';
  constructor(
    readonly fields: Map<string, PyValue>,
    private readonly fuel: Fuel,
  ) {
    super();
  }
  override text(): string {
    return `<Namespace ${pythonRepr(new PyDict(this.fields), this.fuel)}>`;
  }
  override field(name: string): PyValue | undefined {
    return this.fields.get(name);
  }
}

/** Fields that are made when they are read: `loop`, `self`, an imported template, `cycler`. */
export class FieldsObject extends PyObject {
  constructor(
    override readonly typeName: string,
    private readonly read: (name: string) => PyValue | undefined,
    private readonly printed: (() => string) | null = null,
    /** What calling it does; null: it cannot be called. */
    readonly call: ((args: CallArguments) => PyValue) | null = null,
  ) {
    super();
  }
  override text(): string {
    if (this.printed !== null) return this.printed();
    throw new PyFault(`Python prints the address of '${this.typeName}' here`, 'Print one of its fields.');
  }
  override field(name: string): PyValue | undefined {
    return this.read(name);
  }
}
