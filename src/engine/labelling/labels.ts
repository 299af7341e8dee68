/** Grades that people gave to outputs that are shown. */
import { promptFileIn } from '../../adapters/workspace/prompt-path.ts';
import { labelKey, shownGrades } from '../../core/judge/labels/label-union.ts';
import type { LabelRecord } from '../../core/judge/labels/label-record.ts';
import type { LabelBook } from './label-book.ts';
import type { ResultsView } from '../results-view/results-view.ts';
import { sha256 } from '../../adapters/hash.ts';

/** Looks up the labels of the prompts of a view; those outside its root have none. */
export function readLabels(view: ResultsView, book: LabelBook): void {
  const root = view.shown?.root ?? '';
  const byPrompt = new Map<string, ReadonlyMap<string, LabelRecord>>();
  for (const { head } of view.table.columns) {
    if (byPrompt.has(head.prompt.path)) continue;
    const file = promptFileIn(root, head.prompt.path);
    byPrompt.set(head.prompt.path, file === null ? new Map() : shownGrades(book.of(root, [file])));
  }
  const prompts = new Map(view.table.columns.map(({ id, head }) => [id, head.prompt.path]));
  const count = [...byPrompt.values()].reduce((sum, { size }) => sum + size, 0);
  view.labels.set(count, ({ output, case: id, candidate }) => {
    const label = output === null ? undefined : byPrompt.get(prompts.get(candidate) ?? '')?.get(labelKey(id, sha256(output)));
    return label === undefined ? null : { grade: label.grade, note: label.critique, by: label.by };
  });
}
