/** What of inputs, outputs, retrieval and signals is compared: shares of calls, so that one test fits all (`drift-share.ts`). */
import { compareShares, DriftDays, type DriftComparison } from './drift-share.ts';
import type { DriftItem } from './drift-item.ts';

export type FigureKind = 'input-length' | 'output-length' | 'retrieval' | 'language' | 'signal';

export interface FigureTest extends DriftComparison {
  readonly kind: FigureKind;
  /** Such as `German` or `thumbs-down`; of a quantity what is counted, such as `longer than 420 characters`. */
  readonly name: string;
  /** Of a quantity, on both sides; null: it is not a quantity. */
  readonly medians: readonly [before: number, after: number] | null;
}

/** Calls of both sides together that have it; fewer cannot tell. */
const LEAST = 8;
/** Part of the reference that is beyond a bound. */
const TAIL = 0.1;

export function figureTests(reference: readonly DriftItem[], window: readonly DriftItem[]): FigureTest[] {
  const days = [new DriftDays(reference), new DriftDays(window)] as const;
  const shares = (kind: FigureKind, namesOf: (item: DriftItem) => readonly string[]): FigureTest[] => {
    const [before, after] = [byName(reference, namesOf), byName(window, namesOf)];
    return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name): FigureTest[] => {
      const [a, b] = [before.get(name) ?? [], after.get(name) ?? []];
      const found = a.length + b.length < LEAST ? null : compareShares(days, [a, b]);
      return found === null ? [] : [{ ...found, kind, name, medians: null }];
    });
  };
  return [
    ...quantityTests('input-length', 'characters', [reference, window], ({ inputLength }) => inputLength),
    ...quantityTests('output-length', 'characters', [reference, window], ({ outputLength }) => outputLength),
    ...quantityTests('retrieval', 'best score', [reference, window], ({ score }) => score),
    ...shares('language', ({ language }) => (language === null ? [] : [language])),
    ...shares('signal', ({ signals }) => signals),
  ];
}

function byName(items: readonly DriftItem[], namesOf: (item: DriftItem) => readonly string[]): Map<string, DriftItem[]> {
  const found = new Map<string, DriftItem[]>();
  for (const item of items)
    for (const name of new Set(namesOf(item))) {
      const known = found.get(name);
      if (known === undefined) found.set(name, [item]);
      else known.push(item);
    }
  return found;
}

/** Calls below what a tenth of the reference is below, and above what a tenth is above. */
function quantityTests(
  kind: FigureKind,
  unit: string,
  sides: readonly [readonly DriftItem[], readonly DriftItem[]],
  valueOf: (item: DriftItem) => number | null,
): FigureTest[] {
  const [reference, window] = sides.map((items) => items.filter((item) => valueOf(item) !== null)) as [DriftItem[], DriftItem[]];
  const sorted = (items: readonly DriftItem[]): number[] => items.map((item) => valueOf(item) ?? 0).sort((a, b) => a - b);
  const [before, after] = [sorted(reference), sorted(window)];
  const at = (values: readonly number[], part: number): number => values[Math.floor(part * (values.length - 1))] ?? 0;
  if (before.length < LEAST || after.length < LEAST) return [];
  const days = [new DriftDays(reference), new DriftDays(window)] as const;
  const medians = [at(before, 0.5), at(after, 0.5)] as const;
  const bounds = [
    ['below', at(before, TAIL), (value: number, bound: number): boolean => value < bound],
    ['above', at(before, 1 - TAIL), (value: number, bound: number): boolean => value > bound],
  ] as const;
  return bounds.flatMap(([side, bound, isBeyond]): FigureTest[] => {
    const of = (items: readonly DriftItem[]): DriftItem[] => items.filter((item) => isBeyond(valueOf(item) ?? 0, bound));
    const found = compareShares(days, [of(reference), of(window)]);
    return found === null ? [] : [{ ...found, kind, name: `${side} ${Number(bound.toPrecision(3))} ${unit}`, medians }];
  });
}
