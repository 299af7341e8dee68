/**
 * `sampleRate`: which calls are recorded. All calls of an action are in or out together, so what an action costs stays whole. Records that are
 * out wait for a while: when one of them is flagged, it is stored after all, and with it what else waits of its action.
 */
import type { Attributes, Interaction } from '../core/feedback/interactions/interaction.ts';

/** What waits at most: records, and characters. */
const MOST = { records: 1000, size: 16 << 20 };
/** Actions that were stored after all, of which later calls are too. */
const MOST_ACTIONS = 1000;
const ENDED_BADLY: ReadonlySet<string> = new Set(['length', 'content-filter', 'refusal']);

interface Held {
  readonly interaction: Interaction;
  readonly size: number;
  readonly write: (interaction: Interaction) => void;
}

/** Records that were not sampled, the newest of them. */
export class HeldRecords {
  private readonly held = new Map<string, Held>();
  private readonly stored = new Set<string>();
  private size = 0;

  /** Writes the record, or keeps it for a while. `rate`: from 0 to 1. */
  take(interaction: Interaction, rate: number, size: number, write: (interaction: Interaction) => void): void {
    if (!(rate < 1)) return write(interaction);
    const key = actionKey(interaction);
    if (isSampled(key ?? interaction.id, rate)) return write(marked(interaction, rate, true));
    const unsampled = marked(interaction, rate, false);
    if (isFlagged(interaction)) {
      write(unsampled);
      this.releaseAction(key);
    } else if (key !== null && this.stored.has(key)) write(unsampled);
    else this.hold({ interaction: unsampled, size, write });
  }

  /** What became known of an interaction, by its id or the provider's: it is stored now, if it waits. */
  flag(id: string): void {
    const found = this.held.get(id) ?? [...this.held.values()].find(({ interaction }) => interaction.responseId === id);
    if (found === undefined) return;
    this.release(found);
    this.releaseAction(actionKey(found.interaction));
  }

  private hold(record: Held): void {
    this.held.set(record.interaction.id, record);
    this.size += record.size;
    for (const [id, { size }] of this.held) {
      if (this.held.size <= MOST.records && this.size <= MOST.size) break;
      this.held.delete(id);
      this.size -= size;
    }
  }

  private release({ interaction, size, write }: Held): void {
    this.held.delete(interaction.id);
    this.size -= size;
    write(interaction);
  }

  private releaseAction(key: string | null): void {
    if (key === null) return;
    this.stored.add(key);
    for (const oldest of this.stored) {
      if (this.stored.size <= MOST_ACTIONS) break;
      this.stored.delete(oldest);
    }
    for (const record of [...this.held.values()]) if (actionKey(record.interaction) === key) this.release(record);
  }
}

/** What belongs together: an action, else a conversation; null: the call is alone. */
const actionKey = ({ action, conversation }: Interaction): string | null =>
  action !== null ? `a:${action.type}\n${action.id}` : conversation === null ? null : `c:${conversation}`;

/** What went wrong by itself, or was said of it already. */
const isFlagged = ({ error, finish, signals }: Interaction): boolean =>
  error !== null || signals.length > 0 || (finish !== null && ENDED_BADLY.has(finish));

/** Who counts records has to know that most were not stored, and which ones were chosen by chance. */
function marked(interaction: Interaction, rate: number, sampled: boolean): Interaction {
  const attributes: Attributes = { ...interaction.attributes, 'goldset.sample_rate': rate, 'goldset.sampled': sampled };
  return { ...interaction, attributes };
}

/** The same key is in or out in every process. */
export const isSampled = (key: string, rate: number): boolean => fraction(key) < rate;

/** From 0 to below 1, evenly: FNV-1a, mixed as in MurmurHash3. */
function fraction(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
