/** What went wrong in a try, as a page shows it: one sentence, what to do next, and the button that does it. */
import { hintOf, isHumanError, messageOf } from '../../core/problems/errors.ts';
import type { TryAction, TryProblem } from '../../protocol/try.ts';

/** By the beginning of an error's code; the first that fits counts. */
const ACTIONS: readonly (readonly [start: string, action: TryAction])[] = [
  ['key/', 'manage-keys'],
  ['provider/authentication', 'manage-keys'],
  ['trust/', 'manage-trust'],
  ['data/mark', 'use-folder'],
  ['model/', 'choose-model'],
  ['media/unsupported', 'choose-model'],
  ['provider/not-found', 'choose-model'],
  ['provider/quota', 'choose-model'],
  ['price/', 'open-settings'],
  ['spend/', 'open-settings'],
  ['config/', 'open-settings'],
  ['template/', 'open-prompt'],
  ['prompt/', 'open-prompt'],
  ['try/', 'open-prompt'],
];

export function tryProblem(error: unknown): TryProblem {
  const code = isHumanError(error) ? error.code : '';
  const found = ACTIONS.find(([start]) => code.startsWith(start));
  return { message: messageOf(error), hint: hintOf(error) ?? null, action: found?.[1] ?? (code === '' ? 'show-log' : null) };
}

/** What a person reads of an answer that they ended. */
export const BY_PERSON: TryProblem = { message: 'You stopped this answer.', hint: null, action: null };
