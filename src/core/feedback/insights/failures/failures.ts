/** goldset.failures/1: where to work, from the failures of a window. */
import type { LabelRecord } from '../../../judge/labels/label-record.ts';
import { topicsOf, type Topic, type TopicItem } from '../../../topics/topics.ts';
import { saysNothing } from '../../../topics/question-words.ts';
import { hash53 } from '../../../text/text-hash.ts';
import { causeShares, reviewedFailures, type CauseShare } from './failure-causes.ts';
import { TEXT_WEIGHTS, type FailedAnswer, type FailureCause, type FailureExposure } from './failure.ts';
import { topicAction, type TopicAction } from './topic-action.ts';
import { topicParts, type TopicPart } from './topic-breakdown.ts';
import { carriedIds, membersToRemember, type RememberedTopic } from './topic-ids.ts';
import { topicGrowth, trendPeriods, type TopicGrowth, type TrendPeriods } from './topic-trend.ts';

export interface FailureCluster extends TopicGrowth {
  readonly id: string;
  /** Words that its failures have in common, or what their records say. */
  readonly terms: readonly string[];
  readonly size: number;
  /** The day of the first one. */
  readonly since: string;
  /** The leading one, as far as records and labels say it; null: they do not. */
  readonly cause: (Pick<CauseShare, 'share' | 'interval' | 'n' | 'basis'> & { readonly cause: FailureCause }) | null;
  readonly by: readonly TopicPart[];
  /** USD of all of them; null: not known of any. */
  readonly costUsd: number | null;
  readonly examples: readonly { readonly id: string; readonly time: string; readonly asked: string }[];
  readonly action: TopicAction;
}

export interface Failures {
  readonly schema: 'goldset.failures/1';
  /** Days; null: nothing is stored. */
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly calls: number;
  readonly flagged: number;
  /** Labels that were drawn and name a cause. */
  readonly reviewed: number;
  readonly causes: readonly CauseShare[];
  /** The largest first. */
  readonly clusters: readonly FailureCluster[];
  /** Failures that are near to no topic. */
  readonly unclustered: number;
  /** What recent means in `growth`: from this day on; null: there is one day only. */
  readonly recentSince: string | null;
  /** What a reader of the shares should know. */
  readonly notes: readonly string[];
}

export interface FailuresAsked {
  readonly failures: readonly FailedAnswer[];
  readonly exposure: FailureExposure;
  readonly labels: readonly LabelRecord[];
  /** Topics of the last look. */
  readonly earlier: readonly RememberedTopic[];
  /** A dimension to list in full: `version`, `model` or the name of an attribute; null: the largest values of each. */
  readonly by: string | null;
}

export interface FailuresFound {
  readonly failures: Failures;
  readonly remembered: readonly RememberedTopic[];
  /** Interactions of each topic, by its id. */
  readonly members: ReadonlyMap<string, readonly string[]>;
}

const EXAMPLES = 3;
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function failuresIn({ failures: given, exposure, labels, earlier, by }: FailuresAsked): FailuresFound {
  // In one order, whichever came first.
  const failures = [...given].sort((a, b) => compareText(a.time, b.time) || compareText(a.id, b.id));
  const days = [...exposure.byDay.keys()].sort(compareText);
  const [from, to] = [days[0], days.at(-1)];
  const reviewed = reviewedFailures(labels);
  const all = causeShares(failures, reviewed);
  const { topics, others } = topicsOf(
    failures.map((failure) => new FailureItem(failure)),
    { hash: hash53, isIdle: saysNothing },
  );
  const members = topics.map((topic) => membersToRemember(topic.members.map((i) => hash53(failures[i]?.id ?? ''))));
  const ids = carriedIds(members, earlier);
  const periods = trendPeriods(exposure);
  const context: ClusterContext = {
    failures,
    exposure,
    reviewed,
    periods,
    by,
    tests: topics.length,
    window: { from: from ?? '', to: to ?? '' },
  };
  return {
    failures: {
      schema: 'goldset.failures/1',
      window: from === undefined || to === undefined ? null : { from, to },
      ...{ calls: exposure.calls, flagged: failures.length, reviewed: all.reviewed, causes: all.causes },
      clusters: topics.map((topic, i) => clusterOf(ids[i] ?? '', topic, context)),
      unclustered: others.length,
      recentSince: periods?.since ?? null,
      notes: notesOf(all, failures.length),
    },
    remembered: members.map((own, i) => ({ id: ids[i] ?? '', members: own })),
    members: new Map(topics.map((topic, i) => [ids[i] ?? '', topic.members.map((at) => failures[at]?.id ?? '')])),
  };
}

const TEXT_NAMES = Object.keys(TEXT_WEIGHTS) as (keyof typeof TEXT_WEIGHTS)[];

/** Its texts are listed when they are needed: all of them at once would take more memory than the failures. */
class FailureItem implements TopicItem {
  constructor(private readonly failure: FailedAnswer) {}

  get signature(): string | null {
    return this.failure.signature?.key ?? null;
  }

  get isWhole(): boolean {
    return this.failure.signature !== null;
  }

  get texts(): TopicItem['texts'] {
    const { texts } = this.failure;
    return TEXT_NAMES.map((name) => ({ words: texts[name], weight: TEXT_WEIGHTS[name] }));
  }
}

interface ClusterContext {
  readonly failures: readonly FailedAnswer[];
  readonly exposure: FailureExposure;
  readonly reviewed: ReturnType<typeof reviewedFailures>;
  readonly periods: TrendPeriods | null;
  readonly by: string | null;
  readonly tests: number;
  readonly window: { readonly from: string; readonly to: string };
}

function clusterOf(id: string, topic: Topic, { failures, exposure, reviewed, periods, by, tests, window }: ClusterContext): FailureCluster {
  const at = (indices: readonly number[]): FailedAnswer[] => indices.map((i) => failures[i]).filter((failure) => failure !== undefined);
  const [own, typical] = [at(topic.members), at(topic.typical)];
  const [cause] = causeShares(own, reviewed).causes;
  const parts = topicParts(own, exposure, tests, by);
  const costs = own.map(({ costUsd }) => costUsd).filter((cost) => cost !== null);
  const since = own[0]?.time.slice(0, 10) ?? '';
  const { signature, isWhole } = topic;
  const cases = typical.map((failure) => failure.id);
  const facts = { n: own.length, signature, window, since, by: parts, examples: cases.slice(0, EXAMPLES) };
  return {
    id,
    terms: isWhole && signature !== null ? [signature, ...topic.terms.slice(0, EXAMPLES)] : topic.terms,
    ...{ size: own.length, since },
    ...topicGrowth(
      own.map(({ time }) => time.slice(0, 10)),
      periods,
      tests,
    ),
    cause: cause ?? null,
    by: parts,
    costUsd: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0),
    examples: typical.slice(0, EXAMPLES).map(({ id: example, time, asked }) => ({ id: example, time, asked })),
    action: topicAction(cause?.cause ?? null, cases, facts),
  };
}

/** Draws that stand for a part of the failures say nothing of the rest. */
const COVERED = [0.75, 1.25] as const;

function notesOf({ reviewed, certain, chosen, uncalibrated, drawnFrom }: ReturnType<typeof causeShares>, flagged: number): string[] {
  const open = flagged - certain;
  const cover = drawnFrom === null || open === 0 ? 1 : drawnFrom / open;
  return [
    ...(reviewed === 0 && open > 0 ? [`The cause of ${open} of ${flagged} is not known: none was drawn for review and labelled.`] : []),
    ...(cover < COVERED[0] || cover > COVERED[1]
      ? [
          `The labels were drawn from about ${Math.round(drawnFrom ?? 0)} rejected answers, not from these ${open}: the shares are those of what was drawn from.`,
        ]
      : []),
    ...(chosen > 0 ? [`${chosen} labels are of answers that a person chose; they are in no share.`] : []),
    ...(uncalibrated > 0 ? [`A judge named the cause of ${uncalibrated}; too few labels calibrate it, so that they are in no share.`] : []),
  ];
}
