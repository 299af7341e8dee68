/** Review: opens what this person has still to label, else draws a sample of production or of a run, and shows it as a page. */
import * as vscode from 'vscode';
import type { ReviewLabelling } from '../../engine/review-labelling.ts';
import { ConfigurationError } from '../../core/errors.ts';
import { quantity } from '../../core/figures.ts';
import type { ReviewStanding } from '../../core/judge/review/review-standing.ts';
import type { Interactions } from '../interactions/interactions-view.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import { requireTrustToWrite } from '../window/trust.ts';
import type { Services } from '../window/services.ts';
import { ReviewPanel } from './review-panel.ts';
import { ReviewReminder } from './review-reminder.ts';

/** Runs that can be chosen: the newest. */
const RUNS = 10;

type Reviews = InstanceType<ReturnType<Services['bundle']>['Reviews']>;

export function registerReview(services: Services, view: Interactions): void {
  let made: Reviews | null = null;
  const reviews = (): Reviews => {
    if (made !== null) return made;
    const { evaluator, git, workspaces, writer } = services.engine();
    const ports = { evaluator, git, workspaces, seen: writer.labels.seen, mayRead: () => vscode.workspace.isTrusted };
    return (made = new (services.bundle().Reviews)(ports));
  };
  const reminder = new ReviewReminder(services, view, (root) => reviews().standing(root));
  const panel = new ReviewPanel(
    services,
    (root, id) => reviews().openDrawn(root, id),
    () => reminder.soon(),
  );
  services.context.subscriptions.push(
    panel,
    reminder,
    vscode.commands.registerCommand(commands.review, async (from?: unknown) => {
      try {
        requireTrustToWrite();
        const [root] = view.roots();
        if (root === undefined) throw new ConfigurationError('workspace/none', 'No folder is open to review.', 'Open a folder.');
        const opened = await openReview(services, reviews(), root, typeof from === 'string' ? from : null);
        if (opened === null) return undefined;
        panel.show(root, opened);
        reminder.soon();
        return opened.review.draw.id;
      } catch (error) {
        void showError(error, services);
        return undefined;
      }
    }),
  );
}

/** Null: nothing was chosen. `from`: `production`, or a run. */
async function openReview(services: Services, reviews: Reviews, root: string, from: string | null): Promise<ReviewLabelling | null> {
  if (from !== null) return draw(reviews, root, from);
  const standing = await reviews.standing(root);
  const chosen = await choose(services, root, standing);
  if (chosen === undefined) return null;
  return 'id' in chosen ? reviews.openDrawn(root, chosen.id) : draw(reviews, root, chosen.from);
}

/** Reading the calls of a week may take a while. */
const draw = (reviews: Reviews, root: string, from: string): Promise<ReviewLabelling> =>
  Promise.resolve(
    vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Goldset: drawing outputs to review' }, () =>
      reviews.openWeek(root, from),
    ),
  );

type Choice = { readonly id: string } | { readonly from: string };

/** One review that is open is not asked about, unless the next one is due. */
async function choose(services: Services, root: string, { open, isDue }: ReviewStanding): Promise<Choice | undefined> {
  const [only, ...others] = open;
  if (only !== undefined && others.length === 0 && !isDue) return { id: only.id };
  const runs = await services.engine().archive.list(root, [], []);
  const picks: (vscode.QuickPickItem & { readonly choice?: Choice })[] = [
    ...open.map(({ id, drawn, left }) => ({
      label: `Continue ${id}`,
      description: `${quantity(left, 'output')} of ${drawn} left`,
      choice: { id },
    })),
    { label: 'This week of production', description: 'draws a sample of stored calls', choice: { from: 'production' } },
    ...(runs.length === 0 ? [] : [{ label: 'Of a run', kind: vscode.QuickPickItemKind.Separator }]),
    ...runs.slice(0, RUNS).map(({ id, prompts, score, startedAt }) => ({
      label: prompts.map(({ path }) => path).join(', '),
      description: [score, startedAt.slice(0, 16).replace('T', ' ')].filter((part) => part !== null).join(' · '),
      choice: { from: id },
    })),
  ];
  return (await vscode.window.showQuickPick(picks, { title: 'Review', placeHolder: 'Outputs to label without knowing what a judge said' }))
    ?.choice;
}
