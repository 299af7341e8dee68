/** The last verdict of each golden case in this window. It is keyed by the text of the case and by the prompt, model and parameters that answered. */
import { sha256 } from '../adapters/hash.ts';
import { goldenHash } from '../adapters/workspace/golden-hash.ts';
import type { GoldenCase } from '../core/golden/case.ts';
import type { Result } from '../core/results/result.ts';
import { Newest } from '../core/newest.ts';
import type { Plan } from '../core/run/plan.ts';
import { scoreKeyOf, type ScoreKey } from '../core/versions/score.ts';

/** Cases whose verdict is kept: ten sets of 10,000 cases, at about 150 bytes a case. */
const KEPT = 100_000;

export class CaseVerdicts {
  private readonly verdicts = new Newest<Result['verdict']>(KEPT);

  /** Keeps the results of a run that they are given to, one by one. */
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
    return (result) => {
      const found = planned.get(result.candidate);
      const goldenCase = found?.cases.get(result.case);
      if (found && goldenCase) this.verdicts.set(keyOf(root, found.key, goldenCase), result.verdict);
    };
  }

  /** Undefined: this case has not run so. The rest of its golden set does not count. */
  of(root: string, key: ScoreKey, goldenCase: GoldenCase): Result['verdict'] | undefined {
    return this.verdicts.get(keyOf(root, key, goldenCase));
  }
}

/** A hash: of the texts, each case would hold a copy. */
const keyOf = (root: string, { prompt, version, model, parameters }: ScoreKey, goldenCase: GoldenCase): string =>
  sha256(JSON.stringify([root, prompt, version, model, parameters, goldenHash([goldenCase])]));
