/** Grades that people gave to outputs that are shown. */
import { labelKey } from '../core/judge/label.ts';
import type { ResultsView } from './results-view/results-view.ts';
import type { CaseWriter } from './case-writer.ts';
import { sha256 } from '../adapters/hash.ts';

export function readLabels(view: ResultsView, writer: CaseWriter, promptFiles: readonly string[]): void {
  const found = writer.labels(promptFiles);
  const paths = new Map(view.table.columns.map(({ id, head }) => [id, head.prompt.path]));
  view.labels.set(found.size, ({ output, case: id, candidate }) => {
    const prompt = paths.get(candidate);
    const label = output === null || prompt === undefined ? undefined : found.get(labelKey(prompt, id, sha256(output)));
    return label === undefined ? null : { grade: label.grade, note: label.critique, by: label.by };
  });
}
