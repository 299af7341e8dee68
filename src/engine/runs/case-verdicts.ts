/** The last verdict of each golden case in this window. It is keyed by the text of the case and by the prompt, model and parameters that answered. */
import { sha256 } from '../../adapters/hash.ts';
import { goldenHash } from '../../adapters/workspace/golden-hash.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { worseVerdict } from '../../core/results/case-outcomes.ts';
import type { Result } from '../../core/results/result.ts';
import { Newest } from '../../core/collections/newest.ts';
import type { Plan } from '../../core/run/plan.ts';
import { scoreKeyOf, type ScoreKey } from '../../core/versions/score.ts';

/** Cases whose verdict is kept: ten sets of 10,000 cases, at about 150 bytes a case. */
const KEPT = 100_000;

export class CaseVerdicts {
  private readonly verdicts = new Newest<Result['verdict']>(KEPT);
  /** The same by the id of the case alone, with the key that it is of: what it was before its prompt or its text was edited. */
  private readonly last = new Newest<{ readonly key: string; readonly verdict: Result['verdict'] }>(KEPT);

  /** Keeps the results of a run that they are given to, one by one. A case that was repeated fails when a repeat fails. */
  recorder(root: string, { candidates }: Plan): (result: Pick<Result, 'candidate' | 'case' | 'verdict'>) => void {
    const planned = new Map(
      candidates.map(({ candidate: { id, target, client, parameters }, cases }) => [
        id,
        {
          key: { ...scoreKeyOf(target, client.id), parameters: parameters as ScoreKey['parameters'] },
          cases: new Map(cases.map(({ goldenCase }) => [goldenCase.id, goldenCase])),
        },
      ]),
    );
    const worst = new Map<string, Result['verdict']>();
    return (result) => {
      const found = planned.get(result.candidate);
      const goldenCase = found?.cases.get(result.case);
      if (!found || !goldenCase) return;
      const key = keyOf(root, found.key, goldenCase);
      const verdict = worseVerdict(worst.get(key) ?? result.verdict, result.verdict);
      worst.set(key, verdict);
      this.verdicts.set(key, verdict);
      this.last.set(lastKeyOf(root, found.key, result.case), { key, verdict });
    };
  }

  /** Undefined: this case has not run so. The rest of its golden set does not count. */
  of(root: string, key: ScoreKey, goldenCase: GoldenCase): Result['verdict'] | undefined {
    return this.verdicts.get(keyOf(root, key, goldenCase));
  }

  /** The verdict that it had with this model and these parameters before it or its prompt was edited; undefined: it had none. */
  before(root: string, key: ScoreKey, goldenCase: GoldenCase): Result['verdict'] | undefined {
    const last = this.last.get(lastKeyOf(root, key, goldenCase.id));
    return last === undefined || last.key === keyOf(root, key, goldenCase) ? undefined : last.verdict;
  }
}

const lastKeyOf = (root: string, { prompt, model, parameters }: ScoreKey, id: string): string =>
  sha256(JSON.stringify([root, prompt, model, parameters, id]));

/** A hash: of the texts, each case would hold a copy. */
const keyOf = (root: string, { prompt, version, model, parameters }: ScoreKey, goldenCase: GoldenCase): string =>
  sha256(JSON.stringify([root, prompt, version, model, parameters, goldenHash([goldenCase])]));
