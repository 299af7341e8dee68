/** Which cases a table shows, in which order: of the view only, the order of the file stays. */
import type { CaseStatus, GoldenCase } from '../case.ts';
import { cellTextOf, valueIn, type CaseColumn } from './table-columns.ts';

export const TABLE_FILTERS = ['all', 'active', 'known-failing', 'unverified', 'failed', 'not-run'] as const;
export type TableFilter = (typeof TABLE_FILTERS)[number];

export interface TableView {
  /** What the cells contain; any case. */
  readonly search: string;
  readonly filter: TableFilter;
  /** Null: as in the file. */
  readonly sort: { readonly column: string; readonly descending: boolean } | null;
}

export const WHOLE_TABLE: TableView = { search: '', filter: 'all', sort: null };

/** The view that a page sends, of which nothing is known. */
export function tableViewOf(given: unknown): TableView {
  const { search, filter, sort } = (typeof given === 'object' && given !== null ? given : {}) as Readonly<Record<string, unknown>>;
  const { column, descending } = (typeof sort === 'object' && sort !== null ? sort : {}) as Readonly<Record<string, unknown>>;
  return {
    search: typeof search === 'string' ? search : '',
    filter: TABLE_FILTERS.find((known) => known === filter) ?? 'all',
    sort: typeof column === 'string' ? { column, descending: descending === true } : null,
  };
}

/** What is known of the last output of a case; undefined: it did not run. */
export type OutputOf = (id: string) => { readonly verdict: string; readonly text: string } | undefined;

/** Places of the shown cases in the set, in the order of the view. */
export function shownCases(
  cases: readonly GoldenCase[],
  columns: readonly CaseColumn[],
  { search, filter, sort }: TableView,
  outputOf: OutputOf,
): number[] {
  const wanted = search.trim().toLowerCase();
  const textIn = (item: GoldenCase, column: CaseColumn): string =>
    column.kind === 'output' ? (outputOf(item.id)?.text ?? '') : cellTextOf(valueIn(item, column));
  const has = (item: GoldenCase): boolean => columns.some((column) => textIn(item, column).toLowerCase().includes(wanted));
  const shown = cases.flatMap((item, i) => (isIn(item, filter, outputOf) && (wanted === '' || has(item)) ? [i] : []));
  const column = sort === null ? undefined : columns.find(({ id }) => id === sort.column);
  if (column === undefined || sort === null) return shown;
  const keys = new Map(shown.map((i) => [i, cases[i] === undefined ? '' : textIn(cases[i], column)]));
  const sign = sort.descending ? -1 : 1;
  // Cases without a value come last in both orders; equal ones stay as in the file.
  return shown.sort((a, b) => {
    const [x = '', y = ''] = [keys.get(a), keys.get(b)];
    if (x === '' || y === '') return x === y ? a - b : x === '' ? 1 : -1;
    return sign * NATURAL.compare(x, y) || a - b;
  });
}

const NATURAL = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function isIn({ id, status }: GoldenCase, filter: TableFilter, outputOf: OutputOf): boolean {
  if (filter === 'all') return true;
  if (filter === 'not-run') return outputOf(id) === undefined;
  if (filter === 'failed') return ['fail', 'error'].includes(outputOf(id)?.verdict ?? '');
  return status === (filter satisfies CaseStatus);
}
