/** The page of a review: one panel, which a window that is loaded again gets back with its review. */
import * as vscode from 'vscode';
import type { ReviewLabelling } from '../../engine/labelling/review-labelling.ts';
import { openChannel, type Channel, type Handlers, type Port } from '../../protocol/channel.ts';
import { givenLabel, queuePlace } from '../../protocol/given-label.ts';
import type { ReviewHost, ReviewPage } from '../../protocol/review.ts';
import { PagePanel } from '../pages/page-panel.ts';
import { showError } from '../window/messages.ts';
import { commands, panels } from '../window/names.ts';
import { requireTrustToRead, requireTrustToWrite } from '../window/trust.ts';
import type { Services } from '../window/services.ts';

/** What is open, so that it opens again with the window. */
const OPEN = 'goldset.review.open';

interface OpenReview {
  readonly root: string;
  readonly id: string;
}

export class ReviewPanel extends PagePanel {
  private channel: Channel<ReviewPage> | null = null;
  private opened: ReviewLabelling | null = null;

  /** `reopen`: a review that was drawn before; `labelled`: hears of each label. */
  constructor(
    private readonly services: Services,
    private readonly reopen: (root: string, id: string) => Promise<ReviewLabelling | null>,
    private readonly labelled: () => void,
  ) {
    super(services.context.extensionUri, {
      type: panels.review,
      script: 'review.js',
      title: 'Goldset Review',
      column: vscode.ViewColumn.Active,
      preserveFocus: false,
    });
  }

  show(root: string, review: ReviewLabelling): void {
    this.opened = review;
    const open: OpenReview = { root, id: review.review.draw.id };
    void this.services.context.workspaceState.update(OPEN, open);
    this.reveal();
    this.channel?.tell('opened', {});
  }

  protected override connect(port: Port): void {
    this.channel = openChannel<ReviewHost, ReviewPage>(port, this.handlers());
  }

  protected override disconnect(): void {
    this.channel?.close();
    this.channel = null;
  }

  protected override closed(): void {
    this.opened = null;
    void this.services.context.workspaceState.update(OPEN, undefined);
  }

  /** Of a window that was loaded again: what was open, if it is still there. */
  private async current(): Promise<ReviewLabelling | null> {
    if (this.opened !== null) return this.opened;
    requireTrustToRead();
    const open = this.services.context.workspaceState.get<OpenReview>(OPEN);
    if (open !== undefined) this.opened = await this.reopen(open.root, open.id);
    return this.opened;
  }

  private handlers(): Handlers<ReviewHost> {
    return {
      readReview: () => this.tried(async () => (await this.current())?.snapshot() ?? null, null),
      readReviewed: ({ index }) => this.opened?.reviewed(queuePlace(index)) ?? null,
      chooseReview: async () => {
        await vscode.commands.executeCommand(commands.review);
        return true;
      },
      startLabelling: () => this.tried(async () => (await this.current())?.start() ?? 0, 0),
      labelTask: ({ at }) => this.opened?.task(queuePlace(at)) ?? null,
      giveLabel: (args) =>
        this.tried(() => {
          requireTrustToWrite();
          const given = givenLabel(args);
          const isKept = given !== null && this.opened !== null && this.opened.give(given);
          if (isKept) this.labelled();
          return Promise.resolve(isKept);
        }, false),
    };
  }

  private async tried<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await work();
    } catch (error) {
      void showError(error, this.services);
      return otherwise;
    }
  }
}
