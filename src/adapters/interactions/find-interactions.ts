/** Interactions that somebody wants to see, newest first, found piece by piece: who waits for more asks again, who does not has paid for nothing. */
import { isInRange, rawTextTest, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { briefOf, hasText, matchesBrief, type InteractionBrief } from '../../core/feedback/interactions/interaction-query.ts';
import { isFlag } from '../../core/feedback/signals/signal-meaning.ts';
import { readStoredLine } from '../../core/feedback/interactions/stored-line.ts';
import { FollowUpJoiner } from './follow-up-joiner.ts';
import type { FoundInteraction, InboxIndex } from './inbox-index.ts';
import { MAX_LINE } from './interaction-files.ts';
import { lineAt, linesBackwards } from './lines.ts';

const TURN = 128;
/** Later than every day. */
const NO_END = { day: '9999-99-99', offset: 0 };

/** Gives what matches, and null where others may have their turn. The index must be fresh. */
export function findInteractions(index: InboxIndex, filter: InteractionFilter): Generator<FoundInteraction | null, void> {
  return filter.triage === 'all' ? findStored(index, filter) : findKnown(index, filter);
}

/** What matches before the place where the index begins; nothing where the index holds everything, or `findInteractions` has read it. */
export function* findOlder(index: InboxIndex, filter: InteractionFilter): Generator<FoundInteraction | null, void> {
  if (filter.triage === 'all' || index.begins === null) return;
  for (const item of findStored(index, filter, index.begins)) if (item === null || index.foundById(item.brief.id) === null) yield item;
}

/** Among those that are open or were dealt with: they are at hand. */
function* findKnown({ files, found }: InboxIndex, filter: InteractionFilter): Generator<FoundInteraction | null, void> {
  const mayHave = rawTextTest(filter.text);
  let looked = 0;
  for (const item of found) {
    if (!matchesBrief(item.brief, filter)) continue;
    if (filter.text !== '') {
      if (++looked % TURN === 0) yield null;
      const { day, offset, end } = item.place;
      const text = lineAt(files.readable(day), offset, end);
      const read = text === null || !mayHave(text) ? null : readStoredLine(text);
      if (read === null || !('interaction' in read) || !hasText(read.interaction, filter.text)) continue;
    }
    yield item;
  }
}

/** Among all: follow-ups stand behind what they are about, so they are met first. */
function* findStored(index: InboxIndex, filter: InteractionFilter, before = NO_END): Generator<FoundInteraction | null, void> {
  const mayHave = rawTextTest(filter.text);
  const joiner = new FollowUpJoiner();
  // Which calls were retried only those behind them tell, whatever they say; what nothing flags is shown anyway.
  const needsAll = filter.triage !== 'all' || filter.signal === 'retry';
  let lines = 0;
  for (const day of index.files.days(filter.from).reverse()) {
    if (day > before.day) continue;
    const last = day === before.day ? before.offset : index.files.sizeOf(day);
    for (const { text, offset, end } of linesBackwards(index.files.readable(day), last, MAX_LINE)) {
      if (++lines % TURN === 0) yield null;
      // A torn last line is not there yet.
      if (text === null || (!needsAll && !mayHave(text) && !joiner.isWaiting && !text.includes('"of"'))) continue;
      const read = readStoredLine(text);
      if ('problem' in read) continue;
      const call = joiner.take(read);
      if (call === null) continue;
      const { interaction, followUps } = call;
      const brief = known(briefOf(interaction, followUps, index.declared), index);
      if (isInRange(day, filter) && matchesBrief(brief, filter) && (filter.text === '' || hasText(interaction, filter.text)))
        yield { brief, place: { day, offset, end } };
    }
  }
}

/** What the index knows of its flags holds: it has read the days before and after. */
function known(brief: InteractionBrief, index: InboxIndex): InteractionBrief {
  const own = index.foundById(brief.id)?.brief;
  if (own === undefined) return index.standing(brief);
  const { triage, reason, decisions } = own;
  const signals = [...new Set([...brief.signals.filter((signal) => !isFlag(signal)), ...own.signals])];
  return { ...brief, triage, reason, signals, ...(decisions === undefined ? {} : { decisions }) };
}
