/** After a run over several models: who is worth a thought, and the cheapest that is still good enough. */
import { groupBy } from '../collections/group-by.ts';
import { caseVerdicts } from '../results/case-outcomes.ts';
import type { CandidateReport } from '../results/candidate-report.ts';
import type { ResultOutline } from '../results/result-list.ts';
import { choiceSubject } from './choice-subject.ts';
import { pairedDifference } from '../statistics/summary.ts';

export interface ModelChoice {
  readonly prompt: string;
  /** What the candidates differ in. */
  readonly by: 'model' | 'effort';
  /** Candidates that no other beats in pass rate, cost and TTFT at once. */
  readonly front: readonly string[];
  /** What the others are compared with: the most expensive. */
  readonly mostExpensive: string;
  readonly compared: readonly ComparedCandidate[];
  /** The cheapest that is not below the most expensive by more than the margin; null: none is known to be. */
  readonly cheapestGoodEnough: string | null;
  /** Of that one against the most expensive, USD per 1,000 calls. */
  readonly savesPerThousandUsd: number | null;
}

export interface ComparedCandidate {
  readonly candidate: string;
  /** Pass rate minus that of the most expensive, over the cases that both answered. */
  readonly difference: number;
  /** 95 %. */
  readonly interval: readonly [number, number];
  readonly cases: number;
  /** `good-enough`: surely not below by more than the margin. `worse`: surely so. `too-few-cases`: the interval holds both. */
  readonly verdict: 'good-enough' | 'worse' | 'too-few-cases';
}

/** One per prompt that ran with several models whose cost is known. */
export function chooseModels(candidates: readonly CandidateReport[], results: readonly ResultOutline[], margin: number): ModelChoice[] {
  const byCandidate = groupBy(results, (result) => result.candidate);
  return [...groupBy(candidates, (candidate) => candidate.prompt.path).entries()].flatMap(([prompt, all]) => {
    const priced = all.filter((candidate) => candidate.costPerCallUsd !== null && candidate.passRate !== null);
    const mostExpensive = [...priced].sort((a, b) => cost(b) - cost(a))[0];
    if (priced.length < 2 || !mostExpensive) return [];
    const passesOf = (candidate: CandidateReport): Map<string, boolean> =>
      new Map(
        caseVerdicts(byCandidate.get(candidate.id) ?? [])
          .filter((item) => item.status === 'active' && (item.verdict === 'pass' || item.verdict === 'fail'))
          .map((item) => [item.case, item.verdict === 'pass']),
      );
    const best = passesOf(mostExpensive);
    const compared = priced
      .filter((candidate) => candidate !== mostExpensive)
      .map((candidate) => compare(candidate.id, passesOf(candidate), best, margin));
    const cheapest = [...priced]
      .sort((a, b) => cost(a) - cost(b))
      // What passes nothing is as good as another that passes nothing, but not good enough.
      .filter(({ passRate }) => passRate !== 0)
      .find((candidate) => compared.some((item) => item.candidate === candidate.id && item.verdict === 'good-enough'));
    return [
      {
        prompt,
        by: choiceSubject(priced),
        front: priced.filter((candidate) => !priced.some((other) => dominates(other, candidate))).map(({ id }) => id),
        mostExpensive: mostExpensive.id,
        compared,
        cheapestGoodEnough: cheapest?.id ?? null,
        savesPerThousandUsd: cheapest ? (cost(mostExpensive) - cost(cheapest)) * 1000 : null,
      },
    ];
  });
}

const cost = (candidate: CandidateReport): number => candidate.costPerCallUsd ?? Infinity;

/** At least as good in everything, and better in something. An unknown TTFT is neither. */
function dominates(a: CandidateReport, b: CandidateReport): boolean {
  const gains = [(a.passRate ?? 0) - (b.passRate ?? 0), cost(b) - cost(a), a.ttftMs && b.ttftMs ? b.ttftMs.p50 - a.ttftMs.p50 : 0];
  return gains.every((gain) => gain >= 0) && gains.some((gain) => gain > 0);
}

function compare(
  candidate: string,
  own: ReadonlyMap<string, boolean>,
  best: ReadonlyMap<string, boolean>,
  margin: number,
): ComparedCandidate {
  const counts = { both: 0, first: 0, second: 0, neither: 0 };
  for (const [id, passed] of own) {
    const other = best.get(id);
    if (other === undefined) continue;
    counts[passed ? (other ? 'both' : 'first') : other ? 'second' : 'neither']++;
  }
  const { difference, interval } = pairedDifference(counts);
  const verdict = interval[0] >= -margin ? 'good-enough' : interval[1] < -margin ? 'worse' : 'too-few-cases';
  return { candidate, difference, interval, cases: counts.both + counts.first + counts.second + counts.neither, verdict };
}
