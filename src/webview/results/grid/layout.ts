/** Which columns stand where: order, hidden, pinned, widths. */
import type { ResultsColumn } from '../../../protocol/results.ts';
import type { ColumnLayout, Density } from '../../host.ts';

export const EXPECTED = 'expected';
export const INPUT = 'input';
/** px of a grid that has room for a column of inputs; in a narrower one they stand below the case. */
const INPUT_FITS = 900;
/** px; the rows' heights are also the steps in which rows are found. */
export const ROW_HEIGHT: Readonly<Record<Density, number>> = { compact: 58, normal: 140, tall: 280 };
const MIN_SET = 120;

/** px that columns have at first, in a grid of this width: beside the source half an editor is all there is. `least`: a candidate’s. */
function startWidths(width: number, candidates: number): { readonly case: number; readonly text: number; readonly least: number } {
  const ids = Math.round(Math.max(width < 320 ? 72 : 104, Math.min(200, width * 0.17)));
  return {
    case: ids,
    text: Math.round(Math.max(140, Math.min(240, width * 0.22))),
    // One candidate, or two, are in view from edge to edge, however narrow the page.
    least: candidates > 1 ? 170 : Math.max(120, Math.min(250, width - ids)),
  };
}
/** px that a candidate has where there is room for more of them. */
const WIDE = 320;

export interface ShownColumn {
  /** `input`, `expected`, or a candidate's. */
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

/** What besides the columns of candidates there is to show. */
interface Extras {
  /** The cases have variables. */
  readonly hasInput: boolean;
  /** Differences from what is expected are shown. */
  readonly differs: boolean;
}

/**
 * `width`: px that the grid has. The column of what is expected is left out where differences show it already, or where two candidates would
 * not both be in view, and that of inputs where it has no room; who wants them there chooses them in the menu of columns.
 */
export function shownColumns(columns: readonly ResultsColumn[], layout: ColumnLayout, width: number, extras: Extras): ShownColumns {
  const shownCandidates = columns.filter(({ id }) => !layout.hidden.includes(id)).length;
  const start = startWidths(width, shownCandidates);
  const isWanted = (id: string): boolean => !layout.hidden.includes(id);
  const withInput = extras.hasInput && isWanted(INPUT) && (layout.shown.includes(INPUT) || width >= INPUT_FITS);
  const sideBySide = Math.max(1, Math.min(2, shownCandidates));
  const others = start.case + sideBySide * start.least + (withInput ? start.text : 0);
  const withExpected = isWanted(EXPECTED) && (layout.shown.includes(EXPECTED) || (!extras.differs && others + start.text <= width));
  const texts = Number(withInput) + Number(withExpected);
  const candidate = Math.max(start.least, Math.min(WIDE, Math.floor((width - start.case - texts * start.text) / sideBySide)));
  const input = withInput ? [{ id: INPUT, column: null, at: -1 }] : [];
  const all = [...input, { id: EXPECTED, column: null, at: -1 }, ...columns.map((column, at) => ({ id: column.id, column, at }))];
  const rank = (id: string): number => {
    const at = layout.order.indexOf(id);
    return at === -1 ? layout.order.length + all.findIndex((item) => item.id === id) : at;
  };
  const isPinned = (id: string): boolean => layout.pinned.includes(id);
  const shown = all
    .filter(({ id }) => !layout.hidden.includes(id) && (id !== EXPECTED || withExpected))
    .sort((a, b) => Number(isPinned(b.id)) - Number(isPinned(a.id)) || rank(a.id) - rank(b.id));
  let left = start.case;
  let minWidth = start.case;
  const tracks = [`${start.case}px`];
  const list = shown.map((item): ShownColumn => {
    const set = layout.widths[item.id];
    const own = set === undefined ? (item.column === null ? start.text : candidate) : Math.max(MIN_SET, set);
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
/** Hides what is shown, and shows what a person or the page has left out. */
export const hideToggled = (layout: ColumnLayout, id: string, isShown: boolean): ColumnLayout => ({
  ...layout,
  hidden: isShown ? [...without(layout.hidden, id), id] : without(layout.hidden, id),
  shown: isShown ? without(layout.shown, id) : [...without(layout.shown, id), id],
});

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
