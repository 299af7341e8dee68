/** How right a version of a judge is on labelled outputs, and whether another version is better. */
import { signFlipDrop } from '../../statistics/paired-means.ts';
import { mcnemarMidP } from '../../statistics/paired-shares.ts';
import { directRate, type RateEstimate } from '../../statistics/corrected-rate.ts';
import type { LabelledOutput } from './labelled-outputs.ts';

/** By the key of an output; absent or null: no verdict, which is right for nothing. */
export type JudgedOutputs = ReadonlyMap<string, 'pass' | 'fail' | null>;

/** Shares are weighted by the draw, their intervals with Kish's effective size. */
export interface JudgeMeasure {
  readonly outputs: number;
  readonly right: number;
  readonly unread: number;
  readonly agreement: RateEstimate | null;
  readonly tpr: RateEstimate | null;
  readonly tnr: RateEstimate | null;
}

export function measureJudge(outputs: readonly LabelledOutput[], judged: JudgedOutputs): JudgeMeasure {
  const isRight = (output: LabelledOutput): boolean => judged.get(output.key) === output.grade;
  return {
    outputs: outputs.length,
    right: outputs.filter(isRight).length,
    unread: outputs.filter(({ key }) => (judged.get(key) ?? null) === null).length,
    agreement: weightedShare(outputs, isRight),
    tpr: weightedShare(
      outputs.filter(({ grade }) => grade === 'pass'),
      isRight,
    ),
    tnr: weightedShare(
      outputs.filter(({ grade }) => grade === 'fail'),
      isRight,
    ),
  };
}

function weightedShare(outputs: readonly LabelledOutput[], isRight: (output: LabelledOutput) => boolean): RateEstimate | null {
  let [sum, squares, right] = [0, 0, 0];
  for (const output of outputs) {
    sum += output.weight;
    squares += output.weight ** 2;
    if (isRight(output)) right += output.weight;
  }
  if (sum === 0) return null;
  const total = sum ** 2 / squares;
  return directRate({ successes: (right / sum) * total, total });
}

/** Mean of what it gets right of passes and of fails: a judge that always says the same has a half. */
export const balanced = ({ tpr, tnr, agreement }: JudgeMeasure): number =>
  tpr === null || tnr === null ? (agreement?.value ?? 0) : (tpr.value + tnr.value) / 2;

/** Two versions over the same outputs. */
export interface JudgeVersionChange {
  /** Outputs that only the second gets right, and that only the first does. */
  readonly fixed: number;
  readonly broken: number;
  /** One-sided: as many more fixed than broken by chance, if neither version is better. */
  readonly p: number;
  /** Of `balanced`, second minus first. */
  readonly gain: number;
}

/** Outputs of one group are one observation: a group that is all right or all wrong says one thing. */
export function judgeChange(outputs: readonly LabelledOutput[], before: JudgedOutputs, after: JudgedOutputs): JudgeVersionChange {
  const groups = new Map<string, number[]>();
  let [fixed, broken] = [0, 0];
  for (const { key, grade, group } of outputs) {
    const difference = Number(after.get(key) === grade) - Number(before.get(key) === grade);
    if (difference > 0) fixed++;
    if (difference < 0) broken++;
    groups.set(group, [...(groups.get(group) ?? []), difference]);
  }
  const gain = balanced(measureJudge(outputs, after)) - balanced(measureJudge(outputs, before));
  const sums = [...groups.values()].map((differences) => differences.reduce((sum, value) => sum + value, 0));
  const p =
    groups.size === outputs.length
      ? mcnemarMidP(broken, fixed)
      : signFlipDrop(
          sums.map((sum) => -sum),
          1,
        );
  return { fixed, broken, p, gain };
}

/** Better on dev, as far as it must be to be worth a look at test: a rise by balance and by count. */
export const isBetter = ({ fixed, broken, gain }: JudgeVersionChange): boolean => fixed > broken && gain > 0;

/** Chance of a false proof over all looks at one test part: the first may use half of it, each later one half of what is left. */
const ALPHA = 0.05;

/** `look`: from 1. The sum over all looks stays below 5 %. */
export const alphaOfLook = (look: number): number => ALPHA / 2 ** look;

export const isProved = (change: JudgeVersionChange, look: number): boolean => isBetter(change) && change.p <= alphaOfLook(look);
