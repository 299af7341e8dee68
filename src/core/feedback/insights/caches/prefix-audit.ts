/** What a provider's prompt cache should have given each call, against what it gave: by version and hour, with the causes of misses. */
import { cachedTokens } from '../../../economics/prefix/caching.ts';
import type { CachingRule } from '../../../economics/data/caching-rules.ts';

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
  readonly prompt: string;
  /** `name@version`. */
  readonly version: string;
  readonly model: string;
  /** The request as JSON, in the order in which the provider reads it. */
  readonly tools: string;
  readonly messages: string;
  readonly input: number;
  readonly cacheRead: number;
  readonly rule: CachingRule | null;
  /** USD that a token costs less when it is read from the cache; null: not known. */
  readonly discountUsd: number | null;
}

/** The newest call of a prompt with one model. */
interface Before {
  readonly at: number;
  readonly end: number;
  readonly tools: string;
  readonly messages: string;
  readonly version: string;
  /** Share of a request that the one before it had too: as it mostly is in this version, and was in the one before. */
  readonly usual: number;
  readonly earlier: number;
}

const HOUR = 3_600_000;
/** Characters of each part of a request that are compared. */
const MOST = 200_000;
/** A shared part that was half as long again before is one that changed. */
const SHORTER = 2 / 3;
/** Weight of the newest call in what is usual. */
const NEWEST = 0.2;

export class PrefixAudit {
  private readonly cells = new Map<string, PrefixCell>();
  private readonly before = new Map<string, Before>();
  private last: PrefixCell | null = null;
  /** Calls of one hour come together. */
  private lastHour = { at: NaN, name: '' };

  constructor(state: PrefixAuditState = { cells: [], before: [] }) {
    for (const { misses, ...cell } of state.cells) this.cells.set(keyOf(cell), { ...cell, misses: new Map(misses) });
    for (const [key, before] of state.before) this.before.set(key, before);
  }

  add(call: AuditedCall): void {
    const { at, latencyMs, version, model, input, cacheRead, rule, discountUsd } = call;
    const tools = call.tools.slice(0, MOST);
    const messages = call.messages.slice(0, MOST);
    const key = `${call.prompt}\n${model}`;
    const before = this.before.get(key);
    const share = before === undefined ? 0 : sharedOf(before, tools, messages) / (tools.length + messages.length);
    const [usual, earlier] = historyOf(before, version, share);
    this.before.set(key, { at, end: at + (latencyMs ?? 0), tools, messages, version, usual, earlier });
    const shared = Math.round(share * input);
    const tokens = cachedTokens(shared, rule);
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
    const cause = missCause(before, call, tokens, share < SHORTER * Math.max(usual, earlier));
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
    const { last } = this;
    if (last?.hour === hour && last.version === version && last.model === model) return last;
    const key = keyOf({ hour, version, model });
    const known = this.cells.get(key);
    if (known) return (this.last = known);
    const cell: PrefixCell = { hour, version, model, n: 0, input: 0, predicted: 0, reported: 0, lostUsd: 0, misses: new Map() };
    this.cells.set(key, cell);
    return (this.last = cell);
  }
}

/** As JSON keeps it. */
export interface PrefixAuditState {
  readonly cells: readonly (Omit<PrefixCell, 'misses'> & { readonly misses: readonly (readonly [MissCause, number])[] })[];
  readonly before: readonly (readonly [string, Before])[];
}

const keyOf = ({ hour, version, model }: Pick<PrefixCell, 'hour' | 'version' | 'model'>): string => `${hour}\n${version}\n${model}`;

/** Characters that a request begins with as the one before it did. */
function sharedOf(before: Before, tools: string, messages: string): number {
  const same = commonPrefix(before.tools, tools);
  const isWhole = same === tools.length && same === before.tools.length;
  return isWhole ? same + commonPrefix(before.messages, messages) : same;
}

/** A new version is held against what was usual before it. */
function historyOf(before: Before | undefined, version: string, share: number): readonly [usual: number, earlier: number] {
  if (before === undefined) return [0, 0];
  if (before.version !== version) return [share, Math.max(before.usual, before.earlier)];
  return [before.usual === 0 ? share : before.usual + NEWEST * (share - before.usual), before.earlier];
}

function missCause(before: Before | undefined, { at, rule }: AuditedCall, tokens: number, hasChanged: boolean): MissCause {
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
