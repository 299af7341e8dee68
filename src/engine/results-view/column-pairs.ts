/** Which columns are compared, and what that says of the cases. */
import type { Comparison, SidePair } from '../../core/compare/compare.ts';
import { judgedDifferenceLines } from '../../core/compare/judged-difference.ts';
import { outcomeText } from '../../core/compare/outcome-text.ts';
import type { ResultsComparison } from '../../protocol/results.ts';
import type { SideInput } from '../../core/compare/side.ts';
import { sampleKey } from '../../core/results/result.ts';
import type { SampleFacts } from './sample-facts.ts';
import type { TableColumn } from './run-table.ts';
import { samplesIn } from './show-column.ts';

/** The chosen baseline with the others of its prompt; without one, what the run was planned to compare; else each column with the first run's column of its prompt. */
export function columnPairs(
  columns: readonly TableColumn[],
  baseline: string | null,
  planned: readonly (readonly [string, string])[],
): [TableColumn, TableColumn][] {
  const chosen = columns.find(({ id }) => id === baseline);
  if (chosen === undefined && planned.length > 0)
    return planned.flatMap(([from, to]): [TableColumn, TableColumn][] => {
      const [a, b] = [columns.find(({ id }) => id === from), columns.find(({ id }) => id === to)];
      return a === undefined || b === undefined ? [] : [[a, b]];
    });
  const others = chosen === undefined ? columns.filter(({ run }) => run > 0) : columns.filter((column) => column !== chosen);
  return others.flatMap((b): [TableColumn, TableColumn][] => {
    const same = columns.filter(({ run, head }) => run === 0 && head.prompt.path === b.head.prompt.path);
    const a = chosen ?? same.find(({ head }) => head.model === b.head.model) ?? same[0];
    return a === undefined || a === b || a.head.prompt.path !== b.head.prompt.path ? [] : [[a, b]];
  });
}

/** The pairs with their samples, as a comparison reads them. `runs`: those that are shown, by the number of a column. */
export function sidePairs(
  columns: readonly TableColumn[],
  baseline: string | null,
  planned: readonly (readonly [string, string])[],
  runs: readonly { readonly id: string }[],
  outputOf: (facts: SampleFacts) => string | null,
): SidePair[] {
  const side = (column: TableColumn): SideInput => {
    const samples = samplesIn(column);
    const bySample = new Map(samples.map((facts) => [sampleKey(facts), facts]));
    return {
      head: column.head,
      outlines: samples,
      run: runs[column.run]?.id ?? null,
      outputOf: (outline) => {
        const facts = bySample.get(sampleKey(outline));
        return facts === undefined ? null : outputOf(facts);
      },
    };
  };
  return columnPairs(columns, baseline, planned).map(([a, b]) => ({ a: side(a), b: side(b), sequential: null }));
}

/** A case that got worse anywhere has regressed. What cannot be compared says nothing. */
export function changesIn(comparisons: readonly Comparison[]): Map<string, 'regressed' | 'improved'> {
  const changes = new Map<string, 'regressed' | 'improved'>();
  for (const { flipped, regressed, verdict } of comparisons) {
    if (verdict === 'not-comparable') continue;
    for (const id of flipped) if (!changes.has(id)) changes.set(id, 'improved');
    for (const id of regressed) changes.set(id, 'regressed');
  }
  return changes;
}

/** A comparison as the page shows it. */
export const showComparison = (comparison: Comparison): ResultsComparison => {
  const { a, b, verdict, reason, regressed, flipped } = comparison;
  return {
    a: a.candidate,
    b: b.candidate,
    verdict,
    outcome: outcomeText(comparison),
    judged: judgedDifferenceLines(comparison.judged ?? []),
    reason,
    regressed: regressed.length,
    improved: flipped.length - regressed.length,
  };
};
