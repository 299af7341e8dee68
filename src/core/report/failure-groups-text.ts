/** Where to work in a run, in words: the same in the terminal, in reports and on the page. */
import { quantity } from '../display/figures.ts';
import type { FailureGroup, FailureGroups } from '../results/failures/failure-groups.ts';
import { excerpt } from '../text/text.ts';

/** Groups that are listed. */
const MOST_LISTED = 5;
/** Characters of a reason. */
const MOST_REASON = 160;

/** The first line says how many failed; empty: each failed in its own way. */
export function whereToWorkLines({ answers, groups, others }: FailureGroups): string[] {
  if (groups.length === 0) return [];
  const left = groups.slice(MOST_LISTED).reduce((sum, group) => sum + group.answers, others);
  return [
    `where to work, of ${quantity(answers, 'answer')} that failed:`,
    ...groups.slice(0, MOST_LISTED).map((group) => `${group.answers} × ${failureGroupText(group)}`),
    ...(left === 0 ? [] : [left === 1 ? '1 × in a way of its own' : `${left} × each in a way of its own, or in a smaller group`]),
  ];
}

/** `equals: Expected refund, found billing (refund-late, refund-2, …)`. */
export function failureGroupText({ what, cases, examples }: FailureGroup): string {
  const named = `${examples.join(', ')}${cases.length > examples.length ? ', …' : ''}`;
  return `${excerpt(what, MOST_REASON)} (${named})`;
}
