/** How the golden cases of a change differ from those of its base. */
import type { AssertionSpec } from '../grade/assertion.ts';
import type { GoldenCase } from './case.ts';

export interface CaseDifferences {
  /** Ids of cases that are judged otherwise, or that give other inputs. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** `…Shared`: assertions that every case of the side has, from the prompt's own file. */
export function caseDifferences(
  base: readonly GoldenCase[],
  head: readonly GoldenCase[],
  baseShared: readonly AssertionSpec[] = [],
  headShared: readonly AssertionSpec[] = [],
): CaseDifferences {
  const before = new Map(base.map((item) => [item.id, contentOf(item, baseShared)]));
  const after = new Map(head.map((item) => [item.id, contentOf(item, headShared)]));
  return {
    changed: [...before].flatMap(([id, content]) => (after.has(id) && after.get(id) !== content ? [id] : [])),
    removed: [...before.keys()].filter((id) => !after.has(id)),
    added: [...after.keys()].filter((id) => !before.has(id)),
  };
}

/** Everything of a case but where it stands. */
const contentOf = ({ source: _source, assertions, ...content }: GoldenCase, shared: readonly AssertionSpec[]): string =>
  JSON.stringify([content, assertions.map(withoutRange), shared.map(withoutRange)]);

function withoutRange({ range: _range, assert, ...spec }: AssertionSpec): object {
  return { ...spec, ...(assert === undefined ? {} : { assert: assert.map(withoutRange) }) };
}
