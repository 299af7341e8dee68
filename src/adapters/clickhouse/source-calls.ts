/** Calls of a store: the newest that a filter lets through, and copies of those that are opened. Nothing else of a store is kept as text. */
import path from 'node:path';
import type { DeclaredSignals } from '../../core/config/declared-signals.ts';
import { isInRange, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { briefOf, hasText, matchesBrief, type InteractionBrief } from '../../core/feedback/interactions/interaction-query.ts';
import { quantity } from '../../core/display/figures.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { ImportSink } from '../import/import-sink.ts';
import { countSeen, emptySeenNames, type SeenNames } from '../interactions/day-inbox.ts';
import { FollowUpJoiner } from '../interactions/follow-up-joiner.ts';
import { InteractionFiles } from '../interactions/interaction-files.ts';
import { dataFolder } from '../storage/data-folder/data-folder.ts';
import { DAY_MS, slicesOf, type ClickHouseSource, type RowsByHour } from './clickhouse-source.ts';
import { teamFeedback, type TeamFeedback } from './feedback-table.ts';
import type { Workspace } from '../workspace/root.ts';
import { SOURCES } from './open-source.ts';
import type { TimeRange, TraceSample } from './row-queries.ts';
import { windowSince } from './source-days.ts';
import type { StoreReader } from './store-reader.ts';

/** Records of a range from the newest back; what became known of a call comes before the call, the team's decisions first. @throws as a query does. */
export async function* newestFirst(
  source: ClickHouseSource,
  reader: StoreReader,
  hours: RowsByHour,
  range: TimeRange,
  team?: TeamFeedback,
): AsyncGenerator<StoredLine> {
  yield* (team ?? (await teamFeedback(source, decidedSince(range, source.job.now())))).lines;
  for (const slice of slicesOf(hours, range).reverse()) {
    const at = new Date(slice.from).toISOString().slice(0, 13).replace('T', ' ');
    yield* (await reader.lines(slice, `the rows of ${source.job.name} from ${at} h`, false)).toReversed();
  }
}

/** Decisions of calls of a range come later than these. */
export const decidedSince = ({ from }: TimeRange, now: number): TimeRange => ({ from, to: now + DAY_MS });

export interface SourcedCalls {
  readonly calls: readonly InteractionBrief[];
  /** Whether there are no more in the range. */
  readonly isDone: boolean;
  /** What the calls of the days that were read have, whatever else the filter lets through: values for filters. */
  readonly seen: SeenNames;
}

/** @throws as a query does. */
export async function newestCalls(
  source: ClickHouseSource,
  filter: InteractionFilter,
  declared: DeclaredSignals,
  range: TimeRange,
  most: number,
  decided: readonly StoredLine[],
): Promise<SourcedCalls> {
  const joiner = new FollowUpJoiner(decided.flatMap((line) => ('followUp' in line ? [line.followUp] : [])));
  const calls: InteractionBrief[] = [];
  const listed = new Set<string>();
  const seen = emptySeenNames();
  for await (const line of newestFirst(source, source.reader(), await source.rowsByHour(range), range)) {
    const call = joiner.take(line);
    if (call === null) continue;
    const { interaction, followUps } = call;
    const brief = briefOf(interaction, followUps, declared);
    if (listed.has(brief.id) || !isInRange(brief.time.slice(0, 10), filter)) continue;
    countSeen(seen, brief);
    if (!matchesBrief(brief, filter) || (filter.text !== '' && !hasText(interaction, filter.text))) continue;
    listed.add(brief.id);
    if (calls.length >= most) return { calls, isDone: false, seen };
    calls.push(brief);
  }
  return { calls, isDone: true, seen };
}

/** Where copies of a source are: a store of its own, so that they are not counted with what was captured here. */
export const copiesOf = (root: string, source: ClickHouseSource): string => path.join(root, '.goldset', SOURCES, source.folder);

/** Days back in which calls are listed when a filter does not say it. */
const LISTED_DAYS = 30;

/** The days of a filter; without a first one, the last `days`. */
export function listedRange({ from, to }: Pick<InteractionFilter, 'from' | 'to'>, now: number, days = LISTED_DAYS): TimeRange {
  const range = windowSince(from, now, days);
  const start = from === null ? range.from : Date.parse(from);
  return { from: start, to: to === null ? range.to : Math.min(range.to, Date.parse(to) + DAY_MS) };
}

/** The newest calls of a source that a filter lets through; nothing is copied. @throws as a query does. */
export const listSourced = (
  source: ClickHouseSource,
  { config, root }: Pick<Workspace, 'config' | 'root'>,
  filter: InteractionFilter,
  most: number,
): Promise<SourcedCalls> =>
  newestCalls(source, filter, config.signals, listedRange(filter, source.job.now()), most, decidedOn(copiesOf(root, source)));

/** Copies what a store holds about these calls, each once; they are redacted already. Gives the store of the copies. @throws as a query does. */
export async function copyCalls(root: string, source: ClickHouseSource, ids: readonly string[], range: TimeRange): Promise<string> {
  const lines = ids.length === 0 ? [] : await source.reader().linesAbout(ids, range, `the traces of ${quantity(ids.length, 'call')}`);
  const copies = dataFolder(root).folder(SOURCES, source.folder);
  const sink = new ImportSink(new InteractionFiles(copies), (line) => line, false);
  // A call that became known better since keeps its first copy.
  for (const line of lines) sink.add(line);
  sink.flush();
  return copies;
}

/** What was decided here about calls of a store. */
export function decidedOn(copies: string): StoredLine[] {
  const decided: StoredLine[] = [];
  new InteractionFiles(copies).read(null, (line) => {
    if ('followUp' in line && line.followUp.triage !== null) decided.push(line);
  });
  return decided;
}

/** Which of the traces are read where a look needs every text. Null: all of them. */
export const sampleFor = (source: ClickHouseSource, hours: RowsByHour, most: number): TraceSample =>
  source.sampleOf(
    [...hours.values()].reduce((sum, rows) => sum + rows, 0),
    most,
  );
