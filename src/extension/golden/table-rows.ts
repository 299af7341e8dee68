/** A golden set as its table shows it: only as much of each cell as a row has room for. */
import type { GoldenCase } from '../../core/golden/case.ts';
import { cellTextOf, isLiteralIn, MOST_VARIABLES, valueIn, type CaseColumn } from '../../core/golden/table/table-columns.ts';
import { shownCases, type OutputOf, type TableView } from '../../core/golden/table/table-view.ts';
import type { TableCell, TableRow, TableRows, TableSnapshot } from '../../protocol/golden-table.ts';
import type { TableState } from './table-state.ts';

/** Characters of a cell in a row. */
const SHOWN = 240;
/** Rows that a page gets at once. */
const MOST_ROWS = 500;

export function snapshotOf({ cases, columns, problem }: TableState, name: string, isTrusted: boolean): TableSnapshot {
  const variables = new Set(cases.flatMap(({ vars }) => Object.keys(vars)));
  return {
    name,
    columns: columns.map(({ id, kind, title, field }) => ({ id, kind, title, isEditable: field !== null })),
    cases: cases.length,
    problem,
    canEdit: problem === null && isTrusted,
    hidden: Math.max(0, variables.size - MOST_VARIABLES),
  };
}

/** Places of cases in the set, as the view shows them. */
export function orderOf({ cases, columns, outputs, shown }: TableState, view: TableView): readonly number[] {
  const key = JSON.stringify(view);
  if (shown.key !== key) {
    const outputOf: OutputOf = (id) => outputs.get(id);
    shown.order = shownCases(cases, columns, view, outputOf);
    shown.key = key;
  }
  return shown.order;
}

export function rowsInView(state: TableState, view: TableView, from: number, to: number): TableRows {
  const order = orderOf(state, view);
  const start = Math.max(0, Math.min(order.length, Math.floor(from)));
  const shown = order.slice(start, Math.min(to, start + MOST_ROWS));
  return {
    from: start,
    total: order.length,
    rows: shown.flatMap((i): TableRow[] => {
      const item = state.cases[i];
      return item === undefined ? [] : [rowOf(item, state)];
    }),
  };
}

function rowOf(item: GoldenCase, { columns, outputs }: TableState): TableRow {
  const output = outputs.get(item.id);
  return {
    case: item.id,
    cells: columns.map((column) => cellOf(item, column, textIn(item, column, outputs))),
    problem: item.unsupported,
    output: output === undefined ? null : { verdict: output.verdict, model: output.model, isOlder: output.isOlder, when: output.startedAt },
  };
}

function cellOf(item: GoldenCase, column: CaseColumn, text: string): TableCell {
  const value = valueIn(item, column);
  return {
    text: text.slice(0, SHOWN),
    isCut: text.length > SHOWN,
    isLiteral: isLiteralIn(item, column),
    isData: column.kind !== 'assertions' && value !== undefined && typeof value !== 'string',
  };
}

/** All of a cell. */
export const textIn = (item: GoldenCase, column: CaseColumn, outputs: TableState['outputs']): string =>
  column.kind === 'output' ? (outputs.get(item.id)?.text ?? '') : cellTextOf(valueIn(item, column));
