/**
 * The table in a store that a team shares its feedback in: triage, corrections and labels of the store's calls, each row the line that
 * `feedback/` or `labels/` would have. It is the only thing that Goldset writes to a store, by a user of its own, and it is only appended to.
 * A person makes it (docs/feedback.md): Goldset sends no CREATE. Rows may come from anybody who may insert, so each is checked as a file is.
 */
import type { SourceConfig } from '../../core/config/sources.ts';
import { HumanError, isHumanError, messageOf } from '../../core/problems/errors.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { readSharedLine } from '../../core/feedback/interactions/shared-feedback.ts';
import { readLabelLines, type LabelRecord } from '../../core/judge/labels/label-record.ts';
import { excerpt } from '../../core/text/text.ts';
import { hideKey } from '../models/hide-key.ts';
import type { ClickHouseSource } from './clickhouse-source.ts';
import { feedbackQuery, withoutPrefix, type TimeRange } from './row-queries.ts';
import { storeClient } from './store-queries.ts';
import type { StoreTable } from './store-tables.ts';

export const FEEDBACK_TABLE = 'goldset_feedback';

/** `record`: a line of `feedback/BY.jsonl` or of `labels/`. */
export interface FeedbackRow {
  readonly kind: 'decision' | 'label';
  readonly interaction: string;
  readonly by: string;
  readonly record: string;
}

export interface TeamFeedback {
  readonly lines: readonly StoredLine[];
  readonly labels: readonly LabelRecord[];
  /** Rows that are neither, and why the first. */
  readonly refused: { readonly count: number; readonly first: string | null };
  /** As they stand in the table. */
  readonly records: ReadonlySet<string>;
}

export const NO_FEEDBACK: TeamFeedback = { lines: [], labels: [], refused: { count: 0, first: null }, records: new Set() };

/** What a team has shared in a range of days; nothing where the source has no `feedback`, or no table yet. @throws as a query does. */
export async function teamFeedback(source: ClickHouseSource, range: TimeRange): Promise<TeamFeedback> {
  const { config, now } = source.job;
  if (config.feedback === null || !(await hasTable(source))) return NO_FEEDBACK;
  const lines: StoredLine[] = [];
  const labels: LabelRecord[] = [];
  const problems: string[] = [];
  const records = new Set<string>();
  for await (const row of source.queries.rows(feedbackQuery(tableOf(source), range))) {
    const { kind, record } = withoutPrefix(row);
    if (typeof record !== 'string' || record.includes('\n')) problems.push('A row has no record.');
    else if (kind === 'label') {
      const read = readLabelLines(record);
      labels.push(...read.labels);
      problems.push(...read.problems.map(({ reason }) => reason));
    } else {
      const read = readSharedLine(record, now());
      if ('problem' in read) problems.push(read.problem);
      else lines.push({ followUp: read });
    }
    if (typeof record === 'string') records.add(record);
  }
  return { lines, labels, refused: { count: problems.length, first: problems[0] ?? null }, records };
}

/** Who may append, and the variable of the password. @throws {HumanError} when the source names no such user. */
export function feedbackUser({ job: { name, config } }: ClickHouseSource): NonNullable<SourceConfig['feedback']> {
  if (config.feedback !== null) return config.feedback;
  throw new HumanError(
    'source/no-feedback',
    `The source ${name} has no \`feedback\`.`,
    'Name a user that may append: see docs/feedback.md.',
  );
}

/** Appends rows with the credentials of `feedback`. @throws {HumanError} when the store does not take them; then none may be there, or all. */
export async function appendFeedback(source: ClickHouseSource, password: string, rows: readonly FeedbackRow[]): Promise<void> {
  const { config, now } = source.job;
  const { user } = feedbackUser(source);
  if (rows.length === 0) return;
  const client = await storeClient({ url: config.clickhouse, user, password }, undefined, config.database);
  const time = new Date(now()).toISOString().replace('T', ' ').replace('Z', '');
  try {
    await client.insert({
      table: FEEDBACK_TABLE,
      columns: ['time', 'kind', 'interaction', 'by', 'record'],
      values: rows.map((row) => ({ time, ...row })),
      format: 'JSONEachRow',
    });
  } catch (error) {
    if (isHumanError(error)) throw error;
    const said = password === '' ? messageOf(error) : hideKey(messageOf(error), password);
    throw new HumanError(
      'source/not-shared',
      `ClickHouse at ${source.queries.origin} did not take the feedback of ${user}: ${excerpt(said, 300)}`,
      `The table ${FEEDBACK_TABLE} and the right to insert are described in docs/feedback.md.`,
    );
  } finally {
    await client.close();
  }
}

const tableOf = ({ job }: ClickHouseSource): StoreTable => ({
  database: job.config.database,
  table: FEEDBACK_TABLE,
  columns: new Map(['kind', 'record'].map((own) => [own, { own, type: 'String' }])),
});

/** Whether the reader can see it. */
async function hasTable({ queries, job }: ClickHouseSource): Promise<boolean> {
  const columns = await queries.all({
    what: 'the columns of the feedback table',
    sql: 'SELECT name FROM system.columns WHERE database = {database:String} AND table = {table:String} ORDER BY position',
    params: { database: job.config.database, table: FEEDBACK_TABLE },
    most: 1000,
  });
  return ['time', 'kind', 'record'].every((name) => columns.some((column) => column['name'] === name));
}
