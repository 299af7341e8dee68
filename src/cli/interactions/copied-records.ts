/** Where the records are that a command works on: here, in `--store`, or copies of what it opens in `--source`. */
import path from 'node:path';
import type { ClickHouseSource } from '../../adapters/clickhouse/clickhouse-source.ts';
import { copyCalls, listedRange, listSourced, newestFirst } from '../../adapters/clickhouse/source-calls.ts';
import { WINDOW_DAYS } from '../../adapters/clickhouse/source-days.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import type { KeySource } from '../../adapters/models/keys.ts';
import type { TypedFilter } from '../../core/feedback/interactions/filter-text.ts';
import type { InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import type { Arguments } from '../arguments.ts';
import { settleDataFolder } from '../trust/data-folder-question.ts';
import { followRetention } from './follow-retention.ts';
import { namedSource } from './open-named-source.ts';

/** Records of the days that a filter names, from the newest back. */
export async function* listedLines(source: ClickHouseSource, filter: InteractionFilter): AsyncGenerator<StoredLine> {
  const range = listedRange(filter, Date.now());
  yield* newestFirst(source, source.reader(), await source.rowsByHour(range), range);
}

/** The root of the records; with a source, of copies of what the filter lets through, at most `most`. */
export async function recordsOf(
  args: Arguments,
  { workspace, cwd, keys }: { readonly workspace: Workspace; readonly cwd: string; readonly keys?: KeySource },
  typed: TypedFilter,
  most: number,
): Promise<string> {
  const source = await namedSource(args, workspace, keys);
  const root = source === null ? path.resolve(cwd, args.text('store') ?? workspace.root) : workspace.root;
  await settleDataFolder(root, 'needed');
  if (source === null) return root;
  const { id } = typed;
  const ids = id === null ? (await listSourced(source, workspace, typed.filter, most)).calls.map((call) => call.id) : [id];
  const copies = await copyCalls(root, source, ids, listedRange(typed.filter, Date.now(), WINDOW_DAYS));
  await settleDataFolder(copies, 'needed');
  await followRetention(copies, workspace.config.capture);
  return copies;
}
