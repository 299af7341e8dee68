/** What is stored already of the days that an import is about, so that importing twice adds nothing. */
import { storedLineText } from '../../core/feedback/interactions/stored-line.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { dayOf } from '../interactions/day-lines.ts';
import type { InteractionFiles } from '../interactions/interaction-files.ts';

/** Ids that are held at once; days that were not asked about for longest are let go and read again. */
const MAX_HELD = 500_000;
/** Of a line that was there before. */
const STORED = -1;

/** `same`: it is there. `other`: the import had another line of that id. */
export type LineStatus = 'new' | 'same' | 'other';

export class KnownLines {
  private readonly days = new Map<string, Map<string, number>>();
  private held = 0;

  /** `flush`: what waits goes to disk, for a day is about to be read. */
  constructor(
    private readonly files: InteractionFiles,
    private readonly flush: () => void,
  ) {}

  /** Remembers it. */
  take(line: StoredLine, text: string): LineStatus {
    const day = this.day(dayOf(line));
    const key = keyOf(line, text);
    const hash = hashOf(text);
    const known = day.get(key);
    if (known !== undefined) return known === STORED || known === hash ? 'same' : 'other';
    day.set(key, hash);
    this.held++;
    return 'new';
  }

  private day(name: string): Map<string, number> {
    const known = this.days.get(name);
    if (known !== undefined) {
      // The last that was asked about is the last to be let go.
      this.days.delete(name);
      this.days.set(name, known);
      return known;
    }
    this.flush();
    for (const [old, ids] of this.days) {
      if (this.held <= MAX_HELD) break;
      this.held -= ids.size;
      this.days.delete(old);
    }
    const ids = new Map<string, number>();
    if (this.files.days(name)[0] === name) {
      for (const read of this.files.readDay(name, 0)) if ('line' in read) ids.set(keyOf(read.line, storedLineText(read.line)), STORED);
    }
    this.held += ids.size;
    this.days.set(name, ids);
    return ids;
  }
}

/** What becomes known later has no id: it is known by all that it says. */
const keyOf = (line: StoredLine, text: string): string => ('interaction' in line ? line.interaction.id : `follow-up ${text}`);

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
