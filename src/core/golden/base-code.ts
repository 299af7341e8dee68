/** Code assertions of a change: only code that its base has is executed. */
import { codeExecutionsOf, hasCode } from '../grade/code-executions.ts';
import { codeProblem, isCode } from '../grade/code-assertion.ts';
import { stemOf } from '../grade/assertion-types.ts';
import type { AssertionSpec } from '../grade/assertion.ts';
import type { JsonObject } from '../json/json.ts';
import type { GoldenCase } from './case.ts';

const NO_SETTINGS = { env: [], python: '' };

const keysOf = (spec: AssertionSpec, vars: JsonObject): string[] =>
  codeExecutionsOf([spec], vars, NO_SETTINGS).map(({ language, source }) => JSON.stringify([language, source]));

/** The code of all assertions of these cases, for `withBaseCode`. */
export const codeOfCases = (cases: readonly GoldenCase[]): Set<string> =>
  new Set(cases.flatMap(({ assertions, vars }) => assertions.flatMap((spec) => keysOf(spec, vars))));

export interface CasesWithBaseCode {
  readonly cases: readonly GoldenCase[];
  /** Ids of cases of the base whose new code is not executed; the base's code of the case is. */
  readonly replaced: readonly string[];
  /** Ids of new cases that need code which the base does not have. */
  readonly needsHead: readonly string[];
}

/** The cases of a change without code that is not in `known`. `base`: its cases, by id. */
export function withBaseCode(
  head: readonly GoldenCase[],
  base: ReadonlyMap<string, GoldenCase>,
  known: ReadonlySet<string>,
): CasesWithBaseCode {
  const replaced: string[] = [];
  const needsHead: string[] = [];
  const cases = head.map((item): GoldenCase => {
    const isKnown = (spec: AssertionSpec): boolean => keysOf(spec, item.vars).every((key) => known.has(key));
    if (item.assertions.every(isKnown)) return item;
    const before = base.get(item.id);
    (before === undefined ? needsHead : replaced).push(item.id);
    const kept = item.assertions.flatMap((spec) => without(spec, isKnown));
    return { ...item, assertions: [...kept, ...(before?.assertions ?? []).filter(hasCode).filter((spec) => !isIn(spec, kept))] };
  });
  return { cases, replaced, needsHead };
}

/** The assertion without code that is not known: none, itself, or a set with fewer members. */
function without(spec: AssertionSpec, isKnown: (spec: AssertionSpec) => boolean): AssertionSpec[] {
  if (spec.assert !== undefined) {
    const members = spec.assert.flatMap((member) => without(member, isKnown));
    return members.length === 0 && spec.assert.length > 0 ? [] : [{ ...spec, assert: members }];
  }
  return isCode(stemOf(spec.type)) && codeProblem(spec) === null && !isKnown(spec) ? [] : [spec];
}

const isIn = (spec: AssertionSpec, list: readonly AssertionSpec[]): boolean => {
  const text = textOf(spec);
  return list.some((item) => textOf(item) === text);
};

const textOf = (spec: AssertionSpec): string => JSON.stringify({ ...spec, range: undefined });
