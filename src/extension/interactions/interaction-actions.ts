/** What can be done with interactions: correct, make cases, dismiss, reopen, reproduce, copy. */
import * as vscode from 'vscode';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import { requireTrustToWrite } from '../window/trust.ts';
import type { Services } from '../window/services.ts';
import type { Interactions } from './interactions-view.ts';
import { makeCases } from './make-cases.ts';
import { reproduce } from './reproduce-command.ts';
import { quantity } from '../../core/display/figures.ts';

/** Interactions of one workspace that something is to be done with. */
export interface ChosenInteractions {
  readonly root: string;
  readonly keys: readonly InteractionKey[];
}

/** What people can do; each says whether it was done, and throws when it cannot be. */
export interface InteractionActions {
  correct(root: string, key: InteractionKey, text: string): Promise<boolean>;
  makeCases(chosen: ChosenInteractions): Promise<boolean>;
  dismiss(chosen: ChosenInteractions): Promise<boolean>;
  reopen(chosen: ChosenInteractions): Promise<boolean>;
  reproduce(root: string, key: InteractionKey): Promise<boolean>;
  copyId(key: InteractionKey): Promise<boolean>;
}

export function actionsOf(services: Services, view: Interactions): InteractionActions {
  const { engine } = services;
  /** Nothing is written in a folder that nobody trusts. */
  const written = async (work: () => Promise<boolean>): Promise<boolean> => {
    requireTrustToWrite();
    const done = await work();
    if (done) await view.refresh();
    return done;
  };
  /** After something was stored; what cannot be deleted is logged, for what was stored stays stored. */
  const retain = (root: string): void => {
    engine()
      .interactions.retain(root)
      .then((problems) => {
        for (const problem of problems) services.log.warn(`Interactions that are too old cannot be deleted: ${problem}`);
      })
      .catch((error: unknown) => services.log.error(error instanceof Error ? error : String(error)));
  };
  const triage = async (
    root: string,
    name: 'dismissed' | 'open',
    keys: readonly InteractionKey[],
    reason: string | null,
  ): Promise<void> => {
    await engine().interactions.triage(root, name, new Map(keys.map(({ id }) => [id, reason])));
    retain(root);
  };
  return {
    correct: (root, key, text) =>
      written(async () => {
        await engine().interactions.correct(root, key.id, text);
        retain(root);
        return true;
      }),
    makeCases: ({ root, keys }) =>
      written(async () => {
        const made = await makeCases(services, root, keys);
        if (made > 0) retain(root);
        return made > 0;
      }),
    dismiss: ({ root, keys }) =>
      written(async () => {
        const reason = await vscode.window.showInputBox({
          title: keys.length === 1 ? 'Dismiss interaction' : `Dismiss ${quantity(keys.length, 'interaction')}`,
          prompt: 'Why no golden case is needed',
          placeHolder: 'The user asked for something we do not support',
          validateInput: (text) => (text.trim() === '' ? 'Give a short reason for later readers.' : null),
        });
        if (reason === undefined) return false;
        await triage(root, 'dismissed', keys, reason.trim());
        return true;
      }),
    reopen: ({ root, keys }) =>
      written(async () => {
        await triage(root, 'open', keys, null);
        return true;
      }),
    reproduce: (root, key) => reproduce(services, root, key),
    copyId: async ({ id }) => {
      await vscode.env.clipboard.writeText(id);
      vscode.window.setStatusBarMessage(`Goldset: copied ${id}.`, 4000);
      return true;
    },
  };
}
