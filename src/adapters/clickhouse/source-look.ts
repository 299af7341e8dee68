/** One look at a source, as a thread does it for the editor. */
import type { MessagePort } from 'node:worker_threads';
import type { Grouping } from '../../core/feedback/insights/units/unit-insight.ts';
import { INSIGHT_KINDS, type InsightsRead } from '../../core/feedback/insights/insights.ts';
import { ALERT_RULES } from '../../core/feedback/insights/units/unit-alerts.ts';
import type { InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { redactorOf } from '../capture/capture-rules.ts';
import type { DriftRead } from '../interactions/read-drift.ts';
import type { FailuresRead } from '../interactions/read-failures.ts';
import type { Workspace } from '../workspace/root.ts';
import { carriedFetch, noteThrough } from './carried-fetch.ts';
import { ClickHouseSource } from './clickhouse-source.ts';
import type { SourceAccess } from './source-access.ts';
import { copyCalls, listedRange, listSourced, type SourcedCalls } from './source-calls.ts';
import { WINDOW_DAYS } from './source-days.ts';
import { sourceDrift, sourceFailures, sourceInsights } from './source-looks.ts';

/** `since`: a day, or null for the days that are read without one. */
export type SourceLook =
  | { readonly kind: 'insights'; readonly since: string | null; readonly by: Grouping }
  | { readonly kind: 'failures'; readonly since: string | null }
  | { readonly kind: 'drift'; readonly since: string | null; readonly against: string | null }
  /** The newest `most` calls. */
  | { readonly kind: 'list'; readonly filter: InteractionFilter; readonly most: number }
  /** Copies these calls. `from`: a day before which nothing is known of them. */
  | { readonly kind: 'copy'; readonly ids: readonly string[]; readonly from: string | null };

export interface SourceFound {
  readonly insights: InsightsRead;
  readonly failures: FailuresRead;
  readonly drift: DriftRead;
  readonly list: SourcedCalls;
  /** The store of the copies. */
  readonly copy: string;
}

export interface SourceLookJob extends SourceAccess {
  readonly workspace: Workspace;
  readonly name: string;
  /** ms since 1970. */
  readonly now: number;
  readonly look: SourceLook;
  /** Through which the main thread sends the queries. */
  readonly port: MessagePort;
}

/** What a thread is asked, instead of a task; it answers as it does to one. */
export interface SourceRequest {
  readonly id: number;
  readonly source: SourceLookJob;
}

/** @throws {HumanError} as the store answers. */
export async function lookAtSource(job: SourceLookJob): Promise<SourceFound[keyof SourceFound]> {
  const { workspace, name, config, password, now, look, port } = job;
  const source = await ClickHouseSource.open({
    ...{ name, config, password, redact: redactorOf(workspace.config.capture), now: () => now },
    ...{ tell: noteThrough(port), send: carriedFetch(port) },
  });
  const { root } = workspace;
  switch (look.kind) {
    case 'insights': {
      const { since, by } = look;
      const kinds = by === 'type' ? INSIGHT_KINDS : (['units'] as const);
      return sourceInsights(source, { root, workspace, kinds, by, since, rules: ALERT_RULES, lowScore: null });
    }
    case 'failures':
      return sourceFailures(source, { root, workspace, since: look.since, by: null });
    case 'drift':
      return sourceDrift(source, { root, workspace, since: look.since, against: look.against, by: null });
    case 'list':
      return listSourced(source, workspace, look.filter, look.most);
    case 'copy':
      return copyCalls(root, source, look.ids, listedRange({ from: look.from, to: null }, now, WINDOW_DAYS));
  }
}
