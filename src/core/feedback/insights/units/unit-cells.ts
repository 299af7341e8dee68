/** What actions cost, counted by type, day, version and model: small, and enough for means, intervals, tests and causes. */
import { addBins, addToBin, binOf } from './cost-bins.ts';
import type { ModelPart, UnitCost } from './unit-cost.ts';

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
  readonly byModel: Map<string, Mutable<ModelPart>>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const empty = (): Growing => ({ first: Infinity, n: 0, unknown: 0, calls: 0, usd: 0, squares: 0, bins: new Map(), byModel: new Map() });

const DAY = 86_400_000;

export class UnitCells {
  private readonly cells = new Map<string, Growing & Pick<UnitCell, 'action' | 'day' | 'version' | 'model'>>();
  /** Actions of one day come together. */
  private lastDay = { at: NaN, name: '' };

  add(unit: UnitCost): void {
    const { action, at, version } = unit;
    const day = this.dayOf(at);
    const model = mainModel(unit);
    const key = keyOf({ action, day, version, model });
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
    if (usd > 0) addToBin(cell.bins, binOf(usd), 1);
    for (const part of unit.parts) addPart(cell.byModel, part);
  }

  /** Of a time in ms since 1970. */
  private dayOf(at: number): string {
    const start = Math.floor(at / DAY) * DAY;
    if (start !== this.lastDay.at) this.lastDay = { at: start, name: new Date(start).toISOString().slice(0, 10) };
    return this.lastDay.name;
  }

  /** In the order of time. */
  list(): UnitCell[] {
    return [...this.cells.values()].sort((a, b) => (a.day === b.day ? a.first - b.first : a.day < b.day ? -1 : 1));
  }

  save(): UnitCellsState {
    return this.list().map(({ bins, byModel, ...cell }) => ({ ...cell, bins: [...bins], parts: [...byModel.values()] }));
  }

  static from(state: UnitCellsState): UnitCells {
    const cells = new UnitCells();
    for (const { bins, parts, ...cell } of state)
      cells.cells.set(keyOf(cell), { ...cell, bins: new Map(bins), byModel: new Map(parts.map((part) => [part.model, part])) });
    return cells;
  }
}

/** As JSON keeps it. */
export type UnitCellsState = readonly (Omit<UnitCell, 'bins' | 'byModel'> & {
  readonly bins: readonly (readonly [number, number])[];
  readonly parts: readonly ModelPart[];
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
    for (const part of byModel.values()) addPart(sum.byModel, part);
  }
  return sum;
}

function addPart(parts: Map<string, Mutable<ModelPart>>, { model, calls, input, cached, output, reasoning, usd }: ModelPart): void {
  const known = parts.get(model);
  if (known === undefined) {
    parts.set(model, { model, calls, input, cached, output, reasoning, usd });
    return;
  }
  known.calls += calls;
  known.input += input;
  known.cached += cached;
  known.output += output;
  known.reasoning += reasoning;
  known.usd += usd;
}

function mainModel({ parts }: UnitCost): string {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only.model;
  const calls = new Map<string, number>();
  for (const part of parts) addToBin(calls, part.model, part.calls);
  return [...calls].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'unknown';
}

const keyOf = ({ action, day, version, model }: Pick<UnitCell, 'action' | 'day' | 'version' | 'model'>): string =>
  `${day}\n${action}\n${model}\n${version ?? ''}`;
