/** Review: opens what this person has still to label, else draws a sample of production or of a run, and shows it as a page. */
import * as vscode from 'vscode';
import type { ReviewLabelling } from '../../engine/labelling/review-labelling.ts';
import { quantity } from '../../core/display/figures.ts';
import type { ReviewStanding } from '../../core/judge/review/review-standing.ts';
import type { Interactions } from '../interactions/interactions-view.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import { requireTrustToWrite } from '../window/trust.ts';
import type { Services } from '../window/services.ts';
import { chooseRoot, openRoots, rootLabel } from '../window/window-roots.ts';
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
        const chosen = typeof from === 'string' ? await chosenFor(from, services) : await choose(services, reviews());
        if (chosen === undefined) return undefined;
        const opened = await openReview(reviews(), chosen);
        if (opened === null) return undefined;
        panel.show(chosen.root, opened);
        reminder.soon();
        return opened.review.draw.id;
      } catch (error) {
        void showError(error, services);
        return undefined;
      }
    }),
  );
}

/** A run, of the folder that has it; `production` of the one that the person names where there are several. */
async function chosenFor(from: string, services: Services): Promise<Choice | undefined> {
  const { archive } = services.engine();
  const root = openRoots().find((each) => archive.storedFile(each, from) !== null) ?? (await chooseRoot('Review'));
  return root === undefined ? undefined : { root, from };
}

/** Null: it is not there any more. */
const openReview = (reviews: Reviews, choice: Choice): Promise<ReviewLabelling | null> =>
  'id' in choice ? reviews.openDrawn(choice.root, choice.id) : draw(reviews, choice.root, choice.from);

/** Reading the calls of a week may take a while. */
const draw = (reviews: Reviews, root: string, from: string): Promise<ReviewLabelling> =>
  Promise.resolve(
    vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Goldset: drawing outputs to review' }, () =>
      reviews.openWeek(root, from),
    ),
  );

type Choice = { readonly root: string } & ({ readonly id: string } | { readonly from: string });
type ReviewPick = vscode.QuickPickItem & { readonly choice?: Choice };

/** One review that is open is not asked about, unless the next one is due. */
async function choose(services: Services, reviews: Reviews): Promise<Choice | undefined> {
  const roots = openRoots();
  const standing: { readonly root: string; readonly of: ReviewStanding }[] = [];
  for (const root of roots) standing.push({ root, of: await reviews.standing(root) });
  const [only, ...others] = standing.flatMap(({ root, of }) => of.open.map(({ id }) => ({ root, id })));
  if (only !== undefined && others.length === 0 && !standing.some(({ of }) => of.isDue)) return only;
  const picks: ReviewPick[] = [];
  for (const { root, of } of standing) picks.push(...(await picksOf(services, root, of, rootLabel(root, roots))));
  return (await vscode.window.showQuickPick(picks, { title: 'Review', placeHolder: 'Outputs to label without knowing what a judge said' }))
    ?.choice;
}

/** `folder`: null where the window has one. */
async function picksOf(services: Services, root: string, { open }: ReviewStanding, folder: string | null): Promise<ReviewPick[]> {
  const runs = await services.engine().archive.list(root, [], []);
  const described = (...parts: readonly (string | null)[]): string => [...parts, folder].filter((part) => part !== null).join(' · ');
  return [
    ...open.map(({ id, drawn, left }) => ({
      label: `Continue ${id}`,
      description: described(`${quantity(left, 'output')} of ${drawn} left`),
      choice: { root, id },
    })),
    { label: 'This week of production', description: described('draws a sample of stored calls'), choice: { root, from: 'production' } },
    ...(runs.length === 0
      ? []
      : [{ label: folder === null ? 'Of a run' : `Of a run of ${folder}`, kind: vscode.QuickPickItemKind.Separator }]),
    ...runs.slice(0, RUNS).map(({ id, prompts, score, startedAt }) => ({
      label: prompts.map(({ path }) => path).join(', '),
      description: described(score, startedAt.slice(0, 16).replace('T', ' ')),
      choice: { root, from: id },
    })),
  ];
}
