/** Follow-ups that came before what they are about: a browser may be faster than the exporter that sends the call in batches. */
import type { FollowUp, FollowUpTarget } from '../../interactions/interaction.ts';

/** More wait for something that never comes: then the oldest is given up. */
const MOST = 2000;

export class EarlyFollowUps {
  private readonly waiting: Set<FollowUp>;
  /** By each name of what they are about. */
  private readonly byName = new Map<string, Set<FollowUp>>();

  constructor(waiting: readonly FollowUp[] = []) {
    this.waiting = new Set();
    for (const followUp of waiting) this.add(followUp);
  }

  /** The one that is given up for it; null: none. */
  add(followUp: FollowUp): FollowUp | null {
    this.waiting.add(followUp);
    for (const name of namesOf(followUp.of)) {
      const known = this.byName.get(name);
      if (known) known.add(followUp);
      else this.byName.set(name, new Set([followUp]));
    }
    const [oldest] = this.waiting;
    if (this.waiting.size <= MOST || oldest === undefined) return null;
    this.forget(oldest);
    return oldest;
  }

  /** What waited for the call that has these names, in the order in which it came. */
  take(call: FollowUpTarget): FollowUp[] {
    if (this.waiting.size === 0) return [];
    const found = new Set(namesOf(call).flatMap((name) => [...(this.byName.get(name) ?? [])]));
    for (const followUp of found) this.forget(followUp);
    return [...found];
  }

  save(): readonly FollowUp[] {
    return [...this.waiting];
  }

  private forget(followUp: FollowUp): void {
    this.waiting.delete(followUp);
    for (const name of namesOf(followUp.of)) {
      const known = this.byName.get(name);
      known?.delete(followUp);
      if (known?.size === 0) this.byName.delete(name);
    }
  }
}

const namesOf = ({ interaction, response, trace, conversation }: FollowUpTarget): string[] =>
  [`i:${interaction ?? ''}`, `r:${response ?? ''}`, `t:${trace ?? ''}`, `c:${conversation ?? ''}`].filter((name) => name.length > 2);
