/** New cases on the version that answered: what can be sent, and what its outcome says of each. The same for the editor and the command line. */
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import type { ResolvedModel } from '../../core/config/resolve-model.ts';
import { readGoldenSet } from '../../core/golden/read-golden.ts';
import type { ModelClient } from '../../core/model/model-client.ts';
import type { Result } from '../../core/results/result.ts';
import { applyEdits } from '../../core/text/text.ts';
import type { GoldenEditor } from '../workspace/golden-edit.ts';
import type { ReadText } from '../workspace/prompt-reads.ts';
import { shownPath } from '../workspace/root.ts';
import { editOf, type CasePlan, type GoldenPlan } from './plan-cases.ts';
import { recordedModel, type RecordedVersions } from './recorded-version.ts';
import { replayedOf, type ReplayItem } from './replay-plan.ts';

export interface ReplayJob {
  readonly plan: GoldenPlan;
  readonly chosen: readonly CasePlan[];
  /** The golden set that they go into, where the prompt has none yet. */
  readonly file?: string | undefined;
  readonly versions: RecordedVersions;
  readonly config: GoldsetConfig;
  readonly editor: GoldenEditor;
  readonly readText: ReadText;
  /** `file`: the prompt's. @throws {ConfigurationError} */
  openModel(model: ResolvedModel, file: string): Promise<ModelClient>;
}

export interface ReplayItems {
  readonly items: readonly ReplayItem[];
  /** What is not replayed, each a sentence. */
  readonly left: readonly string[];
}

/** Cases of retrieval and cases that expect nothing are not replayed. @throws {HumanError} */
export async function replayItems({ plan, chosen, file, versions, config, editor, readText, openModel }: ReplayJob): Promise<ReplayItems> {
  const open = chosen.filter(({ added, problem }) => problem === null && added.kind === undefined && expects(added));
  if (open.length === 0) return { items: [], left: [] };
  const edit = await editOf(plan, open, editor, readText, file);
  const cases = readGoldenSet(shownPath(plan.loaded.root, edit.file), applyEdits(edit.text, edit.edits)).cases;
  const items: ReplayItem[] = [];
  const left: string[] = [];
  for (const { added, whole } of open) {
    const version = await versions.of(whole, plan.loaded);
    const goldenCase = cases.find(({ id }) => id === added.id);
    const model = version === null ? null : recordedModel(whole, version.target.document, config);
    if (version === null || goldenCase === undefined)
      left.push(`${added.id}: not replayed. No version here is the one that the record names.`);
    else if (model === null) left.push(`${added.id}: not replayed. Neither the record nor the prompt names a model.`);
    else items.push({ interaction: whole, goldenCase, target: version.target, client: await openModel(model, plan.loaded.file) });
  }
  return { items, left };
}

const expects = ({ expected, assertions = [] }: CasePlan['added']): boolean => expected !== null || assertions.length > 0;

export interface ReplayedCases {
  readonly cases: readonly CasePlan[];
  /** What does not reproduce, or was not answered, each a sentence. */
  readonly notes: readonly string[];
}

/** `reproduces` is written where the replay was answered. `results`: of the plan of the items; empty: it was declined or stopped. */
export function replayedCases(
  chosen: readonly CasePlan[],
  items: readonly Pick<ReplayItem, 'interaction'>[],
  results: readonly Result[],
): ReplayedCases {
  const notes: string[] = [];
  if (results.length === 0) return { cases: chosen, notes };
  const tried = new Set(items.map(({ interaction }) => interaction.id));
  const cases = chosen.map((item): CasePlan => {
    if (!tried.has(item.interaction)) return item;
    const { reproduces, reason } = replayedOf(item.whole, results);
    if (reproduces !== true) notes.push(`${item.added.id}: ${reproduces === null ? 'not replayed' : 'does not reproduce'}. ${reason}`);
    return reproduces === null ? item : { ...item, added: { ...item.added, reproduces } };
  });
  return { cases, notes };
}
