/** What `.goldset/` holds, by kind: how much, how old, and which rule keeps it. Looking creates nothing. */
import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { quantity } from '../../core/display/figures.ts';
import { dataFolder } from '../storage/data-folder/data-folder.ts';
import { KEPT_TRIES, TRY_DAYS } from '../tries/try-store.ts';

export interface StoredKind {
  readonly kind: DataKind;
  readonly files: number;
  readonly bytes: number;
  /** ISO 8601, of the last change of the file that changed first, and last; null: there is no file. */
  readonly oldest: string | null;
  readonly newest: string | null;
  /** What keeps it, as a sentence. */
  readonly rule: string;
}

/** goldset.data/1 */
export interface StoredData {
  readonly schema: 'goldset.data/1';
  readonly folder: string;
  readonly bytes: number;
  readonly kinds: readonly StoredKind[];
}

export const DATA_KINDS = [
  'runs',
  'batches',
  'cache',
  'interactions',
  'inbox',
  'rollups',
  'sources',
  'imports',
  'scores',
  'tries',
  'other',
] as const;
export type DataKind = (typeof DATA_KINDS)[number];

/** @throws {ConfigurationError} when the data folder must not be used. */
export function storedData(root: string, config: GoldsetConfig): StoredData {
  const folder = dataFolder(root);
  folder.require();
  const found = new Map<DataKind, { size: number; at: number }[]>(DATA_KINDS.map((kind) => [kind, []]));
  const walk = (names: readonly string[]): void => {
    for (const name of folder.list('files', ...names)) {
      const file = folder.readable(...names, name);
      const stats = file === null ? undefined : lstatSync(file, { throwIfNoEntry: false });
      if (stats !== undefined) found.get(kindOf([...names, name]))?.push({ size: stats.size, at: stats.mtimeMs });
    }
    for (const name of folder.list('folders', ...names)) walk([...names, name]);
  };
  walk([]);
  const kinds = DATA_KINDS.map((kind): StoredKind => {
    const files = found.get(kind) ?? [];
    const times = files.map(({ at }) => at);
    const time = (at: number): string | null => (Number.isFinite(at) ? new Date(at).toISOString() : null);
    return {
      kind,
      files: files.length,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      oldest: time(times.reduce((a, b) => Math.min(a, b), Infinity)),
      newest: time(times.reduce((a, b) => Math.max(a, b), -Infinity)),
      rule: ruleOf(kind, config),
    };
  });
  return { schema: 'goldset.data/1', folder: folder.path, bytes: kinds.reduce((sum, { bytes }) => sum + bytes, 0), kinds };
}

function kindOf([first = '', second = '']: readonly string[]): DataKind {
  if (first === 'interactions') return second === 'inbox' || second === 'rollups' ? second : 'interactions';
  if (path.parse(first).name === 'scores') return 'scores';
  return (['runs', 'batches', 'cache', 'sources', 'imports', 'tries'] as const).find((kind) => kind === first) ?? 'other';
}

function ruleOf(kind: DataKind, { keepRuns, capture }: GoldsetConfig): string {
  const limits = (of: readonly (string | null)[]): string => of.filter((limit) => limit !== null).join(', ');
  const runs = limits([
    keepRuns.count === null ? null : `the newest ${quantity(keepRuns.count, 'run')}`,
    keepRuns.days === null ? null : quantity(keepRuns.days, 'day'),
  ]);
  const days = limits([
    capture.keepDays === null ? null : quantity(capture.keepDays, 'day'),
    capture.keepMb === null ? null : `${capture.keepMb} MB`,
  ]);
  const rules: Readonly<Record<DataKind, string>> = {
    runs: runs === '' ? 'kept for ever (keepRuns)' : `${runs} (keepRuns); also baselines, labelled and named runs`,
    batches: 'kept with their runs',
    cache: '30 days, 256 MB',
    interactions: days === '' ? 'kept for ever: set capture.keepDays or capture.keepMb' : `${days} (capture)`,
    inbox: 'kept with the interactions',
    rollups: 'kept for ever: sums without texts of deleted days',
    sources: days === '' ? 'sums, and copies of opened calls: kept for ever' : `sums; copies of opened calls: ${days} (capture)`,
    imports: 'kept until the import is complete',
    scores: 'kept for ever: one line for each run of a candidate',
    tries: `of each prompt the newest ${KEPT_TRIES} tries, 16 MB, ${TRY_DAYS} days`,
    other: 'settings of this folder',
  };
  return rules[kind];
}
