/**
 * How many cases passed, of how many: the same words and the same denominator on every surface. Only active cases that were judged are
 * counted; errors, unjudged cases and those that never decide stand beside them: `64 of 64 · 1 known failing`.
 */
import { count, quantity } from '../display/figures.ts';
import { groupBy } from '../collections/group-by.ts';
import { isJsonObject, type JsonValue } from '../json/json.ts';
import type { CaseOutcome } from './case-outcomes.ts';

/** Of the active cases. */
export interface ActiveCounts {
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  readonly unjudged: number;
}

/** Why cases have no verdict: the code of their error. */
export interface ErrorCause {
  readonly code: string;
  readonly cases: number;
}

/** Cases of what a pipeline retrieves. */
export interface RetrievalCounts {
  readonly cases: number;
  readonly passed: number;
}

/** What is optional is absent in reports, journals and scores of older versions; then all cases count as active. */
export interface CaseCounts {
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  readonly unjudged?: number;
  readonly knownFailing?: number;
  readonly unverified?: number;
  /** Of retrieval, which never decide and are in no other count but those of all cases. Absent: no such case. */
  readonly retrieval?: RetrievalCounts;
  readonly active?: ActiveCounts;
  /** The most frequent first. */
  readonly errorCauses?: readonly ErrorCause[];
}

export const activeCounts = ({ active, passed, failed, errors, unjudged = 0 }: CaseCounts): ActiveCounts =>
  active ?? { passed, failed, errors, unjudged };

export const NO_COUNTS: ActiveCounts = { passed: 0, failed: 0, errors: 0, unjudged: 0 };

export function countActive(cases: readonly CaseOutcome[]): ActiveCounts {
  const counted = { passed: 0, failed: 0, errors: 0, unjudged: 0 };
  for (const { verdict, status } of cases) if (status === 'active') counted[FIELDS[verdict]]++;
  return counted;
}

const FIELDS = { pass: 'passed', fail: 'failed', error: 'errors', unjudged: 'unjudged' } as const;

/** Of the cases that are errors, whatever their status. */
export function errorCauses(cases: readonly CaseOutcome[]): ErrorCause[] {
  const codes = cases.flatMap(({ verdict, errorCode }) => (verdict === 'error' ? [errorCode ?? 'unknown'] : []));
  return [...groupBy(codes, (code) => code)].map(([code, all]) => ({ code, cases: all.length })).sort((a, b) => b.cases - a.cases);
}

/** `57 of 65`: of the active cases that passed or failed. Null: no such case. */
export function passedText(counts: CaseCounts): string | null {
  const { passed, failed } = activeCounts(counts);
  return passed + failed === 0 ? null : `${count(passed)} of ${count(passed + failed)}`;
}

/** `3 errors: the key was refused`. Null: there is no error. */
export function errorsText(counts: CaseCounts): string | null {
  const { errors } = activeCounts(counts);
  if (errors === 0) return null;
  const [first, ...others] = counts.errorCauses ?? [];
  const why = first === undefined ? undefined : CAUSES[first.code];
  const said = quantity(errors, 'error');
  if (why === undefined || first === undefined) return said;
  return others.length === 0 ? `${said}: ${why}` : `${said}, ${count(first.cases)} of them: ${why}`;
}

/** What is beside the pass rate, each as a clause: `3 unjudged`, `1 known failing`. */
export function asideTexts(counts: CaseCounts): string[] {
  const { unjudged } = activeCounts(counts);
  const { knownFailing = 0, unverified = 0, retrieval } = counts;
  return [
    ...(unjudged > 0 ? [`${count(unjudged)} unjudged`] : []),
    ...(knownFailing > 0 ? [`${count(knownFailing)} known failing`] : []),
    ...(unverified > 0 ? [`${count(unverified)} unverified`] : []),
    ...(retrieval === undefined ? [] : [`retrieval ${count(retrieval.passed)} of ${count(retrieval.cases)}`]),
  ];
}

/** `64 of 64 · 1 known failing`, `3 errors: the key was refused`: all that is known about the cases of one candidate. */
export function scoreText(counts: CaseCounts): string {
  const parts = [passedText(counts), errorsText(counts)].filter((text) => text !== null);
  const all = [...parts, ...asideTexts(counts)];
  return all.length === 0 ? 'no case was judged' : all.join(' · ');
}

/** Causes as clauses, by the code of the error. */
const CAUSES: Readonly<Record<string, string>> = {
  'provider/authentication': 'the key was refused',
  'provider/quota': 'the quota is used up',
  'provider/rate-limit': 'rate limited',
  'provider/bad-request': 'the request was refused',
  'provider/not-found': 'the model was not found',
  'provider/server': 'the server failed',
  'provider/connection': 'the connection broke',
  'provider/unreachable': 'the server cannot be reached',
  'provider/timeout': 'no answer in time',
  'provider/unfinished': 'the answer did not end',
  'provider/malformed': 'the answer cannot be read',
  'key/missing': 'no API key',
  'assert/not-judged': 'an assertion could not be graded',
  'evaluation/timeout': 'grading took too long',
  'template/render': 'the prompt cannot be rendered',
  'media/unsupported': 'the model does not accept the file',
};

/** The counts of several candidates together. */
export function sumCounts(all: readonly CaseCounts[]): CaseCounts {
  const add = (of: (item: CaseCounts) => number): number => all.reduce((sum, item) => sum + of(item), 0);
  const causes = groupBy(
    all.flatMap(({ errorCauses = [] }) => errorCauses),
    ({ code }) => code,
  );
  return {
    passed: add(({ passed }) => passed),
    failed: add(({ failed }) => failed),
    errors: add(({ errors }) => errors),
    unjudged: add(({ unjudged = 0 }) => unjudged),
    knownFailing: add(({ knownFailing = 0 }) => knownFailing),
    unverified: add(({ unverified = 0 }) => unverified),
    ...retrievalField(
      add(({ retrieval }) => retrieval?.cases ?? 0),
      add(({ retrieval }) => retrieval?.passed ?? 0),
    ),
    active: {
      passed: add((item) => activeCounts(item).passed),
      failed: add((item) => activeCounts(item).failed),
      errors: add((item) => activeCounts(item).errors),
      unjudged: add((item) => activeCounts(item).unjudged),
    },
    errorCauses: [...causes]
      .map(([code, found]) => ({ code, cases: found.reduce((sum, { cases }) => sum + cases, 0) }))
      .sort((a, b) => b.cases - a.cases),
  };
}

/** Nothing where no case is of retrieval. */
export const retrievalField = (cases: number, passed: number): { readonly retrieval?: RetrievalCounts } =>
  cases === 0 ? {} : { retrieval: { cases, passed } };

/** Whether stored JSON has the shape. */
export const isActiveCounts = (value: JsonValue): boolean =>
  isJsonObject(value) && ['passed', 'failed', 'errors', 'unjudged'].every((name) => typeof value[name] === 'number');

/** Whether stored JSON has the shape. */
export const isErrorCauses = (value: JsonValue): boolean =>
  Array.isArray(value) &&
  value.every((item) => isJsonObject(item) && typeof item['code'] === 'string' && typeof item['cases'] === 'number');
