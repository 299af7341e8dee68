/** Whether the passages of a call support its correction: only a person or a judge can say, and it decides what kind of case it becomes. */
import * as vscode from 'vscode';
import type { CaseCause } from '../../core/feedback/interactions/case-from-interaction.ts';
import { correctionIn } from '../../core/feedback/interactions/interaction-query.ts';
import { titleOf } from '../../core/feedback/interactions/interaction-title.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import { excerpt } from '../../core/text/text.ts';

interface CauseItem extends vscode.QuickPickItem {
  /** Null: the person cannot tell. */
  readonly cause: CaseCause['cause'] | null;
}

const CHOICES: readonly CauseItem[] = [
  { label: 'Yes', description: 'the prompt is at fault: a case of the prompt', cause: 'prompt' },
  {
    label: 'No',
    description: 'retrieval is at fault: a case that runs through a pipeline and does not gate the prompt',
    cause: 'retrieval',
  },
  { label: 'I Can’t Tell', description: 'the case is unverified', cause: null },
];

/** By id of the interaction, one question for each. Null: the person left, so no case is made. */
export async function askCauses(open: readonly Interaction[]): Promise<ReadonlyMap<string, CaseCause> | null> {
  const causes = new Map<string, CaseCause>();
  for (const [i, interaction] of open.entries()) {
    const chosen = await askCause(interaction, open.length === 1 ? '' : ` (${i + 1} of ${open.length})`);
    if (chosen === undefined) return null;
    if (chosen !== null) causes.set(interaction.id, { cause: chosen, basis: 'reviewed', by: null, reason: null });
  }
  return causes;
}

/** Null: cannot be told. Undefined: the person left. */
async function askCause(interaction: Interaction, place: string): Promise<CaseCause['cause'] | null | undefined> {
  const chosen = await vscode.window.showQuickPick(CHOICES, {
    title: `${excerpt(titleOf(interaction), 80)}${place}`,
    placeHolder: `Do its retrieved passages support the correction “${excerpt(correctionIn(interaction)?.text ?? '', 120)}”?`,
    ignoreFocusOut: true,
  });
  return chosen?.cause;
}
