/** Which source a name means, and a password that may go there. */
import type { SourceConfig } from '../../core/config/sources.ts';
import { didYouMean } from '../../core/problems/did-you-mean.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { firstNames } from '../../core/display/figures.ts';
import { keyFor, type KeySource } from '../models/keys.ts';
import { refuseBrokenSettings } from '../models/price-file.ts';
import type { Workspace } from '../workspace/root.ts';

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
