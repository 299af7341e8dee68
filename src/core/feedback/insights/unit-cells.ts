/** What actions cost, counted by type, day, version and model: small, and enough for means, intervals, tests and causes. */
import { addBins, binOf } from './cost-bins.ts';
import { addPart, type ModelPart, type UnitCost } from './unit-cost.ts';

export interface UnitCell extends UnitSums {
  readonly action: string;
  /** Of the first call, such as 2026-11-01. */
  readonly day: string;
  /** Of the last call. */
  readonly version: string | null;
  /** That most calls went to. */
  readonly model: string;
  /** ms since 1970, of the first action. */
  readonly first: number;
}

/** Of actions whose cost is known, but for `unknown`. */
export interface UnitSums {
  readonly n: number;
  readonly unknown: number;
  readonly calls: number;
  /** USD, and the sum of its squares. */
  readonly usd: number;
  readonly squares: number;
  /** Of costs above nothing. */
  readonly bins: ReadonlyMap<number, number>;
  readonly byModel: ReadonlyMap<string, ModelPart>;
}

interface Growing {
  first: number;
  n: number;
  unknown: number;
  calls: number;
  usd: number;
  squares: number;
  readonly bins: Map<number, number>;
  readonly byModel: Map<string, ModelPart>;
}

const empty = (): Growing => ({ first: Infinity, n: 0, unknown: 0, calls: 0, usd: 0, squares: 0, bins: new Map(), byModel: new Map() });

export class UnitCells {
  private readonly cells = new Map<string, Growing & Pick<UnitCell, 'action' | 'day' | 'version' | 'model'>>();

  add(unit: UnitCost): void {
    const { action, at, version } = unit;
    const day = new Date(at).toISOString().slice(0, 10);
    const model = mainModel(unit);
    const key = JSON.stringify([action, day, version, model]);
    let cell = this.cells.get(key);
    if (cell === undefined) {
      cell = { ...empty(), action, day, version, model };
      this.cells.set(key, cell);
    }
    cell.first = Math.min(cell.first, at);
    const { usd } = unit;
    if (usd === null) {
      cell.unknown++;
      return;
    }
    cell.n++;
    cell.calls += unit.calls;
    cell.usd += usd;
    cell.squares += usd * usd;
    if (usd > 0) addBins(cell.bins, new Map([[binOf(usd), 1]]));
    for (const [name, part] of unit.byModel) addPart(cell.byModel, name, part);
  }

  /** In the order of time. */
  list(): UnitCell[] {
    return [...this.cells.values()].sort((a, b) => (a.day === b.day ? a.first - b.first : a.day < b.day ? -1 : 1));
  }

  save(): UnitCellsState {
    return this.list().map(({ bins, byModel, ...cell }) => ({ ...cell, bins: [...bins], byModel: [...byModel] }));
  }

  static from(state: UnitCellsState): UnitCells {
    const cells = new UnitCells();
    for (const { bins, byModel, ...cell } of state)
      cells.cells.set(JSON.stringify([cell.action, cell.day, cell.version, cell.model]), {
        ...cell,
        bins: new Map(bins),
        byModel: new Map(byModel),
      });
    return cells;
  }
}

/** As JSON keeps it. */
export type UnitCellsState = readonly (Omit<UnitCell, 'bins' | 'byModel'> & {
  readonly bins: readonly (readonly [number, number])[];
  readonly byModel: readonly (readonly [string, ModelPart])[];
})[];

/** What several cells are together. */
export function sumsOf(cells: readonly UnitSums[]): UnitSums {
  const sum = empty();
  for (const { n, unknown, calls, usd, squares, bins, byModel } of cells) {
    sum.n += n;
    sum.unknown += unknown;
    sum.calls += calls;
    sum.usd += usd;
    sum.squares += squares;
    addBins(sum.bins, bins);
    for (const [name, part] of byModel) addPart(sum.byModel, name, part);
  }
  return sum;
}

const mainModel = ({ byModel }: UnitCost): string => [...byModel].sort(([, a], [, b]) => b.calls - a.calls)[0]?.[0] ?? 'unknown';
