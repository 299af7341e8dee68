/** What user actions cost, kept between times: counted cells of those that are over, and the calls of those that are not. */
import { isJsonObject } from '../../../json.ts';
import type { Interaction, StoredLine } from '../../interactions/interaction.ts';
import { VersionNames } from '../../interactions/version-name.ts';
import type { Rollup, RollupKind, RollupState } from '../rollup.ts';
import { UnitCells, type UnitCell, type UnitCellsState } from './unit-cells.ts';
import { callFacts, OpenUnits, type OpenUnitsState } from './unit-cost.ts';

/** USD; null: not known. */
export type PriceOf = (interaction: Interaction) => number | null;

export class UnitRollup implements Rollup {
  private readonly open: OpenUnits;
  private readonly over: UnitCells;
  private readonly versions = new VersionNames();

  constructor(
    private readonly priceOf: PriceOf,
    data: UnitRollupData | null,
  ) {
    this.open = data === null ? new OpenUnits() : OpenUnits.from(data.open);
    this.over = data === null ? new UnitCells() : UnitCells.from(data.cells);
  }

  beginDay(day: string): void {
    for (const unit of this.open.takeOver(Date.parse(day))) this.over.add(unit);
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

  save(): RollupState {
    const data: UnitRollupData = { cells: this.over.save(), open: this.open.save() };
    return { data, tables: [] };
  }
}

interface UnitRollupData {
  readonly cells: UnitCellsState;
  readonly open: OpenUnitsState;
}

/** `prices`: names the prices that are used where an application does not say what a call cost. */
export const unitRollup = (prices: string, priceOf: PriceOf): RollupKind<UnitRollup> => ({
  name: 'units',
  version: `3 ${prices}`,
  start: (data) => new UnitRollup(priceOf, isJsonObject(data) ? (data as unknown as UnitRollupData) : null),
});
