/** The labelled texts of test/unit/heuristics, and how often a heuristic is right about them. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export const PARTS = ['held-out', 'development'] as const;

export function labelledFile(name: string, part: (typeof PARTS)[number]): unknown {
  return parse(readFileSync(`test/unit/heuristics/${name}.${part}.yaml`, 'utf8'));
}

export interface Measured {
  readonly precision: number;
  readonly recall: number;
  /** What was found wrongly, and what was missed. */
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
  readonly summary: string;
}

export interface Judged {
  readonly text: string;
  readonly isOne: boolean;
  readonly isFound: boolean;
}

export function measured(items: readonly Judged[]): Measured {
  const right = items.filter(({ isOne, isFound }) => isOne && isFound).length;
  const wrong = items.filter(({ isOne, isFound }) => !isOne && isFound).map(({ text }) => text);
  const missed = items.filter(({ isOne, isFound }) => isOne && !isFound).map(({ text }) => text);
  const precision = right / (right + wrong.length);
  const recall = right / (right + missed.length);
  return {
    precision,
    recall,
    wrong,
    missed,
    summary: `precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, n = ${items.length}`,
  };
}
