/** What a results page has been given with its verdict: from then on a label of it is not blind. */
import type { RowWindow } from '../../protocol/results.ts';
import type { ResultsView } from '../results-view/results-view.ts';
import { seenCall, seenKey, seenRepeat, type SeenOutputs } from './seen-outputs.ts';

/** Rows of the table: a cell shows the verdicts of all its repeats. */
export function markRows(view: ResultsView, { rows }: RowWindow, seen: SeenOutputs): void {
  const columns = view.table.columns.map(({ id }) => id);
  for (const { case: id, cells } of rows)
    cells.forEach((cell, at) => {
      const column = columns[at];
      if (cell !== null && cell.verdict !== 'running' && column !== undefined) markCell(view, { case: id, column }, seen);
    });
}

/** One cell, or the result that is open in the side pane. */
export function markCell(
  view: ResultsView,
  { case: id, column }: { readonly case: string; readonly column: string },
  seen: SeenOutputs,
): void {
  const index = view.table.caseAt(id);
  if (index === undefined) return;
  // A run of a judge over production has calls as its cases: a review of them is not blind after it either.
  seen.add(seenCall(id));
  for (const { run, repeat } of view.table.samplesOf(view.table.columnIndex(column), index)) {
    const name = view.shownRuns[run]?.id;
    if (name === undefined) continue;
    seen.add(seenKey(name, column, id, repeat));
    seen.add(seenRepeat(name, id, repeat));
  }
}
