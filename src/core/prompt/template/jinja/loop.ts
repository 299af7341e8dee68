/** `loop` inside a `for`. */
import { pythonEquals } from '../python/compare.ts';
import { Fuel, PyFault, PyTuple, type PyValue } from '../python/values.ts';
import { Callable, FieldsObject, Undefined, type CallArguments } from './objects.ts';

export class LoopState {
  private at = -1;
  private changedOn: PyTuple | null = null;
  readonly object: FieldsObject;

  constructor(
    private readonly items: readonly PyValue[],
    /** 0 for a loop that is not recursive or the outermost of one. */
    private readonly depth: number,
    private readonly fuel: Fuel,
    recurse: ((args: CallArguments) => PyValue) | null,
  ) {
    const cycle = new Callable('cycle', ({ positional }) => {
      if (positional.length === 0) throw new PyFault('no items for cycling given');
      return positional[this.at % positional.length] ?? null;
    });
    const changed = new Callable('changed', ({ positional }) => this.changed(new PyTuple(positional)));
    const read = (name: string): PyValue | undefined => (name === 'cycle' ? cycle : name === 'changed' ? changed : this.field(name));
    this.object = new FieldsObject('LoopContext', read, () => `<LoopContext ${this.at + 1}/${this.items.length}>`, recurse);
  }

  next(): void {
    this.at++;
  }

  private changed(values: PyTuple): boolean {
    const isSame = this.changedOn !== null && pythonEquals(this.changedOn, values, this.fuel);
    this.changedOn = values;
    return !isSame;
  }

  private field(name: string): PyValue | undefined {
    const { at, items } = this;
    switch (name) {
      case 'index':
        return at + 1;
      case 'index0':
        return at;
      case 'revindex':
        return items.length - at;
      case 'revindex0':
        return items.length - at - 1;
      case 'first':
        return at === 0;
      case 'last':
        return at === items.length - 1;
      case 'length':
        return items.length;
      case 'depth':
        return this.depth + 1;
      case 'depth0':
        return this.depth;
      case 'previtem':
        return at > 0 ? items[at - 1] : new Undefined('there is no previous item');
      case 'nextitem':
        return at < items.length - 1 ? items[at + 1] : new Undefined('there is no next item');
      default:
        return undefined;
    }
  }
}
