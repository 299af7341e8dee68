/** What the folders `.goldset/` of the window's workspaces keep: shown, and deleted. Part of the engine's bundle; knows no editor. */
import path from 'node:path';
import type { RetentionThread } from '../../adapters/evaluation/retention-thread.ts';
import { refuseBrokenSettings } from '../../adapters/models/price-file.ts';
import type { PrunedData } from '../../adapters/retention/prune-data.ts';
import { storedData, type StoredData } from '../../adapters/retention/stored-data.ts';
import { cachedCost, type CachedCost } from '../../adapters/storage/cached-cost.ts';
import { ResponseCache } from '../../adapters/storage/response-cache/response-cache.ts';
import { requireTrusted } from './restricted-mode.ts';
import type { Workspaces } from './editor-workspaces.ts';

export class KeptData {
  constructor(
    private readonly workspaces: Workspaces,
    private readonly retention: RetentionThread,
    private readonly mayRead: () => boolean,
  ) {}

  /** How many answers the workspace of a file keeps, and what they cost. Writes nothing. */
  async cachedCost(file: string): Promise<CachedCost> {
    requireTrusted(this.mayRead());
    const { root } = await this.workspaces.open(path.dirname(file));
    return cachedCost(root);
  }

  /** Deletes the answers of the workspace of a file; gives how many there were. */
  async clearCache(file: string): Promise<number> {
    requireTrusted(this.mayRead());
    const { root } = await this.workspaces.open(path.dirname(file));
    const cache = new ResponseCache(root);
    const { entries } = cache.stats();
    cache.clear();
    return entries;
  }

  /** What `.goldset/` of a workspace holds. @throws {ConfigurationError} when it must not be used. */
  async stored(root: string): Promise<StoredData> {
    requireTrusted(this.mayRead());
    return storedData(root, (await this.workspaces.open(root)).config);
  }

  /** Deletes what the rules of a workspace do not keep. @throws {HumanError} */
  async prune(root: string): Promise<PrunedData> {
    requireTrusted(this.mayRead());
    const workspace = await this.workspaces.open(root);
    refuseBrokenSettings(workspace);
    const { config } = workspace;
    return this.retention.prune({ root, config, now: Date.now() });
  }
}
