/**
 * The variables of the environment that prompts and cases may read, in a file of the user's configuration folder, outside every repository:
 * one name a line. `GOLDSET_ALLOW_ENV` adds names, separated by commas, where there is no such folder.
 */
import path from 'node:path';
import { AWS_VARIABLES, OWN_ORIGINS } from '../../core/config/own-origins.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { isVariableName } from '../../core/config/key-pair.ts';
import { isConfigurationError } from '../../core/problems/errors.ts';
import type { ReadableEnvironment } from '../../core/prompt/promptfoo/environment.ts';
import { namedVariables } from './keys.ts';
import { AllowedKeys } from '../storage/allowed-keys.ts';
import { configFolder } from '../storage/user-folder.ts';
import { UserLines } from '../storage/user-lines.ts';

export class AllowedVariables {
  private readonly lines: UserLines;

  /** `file`: absent: in the configuration folder of the user. */
  constructor(readonly file: string = path.join(configFolder(), 'env.allow')) {
    this.lines = new UserLines(file, { code: 'env/allowed-file', says: 'which says what prompts may read' });
  }

  /** Lines that are no name of a variable are left out. @throws {ConfigurationError} `env/allowed-file` when others may write the file. */
  get names(): readonly string[] {
    return this.lines.read().filter(isVariableName);
  }

  add(names: readonly string[]): void {
    const known = this.names;
    const added = [...new Set(names)].filter((name) => !known.includes(name));
    if (added.length > 0) this.lines.add(added);
  }

  remove(names: readonly string[]): void {
    this.lines.replace(this.lines.read().filter((line) => !names.includes(line)));
  }
}

/** Variables that are keys here: those that providers and sources name, and those that were allowed to be sent somewhere. */
export const keyVariables = (config: Pick<GoldsetConfig, 'providers' | 'sources'>): ReadonlySet<string> =>
  new Set([...OWN_ORIGINS.keys(), ...namedVariables(config), ...AWS_VARIABLES, ...new AllowedKeys().pairs.map(({ variable }) => variable)]);

/** What a config of this workspace may read of the environment, as it is now. */
export function readableEnvironment(
  config: Pick<GoldsetConfig, 'providers' | 'sources'>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ReadableEnvironment {
  try {
    const added = (environment['GOLDSET_ALLOW_ENV'] ?? '').split(',').map((name) => name.trim());
    const names = [...new AllowedVariables().names, ...added.filter(isVariableName)];
    const keys = keyVariables(config);
    // A key is not even read.
    const allowed = names.filter((name) => !keys.has(name)).map((name) => [name, environment[name] ?? null] as const);
    return { allowed: new Map(allowed), keys, problem: null };
  } catch (error) {
    if (!isConfigurationError(error)) throw error;
    return { allowed: new Map(), keys: new Set(), problem: error.message };
  }
}
