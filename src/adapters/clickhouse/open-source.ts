/** Opens a source of goldset.yaml by its name, with a password that may go there. */
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { redactorOf } from '../capture/capture-rules.ts';
import { RollupFiles } from '../interactions/rollup-files.ts';
import type { KeySource } from '../models/keys.ts';
import type { Workspace } from '../workspace/root.ts';
import { ClickHouseSource } from './clickhouse-source.ts';
import { sourceAccess } from './source-access.ts';

export interface SourceOpener {
  readonly workspace: Workspace;
  readonly name: string;
  readonly keys: KeySource;
  readonly now: () => number;
  readonly tell: (note: string) => void;
  readonly stop?: AbortSignal;
}

/** Folder of everything that is kept of sources, in the data folder. */
export const SOURCES = 'sources';

/** @throws {ConfigurationError} when no source has this name, or its password may not go there; {HumanError} as the store answers. */
export async function openSource({ workspace, name, keys, now, tell, stop }: SourceOpener): Promise<ClickHouseSource> {
  const { config, password } = await sourceAccess(workspace, name, keys);
  const redact: (line: StoredLine) => StoredLine = redactorOf(workspace.config.capture);
  return ClickHouseSource.open({ name, config, password, redact, now, tell, ...(stop === undefined ? {} : { stop }) });
}

/** Where the sums of a source are kept. */
export const sourceSums = (root: string, source: ClickHouseSource): RollupFiles =>
  new RollupFiles(root, [SOURCES, source.folder, 'rollups']);
