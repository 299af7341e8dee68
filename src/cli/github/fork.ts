/** A pull request from a fork: its files are not reviewed, so nothing of them is executed, and no answer that they bring counts. */
import { Git } from '../../adapters/git/git.ts';
import { Repository } from '../../adapters/git/repository.ts';
import { pipelineNamed } from '../../adapters/models/pipeline/open-pipeline.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { findModel } from '../../core/config/resolve-model.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { hasCode } from '../../core/grade/code-executions.ts';
import type { AssertionSpec } from '../../core/grade/assertion.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';

/** Cases that a fork's run leaves out, and why; each is listed once. */
export class ForkCases {
  private readonly listed = new Set<string>();

  /** `triage.prompt: refund-late (code assertion)` */
  get leftOut(): readonly string[] {
    return [...this.listed];
  }

  /** The prompt without the cases that need code or a pipeline. */
  readonly select = (target: RunTarget, config: GoldsetConfig): RunTarget => {
    const model = findModel({ given: null, document: target.document, config });
    const isPipeline = model !== null && pipelineNamed(model.id, config) !== null;
    const cases = target.cases.filter((item) => {
      const why = isPipeline ? 'pipeline' : whyLeftOut(item, target.document.embedded.assertions, config);
      if (why !== null) this.listed.add(`${target.document.path}: ${item.id} (${why})`);
      return why === null;
    });
    return { ...target, cases };
  };
}

function whyLeftOut({ assertions }: GoldenCase, shared: readonly AssertionSpec[], config: GoldsetConfig): string | null {
  const all = [...assertions, ...shared];
  if (all.some(hasCode)) return 'code assertion';
  return all.some((spec) => judgedByPipeline(spec, config)) ? 'judged by a pipeline' : null;
}

const judgedByPipeline = ({ provider, assert }: AssertionSpec, config: GoldsetConfig): boolean =>
  (provider !== undefined && pipelineNamed(provider, config) !== null) || (assert ?? []).some((member) => judgedByPipeline(member, config));

/** @throws {ConfigurationError} `github/fork-answers` when the checkout brings files of `.goldset/`: answers that it may have made up. */
export async function refuseBroughtAnswers(folder: string): Promise<void> {
  const repository = await Repository.open(new Git(), folder);
  if (repository === null) return;
  try {
    const brought = (await repository.run(['ls-files', '-z', '--full-name', '--cached']))
      .split('\0')
      .filter((name) => name.toLowerCase().split('/').includes('.goldset'));
    if (brought[0] === undefined) return;
    throw new ConfigurationError(
      'github/fork-answers',
      `This pull request comes from a fork and brings ${brought[0]}, so the answers below .goldset/ may be made up.`,
      'Delete what git tracks below .goldset/. Recordings of the base are imported with goldset cache import; see docs/ci.md.',
    );
  } finally {
    repository.close();
  }
}
