/** Interactions become golden cases: one edit of each golden set, which undo takes back. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import type { Services } from '../window/services.ts';
import { loadOpen, writeGolden } from '../results/write-golden.ts';
import type { CasePlan, GoldenPlan } from '../../adapters/interactions/plan-cases.ts';
import { askCauses } from './ask-causes.ts';
import { replayNew } from './replay-new.ts';
import { count, quantity } from '../../core/display/figures.ts';

/** Names in a question; the rest is counted. */
const NAMED = 5;

/** How many cases were made; 0: the person declined. @throws {HumanError} */
export async function makeCases(services: Services, root: string, keys: readonly InteractionKey[]): Promise<number> {
  const { interactions, reproducer } = services.engine();
  const causes = await askCauses(await interactions.withoutCause(root, keys));
  if (causes === null) return 0;
  const plans = await interactions.plan(root, keys, causes, (file) => loadOpen(file, services), await reproducer.recordedTarget(root));
  let made = 0;
  for (const plan of plans) {
    const wanted = await withoutTwins(plan);
    tellFull(plan);
    if (wanted.length === 0) continue;
    const chosen = await replayNew(services, plan, wanted);
    const edit = await interactions.edit(plan, chosen);
    await writeGolden(edit, services, said(chosen));
    await interactions.triage(root, 'case', new Map(chosen.map((item) => [item.interaction, item.added.id])));
    made += chosen.length;
    tellProblems(chosen);
  }
  return made;
}

/** Enough cases of a golden set ask almost the same. */
function tellFull({ cases }: GoldenPlan): void {
  const full = cases.filter(({ fullGroup }) => fullGroup !== null);
  const [first] = full;
  if (first === undefined) return;
  const groups = [...new Set(full.map(({ fullGroup }) => fullGroup))].join(', ');
  void vscode.window.showInformationMessage(
    `Goldset: ${quantity(full.length, 'case')} not made: enough cases ask almost the same already (group ${groups}).`,
  );
}

/** Cases whose variables another one has are only made when somebody wants that. Empty: none is to be made. */
async function withoutTwins({ loaded, cases: all }: GoldenPlan): Promise<readonly CasePlan[]> {
  const cases = all.filter(({ fullGroup }) => fullGroup === null);
  const twins = cases.filter(({ like }) => like !== null);
  if (twins.length === 0) return cases;
  const name = path.basename(loaded.goldenFile ?? loaded.file);
  const named = twins.slice(0, NAMED).map(({ interaction, like }) => `${interaction} as ${like ?? ''}`);
  const rest = twins.length > NAMED ? `, and ${twins.length - NAMED} more` : '';
  const question =
    twins.length === 1
      ? `A case with the same variables already exists in ${name}.`
      : `${quantity(twins.length, 'case')} with the same variables already exist in ${name}.`;
  const detail = `Same variables: ${named.join('; ')}${rest}.`;
  const others = cases.length - twins.length;
  const leave = others === 0 ? [] : [`Make the Other ${others === 1 ? 'One' : others}`];
  const anyway = cases.length === 1 ? 'Make It Anyway' : 'Make All Anyway';
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, ...leave, anyway);
  if (chosen === anyway) return cases;
  return chosen === undefined ? [] : cases.filter(({ like }) => like === null);
}

function said(chosen: readonly CasePlan[]): string {
  const verified = chosen.filter(({ added }) => added.status === undefined).length;
  const [only] = chosen;
  const reproduced = chosen.filter(({ added }) => added.reproduces === true).length;
  const known = verified === chosen.length ? 'verified' : verified === 0 ? 'not verified yet' : `${verified} verified`;
  const state = reproduced === 0 ? known : chosen.length === 1 ? `${known}, reproduces` : `${known}, ${reproduced} reproduced`;
  return chosen.length === 1 ? `the case ${only?.added.id ?? ''} (${state}) is` : `${quantity(chosen.length, 'case')} (${state}) are`;
}

function tellProblems(chosen: readonly CasePlan[]): void {
  const incomplete = chosen.filter(({ problem }) => problem !== null);
  const [first] = incomplete;
  if (first === undefined) return;
  const more = incomplete.length > 1 ? ` ${count(incomplete.length - 1)} more have the same problem.` : '';
  void vscode.window.showWarningMessage(`Goldset: the case ${first.added.id} can’t run yet. ${first.problem ?? ''}${more}`);
}
