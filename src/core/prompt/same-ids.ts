/** One id, one case: where all cases of a prompt come together, whatever file or list they are from. */
import { UNIQUE_ID, doubledId } from '../golden/case-id.ts';
import { placeOfCase, type GoldenCase } from '../golden/case.ts';
import type { Diagnostic } from '../problems/diagnostics.ts';

/** An error for each case, lists expanded, that has the id of an earlier one; its message names the places of both. */
export function sameIds(cases: readonly GoldenCase[]): Diagnostic[] {
  const first = new Map<string, GoldenCase>();
  const found: Diagnostic[] = [];
  for (const item of cases) {
    const { id, source } = item;
    const other = first.get(id);
    if (other === undefined) first.set(id, item);
    else
      found.push({
        code: 'golden/duplicate-id',
        severity: 'error',
        message: doubledId(id, placeOfCase(other.source), placeOfCase(source)),
        path: source.path,
        range: source.anchor,
        hint: UNIQUE_ID,
      });
  }
  return found;
}
