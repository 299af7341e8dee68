/** What became known of calls, put to them as stored lines come from the newest back: it stands behind what it is about. */
import type { FollowUp, Interaction, StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { RetriedFinder } from '../../core/feedback/signals/retry-finder.ts';
import { retryOf } from './day-inbox.ts';

export interface KnownCall {
  readonly interaction: Interaction;
  /** In the order in which it became known; that the call was retried comes last. */
  readonly followUps: readonly FollowUp[];
}

export class FollowUpJoiner {
  private readonly waiting = new PendingFollowUps();
  private readonly retried = new RetriedFinder();

  /** `known`: what is stored elsewhere, such as the feedback that a team shares. */
  constructor(known: Iterable<FollowUp> = []) {
    for (const followUp of known) this.waiting.add(followUp);
  }

  get isWaiting(): boolean {
    return this.waiting.isWaiting;
  }

  /** Null: the line says something of a call that comes later. */
  take(read: StoredLine): KnownCall | null {
    if ('followUp' in read) {
      this.waiting.add(read.followUp);
      return null;
    }
    const { interaction } = read;
    const by = this.retried.take(interaction);
    return { interaction, followUps: [...this.waiting.take(interaction), ...(by === null ? [] : [retryOf(interaction.id, by.at)])] };
  }
}

/** Follow-ups that wait for what they are about, on the way back in time. */
export class PendingFollowUps {
  private readonly waiting = new Map<string, FollowUp[]>();

  get isWaiting(): boolean {
    return this.waiting.size > 0;
  }

  add(followUp: FollowUp): void {
    const { interaction, response, trace, conversation } = followUp.of;
    const key =
      interaction !== null
        ? `i:${interaction}`
        : response !== null
          ? `r:${response}`
          : trace !== null
            ? `t:${trace}`
            : `c:${conversation ?? ''}`;
    this.waiting.set(key, [followUp, ...(this.waiting.get(key) ?? [])]);
  }

  /** In the order in which it became known. The first that is met is the last of its trace and conversation. */
  take({ id, responseId, trace, conversation }: Interaction): FollowUp[] {
    if (this.waiting.size === 0) return [];
    const found: FollowUp[] = [];
    for (const key of [`i:${id}`, `r:${responseId ?? ''}`, `t:${trace ?? ''}`, `c:${conversation ?? ''}`]) {
      found.push(...(this.waiting.get(key) ?? []));
      this.waiting.delete(key);
    }
    return found.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  }
}
