/** A pipeline's name in goldset.yaml → the client that asks it. */
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { MAX_STORE, readBytesSync } from '../../bounded-file.ts';
import { ConfigurationError } from '../../../core/problems/errors.ts';
import type { GoldsetConfig } from '../../../core/config/goldset-yaml.ts';
import { isServer, type CommandTargetConfig, type HttpTargetConfig } from '../../../core/config/providers.ts';
import type { Permit } from '../../../core/trust/execution.ts';
import { parseModelId } from '../../../core/model-id.ts';
import type { ModelClient } from '../../../core/model/model-client.ts';
import { accountOf } from '../account.ts';
import { keyFor, type KeySource } from '../keys.ts';
import { commandExecution, commandTransport, httpTransport, PipelineClient } from './pipeline-client.ts';

export interface PipelineName {
  readonly name: string;
  readonly model: string;
  readonly config: HttpTargetConfig | CommandTargetConfig;
}

export interface PipelineOpener {
  readonly root: string;
  readonly config: GoldsetConfig;
  readonly keys: KeySource;
  readonly deadlineMs: number;
  /** The folder that programs run in. */
  readonly codeRoot: string;
  /** Whether a program that the workspace names may be opened at all. */
  readonly mayRunPrograms: boolean;
  /** Called before each run of a program. */
  readonly permit: Permit;
  readonly isFrozen: boolean;
  readonly matches: (globs: readonly string[]) => (file: string) => boolean;
  readonly now: () => number;
}

/** `rag` or `rag:variant`; null: it is no pipeline. */
export function pipelineNamed(id: string, { providers }: Pick<GoldsetConfig, 'providers'>): PipelineName | null {
  const parsed = parseModelId(id);
  const name = (parsed === null || !providers.has(parsed.provider) ? id : parsed.provider).toLowerCase();
  const config = providers.get(name);
  return config === undefined || isServer(config) ? null : { name, model: parsed?.model ?? 'default', config };
}

/** @throws {ConfigurationError} when it may not be asked. */
export async function openPipeline({ name, model, config }: PipelineName, opener: PipelineOpener): Promise<ModelClient> {
  const { root, keys, deadlineMs, now, isFrozen } = opener;
  const id = model === 'default' ? name : `${name}:${model}`;
  const what = JSON.stringify(config);
  const endpoint = `pipeline#${what}#${model}#${await fingerprint(opener)}`;
  if (config.kind === 'command') {
    if (!opener.mayRunPrograms)
      throw new ConfigurationError(
        'trust/command',
        `${name} runs a program from this workspace, which is not trusted.`,
        'Trust the workspace first.',
      );
    const executes = commandExecution(name, config);
    const transport = commandTransport(id, executes, config.timeout, opener.codeRoot, opener.permit);
    return new PipelineClient({ id, model, endpoint, origin: `command:${name}`, account: null, executes, now }, transport);
  }
  const { url, apiKeyEnv: keyVariable } = config;
  const apiKey = isFrozen ? null : await keyFor({ provider: name, baseUrl: url, keyVariable }, keys);
  const account = apiKey === null ? null : accountOf(root, apiKey);
  return new PipelineClient({ id, model, endpoint, origin: new URL(url).origin, account, now }, httpTransport(id, url, apiKey, deadlineMs));
}

/**
 * What the answers of a pipeline depend on: the files that goldset.yaml lists under `pipeline`. Without that list nobody
 * knows, so no answer of another run is used.
 */
async function fingerprint({ codeRoot: root, config, matches }: PipelineOpener): Promise<string> {
  if (config.pipeline.length === 0) return randomUUID();
  const isPart = matches(config.pipeline);
  const files: string[] = [];
  for await (const file of walk(root, '')) if (isPart(file)) files.push(file);
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(`${file}\u0000`).update(readBytesSync(path.join(root, file), MAX_STORE));
  return hash.digest('hex').slice(0, 16);
}

const SKIPPED = new Set(['node_modules', '.git', '.goldset']);

async function* walk(root: string, under: string): AsyncGenerator<string> {
  for (const entry of await fs.readdir(path.join(root, under), { withFileTypes: true })) {
    const shown = under === '' ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* walk(root, shown);
    else if (entry.isFile()) yield shown;
  }
}
