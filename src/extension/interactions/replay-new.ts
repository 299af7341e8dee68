/** New golden cases on the version that answered: each says whether its assertion fails there as it did in production. */
import * as vscode from 'vscode';
import type { CasePlan, GoldenPlan } from '../../adapters/interactions/plan-cases.ts';
import { isHumanError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { inEditorWords } from '../../core/display/editor-words.ts';
import type { Services } from '../window/services.ts';
import { sendAgain } from './send-again.ts';

/** Sentences in one message; the rest is counted. */
const SAID = 3;

/** The cases with `reproduces`; as they are where the replay is declined or cannot be sent, which is said: they are worth keeping without it. */
export async function replayNew(services: Services, plan: GoldenPlan, chosen: readonly CasePlan[]): Promise<readonly CasePlan[]> {
  try {
    const { reproducer } = services.engine();
    const replay = await reproducer.prepareReplay(plan, chosen);
    const { prepared, items, left } = replay;
    const title = `Goldset: replaying ${quantity(items.length, 'case')} on the recorded version…`;
    const sent = prepared === null ? null : await sendAgain(services, prepared, title);
    const { cases, notes } = reproducer.replayed(chosen, replay, sent?.results ?? []);
    tell([...left, ...notes]);
    return cases;
  } catch (error) {
    if (!isHumanError(error) || error.code === 'journal/write') throw error;
    tell([`Not replayed: ${inEditorWords([error.message, error.hint].filter((text) => text !== undefined).join(' '))}`]);
    return chosen;
  }
}

function tell(sentences: readonly string[]): void {
  if (sentences.length === 0) return;
  const rest = sentences.length > SAID ? ` ${quantity(sentences.length - SAID, 'more case')}.` : '';
  void vscode.window.showInformationMessage(`Goldset: ${sentences.slice(0, SAID).join(' ')}${rest}`);
}
