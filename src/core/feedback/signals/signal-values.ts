/** What people and applications write for yes and no, up and down. A value that is in neither list is not known, and says nothing. */
import type { Signal } from '../interactions/interaction.ts';

/** What a value says; null: it is not known. */
export type ValueSide = 'good' | 'bad' | null;

const YES = ['true', '1', '+1', 'yes', 'y', 'on'];
const NO = ['false', '0', '-1', 'no', 'n', 'off'];
const UP = [
  ...[
    'up',
    'thumbs_up',
    'thumb_up',
    'thumbsup',
    'upvote',
    'like',
    'liked',
    'good',
    'great',
    'positive',
    'pos',
    'helpful',
    'pass',
    'passed',
  ],
  ...['correct', 'satisfied', 'happy', 'accept', 'accepted', ':+1:', ':thumbsup:', '👍', '❤', '💯', '😀', '😃', '😄', '😊', '🙂', '😍'],
];
const DOWN = [
  ...['down', 'thumbs_down', 'thumb_down', 'thumbsdown', 'downvote', 'dislike', 'disliked', 'bad', 'poor', 'negative', 'neg'],
  ...['not_helpful', 'unhelpful', 'fail', 'failed', 'incorrect', 'wrong', 'unsatisfied', 'dissatisfied', 'unhappy', 'reject', 'rejected'],
  ...[':-1:', ':thumbsdown:', '👎', '💔', '😞', '😠', '😡', '🙁', '☹', '😢', '😕'],
];

const sidesOf = (good: readonly string[], bad: readonly string[]): ReadonlyMap<string, ValueSide> =>
  new Map<string, ValueSide>([...good.map((word) => [word, 'good'] as const), ...bad.map((word) => [word, 'bad'] as const)]);
const THUMB_SIDES = sidesOf([...YES, ...UP], [...NO, ...DOWN]);
const CHECK_SIDES = sidesOf(YES, NO);

/** Names of signals with two sides. */
export const THUMBS: ReadonlySet<string> = new Set(['thumb', 'thumbs', 'user_feedback']);

/** Up is good. Capitals, spaces and hyphens, and the colour of a hand do not count. */
export const thumbSide = (value: Signal['value']): ValueSide => THUMB_SIDES.get(wordOf(value)) ?? null;

/** Of a signal that is there or is not: a yes is good, a no is bad, whatever the signal means. */
export const checkSide = (value: Signal['value']): ValueSide => CHECK_SIDES.get(wordOf(value)) ?? null;

/** For a sentence that lists what is known. */
export const THUMB_VALUES = 'up, down, like, dislike, good, bad, positive, negative, yes, no, true, false, 1, 0, -1, 👍, 👎';
export const CHECK_VALUES = 'yes, no, true, false, 1, 0';

/** As the tables write it: `Thumbs-Down` is `thumbs_down`. */
export function wordOf(value: Signal['value']): string {
  const text = String(value)
    .normalize('NFKC')
    .replace(/[\u{FE0E}\u{FE0F}\u{1F3FB}-\u{1F3FF}]/gu, '')
    .trim()
    .toLowerCase();
  return THUMB_SIDES.has(text) ? text : text.replace(/[\s_-]+/g, '_');
}
