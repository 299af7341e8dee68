/** Token counts of models whose vocabulary is not shipped, corrected by what the provider reported for the same requests. */
import type { TokenizerFact } from '../data/tokenizers.ts';
import { quantity } from '../../display/figures.ts';

export interface Calibration {
  /** Reported tokens ÷ the tokens that were estimated for the same requests. */
  readonly factor: number;
  /** Share by which single requests differ from it (half of the spread of the middle 90 %). */
  readonly band: number;
  readonly samples: number;
}

/** Fewer requests than this teach nothing. */
const FEWEST = 5;
/** A ratio beyond these means that the request was not the one that was counted. */
const PLAUSIBLE: readonly [number, number] = [0.3, 4];

/** `pairs`: reported tokens, and those that were estimated for the same request. Null: too little to learn from. */
export function calibrate(pairs: readonly { readonly reported: number; readonly counted: number }[]): Calibration | null {
  const ratios = pairs
    .filter(({ counted }) => counted > 0)
    .map(({ reported, counted }) => reported / counted)
    .filter((ratio) => ratio >= PLAUSIBLE[0] && ratio <= PLAUSIBLE[1])
    .sort((a, b) => a - b);
  if (ratios.length < FEWEST) return null;
  const at = (share: number): number => ratios[Math.min(ratios.length - 1, Math.floor(share * ratios.length))] ?? 1;
  const factor = at(0.5);
  return { factor, band: (at(0.95) - at(0.05)) / 2 / factor, samples: ratios.length };
}

/** Texts of one prompt say little about those of another: at least this share may be wrong. */
const ONE_PROMPT = 0.1;

/** What several prompts teach about one model: the mean by requests, and a band that holds all of them. */
export function combine(lessons: readonly Calibration[]): Calibration {
  const samples = lessons.reduce((sum, lesson) => sum + lesson.samples, 0);
  const factor = lessons.reduce((sum, lesson) => sum + lesson.factor * lesson.samples, 0) / samples;
  const widest = Math.max(...lessons.map((lesson) => Math.abs(lesson.factor - factor) / factor + lesson.band));
  return { factor, band: Math.max(widest, ONE_PROMPT / lessons.length), samples };
}

/** What is known of the model's tokens after `learnt`. An exact vocabulary stays exact: what differs is the frame, not the text. */
export const calibrated = (fact: TokenizerFact, learnt: Calibration | null): TokenizerFact =>
  learnt === null || fact.exact
    ? fact
    : {
        ...fact,
        factor: fact.factor * learnt.factor,
        correction: learnt.factor,
        band: learnt.band,
        isMeasured: true,
        source: `learned from ${quantity(learnt.samples, 'request')} of this model`,
      };
