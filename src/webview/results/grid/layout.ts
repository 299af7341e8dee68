/** Which columns stand where: order, hidden, pinned, widths. */
import type { ResultsColumn } from '../../../protocol/results.ts';
import type { ColumnLayout, Density } from '../../host.ts';

export const EXPECTED = 'expected';
/** px; the rows' heights are also the steps in which rows are found. */
export const ROW_HEIGHT: Readonly<Record<Density, number>> = { compact: 58, normal: 140, tall: 280 };
const MIN_SET = 120;

/** px that columns have at first, in a grid of this width: beside the source half an editor is all there is. */
const startWidths = (width: number): { readonly case: number; readonly expected: number; readonly candidate: number } => ({
  case: Math.round(Math.max(120, Math.min(200, width * 0.17))),
  expected: Math.round(Math.max(140, Math.min(240, width * 0.22))),
  candidate: Math.round(Math.max(250, Math.min(320, width * 0.3))),
});

export interface ShownColumn {
  /** `expected`, or a candidate's. */
  readonly id: string;
  readonly column: ResultsColumn | null;
  /** Place among the snapshot's columns, and so among a row's cells. */
  readonly at: number;
  readonly pinned: boolean;
  /** px from the left where it sticks. */
  readonly left: number;
}

export interface ShownColumns {
  readonly list: readonly ShownColumn[];
  readonly template: string;
  readonly minWidth: number;
}

/** `width`: px that the grid has. */
export function shownColumns(columns: readonly ResultsColumn[], layout: ColumnLayout, width: number): ShownColumns {
  const start = startWidths(width);
  const all = [{ id: EXPECTED, column: null, at: -1 }, ...columns.map((column, at) => ({ id: column.id, column, at }))];
  const rank = (id: string): number => {
    const at = layout.order.indexOf(id);
    return at === -1 ? layout.order.length + all.findIndex((item) => item.id === id) : at;
  };
  const isPinned = (id: string): boolean => layout.pinned.includes(id);
  const shown = all
    .filter(({ id }) => !layout.hidden.includes(id))
    .sort((a, b) => Number(isPinned(b.id)) - Number(isPinned(a.id)) || rank(a.id) - rank(b.id));
  let left = start.case;
  let minWidth = start.case;
  const tracks = [`${start.case}px`];
  const list = shown.map((item): ShownColumn => {
    const set = layout.widths[item.id];
    const own = set === undefined ? (item.column === null ? start.expected : start.candidate) : Math.max(MIN_SET, set);
    // What is pinned has a fixed width, so that it is known where the next one sticks.
    const pinned = isPinned(item.id);
    tracks.push(set === undefined && !pinned && item.column !== null ? `minmax(${own}px, 1fr)` : `${own}px`);
    const place = { ...item, pinned, left };
    if (pinned) left += own;
    minWidth += own;
    return place;
  });
  return { list, template: tracks.join(' '), minWidth };
}

export const resized = (layout: ColumnLayout, id: string, width: number): ColumnLayout => ({
  ...layout,
  widths: { ...layout.widths, [id]: Math.round(Math.max(MIN_SET, width)) },
});

const without = (list: readonly string[], id: string): string[] => list.filter((item) => item !== id);
const toggled = (list: readonly string[], id: string): string[] => (list.includes(id) ? without(list, id) : [...list, id]);

export const pinToggled = (layout: ColumnLayout, id: string): ColumnLayout => ({ ...layout, pinned: toggled(layout.pinned, id) });
export const hideToggled = (layout: ColumnLayout, id: string): ColumnLayout => ({ ...layout, hidden: toggled(layout.hidden, id) });

/** One place to the left (−1) or right (1) among those shown. */
export function moved(layout: ColumnLayout, shown: readonly ShownColumn[], id: string, step: -1 | 1): ColumnLayout {
  const ids = shown.map((item) => item.id);
  const at = ids.indexOf(id);
  const other = ids[at + step];
  if (at === -1 || other === undefined) return layout;
  ids[at] = other;
  ids[at + step] = id;
  return { ...layout, order: [...ids, ...layout.order.filter((item) => !ids.includes(item))] };
}
