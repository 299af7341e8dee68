/** `keepRuns` of goldset.yaml: how many runs are kept, and how long. */
import type { JsonObject } from '../json/json.ts';
import type { Fields } from '../yaml/yaml-fields.ts';

export interface KeepRuns {
  /** Number of the newest runs that are kept; null: no limit. */
  readonly count: number | null;
  /** Days; null: for ever. */
  readonly days: number | null;
}

export const DEFAULT_KEEP_RUNS: KeepRuns = { count: 200, days: 90 };
/** Nothing is deleted by rules that cannot be read. */
export const KEEP_ALL_RUNS: KeepRuns = { count: null, days: null };

/** Of `keepRuns`, only the limits that it names apply; `keepRuns: all` has no limit. */
export function readKeepRuns(fields: Fields, root: JsonObject): KeepRuns {
  const given = root['keepRuns'];
  if (given === undefined || given === null) return DEFAULT_KEEP_RUNS;
  if (given === 'all') return KEEP_ALL_RUNS;
  const before = fields.diagnostics.list.length;
  const keep = fields.object(root, ['keepRuns']) ?? {};
  fields.unknownKeys(keep, ['count', 'days'], ['keepRuns']);
  const limits = { count: fields.number(keep, ['keepRuns', 'count'], 1), days: fields.number(keep, ['keepRuns', 'days'], 1) };
  return fields.diagnostics.list.length > before ? KEEP_ALL_RUNS : limits;
}
