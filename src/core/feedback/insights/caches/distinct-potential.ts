/** What a response cache would save, as rows that differ: a table of lifetimes that repeats one number says it once. */
import { lifetimeText } from '../insight-sentences.ts';
import type { ResponseCaching } from './cache-insight.ts';

type Potential = ResponseCaching['potential'][number];

export interface DistinctPotential extends Pick<Potential, 'hits' | 'rate' | 'savedUsd' | 'savedSeconds'> {
  /** `exactly`, `ignoring white space`, or both. */
  readonly keys: string;
  /** `1 h`, `1 h to 30 d`. */
  readonly lifetimes: string;
}

/** Neighbours with the same hits and savings are one row; kinds of request that have the same rows are one kind. */
export function distinctPotential(potential: readonly Potential[]): DistinctPotential[] {
  const exact = runsOf(potential.filter(({ key }) => key === 'exact'));
  const others = runsOf(potential.filter(({ key }) => key !== 'exact'));
  const text = (rows: readonly Run[]): string => JSON.stringify(rows);
  if (others.length === 0 || text(exact) === text(others))
    return exact.map((row) => ({ keys: others.length === 0 ? EXACTLY : BOTH, ...row }));
  return [...exact.map((row) => ({ keys: EXACTLY, ...row })), ...others.map((row) => ({ keys: NORMALISED, ...row }))];
}

const EXACTLY = 'exactly';
const NORMALISED = 'ignoring white space';
const BOTH = 'exactly, or ignoring white space';

type Run = Omit<DistinctPotential, 'keys'>;

function runsOf(rows: readonly Potential[]): Run[] {
  const runs: { first: Potential; last: Potential }[] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run !== undefined && run.last.hits === row.hits && run.last.savedUsd === row.savedUsd && run.last.savedSeconds === row.savedSeconds)
      run.last = row;
    else runs.push({ first: row, last: row });
  }
  return runs.map(({ first, last: { hits, rate, savedUsd, savedSeconds, lifetimeSeconds } }) => {
    const [from, to] = [lifetimeText(first.lifetimeSeconds), lifetimeText(lifetimeSeconds)];
    return { lifetimes: from === to ? from : `${from} to ${to}`, hits, rate, savedUsd, savedSeconds };
  });
}
