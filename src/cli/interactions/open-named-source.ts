/** `--source NAME` of a command that reads production. */
import { openSource } from '../../adapters/clickhouse/open-source.ts';
import type { ClickHouseSource } from '../../adapters/clickhouse/clickhouse-source.ts';
import type { KeySource } from '../../adapters/models/keys.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { Arguments } from '../arguments.ts';
import { environmentKeys } from '../environment/environment-keys.ts';
import { stderr } from '../output.ts';

/** Null: none is named. @throws {ConfigurationError} as `openSource`, and beside --store. */
export async function namedSource(args: Arguments, workspace: Workspace, keys?: KeySource): Promise<ClickHouseSource | null> {
  const name = args.text('source');
  if (name === null) return null;
  if (args.text('store') !== null)
    throw new ConfigurationError('usage', '--source and --store name two places to read from.', 'Leave one of them out.');
  return openSource({
    workspace,
    name,
    keys: keys ?? environmentKeys(args, workspace.config),
    now: () => Date.now(),
    tell: (note) => stderr.write(`${note}\n`),
  });
}
