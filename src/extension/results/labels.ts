/** Grades that people gave to outputs that are shown. */
import type { ResultsView } from './view/results-view.ts';
import type { CaseWriter } from './case-writer.ts';

export function readLabels(view: ResultsView, writer: CaseWriter, promptFiles: readonly string[]): void {
  const found = writer.labels(promptFiles);
  view.labels = found.size;
  view.labelOf = ({ output }) => {
    const label = output === null || found.size === 0 ? undefined : found.get(writer.hashOf(output));
    return label === undefined ? null : { grade: label.grade, note: label.critique, by: label.by };
  };
}
