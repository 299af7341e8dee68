/**
 * Only for `.prompt.yml` files that exist: the service that they were written for has closed, and nothing offers these judges to a
 * golden set. `.prompt.yml`'s judges (github/gh-models cmd/eval) take the first choice whose letters are anywhere in the judge's text, so that
 * "does not pass" is a pass and every text without a choice a fail. Here a choice counts where it is certain, with the same score, and a score
 * above 0 passes as there; the rest is an error: the output was not judged.
 */
import type { Grade } from '../../grade/assertion.ts';
import type { Subject } from '../judge-kind.ts';
import { textOrJson } from '../../text/fill-text.ts';
import type { Choice } from '../../grade/choice-evaluator.ts';
import { withoutThoughts } from '../verdict.ts';

/** Whether a judge's prompt is one of those: it is not offered to be customized. */
export const isChoicePrompt = (name: string): boolean => name.startsWith('github-');

/** The case's variables, and the output as `completion`; all of it was written by somebody else. */
export function choiceVars({ vars, output }: Subject): Record<string, string> {
  const own = Object.entries(vars).map(([name, value]) => [name, textOrJson(value)] as const);
  return { ...Object.fromEntries(own), completion: output.trim() };
}

/**
 * The choice that stands alone on the last line, else the only one that the text has as whole words and does not deny; or why there is none.
 * Of choices that overlap the longest counts.
 */
export function readChoice(output: string, choices: readonly Choice[]): Grade | { readonly problem: string } {
  const said = withoutThoughts(output).toLowerCase();
  const last = bare(said.split('\n').findLast((line) => line.trim() !== '') ?? '');
  const alone = choices.find(({ choice }) => choice.toLowerCase().trim() === last);
  if (alone !== undefined) return gradeBy(alone);
  const found = choicesIn(withoutScale(said, choices), choices);
  const [first, ...others] = [...new Set(found.map(({ choice }) => choice))];
  if (first === undefined) return { problem: 'it contains none of the choices as whole words' };
  if (others.length > 0) return { problem: `it contains several choices: “${first.choice}” and “${others[0]?.choice ?? ''}”` };
  if (found.some(({ before }) => DENIED.test(before))) return { problem: `it denies the choice “${first.choice}”` };
  return gradeBy(first);
}

const gradeBy = ({ choice, score }: Choice): Grade => ({ pass: score > 0, score, reason: `The judge chose “${choice}”.` });

/** A line without a label such as `Rating:`, quotes, emphasis and the full stop. */
const bare = (line: string): string =>
  line
    .trim()
    .replace(/^[*_#>\s-]*[\p{L} ]{1,30}:\s+/u, '')
    .replace(/^["'“”‘’`*_([#>\s]+|["'“”‘’`*_)\].!\s]+$/gu, '');

/** English words that turn what follows in their sentence into the opposite. */
const DENIED = /(?:\b(?:not|no|never|neither|nor|cannot|without|fails? to|failed to|rather than|instead of)\b|n['’]t\b)[^.!?;:\n]*$/;

/** `4/5` and `4 out of 5` are a 4 where 5 is the most. */
function withoutScale(text: string, choices: readonly Choice[]): string {
  const most = Math.max(...choices.map(({ choice }) => (/^\d+$/.test(choice) ? Number(choice) : -1)));
  return most < 0 ? text : text.replace(new RegExp(`(\\d)\\s*(?:/|(?:out )?of)\\s*${most}(?!\\d|[.,]\\d)`, 'g'), '$1');
}

/** Where choices are as whole words, each with what stands before it. A part of a number or of a compound is no word. */
function choicesIn(text: string, choices: readonly Choice[]): { readonly choice: Choice; readonly before: string }[] {
  const longest = choices.filter(({ choice }) => choice.trim() !== '').sort((a, b) => b.choice.length - a.choice.length);
  if (longest.length === 0) return [];
  const words = longest.map(({ choice }) => escaped(choice.toLowerCase().trim())).join('|');
  const whole = new RegExp(`(?<![\\p{L}\\p{N}_-]|\\d[.,/])(?:${words})(?![\\p{L}\\p{N}_-]|[.,/]\\d)`, 'gu');
  return [...text.matchAll(whole)].flatMap((match) => {
    const choice = longest.find((one) => one.choice.toLowerCase().trim() === match[0]);
    return choice === undefined ? [] : [{ choice, before: text.slice(0, match.index) }];
  });
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
