/** What the files of a workspace say about a candidate of a run. Part of the engine's bundle. */
import { existsSync } from 'node:fs';
import type { WorkspacePromptAnalysis } from '../../adapters/analysis/prompt-analyst.ts';
import { promptFileIn } from '../../adapters/workspace/prompt-path.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import type { CandidateHead } from '../../core/results/candidate-head.ts';
import type { JudgedBy } from '../../core/results/judged-sample.ts';
import type { ColumnContext } from './show-column.ts';

type Insight = (file: string, models: readonly string[]) => Promise<WorkspacePromptAnalysis>;

export async function columnContext(
  { root, config }: Workspace,
  { prompt, model }: CandidateHead,
  insight: Insight,
  judges: (file: string) => Promise<readonly JudgedBy[] | null>,
): Promise<ColumnContext> {
  const traffic = config.traffic.get(prompt.name) ?? null;
  const action = traffic === null ? null : { name: traffic.action, callsPerAction: traffic.callsPerAction };
  const file = promptFileIn(root, prompt.path);
  if (prompt.ref !== null || file === null || !existsSync(file)) return { action, cacheable: null, isEarlier: false };
  const { report, findings } = await insight(file, model.startsWith('scripted:') ? [] : [model]);
  const judgedNow = await judges(file);
  const cost = report.models[0];
  const isEarlier = report.prompt.version !== prompt.version;
  if (cost === undefined || isEarlier) return { action, cacheable: null, isEarlier, judgedNow };
  const warnings = findings.filter(({ code }) => code.startsWith('prefix/')).map(({ message }) => message);
  return {
    action,
    cacheable: { share: cost.prefix.cacheable ? cost.prefix.share : 0, reason: cost.prefix.reason, warnings },
    isEarlier,
    judgedNow,
  };
}
