/** What judges a prompt's golden cases as the files are now: for what was measured of something else. */
import { assertionsOf } from '../../core/golden/case-assertions.ts';
import type { AssertionSpec } from '../../core/grade/assertion.ts';
import { stemOf } from '../../core/grade/assertion-types.ts';
import { criterionOf } from '../../core/judge/criterion.ts';
import { judgeKindOf } from '../../core/judge/judge-kinds.ts';
import { judgedByKey, type JudgedBy } from '../../core/results/judged-sample.ts';
import { sha256 } from '../hash.ts';
import type { LoadedPrompt } from '../workspace/prompt-files.ts';
import type { WorkspaceJudges } from './workspace-judges.ts';

/** Each once. @throws {ConfigurationError} when a judge is not there. */
export async function currentJudges({ target }: LoadedPrompt, judges: Pick<WorkspaceJudges, 'identity'>): Promise<JudgedBy[]> {
  const found = new Map<string, JudgedBy>();
  const seen = new Set<string>();
  for (const goldenCase of target.cases)
    for (const spec of assertionsOf(goldenCase, target.document.embedded.assertions).flatMap(singleSpecs)) {
      const kind = judgeKindOf(stemOf(spec.type));
      if (kind === null) continue;
      const criterion = criterionOf(spec, sha256);
      const key = JSON.stringify([criterion, spec.rubricPrompt, spec.provider, spec.judgeParameters]);
      if (seen.has(key)) continue;
      seen.add(key);
      const judge = await judges.identity(kind.prompt, spec);
      if (judge !== null) found.set(judgedByKey({ judge, criterion }), { judge, criterion });
    }
  return [...found.values()];
}

const singleSpecs = (spec: AssertionSpec): AssertionSpec[] => (spec.assert === undefined ? [spec] : spec.assert.flatMap(singleSpecs));
