/** What user actions cost, kept between times: counted cells of those that are over, and the calls of those that are not. */
import { isJsonObject } from '../../../json/json.ts';
import type { Interaction, StoredLine } from '../../interactions/interaction.ts';
import { VersionNames } from '../../interactions/version-name.ts';
import type { Rollup, RollupKind, RollupState } from '../rollup.ts';
import { UnitsByAttribute, type UnitAttributesState } from './unit-attributes.ts';
import { UnitCells, type UnitCell, type UnitCellsState } from './unit-cells.ts';
import { callFacts, OpenUnits, type OpenUnitsState } from './unit-cost.ts';

/** USD; null: not known. */
export type PriceOf = (interaction: Interaction) => number | null;

/** How the data is laid out. */
export const UNITS_FORM = 4;
/** Forms of before, whose sums are the same without attributes. */
export const UNITS_READ: readonly number[] = [3];

export class UnitRollup implements Rollup {
  private readonly open: OpenUnits;
  private readonly over: UnitCells;
  private readonly attributes: UnitsByAttribute;
  private readonly versions = new VersionNames();

  constructor(
    private readonly priceOf: PriceOf,
    data: UnitRollupData | null,
  ) {
    this.open = data === null ? new OpenUnits() : OpenUnits.from(data.open);
    this.over = data === null ? new UnitCells() : UnitCells.from(data.cells);
    this.attributes = UnitsByAttribute.from(data?.attributes);
  }

  beginDay(day: string): void {
    for (const unit of this.open.takeOver(Date.parse(day))) {
      this.over.add(unit);
      this.attributes.add(unit);
    }
  }

  take(line: StoredLine): void {
    if ('followUp' in line) {
      this.open.name(line.followUp);
      return;
    }
    const { interaction } = line;
    this.open.add(callFacts(interaction, this.versions, this.priceOf(interaction)));
  }

  /** In the order of time. `since`: a day; null: all. */
  cells(since: string | null): UnitCell[] {
    const open = new UnitCells();
    for (const unit of this.open.list()) open.add(unit);
    return [...this.over.list(), ...open.list()]
      .filter(({ day }) => since === null || day >= since)
      .sort((a, b) => (a.day === b.day ? a.first - b.first : a.day < b.day ? -1 : 1));
  }

  /** By the name of an attribute; the `version` of a cell is its value. */
  byAttribute(): ReadonlyMap<string, readonly UnitCell[]> {
    const all = UnitsByAttribute.from(this.attributes.save());
    for (const unit of this.open.list()) all.add(unit);
    return all.list();
  }

  save(): RollupState {
    const data: UnitRollupData = { cells: this.over.save(), open: this.open.save(), attributes: this.attributes.save() };
    return { data, tables: [] };
  }
}

interface UnitRollupData {
  readonly cells: UnitCellsState;
  readonly open: OpenUnitsState;
  /** Absent in data of before there were attributes. */
  readonly attributes?: UnitAttributesState;
}

const isUnitData = (data: unknown): data is UnitRollupData =>
  isJsonObject(data) && Array.isArray(data['cells']) && isJsonObject(data['open']);

/** The cells of these days; actions that began there are over. */
export function unitSums(data: unknown, days: ReadonlySet<string>): UnitRollupData | null {
  if (!isUnitData(data)) return null;
  const cells = UnitCells.from(data.cells.filter(({ day }) => days.has(day)));
  const attributes = UnitsByAttribute.from(data.attributes).on(days);
  for (const unit of OpenUnits.from(data.open).list()) {
    if (!days.has(new Date(unit.at).toISOString().slice(0, 10))) continue;
    cells.add(unit);
    attributes.add(unit);
  }
  return { cells: cells.save(), open: { pieces: [], named: [] }, attributes: attributes.save() };
}

/** Actions of which all calls are of these days are over: their ids are forgotten. */
export function unitsWithoutTexts(data: unknown, days: ReadonlySet<string>): unknown {
  if (!isUnitData(data)) return data;
  const cells = UnitCells.from(data.cells);
  const open = OpenUnits.from(data.open);
  const attributes = UnitsByAttribute.from(data.attributes);
  for (const unit of open.takeOf((at) => days.has(new Date(at).toISOString().slice(0, 10)))) {
    cells.add(unit);
    attributes.add(unit);
  }
  const left: UnitRollupData = { cells: cells.save(), open: open.save(), attributes: attributes.save() };
  return left;
}

/** `prices`: names the prices that are used where an application does not say what a call cost. */
export const unitRollup = (prices: string, priceOf: PriceOf): RollupKind<UnitRollup> => ({
  name: 'units',
  version: `${UNITS_FORM} ${prices}`,
  start: (data) => new UnitRollup(priceOf, isJsonObject(data) ? (data as unknown as UnitRollupData) : null),
});
