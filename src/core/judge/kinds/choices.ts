/**
 * Only for `.prompt.yml` files that exist: the service that they were written for has closed, and nothing offers these judges to a
 * golden set. `.prompt.yml`'s judges (github/gh-models cmd/eval): the judge's text, in lower case, is searched for the choices in their
 * order, and the first that it contains gives the score; a score above 0 passes. An answer without any choice is an
 * error here, where that tool counts a fail: the output was not judged.
 */
import type { Grade } from '../../grade/assertion.ts';
import type { Subject } from '../judge-kind.ts';
import { textOrJson } from '../../fill-text.ts';
import type { Choice } from '../../grade/choice-evaluator.ts';

/** Whether a judge's prompt is one of those: it is not offered to be customized. */
export const isChoicePrompt = (name: string): boolean => name.startsWith('github-');

/** The case's variables, and the output as `completion`; all of it was written by somebody else. */
export function choiceVars({ vars, output }: Subject): Record<string, string> {
  const own = Object.entries(vars).map(([name, value]) => [name, textOrJson(value)] as const);
  return { ...Object.fromEntries(own), completion: output.trim() };
}

/** Null: the text has none of the choices. */
export function readChoice(text: string, choices: readonly Choice[]): Grade | null {
  const said = text.trim().toLowerCase();
  const found = choices.find(({ choice }) => said.includes(choice.toLowerCase()));
  return found === undefined ? null : { pass: found.score > 0, score: found.score, reason: `The judge chose “${found.choice}”.` };
}
