/** Identity of golden sets, by their content. */
import { createHash } from 'node:crypto';
import type { GoldenCase, GoldenSet } from '../../core/golden/case.ts';

export interface HashedGoldenSet extends GoldenSet {
  /** Of the content; places in the file do not count. */
  readonly hash: string;
}

export const withHash = (set: GoldenSet): HashedGoldenSet => ({ ...set, hash: goldenHash(set.cases) });

/** Case by case, so that a large set makes no large string. */
export function goldenHash(cases: readonly GoldenCase[]): string {
  const hash = createHash('sha256');
  for (const { source: _source, assertions, ...rest } of cases) {
    hash.update(JSON.stringify({ ...rest, assertions: assertions.map(({ range: _range, ...spec }) => spec) }));
  }
  return hash.digest('hex').slice(0, 16);
}
