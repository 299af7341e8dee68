/** How often a judge grades one output alike when it is sent it twice: 30 labelled outputs, the second time without the response cache. */
import { spread } from '../../core/judge/labels/label-part.ts';
import type { Judges } from '../../core/judge/judges-port.ts';
import type { Result } from '../../core/results/result.ts';
import type { Plan } from '../../core/run/plan.ts';
import { judgedIn, labelledPlan, type LabelledCase } from './labelled-plan.ts';

/** Outputs that are graded twice. */
export const REPEATED_OUTPUTS = 30;

export interface Repeatability {
  /** Of outputs with a verdict both times, the share with the same one; null: no output has two verdicts. */
  readonly share: number | null;
  readonly alike: number;
  readonly compared: number;
}

/** Always the same ones of the same labels. */
export const repeatedCases = (cases: readonly LabelledCase[]): LabelledCase[] =>
  [...cases]
    .sort((a, b) => spread(a.output.key) - spread(b.output.key) || (a.output.key < b.output.key ? -1 : 1))
    .slice(0, REPEATED_OUTPUTS);

/** `judge`: as `rubricPrompt` names it. Null: it was declined or stopped. */
export async function repeatability(
  cases: readonly LabelledCase[],
  judge: string | undefined,
  judges: Judges,
  trial: (what: string, plan: Plan, judges: Judges) => Promise<readonly Result[] | null>,
): Promise<Repeatability | null> {
  const chosen = repeatedCases(cases);
  const results = await trial('Grading twice', labelledPlan(chosen, [judge], 2), judges);
  if (results === null) return null;
  const [first, second] = [judgedIn(results, chosen, judge, 0), judgedIn(results, chosen, judge, 1)];
  const both = chosen.filter(({ output: { key } }) => (first.get(key) ?? null) !== null && (second.get(key) ?? null) !== null);
  const alike = both.filter(({ output: { key } }) => first.get(key) === second.get(key)).length;
  return { share: both.length === 0 ? null : alike / both.length, alike, compared: both.length };
}
