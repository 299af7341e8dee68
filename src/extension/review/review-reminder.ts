/** Reviews that wait: a count on the view of interactions, and a notification, at most once a day, when the next one is due. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../core/problems/errors.ts';
import { isoWeek } from '../../core/judge/review/iso-week.ts';
import type { ReviewStanding } from '../../core/judge/review/review-standing.ts';
import type { Interactions } from '../interactions/interactions-view.ts';
import { commands, settings } from '../window/names.ts';
import type { Services } from '../window/services.ts';

/** ms in which changes of files are taken together; also what a window that has just opened does first. */
const TOGETHER = 1500;
const HOUR = 3_600_000;
const TOLD = 'goldset.review.told';
const NOT_THIS_WEEK = 'Not This Week';
const NEVER = 'Don’t Remind Me';

/** What the person was told and said. */
interface Told {
  /** The day, such as 2026-11-30. */
  readonly day: string;
  /** The week that is not wanted, such as 2026-W49; null: none. */
  readonly skipped: string | null;
}

export class ReviewReminder implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[] = [];
  private timer: NodeJS.Timeout | null = null;
  private readonly hourly = setInterval(() => this.soon(), HOUR);

  constructor(
    private readonly services: Services,
    private readonly view: Interactions,
    private readonly standing: (root: string) => Promise<ReviewStanding>,
  ) {
    const draws = vscode.workspace.createFileSystemWatcher('**/reviews/*.draw.json');
    const soon = (): void => this.soon();
    this.subscriptions.push(
      draws,
      draws.onDidCreate(soon),
      draws.onDidDelete(soon),
      vscode.workspace.onDidGrantWorkspaceTrust(soon),
      vscode.workspace.onDidChangeWorkspaceFolders(soon),
    );
    this.soon();
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    clearInterval(this.hourly);
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  /** Counts what is left, and reminds if it is time. */
  async look(now = new Date()): Promise<void> {
    if (!vscode.workspace.isTrusted) return this.view.showToReview(0);
    let left = 0;
    let isDue = false;
    for (const root of this.view.roots().filter(mayHaveReviews)) {
      try {
        const { open, isDue: isDueHere } = await this.standing(root);
        left += open.reduce((sum, review) => sum + review.left, 0);
        isDue ||= isDueHere;
      } catch (error) {
        this.services.log.warn(`The reviews cannot be read: ${messageOf(error)}`);
      }
    }
    this.view.showToReview(left);
    if (isDue) await this.remind(now);
  }

  /** Together with whatever else changes until then. */
  soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.look();
    }, TOGETHER);
  }

  private async remind(now: Date): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(settings.section);
    const { workspaceState } = this.services.context;
    const told = workspaceState.get<Told>(TOLD);
    const [day, week] = [now.toISOString().slice(0, 10), isoWeek(now)];
    if (!configuration.get<boolean>(settings.reviewReminder, true) || told?.day === day || told?.skipped === week) return;
    await workspaceState.update(TOLD, { day, skipped: null } satisfies Told);
    const chosen = await vscode.window.showInformationMessage(
      'Goldset: the next review of outputs is due.',
      'Review',
      NOT_THIS_WEEK,
      NEVER,
    );
    if (chosen === 'Review') await vscode.commands.executeCommand(commands.review);
    else if (chosen === NOT_THIS_WEEK) await workspaceState.update(TOLD, { day, skipped: week } satisfies Told);
    else if (chosen === NEVER) await configuration.update(settings.reviewReminder, false, vscode.ConfigurationTarget.Global);
  }
}

/** Where nothing says so, the engine is not loaded for it. */
function mayHaveReviews(root: string): boolean {
  if (existsSync(path.join(root, 'reviews'))) return true;
  const config = path.join(root, 'goldset.yaml');
  return existsSync(path.join(root, '.goldset')) && existsSync(config) && /^review:/m.test(readFileSync(config, 'utf8'));
}
