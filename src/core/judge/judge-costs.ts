/** What the judgements of one output cost together. */
import type { AssertionResult } from '../grade/assertion.ts';

/** Empty: not judged. */
export function judgeCosts(assertions: readonly AssertionResult[]): { judgeCostUsd?: number | null; judgePaidUsd?: number | null } {
  const notes = assertions.flatMap(notesIn);
  if (notes.length === 0) return {};
  const sum = (values: readonly (number | null)[]): number | null =>
    values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0);
  return { judgeCostUsd: sum(notes.map(({ costUsd }) => costUsd)), judgePaidUsd: sum(notes.map(({ paidUsd }) => paidUsd)) };
}

const notesIn = ({ judge, members }: AssertionResult): NonNullable<AssertionResult['judge']>[] => [
  ...(judge === undefined ? [] : [judge]),
  ...(members ?? []).flatMap(notesIn),
];
