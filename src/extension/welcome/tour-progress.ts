/**
 * Which steps of the walkthrough are done. The editor checks a step off when its context key changes to true, but only from when its list of
 * walkthroughs is loaded, which is when the first of them is shown; so each step is also marked by the editor's own command.
 */
import * as vscode from 'vscode';
import { messageOf } from '../../core/problems/errors.ts';
import { WALKTHROUGH } from '../window/names.ts';

/** The ids of the steps in package.json, in their order. */
export const TOUR_STEPS = ['open', 'run', 'fix', 'cost', 'own'] as const;
export type TourStep = (typeof TOUR_STEPS)[number];

const STORED = 'goldset.tour';

export class TourProgress {
  private readonly done: Set<string>;

  constructor(
    private readonly state: vscode.Memento,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.done = new Set(state.get<readonly string[]>(STORED, []));
  }

  /** Checks a step off. */
  async finish(step: TourStep): Promise<void> {
    if (this.done.has(step)) return;
    this.done.add(step);
    await vscode.commands.executeCommand('setContext', `goldset.tour.${step}`, true);
    await this.mark(step);
    await this.state.update(STORED, [...this.done]);
  }

  /** Checks off all that is done, in a walkthrough that has just been opened. */
  async markAll(): Promise<void> {
    for (const step of this.done) await this.mark(step);
  }

  private async mark(step: string): Promise<void> {
    try {
      await vscode.commands.executeCommand('welcome.markStepComplete', `${WALKTHROUGH}#${step}`);
    } catch (error) {
      this.log.debug(`The step ${step} of the walkthrough is not checked off: ${messageOf(error)}`);
    }
  }
}

/** Opens the walkthrough: in the active group, or beside it without the focus. */
export async function showTour(progress: TourProgress, where: 'here' | 'beside'): Promise<void> {
  const options = where === 'here' ? false : { toSide: true, inactive: true };
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, options);
  await progress.markAll();
}
