/** What caches could save, kept between times. */
import type { CachingRule } from '../../../economics/data/caching-rules.ts';
import { NO_DECLARED_SIGNALS, type DeclaredSignals } from '../../../config/declared-signals.ts';
import { isJsonObject } from '../../../json/json.ts';
import type { Interaction, StoredLine } from '../../interactions/interaction.ts';
import { cacheInsight, type CacheInsight } from './cache-insight.ts';
import { PrefixAudit, type PrefixAuditState } from './prefix-audit.ts';
import { REPLAY_TABLES, requestParts, ResponseReplay, type ReplayState, type RequestParts } from './response-replay.ts';
import type { Rollup, RollupKind, RollupPort, RollupState } from '../rollup.ts';
import { isRejection } from '../../signals/signal-meaning.ts';
import { VersionNames } from '../../interactions/version-name.ts';
import type { PriceOf } from '../units/unit-rollup.ts';

/** What is known of a model. */
export interface ModelCaching {
  readonly rule: CachingRule | null;
  /** USD that a token costs less when it is read from the cache; null: not known. */
  readonly discountUsd: number | null;
}
export type CachingOf = (model: string) => ModelCaching;

/** How the data is laid out. */
export const CACHE_FORM = 4;

export class CacheRollup implements Rollup {
  private readonly audit: PrefixAudit;
  private readonly replay: ResponseReplay;
  private readonly versions = new VersionNames();

  constructor(
    private readonly priceOf: PriceOf,
    private readonly cachingOf: CachingOf,
    private readonly declared: DeclaredSignals,
    port: RollupPort,
    data: CacheRollupData | null,
  ) {
    this.audit = new PrefixAudit(data?.audit);
    const tables = REPLAY_TABLES.flatMap((name) => {
      const bytes = port.loadTable(name);
      return bytes === null ? [] : [[name, bytes] as const];
    });
    this.replay = new ResponseReplay(data?.replay ?? null, Object.fromEntries(tables));
  }

  beginDay(): void {
    // Answers and prefixes do not end with the day.
  }

  take(line: StoredLine): void {
    if ('followUp' in line) {
      const { of, signals } = line.followUp;
      const name = of.interaction ?? of.response;
      if (name !== null && signals.some((signal) => isRejection(signal, this.declared))) this.replay.reject(name);
      return;
    }
    const { interaction } = line;
    if (interaction.operation !== undefined) return;
    const request = requestParts(interaction);
    this.replay.add(interaction, request, this.priceOf(interaction));
    if (interaction.signals.some((signal) => isRejection(signal, this.declared))) this.replay.reject(interaction.id);
    this.auditPrefix(interaction, request);
  }

  insight(since: string | null): CacheInsight {
    return cacheInsight(
      this.replay.list().filter(({ day }) => since === null || day >= since),
      this.audit.list().filter(({ hour }) => since === null || hour >= since),
    );
  }

  save(): RollupState {
    const { state, tables } = this.replay.save();
    const data: CacheRollupData = { audit: this.audit.save(), replay: state };
    return { data, tables: REPLAY_TABLES.map((name) => [name, tables[name].pieces()]) };
  }

  private auditPrefix({ time, latencyMs, prompt, model, messages, usage }: Interaction, request: RequestParts): void {
    if (prompt === null || model === null || messages.length === 0 || usage === null) return;
    this.audit.add({
      at: Date.parse(time),
      latencyMs,
      prompt: prompt.name,
      version: this.versions.of(prompt),
      model,
      tools: request.tools,
      messages: request.messages,
      input: usage.input,
      cacheRead: usage.cacheRead,
      ...this.cachingOf(model),
    });
  }
}

interface CacheRollupData {
  readonly audit: PrefixAuditState;
  readonly replay: ReplayState;
}

const isCacheData = (data: unknown): data is CacheRollupData =>
  isJsonObject(data) && isJsonObject(data['audit']) && isJsonObject(data['replay']);

/** The cells of these days. */
export function cacheSums(data: unknown, days: ReadonlySet<string>): CacheRollupData | null {
  if (!isCacheData(data)) return null;
  return {
    audit: { cells: data.audit.cells.filter(({ hour }) => days.has(hour.slice(0, 10))), before: [] },
    replay: { cells: data.replay.cells.filter(({ day }) => days.has(day)), early: [] },
  };
}

/** Without the requests of these days that later ones are compared with. */
export function cacheWithoutTexts(data: unknown, days: ReadonlySet<string>): unknown {
  if (!isCacheData(data)) return data;
  const { audit, replay } = data;
  const before = audit.before.filter(([, { at }]) => !days.has(new Date(at).toISOString().slice(0, 10)));
  const left: CacheRollupData = { audit: { ...audit, before }, replay };
  return left;
}

/** `prices`: names the prices that are used. `declared`: what signals mean. */
export const cacheRollup = (
  prices: string,
  priceOf: PriceOf,
  cachingOf: CachingOf,
  declared: DeclaredSignals = NO_DECLARED_SIGNALS,
): RollupKind<CacheRollup> => ({
  name: 'cache',
  version: [CACHE_FORM, prices, ...(Object.keys(declared).length === 0 ? [] : [JSON.stringify(declared)])].join(' '),
  start: (data, port) =>
    new CacheRollup(priceOf, cachingOf, declared, port, isJsonObject(data) ? (data as unknown as CacheRollupData) : null),
});
