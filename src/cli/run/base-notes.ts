/** What a change edits of that which judges it, without effect: for the comment and the terminal. */
import path from 'node:path';
import { changedFiles, type BaseSettings } from '../../adapters/git/base-settings.ts';
import { codeFilesOf } from '../../adapters/workspace/code-files.ts';
import { slashed, slashedPath } from '../../adapters/within.ts';
import { findPrompts } from '../../adapters/workspace/find-prompts.ts';
import { firstNames } from '../../core/display/figures.ts';
import type { AssertionSpec } from '../../core/grade/assertion.ts';
import type { JudgedPlan } from '../../core/judge/judged-plan.ts';
import type { Plan } from '../../core/run/plan.ts';
import { executionsOf } from '../../core/run/plan-executions.ts';
import type { JudgedChange } from './judged-by-base.ts';

const MAX_NAMES = 20;

/** Sentences; none when the change leaves its judging alone. */
export async function baseNotes(base: BaseSettings, plan: Plan, judged: JudgedPlan, changes: readonly JudgedChange[]): Promise<string[]> {
  const files = changedFiles(base, judgingFiles(base, plan, judged));
  const gone = await missingPrompts(base);
  return [
    ...(base.differs.length === 0
      ? []
      : [`goldset.yaml differs from ${base.ref} in ${listed(base.differs)}. The settings of ${base.ref} were used.`]),
    ...(files.length === 0 ? [] : [`These files decide how a change is judged, and those of ${base.ref} were used: ${listed(files)}.`]),
    ...changes.flatMap((change) => caseNotes(change, base.ref)),
    ...(gone.length === 0 ? [] : [`Prompts of ${base.ref} that are gone and were not judged: ${listed(gone)}.`]),
  ];
}

function caseNotes({ own, changed, removed, codeNotRun }: JudgedChange, ref: string): string[] {
  const { path: prompt } = own.target.document;
  return [
    ...(changed.length === 0 ? [] : [`${prompt}: cases that differ from ${ref} are judged both ways: ${listed(changed)}.`]),
    ...(removed.length === 0 ? [] : [`${prompt}: cases of ${ref} that this change removes are still judged: ${listed(removed)}.`]),
    ...(codeNotRun.length === 0
      ? []
      : [`${prompt}: assertion code of this change was not executed; that of ${ref} was: ${listed(codeNotRun)}.`]),
  ];
}

const listed = (names: readonly string[]): string => firstNames(names, MAX_NAMES);

/** Names of files below the base's root that judged, or that were executed. */
function judgingFiles({ root, config }: BaseSettings, plan: Plan, judged: JudgedPlan): string[] {
  const rubrics = plan.candidates.flatMap(({ cases }) => cases.flatMap(({ assertions }) => assertions.flatMap(rubricsIn)));
  const { model, embeddings, prompts } = config.judge;
  const scripts = [model, embeddings].flatMap((id) => (id?.startsWith('scripted:') === true ? [id.slice('scripted:'.length)] : []));
  const named = [...(config.prices === null ? [] : [config.prices]), ...prompts.values(), ...rubrics, ...scripts];
  const code = executionsOf(plan, judged, config.code).flatMap((execution) =>
    codeFilesOf(execution, root).flatMap(({ name, bytes }) => (bytes === null ? [] : [name])),
  );
  return [...named.map((name) => slashed(path.normalize(name.replace(/^file:\/\//, '')))), ...code];
}

const rubricsIn = ({ rubricPrompt, assert }: AssertionSpec): string[] => [
  ...(rubricPrompt === undefined ? [] : [rubricPrompt]),
  ...(assert ?? []).flatMap(rubricsIn),
];

/** Prompts of the base that the change has neither in place nor under a new name. */
async function missingPrompts(base: BaseSettings): Promise<string[]> {
  const kept = new Set((await findPrompts([base.headRoot], base.headRoot)).map((file) => base.fileAt(file)));
  const all = await findPrompts([base.root], base.root);
  return all.filter((file) => !kept.has(file)).map((file) => slashedPath(base.root, file));
}
