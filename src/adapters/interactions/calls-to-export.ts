/** Stored calls that a filter lets through, the oldest first, each with what became known of it. The lines are read once; each call that is meant, again. */
import type { DeclaredSignals } from '../../core/config/declared-signals.ts';
import { HumanError } from '../../core/problems/errors.ts';
import { unionOfFollowUps } from '../../core/feedback/interactions/follow-up.ts';
import { isInRange, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import { briefOf, hasText, joined, matchesBrief } from '../../core/feedback/interactions/interaction-query.ts';
import type { FollowUp, Interaction, StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { readStoredLine } from '../../core/feedback/interactions/stored-line.ts';
import type { StoredCall } from '../../core/feedback/otel/export-otlp.ts';
import { RetriedFinder } from '../../core/feedback/signals/retry-finder.ts';
import { retryOf } from './day-inbox.ts';
import { PendingFollowUps } from './follow-up-joiner.ts';
import { InteractionFiles, MAX_LINE } from './interaction-files.ts';
import { lineAt, linesBackwards } from './lines.ts';
import { SharedFeedbackFiles } from './shared-feedback-files.ts';

export interface CallsToExport {
  readonly total: number;
  /** Lines that are not valid. */
  readonly refused: number;
  calls(): Generator<StoredCall>;
}

interface Place {
  readonly key: InteractionKey;
  readonly followUps: readonly FollowUp[];
}

/** Calls of a store that are held until all are known. */
const MOST_HELD = 20_000;

/**
 * The same of the records of a store, from the newest back. `decided`: what was decided here about them. Nothing is copied.
 * @throws {HumanError} when there are too many.
 */
export async function sourcedCallsToExport(
  root: string,
  lines: AsyncIterable<StoredLine>,
  decided: readonly StoredLine[],
  filter: InteractionFilter,
  declared: DeclaredSignals,
): Promise<CallsToExport> {
  const known = new KnownLater(root);
  for (const line of decided) if ('followUp' in line) known.add(line.followUp);
  const found: StoredCall[] = [];
  const seen = new Set<string>();
  for await (const line of lines) {
    if ('followUp' in line) known.add(line.followUp);
    else {
      const { interaction } = line;
      const { followUps, shown } = known.take(interaction);
      if (seen.has(interaction.id) || !isExported(interaction, shown, filter, declared)) continue;
      seen.add(interaction.id);
      if (found.length === MOST_HELD)
        throw new HumanError('export/too-many', `More than ${MOST_HELD} calls of this source match.`, 'Name fewer days: from=DAY,to=DAY');
      found.push({ interaction, followUps });
    }
  }
  return {
    total: found.length,
    refused: 0,
    calls: function* () {
      yield* found.toReversed();
    },
  };
}

function isExported(interaction: Interaction, shown: readonly FollowUp[], filter: InteractionFilter, declared: DeclaredSignals): boolean {
  return (
    isInRange(interaction.time.slice(0, 10), filter) &&
    matchesBrief(briefOf(interaction, shown, declared), filter) &&
    hasText(joined(interaction, shown), filter.text)
  );
}

/** A call that was sent again after a restart stands twice, and is one. */
export function callsToExport(root: string, filter: InteractionFilter, declared: DeclaredSignals): CallsToExport {
  const files = new InteractionFiles(root);
  const known = new KnownLater(root);
  const places: Place[] = [];
  const seen = new Set<string>();
  let refused = 0;
  for (const day of files.days(filter.from).reverse())
    for (const { text, offset, end } of linesBackwards(files.readable(day), files.sizeOf(day), MAX_LINE)) {
      const read = text === null ? null : readStoredLine(text);
      if (read === null || 'problem' in read) {
        // A torn last line is not there yet.
        if (text !== '') refused++;
      } else if ('followUp' in read) known.add(read.followUp);
      else {
        const { interaction } = read;
        const { followUps, shown } = known.take(interaction);
        if (seen.has(interaction.id) || !isExported(interaction, shown, filter, declared)) continue;
        seen.add(interaction.id);
        places.push({ key: { id: interaction.id, day, offset, end }, followUps });
      }
    }
  return { total: places.length, refused, calls: () => callsAt(files, places) };
}

function* callsAt(files: InteractionFiles, places: readonly Place[]): Generator<StoredCall> {
  for (const { key, followUps } of places.toReversed()) {
    const text = lineAt(files.readable(key.day), key.offset, key.end);
    const read = text === null ? null : readStoredLine(text);
    // What was deleted meanwhile is not exported.
    if (read !== null && 'interaction' in read && read.interaction.id === key.id) yield { interaction: read.interaction, followUps };
  }
}

/** What became known of calls, of this machine and shared by a team. */
class KnownLater {
  private readonly own = new PendingFollowUps();
  private readonly shared = new PendingFollowUps();
  private readonly retried = new RetriedFinder();

  constructor(root: string) {
    for (const followUp of new SharedFeedbackFiles(root).read().followUps) this.shared.add(followUp);
  }

  add(followUp: FollowUp): void {
    this.own.add(followUp);
  }

  /** `shown`: with what other records show of it, which is not said of it and is not exported. */
  take(interaction: Interaction): { readonly followUps: readonly FollowUp[]; readonly shown: readonly FollowUp[] } {
    const by = this.retried.take(interaction);
    const followUps = unionOfFollowUps(this.own.take(interaction), this.shared.take(interaction));
    return { followUps, shown: by === null ? followUps : [...followUps, retryOf(interaction.id, by.at)] };
  }
}
