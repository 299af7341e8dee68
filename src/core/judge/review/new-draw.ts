/** The outputs of a review, chosen before the first label: what is hidden from people is sealed, and the order tells nothing. */
import { targetKey } from '../labels/label-record.ts';
import { Random } from '../../statistics/random.ts';
import type { DrawFile, DrawItem } from '../labels/draw-file.ts';
import { drawSample, type Drawable } from '../labels/draw-sample.ts';
import type { LabelledItem, LabelTarget } from '../labels/label-record.ts';
import { seal } from '../labels/sealed.ts';

/** An output that may be reviewed. */
export interface Reviewable extends Drawable {
  readonly target: LabelTarget;
  /** What the file keeps of its texts; null: nothing. */
  readonly item: LabelledItem | null;
  /** The judge's; null: it gave none. */
  readonly score: number | null;
}

export interface DrawRequest extends Pick<DrawFile, 'id' | 'seed' | 'at'> {
  /** How many outputs. */
  readonly size: number;
  readonly frame: Omit<DrawFile['frame'], 'n'>;
  /** Who labels; empty: everyone may. Each output is of one of them, and a fifth of two. */
  readonly people: readonly string[];
}

/** One output in so many is labelled by two people: how far they agree is the most that a judge can reach. */
const TWICE = 5;

/** Outputs that are equal in all that names them count once. */
export function newDraw(outputs: readonly Reviewable[], { id, seed, at, size, frame, people }: DrawRequest): DrawFile {
  const distinct = [...new Map(outputs.map((output) => [targetKey(output.target), output])).values()];
  const drawn = drawSample(distinct, size, seed);
  // Salts of their own: those of the draw would tell the order in which strata were drawn.
  const salts = new Random(seed ^ SALT);
  const items = drawn.items.map(({ item, stratum, probability }, i): DrawItem => ({
    target: item.target,
    item: item.item,
    assignees: assigneesOf(i, people),
    sealed: seal({ stratum, probability, verdict: item.verdict, score: item.score }, Math.floor(salts.next() * 2 ** 32)),
  }));
  // In the order of their names, not in that in which outputs of them came.
  const strata = [...drawn.strata].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { id, seed, at, frame: { ...frame, n: distinct.length }, strata, items };
}

const SALT = 0x5ea1ed;

/** The first of every five has two people. */
function assigneesOf(i: number, people: readonly string[]): string[] {
  const at = (of: number): string[] => people.slice(of % people.length, (of % people.length) + 1);
  if (people.length === 0) return [];
  return people.length > 1 && isLabelledTwice(i) ? [...at(i), ...at(i + 1)] : at(i);
}

/** `i`: the place of an output in its draw. */
export const isLabelledTwice = (i: number): boolean => i % TWICE === 0;
