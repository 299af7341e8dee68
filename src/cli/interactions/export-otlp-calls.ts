/** `goldset export otlp`: stored interactions as OTLP, into a file or to a server. */
import path from 'node:path';
import { redactorOf } from '../../adapters/capture/capture-rules.ts';
import { sendBatches } from '../../adapters/capture/otlp-export.ts';
import { OTLP_IDS } from '../../adapters/capture/otlp-ids.ts';
import { copiesOf, decidedOn } from '../../adapters/clickhouse/source-calls.ts';
import { callsToExport, sourcedCallsToExport } from '../../adapters/interactions/calls-to-export.ts';
import { refuseBrokenSettings } from '../../adapters/models/price-file.ts';
import { replaceFileInPieces } from '../../adapters/storage/data-folder/no-follow.ts';
import { findRoot, openWorkspace } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { readFilter } from '../../core/feedback/interactions/filter-text.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { exportBatches, type StoredCall } from '../../core/feedback/otel/export-otlp.ts';
import { count, quantity } from '../../core/display/figures.ts';
import type { Arguments } from '../arguments.ts';
import { listedLines } from './copied-records.ts';
import { settleDataFolder } from '../trust/data-folder-question.ts';
import { environmentKeys } from '../environment/environment-keys.ts';
import { exportTarget } from './otlp-address.ts';
import { namedSource } from './open-named-source.ts';
import { requireOwner } from '../trust/owner.ts';
import { stderr } from '../output.ts';

/** What the calls are of where the application has not said it: the name that a store groups them by. */
const SERVICE = 'goldset';

export async function exportOtlp(filters: readonly string[], args: Arguments): Promise<number> {
  const to = args.text('to');
  if (to === null) throw new ConfigurationError('usage', 'Name a file or an address: --to FILE|URL', 'See: goldset help export');
  const typed = readFilter(['all', ...filters]);
  if ('problem' in typed) throw new ConfigurationError('usage', typed.problem, 'See: goldset help export');
  const isAddress = /^https?:/i.test(to);
  const golden = findRoot(process.cwd());
  await requireOwner(golden, args, !isAddress);
  const workspace = await openWorkspace(golden);
  // What goldset.yaml says of redaction must be known.
  refuseBrokenSettings(workspace);
  const { config } = workspace;
  const root = path.resolve(args.text('store') ?? golden);
  const headers = args.texts('header-env');
  if (!isAddress && headers.length > 0)
    throw new ConfigurationError('usage', '--header-env is for an address, and --to names a file.', 'Leave it out.');
  const target = isAddress ? await exportTarget(to, headers, environmentKeys(args, config)) : null;
  await settleDataFolder(root, 'needed');
  const { id } = typed;
  const filter = id === null ? typed.filter : { ...typed.filter, ids: [id] };
  const source = await namedSource(args, workspace);
  const found = await (source === null
    ? callsToExport(root, filter, config.signals)
    : sourcedCallsToExport(root, listedLines(source, filter), decidedOn(copiesOf(root, source)), filter, config.signals));
  if (found.refused > 0) stderr.write(`${quantity(found.refused, 'line was', 'lines were')} not read.\n`);
  if (found.total === 0) {
    stderr.write('No stored interaction matches this filter, so nothing is exported.\n');
    return 0;
  }
  const batches = exportBatches(redacted(found.calls(), redactorOf(config.capture)), SERVICE, OTLP_IDS);
  if (target === null) {
    let calls = 0;
    const lines = (function* (): Generator<string> {
      for (const { body, spans } of batches) {
        calls += spans;
        yield `${body}\n`;
      }
    })();
    replaceFileInPieces(path.resolve(to), lines, 0o600);
    stderr.write(`${quantity(calls, 'call')} written to ${to}.\n`);
    return 0;
  }
  const { sent, rejected, reason } = await sendBatches(target, batches);
  stderr.write(`${quantity(sent, 'call')} sent to ${withoutQuery(target.url)}.\n`);
  if (rejected === 0) return 0;
  stderr.write(`The server did not take ${count(rejected)} of them${reason === null ? '' : `: ${reason.slice(0, 200)}`}.\n`);
  return 1;
}

/** By the rules of today: they may be stricter than those by which it was stored. */
function* redacted(calls: Iterable<StoredCall>, redact: (line: StoredLine) => StoredLine): Generator<StoredCall> {
  for (const { interaction, followUps } of calls) {
    const line = redact({ interaction });
    if (!('interaction' in line)) continue;
    const later = followUps.map((followUp) => redact({ followUp }));
    yield { interaction: line.interaction, followUps: later.flatMap((item) => ('followUp' in item ? [item.followUp] : [])) };
  }
}

/** A query may hold a key. */
function withoutQuery(address: string): string {
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`;
}
