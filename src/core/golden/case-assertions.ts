/** Which assertions grade a golden case. */
import type { GoldenCase } from './case.ts';
import type { AssertionSpec } from '../grade/assertion.ts';

/** What a case checks: its expected output first, then its own assertions, then those of the prompt's file. */
export function assertionsOf(goldenCase: GoldenCase, fromPrompt: readonly AssertionSpec[]): AssertionSpec[] {
  const own: AssertionSpec[] = goldenCase.expected === undefined ? [] : [{ type: 'expected', value: goldenCase.expected }];
  return [...own, ...goldenCase.assertions, ...fromPrompt];
}
