/**
 * What actions cost by what the application says of them: tenant, region, release. Only sums are kept, of a bounded number of names and values:
 * an attribute that has a value of its own for each call says nothing of a group, and its later values come together. Hashes of persons are no
 * group that anybody may look at.
 */
import { UnitCells, type UnitCell, type UnitCellsState } from './unit-cells.ts';
import type { UnitCost } from './unit-cost.ts';

/** Names, and values of each, that are counted apart. */
export const ATTRIBUTE_GROUPS = { names: 8, values: 20 } as const;

/** What values beyond the limit are counted as. */
export const OTHER_VALUES = '(other values)';

/** Whether a value is the hash of a person. */
export const isPersonHash = (value: string): boolean => /^hash-[0-9a-f]{16}$/.test(value);

export class UnitsByAttribute {
  private readonly groups = new Map<string, { readonly values: Set<string>; readonly cells: UnitCells }>();

  add(unit: UnitCost): void {
    for (const [name, given] of Object.entries(unit.attributes ?? {})) {
      const text = String(given);
      if (isPersonHash(text)) continue;
      let group = this.groups.get(name);
      if (group === undefined) {
        if (this.groups.size >= ATTRIBUTE_GROUPS.names) continue;
        group = { values: new Set(), cells: new UnitCells() };
        this.groups.set(name, group);
      }
      const isKnown = group.values.has(text) || group.values.size < ATTRIBUTE_GROUPS.values;
      if (isKnown) group.values.add(text);
      // The value stands where a version does: it is what a cell is of.
      group.cells.add({ ...unit, version: isKnown ? text : OTHER_VALUES, parts: ONE_MODEL });
    }
  }

  /** Cells by the name of an attribute, whose `version` is its value. */
  list(): ReadonlyMap<string, readonly UnitCell[]> {
    return new Map([...this.groups].map(([name, { cells }]) => [name, cells.list()]));
  }

  /** Of these days alone. */
  on(days: ReadonlySet<string>): UnitsByAttribute {
    return UnitsByAttribute.from(this.save().map(([name, cells]) => [name, cells.filter(({ day }) => days.has(day))]));
  }

  /** Sums: how costs are spread is told by the cells of all. */
  save(): UnitAttributesState {
    return [...this.groups].map(([name, { cells }]) => [name, cells.save().map((cell) => ({ ...cell, bins: [], parts: [] }))]);
  }

  static from(state: UnitAttributesState | undefined): UnitsByAttribute {
    const all = new UnitsByAttribute();
    for (const [name, cells] of state ?? []) {
      const values = cells.map(({ version }) => version ?? '').filter((value) => value !== OTHER_VALUES);
      all.groups.set(name, { values: new Set(values), cells: UnitCells.from(cells) });
    }
    return all;
  }
}

export type UnitAttributesState = readonly (readonly [name: string, cells: UnitCellsState])[];

const ONE_MODEL: UnitCost['parts'] = [{ model: 'all', calls: 0, input: 0, cached: 0, output: 0, reasoning: 0, usd: 0 }];
