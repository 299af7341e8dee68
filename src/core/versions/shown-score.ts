/** What is known of a prompt as it is now, in the words of lens and tree: its score, or that of before the edit, said so. */
import { percent } from '../display/figures.ts';
import { scoreText } from '../results/case-counts.ts';
import { judgedText } from '../results/judged-rate.ts';
import { scoreBefore, scoreFor, type Score, type ScoreKey } from './score.ts';

export interface ShownScore {
  readonly text: string;
  /** Of exactly what stands there now; null: it did not run so. */
  readonly score: Score | null;
  /** The text is about what stood there before. */
  readonly isEarlier: boolean;
  /** As a row of a tree says it: `88.9 %`, `88.9 % before this edit`; null: it has no pass rate to show. */
  readonly brief: string | null;
  /** What stands beside a judged rate; null: no judge decided. */
  readonly judge: string | null;
}

/**
 * `key` null: the prompt names no model. `isEdited`: the key is of a text that was edited since, and what stands there now is not analysed
 * yet.
 */
export function shownScore(scores: readonly Score[], key: ScoreKey | null, isEdited: boolean): ShownScore {
  if (key === null) return NOT_RUN;
  const score = scoreFor(scores, key);
  if (score !== null && !isEdited)
    return { text: withJudge(scoreText(score), score), score, isEarlier: false, brief: rateOf(score), judge: judgeOf(score) };
  const earlier = score ?? scoreBefore(scores, key);
  if (earlier === null) return NOT_RUN;
  const since = earlier.version === key.version && !isEdited ? 'before the golden set changed' : 'before this edit';
  const rate = rateOf(earlier);
  return {
    text: withJudge(`${scoreText(earlier)} ${since}`, earlier),
    score: null,
    isEarlier: true,
    brief: rate === null ? null : `${rate} ${since}`,
    judge: judgeOf(earlier),
  };
}

const rateOf = ({ passRate }: Score): string | null => (passRate === null ? null : percent(passRate));

const judgeOf = ({ judged }: Score): string | null => (judged === undefined ? null : judgedText(judged));

/** `9 of 10 · 88 % (82–93), judge calibrated 12 Nov 2026`. */
const withJudge = (text: string, score: Score): string => [text, judgeOf(score)].filter((part) => part !== null).join(' · ');

const NOT_RUN: ShownScore = { text: 'not run yet', score: null, isEarlier: false, brief: null, judge: null };
