/** Labels → items that people graded, each with what the judge said and how likely it was to be drawn. */

/** One person's grade of one output, as far as a calibration reads it. */
export interface GradedLabel {
  /** Which output: equal for the labels of one. */
  readonly item: string;
  readonly by: string;
  readonly grade: 'pass' | 'fail';
  readonly judged: 'pass' | 'fail';
  /** Null: the person chose the output. */
  readonly draw: { readonly id: string; readonly probability: number } | null;
}

/** An output. */
export interface GradedItem {
  readonly judged: 'pass' | 'fail';
  /** Share of its labels that say pass: 0 or 1, or between where people disagree. */
  readonly passed: number;
  /** How many outputs it stands for: 1 / probability; 1 where it was not drawn. */
  readonly weight: number;
  readonly draw: string | null;
}

/** The newest label of each person is meant to be given last. */
export function gradedItems(labels: readonly GradedLabel[]): GradedItem[] {
  const byItem = new Map<string, Map<string, GradedLabel>>();
  for (const label of labels) {
    const ofItem = byItem.get(label.item) ?? new Map<string, GradedLabel>();
    ofItem.set(label.by, label);
    byItem.set(label.item, ofItem);
  }
  return [...byItem.values()].flatMap((ofItem) => {
    const all = [...ofItem.values()];
    const [first] = all;
    if (first === undefined) return [];
    const drawn = all.find(({ draw }) => draw !== null && draw.probability > 0)?.draw ?? null;
    return [
      {
        judged: first.judged,
        passed: all.filter(({ grade }) => grade === 'pass').length / all.length,
        weight: drawn === null ? 1 : 1 / drawn.probability,
        draw: drawn?.id ?? null,
      },
    ];
  });
}

/** Of outputs that several people graded, each pair of grades: null where there is none. */
export function pairsOfPeople(labels: readonly GradedLabel[]): { readonly agree: number; readonly pairs: number } | null {
  const byItem = new Map<string, Map<string, 'pass' | 'fail'>>();
  for (const { item, by, grade } of labels) {
    const ofItem = byItem.get(item) ?? new Map<string, 'pass' | 'fail'>();
    ofItem.set(by, grade);
    byItem.set(item, ofItem);
  }
  let [agree, pairs] = [0, 0];
  for (const ofItem of byItem.values()) {
    const n = ofItem.size;
    const passes = [...ofItem.values()].filter((grade) => grade === 'pass').length;
    pairs += (n * (n - 1)) / 2;
    agree += (passes * (passes - 1) + (n - passes) * (n - passes - 1)) / 2;
  }
  return pairs === 0 ? null : { agree, pairs };
}

/** Weighted items as a sample of equal ones: Kish's effective size (Survey Sampling, 1965). */
export function effectiveShare(items: readonly GradedItem[]): { readonly successes: number; readonly total: number } {
  let [sum, squares, passed] = [0, 0, 0];
  for (const { weight, passed: share } of items) {
    sum += weight;
    squares += weight * weight;
    passed += weight * share;
  }
  const total = sum === 0 ? 0 : (sum * sum) / squares;
  return { successes: sum === 0 ? 0 : (passed / sum) * total, total };
}
