/** What only shows when a prompt and its golden cases are seen together. */
import type { Diagnostic } from '../problems/diagnostics.ts';
import { expandLists } from './expand-lists.ts';
import { unsendableCase } from './sendable.ts';
import { contradictions } from './contradictions.ts';
import { sameIds } from './same-ids.ts';
import type { TemplateAnalysis } from './template/analyse.ts';
import { uncheckedCases } from './unchecked-cases.ts';
import type { PromptReading } from './read-prompt.ts';
import { variableProblems } from './variable-problems.ts';
import type { GoldenCase } from '../golden/case.ts';

/** Variables that the template walks as lists. */
export const walkedAsLists = (analysis: TemplateAnalysis): string[] =>
  analysis.variables.filter((use) => use.use === 'iteration').map((use) => use.name);

/** Cases that leave a variable of the template without a value, or give one that nothing reads; that check nothing; and that have the id of another. */
export function caseProblems(reading: PromptReading, cases: readonly GoldenCase[]): Diagnostic[] {
  const { document, analysis } = reading;
  const lists = { document, listVariables: walkedAsLists(analysis) };
  const expanded = cases.flatMap((item) => expandLists(item, lists));
  const whole = [...sameIds(expanded), ...contradictions(expanded), ...uncheckedCases(document, analysis, cases)];
  if (analysis.problems.length > 0) return whole;
  return [...whole, ...cases.flatMap(notSent), ...variableProblems(reading, cases)];
}

function notSent(goldenCase: GoldenCase): Diagnostic[] {
  const found = unsendableCase({ ...goldenCase, unsupported: null });
  if (found === null) return [];
  const { code, problem, hint } = found;
  return [
    {
      path: goldenCase.source.path,
      range: goldenCase.source.anchor,
      code,
      severity: 'error',
      message: `The case \`${goldenCase.id}\`: ${problem}`,
      ...(hint === undefined ? {} : { hint }),
    },
  ];
}
