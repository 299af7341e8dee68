/** The last verdict of each golden case in this window. It is keyed by the text of the case and by the prompt, model and parameters that answered. */
import { goldenHash } from '../adapters/workspace/golden-hash.ts';
import type { GoldenCase } from '../core/golden/case.ts';
import type { Result } from '../core/results/result.ts';
import type { Plan } from '../core/run/plan.ts';
import { scoreKeyOf, type ScoreKey } from '../core/versions/score.ts';

export class CaseVerdicts {
  private readonly verdicts = new Map<string, Result['verdict']>();

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
      if (found && goldenCase) this.verdicts.set(textOf(root, found.key, goldenCase), result.verdict);
    };
  }

  /** Undefined: this case has not run so. The rest of its golden set does not count. */
  of(root: string, key: ScoreKey, goldenCase: GoldenCase): Result['verdict'] | undefined {
    return this.verdicts.get(textOf(root, key, goldenCase));
  }
}

const textOf = (root: string, { prompt, version, model, parameters }: ScoreKey, goldenCase: GoldenCase): string =>
  JSON.stringify([root, prompt, version, model, parameters, goldenHash([goldenCase])]);
