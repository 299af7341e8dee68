/** Opens a source of goldset.yaml by its name, with a password that may go there. */
import { ConfigurationError } from '../../core/errors.ts';
import type { SourceConfig } from '../../core/config/sources.ts';
import { didYouMean } from '../../core/did-you-mean.ts';
import { firstNames } from '../../core/figures.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { redactorOf } from '../capture/capture-rules.ts';
import { RollupFiles } from '../interactions/rollup-files.ts';
import { keyFor, type KeySource } from '../models/keys.ts';
import { refuseBrokenSettings } from '../models/price-file.ts';
import type { Workspace } from '../workspace/root.ts';
import { ClickHouseSource } from './clickhouse-source.ts';

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

export interface SourceAccess {
  readonly config: SourceConfig;
  /** Empty: the user has none. */
  readonly password: string;
}

/** What it takes to read a source. @throws {ConfigurationError} when no source has this name, or its password may not go there. */
export async function sourceAccess(workspace: Workspace, name: string, keys: KeySource): Promise<SourceAccess> {
  // What goldset.yaml says of redaction and of the source must be known.
  refuseBrokenSettings(workspace);
  const { sources } = workspace.config;
  const config = sources.get(name);
  if (config === undefined) {
    const names = [...sources.keys()];
    const known = names.length === 0 ? 'goldset.yaml has no `sources`.' : `Sources: ${firstNames(names, 10)}.`;
    throw new ConfigurationError('source/unknown', `There is no source "${name.slice(0, 60)}". ${didYouMean(name, names)}${known}`);
  }
  const password = await keyFor({ provider: name, baseUrl: config.clickhouse, keyVariable: config.passwordEnv }, keys);
  return { config, password: password ?? '' };
}

/** Where the sums of a source are kept. */
export const sourceSums = (root: string, source: ClickHouseSource): RollupFiles =>
  new RollupFiles(root, [SOURCES, source.folder, 'rollups']);
