/**
 * Signals by what the application says of a call: tenant, locale, region, and its environment. Only counts are kept, of a bounded number of names,
 * values and combinations of them; calls are never grouped by the hash of a person.
 */
import type { Interaction } from '../../interactions/interaction.ts';
import { ATTRIBUTE_GROUPS, isPersonHash, OTHER_VALUES } from '../units/unit-attributes.ts';

/** Calls of one day and version with one value of an attribute, and how many of them have which signal. */
export interface AttributeCell {
  readonly day: string;
  readonly prompt: string;
  readonly version: string | null;
  readonly attribute: string;
  readonly value: string;
  n: number;
  readonly counts: Map<string, number>;
}

type CellOf = Pick<AttributeCell, 'day' | 'prompt' | 'version'>;
type Said = Pick<Interaction, 'attributes' | 'environment'>;

/** A field that each record has, grouped as if it were an attribute. It does not count towards the limit of names. */
export const ENVIRONMENT = 'environment';

/** Combinations of values that are told apart; calls with later ones are in no group. */
const MOST_COMBINATIONS = 20_000;

export interface SignalAttributesState {
  readonly combinations: readonly (readonly Pair[])[];
  readonly cells: readonly (Omit<AttributeCell, 'counts'> & { readonly counts: readonly (readonly [string, number])[] })[];
}
type Pair = readonly [attribute: string, value: string];

export class SignalsByAttribute {
  private readonly values = new Map<string, Set<string>>();
  private readonly combinations: (readonly Pair[])[] = [];
  private readonly numberOf = new Map<string, number>();
  private readonly cells = new Map<string, AttributeCell>();

  constructor(stored: SignalAttributesState | undefined) {
    for (const pairs of stored?.combinations ?? []) {
      for (const [name, value] of pairs) this.valuesOf(name)?.add(value);
      this.numbered(pairs);
    }
    for (const cell of stored?.cells ?? []) {
      this.valuesOf(cell.attribute)?.add(cell.value);
      this.cells.set(keyOf(cell, [cell.attribute, cell.value]), { ...cell, counts: new Map(cell.counts) });
    }
  }

  /** Counts a call, and gives the number of its combination for `change`; 0: it has no attribute that is counted. */
  add(of: CellOf, said: Said): number {
    const pairs = this.pairsOf(said);
    const number = pairs.length === 0 ? 0 : this.numbered(pairs);
    for (const pair of this.combinations[number - 1] ?? []) this.cellOf(of, pair).n++;
    return number;
  }

  change(of: CellOf, combination: number, signal: string, by: 1 | -1): void {
    for (const pair of this.combinations[combination - 1] ?? []) {
      const { counts } = this.cellOf(of, pair);
      counts.set(signal, Math.max(0, (counts.get(signal) ?? 0) + by));
    }
  }

  list(): AttributeCell[] {
    return [...this.cells.values()];
  }

  save(): SignalAttributesState {
    return { combinations: this.combinations, cells: this.list().map((cell) => ({ ...cell, counts: [...cell.counts] })) };
  }

  private pairsOf({ attributes, environment }: Said): Pair[] {
    const said: Pair[] = environment === null ? [] : [[ENVIRONMENT, environment]];
    for (const [name, given] of Object.entries(attributes ?? {})) {
      const value = String(given);
      if (!isPersonHash(value) && name !== ENVIRONMENT) said.push([name, value]);
    }
    return said.flatMap(([name, value]): Pair[] => {
      const known = this.valuesOf(name);
      if (known === null) return [];
      const isKnown = known.has(value) || known.size < ATTRIBUTE_GROUPS.values;
      if (isKnown) known.add(value);
      return [[name, isKnown ? value : OTHER_VALUES]];
    });
  }

  /** Null: there are too many names. */
  private valuesOf(name: string): Set<string> | null {
    const known = this.values.get(name);
    if (known !== undefined) return known;
    const names = this.values.size - (this.values.has(ENVIRONMENT) ? 1 : 0);
    if (name !== ENVIRONMENT && names >= ATTRIBUTE_GROUPS.names) return null;
    const values = new Set<string>();
    this.values.set(name, values);
    return values;
  }

  private numbered(pairs: readonly Pair[]): number {
    const key = JSON.stringify(pairs);
    const known = this.numberOf.get(key);
    if (known !== undefined) return known;
    if (this.combinations.length >= MOST_COMBINATIONS) return 0;
    const number = this.combinations.push(pairs);
    this.numberOf.set(key, number);
    return number;
  }

  private cellOf({ day, prompt, version }: CellOf, [attribute, value]: Pair): AttributeCell {
    const key = keyOf({ day, prompt, version }, [attribute, value]);
    const known = this.cells.get(key);
    if (known !== undefined) return known;
    const cell: AttributeCell = { day, prompt, version, attribute, value, n: 0, counts: new Map() };
    this.cells.set(key, cell);
    return cell;
  }
}

const keyOf = ({ day, prompt, version }: CellOf, [attribute, value]: Pair): string =>
  JSON.stringify([day, prompt, version, attribute, value]);

/** Of these days alone; `undefined` stays, from before attributes were counted. */
export const attributesOn = (stored: SignalAttributesState | undefined, days: ReadonlySet<string>): SignalAttributesState | undefined =>
  stored === undefined ? undefined : { combinations: [], cells: stored.cells.filter(({ day }) => days.has(day)) };
