/**
 * Whether two questions ask the same: other spelling, order, politeness and typing mistakes do not count; a word that decides the answer
 * does. Words without a known meaning decide. The rule is in test/unit/labelled-retries/RULE.md, which also measures it.
 */
import { distance } from 'fastest-levenshtein';
import {
  DIRECTIONS,
  GOING_ON,
  IDLE_CHARACTERS,
  IDLE_PHRASES,
  IDLE_WORDS,
  PROGRESS_PHRASES,
  PROGRESS_WORDS,
  QUESTION_WORDS,
} from '../../topics/question-words.ts';
import { plainText } from '../../topics/plain-text.ts';

/** A character of a script without spaces, a number, or a word. */
const TOKENS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|\p{N}+(?:[.,:/]\p{N}+)*|[\p{Script=Katakana}ー]+|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{M}])+/gu;

/** As the lists of words write them. */
export const plainWords = (text: string): string[] => plainText(text).replace(IDLE_PHRASES, ' ').match(TOKENS) ?? [];

const isHiragana = (token: string): boolean => /^[\p{Script=Hiragana}ー]+$/u.test(token);
const isIdle = (token: string): boolean => IDLE_WORDS.has(token) || IDLE_CHARACTERS.has(token) || isHiragana(token);

/** Characters of other text than words and numbers, such as code, may decide too; where both have the same of them, they do not. */
export function asksTheSame(before: string, after: string): boolean {
  const [a, b] = [plainWords(before), plainWords(after)];
  if (a.length === 0 || b.length === 0 || isProgress(a) || isProgress(b)) return false;
  if (a.join('') === b.join('')) return true;
  const [first, second] = [a.filter((token) => !isIdle(token)), b.filter((token) => !isIdle(token))];
  // Nothing is left that decides: only nearly the same words are the same question.
  if (first.length === 0 || second.length === 0)
    return first.length === second.length && distance(a.join(''), b.join('')) <= a.join('').length / 5;
  const order = sameWords(first, second);
  if (order === null) return false;
  const isTurned = order.some((at, i) => i > 0 && at < (order[i - 1] ?? 0));
  return !isTurned || ![a, b].every((tokens) => tokens.some((token) => DIRECTIONS.has(token)));
}

/** It agrees, answers, or asks for what comes next. */
function isProgress(tokens: readonly string[]): boolean {
  if (PROGRESS_PHRASES.has(tokens.join(''))) return true;
  const first = tokens.find((token) => !isIdle(token)) ?? '';
  const isAll = tokens.every((token) => PROGRESS_WORDS.has(token) || isIdle(token)) && tokens.some((token) => PROGRESS_WORDS.has(token));
  return isAll || GOING_ON.has(first) || isOneLetter(tokens);
}

const isOneLetter = ([only = '', ...more]: readonly string[]): boolean => more.length === 0 && /^[a-z]$/.test(only);

/** Where each word that decides, but those that ask, stands in the other text; null: a word is only in one of them. */
function sameWords(a: readonly string[], b: readonly string[]): number[] | null {
  if (a.length !== b.length) return null;
  const open = new Map<string, number[]>();
  b.forEach((token, i) => open.set(token, [...(open.get(token) ?? []), i]));
  const found = new Map<number, number>();
  const left: number[] = [];
  a.forEach((token, i) => {
    const at = open.get(token)?.shift();
    if (at === undefined) left.push(i);
    else found.set(i, at);
  });
  const others = [...open.values()].flat();
  // More differences than a few slips are another text.
  if (left.length > 3) return null;
  for (const i of left) {
    const token = a[i] ?? '';
    const at = others.find((other) => isSlip(token, b[other] ?? ''));
    if (at === undefined) return null;
    others.splice(others.indexOf(at), 1);
    found.set(i, at);
  }
  return [...found].sort(([x], [y]) => x - y).flatMap(([i, at]) => (QUESTION_WORDS.has(a[i] ?? '') ? [] : [at]));
}

/** The same word with a typing mistake or another ending. Numbers have neither, and a mistake at the first letter is another word. */
function isSlip(a: string, b: string): boolean {
  if (/\p{N}/u.test(a + b)) return false;
  const [x, y] = [a.normalize('NFD'), b.normalize('NFD')];
  const longer = Math.max(x.length, y.length);
  const shared = sharedStart(x, y);
  if (shared >= 4 && shared >= 0.6 * longer) return true;
  if (x[0] !== y[0] || longer < 4) return false;
  if (isSwap(x, y)) return true;
  const slips = distance(x, y);
  return slips <= (longer >= 8 ? 2 : 1) && (x.length !== y.length || longer >= 7);
}

function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/** Two letters beside each other changed places. */
function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  const at = sharedStart(a, b);
  return at < a.length - 1 && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}
