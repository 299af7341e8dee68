/** Labelling interactions of production, one at a time: without signals, prompt, version and model. By the person's own judgement: a review has criteria. */
import { sha256 } from '../../adapters/hash.ts';
import type { InteractionInWorkspace } from '../../adapters/interactions/plan-cases.ts';
import { itemOfInteraction } from '../../core/feedback/interactions/labelled-texts.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import type { LabelRecord } from '../../core/judge/labels/label-record.ts';
import { failureModes } from '../../core/judge/review/review-queue.ts';
import type { LabelGiven, LabelTask } from '../../protocol/labelling.ts';
import type { LabelBook } from './label-book.ts';
import { labelOrder, type Queued } from './label-queue.ts';
import { formatOf } from '../results-view/show-cell.ts';
import { MAX_DETAIL } from '../results-view/show-detail.ts';
import { seenCall } from './seen-outputs.ts';

type StoredCall = Pick<InteractionInWorkspace, 'interaction' | 'promptFile'>;
type QueuedCall = Queued & { readonly call: InteractionKey };

export class InteractionLabelling {
  private queue: readonly QueuedCall[] = [];
  private readonly done = new Set<string>();
  private readonly given: LabelRecord[] = [];
  private open: { readonly at: number; readonly stored: StoredCall } | null = null;

  /** `read`: an interaction with the file of its prompt; `person`: who labels. */
  constructor(
    private readonly root: string,
    private readonly book: LabelBook,
    private readonly read: (key: InteractionKey) => Promise<StoredCall>,
    private readonly person: string,
  ) {}

  /** `found`: what the page lists. Outputs of the queue. */
  start(found: readonly InteractionKey[]): number {
    this.queue = labelOrder(
      found.map((call) => ({ call, key: call.id, isSeen: this.book.seen.has(seenCall(call.id)), isLabelled: this.done.has(call.id) })),
      this.person,
    );
    this.open = null;
    return this.queue.length;
  }

  async task(at: number): Promise<LabelTask | null> {
    const queued = this.queue[at];
    if (queued === undefined) return null;
    const stored = await this.read(queued.call);
    const item = itemOfInteraction(stored.interaction);
    if (item === null) return null;
    const labels = this.book.of(this.root, [stored.promptFile]);
    const own = [...labels, ...this.given].findLast(({ by, target }) => by === this.person && target.interaction === queued.call.id);
    this.open = { at, stored };
    return {
      at,
      total: this.queue.length,
      labelled: this.done.size,
      input: item.input ?? '',
      output: item.output.slice(0, MAX_DETAIL),
      format: formatOf(item.output),
      cut: Math.max(0, item.output.length - MAX_DETAIL),
      context: (item.context ?? '').slice(0, MAX_DETAIL),
      criteria: [{ text: null, grade: own?.grade ?? null }],
      isSeen: this.book.seen.has(seenCall(queued.call.id)),
      modes: failureModes(labels),
    };
  }

  /** False: it is not the task that is open. @throws {HumanError} when the label cannot be written. */
  async give({ at, criterion, grade, cause, failureMode, critique }: LabelGiven): Promise<boolean> {
    if (this.open?.at !== at || criterion !== 0) return false;
    const { interaction, promptFile } = this.open.stored;
    const label = await this.book.give(
      this.root,
      promptFile,
      {
        target: { interaction: interaction.id, run: null, case: null, repeat: null, hash: sha256(interaction.output ?? '') },
        criterion: null,
        judge: null,
        draw: null,
      },
      { interaction },
      { grade, cause, failureMode, critique, correction: null, blind: !this.book.seen.has(seenCall(interaction.id)) },
    );
    this.given.push(label);
    this.done.add(interaction.id);
    return true;
  }
}
