/** How the last run of a prompt over its whole golden set ended in this window, where the store of scores has no score of it: it stopped. */
import type { CaseCounts } from '../../core/results/case-counts.ts';
import type { CandidateReport } from '../../core/results/candidate-report.ts';
import { Newest } from '../../core/collections/newest.ts';
import type { Plan } from '../../core/run/plan.ts';
import type { RunReport } from '../../core/run/report.ts';
import { isWhole } from '../../core/run/whole.ts';
import { keyTextOf, type Score, type ScoreKey } from '../../core/versions/score.ts';

/** Prompts × models whose outcome is kept. */
const KEPT = 1000;

export interface RunOutcome {
  readonly counts: CaseCounts;
  /** ISO 8601, when the run began. */
  readonly at: string;
}

export class RunOutcomes {
  private readonly outcomes = new Newest<RunOutcome>(KEPT);

  /** Keeps what a run that stopped at errors says of its candidates. A run that a person cancelled says nothing. */
  take(root: string, plan: Plan, { candidates, complete, startedAt }: RunReport): void {
    for (const candidate of candidates) {
      if (!isWhole(plan, candidate)) continue;
      const key = `${root}\u0000${keyTextOf(keyOf(candidate))}`;
      if (complete || candidate.errors === 0) this.outcomes.delete(key);
      else this.outcomes.set(key, { counts: candidate, at: startedAt });
    }
  }

  /** Null: the last run of exactly this did not stop at errors, or `score` is newer. */
  of(root: string, key: ScoreKey, score: Score | null): RunOutcome | null {
    const found = this.outcomes.get(`${root}\u0000${keyTextOf(key)}`) ?? null;
    return found !== null && score !== null && score.at >= found.at ? null : found;
  }
}

const keyOf = ({ prompt, golden, model, parameters }: CandidateReport): ScoreKey => ({
  prompt: prompt.path,
  version: prompt.version,
  golden,
  model,
  parameters,
});
