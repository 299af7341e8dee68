/** The commands of interactions, for the tree, the page and the palette. */
import * as vscode from 'vscode';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import { requireTrustToRead } from '../window/trust.ts';
import type { Services } from '../window/services.ts';
import { actionsOf, type ChosenInteractions, type InteractionActions } from './interaction-actions.ts';
import type { InteractionNode } from './interaction-nodes.ts';
import { InteractionsPanel } from './interactions-panel.ts';
import { Interactions } from './interactions-view.ts';

export function registerInteractions(services: Services): {
  readonly view: Interactions;
  readonly panel: InteractionsPanel;
  readonly actions: InteractionActions;
} {
  const view = new Interactions(services);
  const actions = actionsOf(services, view);
  const panel = new InteractionsPanel(services, view, actions);
  const register = (command: string, work: (chosen: ChosenInteractions) => Promise<unknown>): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (node?: unknown, nodes?: unknown) => {
      try {
        return await work(await chosenBy(node, nodes, view, panel));
      } catch (error) {
        void showError(error, services);
        return undefined;
      }
    });
  const one = (work: (root: string, key: InteractionKey) => Promise<unknown>) => (chosen: ChosenInteractions) => {
    const [key] = chosen.keys;
    return key === undefined ? Promise.resolve() : work(chosen.root, key);
  };
  services.context.subscriptions.push(
    view,
    panel,
    vscode.commands.registerCommand(commands.showInteractions, (wanted?: unknown) => {
      try {
        requireTrustToRead();
        if (wanted === 'all') panel.showAll();
        else if (isNode(wanted)) panel.show(wanted.root, wanted.row.key, false);
        else panel.show(null, null, false);
      } catch (error) {
        void showError(error, services);
      }
    }),
    vscode.commands.registerCommand(commands.correctInteraction, async (node?: unknown, nodes?: unknown) => {
      try {
        if (!isNode(node) && panel.correctMarked()) return;
        const { root, keys } = await chosenBy(node, nodes, view, panel);
        panel.show(root, keys[0] ?? null, true);
      } catch (error) {
        void showError(error, services);
      }
    }),
    register(commands.makeGoldenCase, (chosen) => actions.makeCases(chosen)),
    register(commands.dismissInteraction, (chosen) => actions.dismiss(chosen)),
    register(commands.reopenInteraction, (chosen) => actions.reopen(chosen)),
    register(
      commands.reproduceInteraction,
      one((root, key) => actions.reproduce(root, key)),
    ),
    register(
      commands.copyInteractionId,
      one((_, key) => actions.copyId(key)),
    ),
  );
  return { view, panel, actions };
}

const isNode = (value: unknown): value is InteractionNode => (value as { type?: unknown } | null)?.type === 'interaction';

/** The nodes of the tree, else what is chosen in the page or in the tree. @throws {ConfigurationError} when nothing is. */
async function chosenBy(node: unknown, nodes: unknown, view: Interactions, panel: InteractionsPanel): Promise<ChosenInteractions> {
  const given: readonly unknown[] = Array.isArray(nodes) && nodes.includes(node) ? nodes : [node];
  const marked = given.filter(isNode);
  const chosen = marked.length > 0 ? marked : null;
  const marks = chosen === null ? await panel.chosen() : null;
  if (marks !== null) return marks;
  const [first, ...rest] = chosen ?? view.selection;
  if (first === undefined)
    throw new ConfigurationError('interaction/none', 'No interaction is selected.', 'Select one in "Goldset: Show Interactions".');
  const all = [first, ...rest].filter(({ root }) => root === first.root);
  return { root: first.root, keys: all.map(({ row }) => row.key) };
}
