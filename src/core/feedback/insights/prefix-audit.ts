/** What a provider's prompt cache should have given each call, against what it gave: by version and hour, with the causes of misses. */
import { cachedPrefix } from '../../economics/caching.ts';
import type { CachingRule } from '../../economics/data/caching-rules.ts';

/** Why a call read less from the cache than the call before it would have let it. The first that holds counts. */
export const MISS_CAUSES = ['first call', 'expired', 'at the same time', 'prefix changed', 'too short', 'not found'] as const;
export type MissCause = (typeof MISS_CAUSES)[number];

/** Calls of one version and model in one hour. Tokens. */
export interface PrefixCell {
  /** Such as 2026-11-01T10, in UTC. */
  readonly hour: string;
  readonly version: string;
  readonly model: string;
  n: number;
  input: number;
  /** What the request before it would have let it read, by the provider's rule. */
  predicted: number;
  reported: number;
  /** USD that predicted tokens would have saved and did not; null: the price is not known. */
  lostUsd: number | null;
  /** Calls that read less than half of what their request has of the one before, by cause. */
  readonly misses: Map<MissCause, number>;
}

export interface AuditedCall {
  /** ms since 1970, when it began. */
  readonly at: number;
  readonly latencyMs: number | null;
  readonly version: string;
  readonly model: string;
  /** The request as one text, in the order in which the provider reads it. */
  readonly text: string;
  readonly input: number;
  readonly cacheRead: number;
  readonly rule: CachingRule | null;
  /** USD that a token costs less when it is read from the cache; null: not known. */
  readonly discountUsd: number | null;
}

interface Before {
  readonly at: number;
  readonly end: number;
  readonly text: string;
  readonly version: string;
  /** Share of a request that the one before it had too: as it mostly is in this version, and was in the one before. */
  readonly usual: number;
  readonly earlier: number;
}

const HOUR = 3_600_000;
/** Characters of a request that are compared. */
const MOST = 200_000;
/** A shared part that was half as long again before is one that changed. */
const SHORTER = 2 / 3;
/** Weight of the newest call in what is usual. */
const NEWEST = 0.2;

export class PrefixAudit {
  private readonly cells = new Map<string, PrefixCell>();
  private readonly before = new Map<string, Before>();
  /** Calls of one hour come together. */
  private lastHour = { at: NaN, name: '' };

  constructor(state: PrefixAuditState = { cells: [], before: [] }) {
    for (const { misses, ...cell } of state.cells) this.cells.set(keyOf(cell), { ...cell, misses: new Map(misses) });
    for (const [key, before] of state.before) this.before.set(key, before);
  }

  add(call: AuditedCall): void {
    const { at, latencyMs, version, model, input, cacheRead, rule, discountUsd } = call;
    const text = call.text.slice(0, MOST);
    const key = `${version.split('@', 1)[0] ?? ''}\n${model}`;
    const before = this.before.get(key);
    const same = before === undefined ? 0 : commonPrefix(before.text, text);
    const share = text.length === 0 ? 0 : same / text.length;
    const history = historyOf(before, version, share);
    this.before.set(key, { at, end: at + (latencyMs ?? 0), text, version, ...history });
    const shared = Math.round(share * input);
    const { tokens } = cachedPrefix(shared, rule);
    const isThere = before !== undefined && rule !== null && at - before.at <= rule.ttlSeconds * 1000 && at >= before.end;
    const predicted = isThere ? tokens : 0;
    const cell = this.cellAt(this.hourOf(at), version, model);
    cell.n++;
    cell.input += input;
    cell.predicted += predicted;
    cell.reported += cacheRead;
    const lost = Math.max(0, predicted - cacheRead);
    cell.lostUsd = cell.lostUsd === null || (discountUsd === null && lost > 0) ? null : cell.lostUsd + lost * (discountUsd ?? 0);
    if (cacheRead >= Math.max(predicted, 1) / 2) return;
    const cause = missCause(before, { ...call, tokens, hasChanged: share < SHORTER * Math.max(history.usual, history.earlier) });
    cell.misses.set(cause, (cell.misses.get(cause) ?? 0) + 1);
  }

  list(): PrefixCell[] {
    return [...this.cells.values()];
  }

  save(): PrefixAuditState {
    return { cells: this.list().map(({ misses, ...cell }) => ({ ...cell, misses: [...misses] })), before: [...this.before] };
  }

  private hourOf(at: number): string {
    const start = Math.floor(at / HOUR) * HOUR;
    if (start !== this.lastHour.at) this.lastHour = { at: start, name: new Date(start).toISOString().slice(0, 13) };
    return this.lastHour.name;
  }

  private cellAt(hour: string, version: string, model: string): PrefixCell {
    const key = keyOf({ hour, version, model });
    const known = this.cells.get(key);
    if (known) return known;
    const cell: PrefixCell = { hour, version, model, n: 0, input: 0, predicted: 0, reported: 0, lostUsd: 0, misses: new Map() };
    this.cells.set(key, cell);
    return cell;
  }
}

/** As JSON keeps it. */
export interface PrefixAuditState {
  readonly cells: readonly (Omit<PrefixCell, 'misses'> & { readonly misses: readonly (readonly [MissCause, number])[] })[];
  readonly before: readonly (readonly [string, Before])[];
}

const keyOf = ({ hour, version, model }: Pick<PrefixCell, 'hour' | 'version' | 'model'>): string => `${hour}\n${version}\n${model}`;

/** A new version is held against what was usual before it. */
function historyOf(before: Before | undefined, version: string, share: number): Pick<Before, 'usual' | 'earlier'> {
  if (before === undefined) return { usual: 0, earlier: 0 };
  if (before.version !== version) return { usual: share, earlier: Math.max(before.usual, before.earlier) };
  return { usual: before.usual === 0 ? share : before.usual + NEWEST * (share - before.usual), earlier: before.earlier };
}

type Judged = AuditedCall & { readonly tokens: number; readonly hasChanged: boolean };

function missCause(before: Before | undefined, { at, rule, tokens, hasChanged }: Judged): MissCause {
  if (before === undefined) return 'first call';
  if (rule !== null && at - before.at > rule.ttlSeconds * 1000) return 'expired';
  if (at < before.end) return 'at the same time';
  if (hasChanged) return 'prefix changed';
  return tokens === 0 ? 'too short' : 'not found';
}

const PIECES = [512, 64];

/** Characters that two texts begin with alike. */
export function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  for (const piece of PIECES) while (at + piece <= most && a.startsWith(b.slice(at, at + piece), at)) at += piece;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}
