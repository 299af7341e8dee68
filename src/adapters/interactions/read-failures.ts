/** Where to work, from the interactions and labels of a workspace: goldset.failures/1. The stored lines are read once, from the newest back. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { FailureCounts } from '../../core/feedback/insights/failures/failure-counts.ts';
import { failureOf } from '../../core/feedback/insights/failures/failure-of.ts';
import type { FailedAnswer } from '../../core/feedback/insights/failures/failure.ts';
import { failuresIn, type Failures } from '../../core/feedback/insights/failures/failures.ts';
import type { Interaction, StoredLine } from '../../core/feedback/interactions/interaction.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import type { LabelRecord } from '../../core/judge/labels/label-record.ts';
import { quantity } from '../../core/display/figures.ts';
import { refuseBrokenSettings } from '../models/price-file.ts';
import { readLabelFiles } from '../storage/label-files.ts';
import { openWorkspace, type Workspace } from '../workspace/root.ts';
import { readTopics, rememberTopics } from './topics-file.ts';
import { eachInteraction } from './whole-interactions.ts';

export interface FailuresJob {
  /** The folder whose goldset.yaml, labels and `.goldset` count. */
  readonly root: string;
  /** With settings that an editor may not have saved; absent: as it is on disk. */
  readonly workspace?: Workspace;
  /** A day such as 2026-11-01; null: all that is stored. */
  readonly since: string | null;
  /** `version`, `model` or the name of an attribute, to list in full; null: the largest values of each. */
  readonly by: string | null;
  /** Absent: names of topics are kept for the next look. */
  readonly isKept?: boolean;
  /** A day: whose clusters that began since then are to be named in `newMembers`. */
  readonly newSince?: string;
  /** Records of a store from the newest back, instead of the files of this machine. */
  readonly lines?: AsyncIterable<StoredLine>;
  /** Labels that a team shares elsewhere; those that are in `labels/` too count once. */
  readonly teamLabels?: readonly LabelRecord[];
}

export interface FailuresRead {
  readonly failures: Failures;
  /** What a reader should know: lines that were left out, labels that could not be read, names that could not be kept. */
  readonly notes: readonly string[];
  /** Ids of the interactions of clusters that began since `newSince`. */
  readonly newMembers: readonly string[];
  /** Where those stand that topics offer as golden cases; of a source, none. */
  readonly keys: readonly InteractionKey[];
}

/** @throws {HumanError} when goldset.yaml is broken. */
export async function readFailures({
  root,
  workspace,
  since,
  by,
  isKept = true,
  newSince,
  lines,
  teamLabels = [],
}: FailuresJob): Promise<FailuresRead> {
  const settings = workspace ?? (await openWorkspace(root));
  refuseBrokenSettings(settings);
  const { title, signals: declared } = settings.config;
  const [counts, found] = [new FailureCounts(), new Map<string, FailedAnswer>()];
  const places = new Map<string, InteractionKey>();
  const take = (interaction: Interaction, key: InteractionKey | null): void => {
    counts.take(interaction);
    const failure = failureOf(interaction, declared, title === null ? [] : [title]);
    // A call that was sent again after a restart is one.
    if (failure === null || found.has(failure.id)) return;
    found.set(failure.id, failure);
    if (key !== null) places.set(failure.id, key);
  };
  const refused = await eachInteraction({ root, since, lines: lines ?? null }, take);
  const labels = labelsIn(root);
  const own = new Set(labels.labels.map(({ id }) => id));
  const look = failuresIn({
    ...{
      failures: [...found.values()],
      exposure: counts.exposure(),
      labels: [...labels.labels, ...teamLabels.filter(({ id }) => !own.has(id))],
      earlier: readTopics(root),
      by,
    },
  });
  const notKept = isKept ? rememberTopics(root, look.remembered) : null;
  return {
    failures: look.failures,
    keys: [...new Set(look.failures.clusters.flatMap(({ action }) => action.cases))].flatMap((id) => places.get(id) ?? []),
    newMembers: newSince === undefined ? [] : membersSince(look, newSince),
    notes: [
      ...look.failures.notes,
      ...(refused > 0 ? [`${quantity(refused, 'line')} skipped: not valid.`] : []),
      ...labels.problems.slice(0, MOST_PROBLEMS),
      ...(notKept === null ? [] : [`The names of topics could not be kept: ${notKept}`]),
    ],
  };
}

/** Where nothing is stored of the time before, no cluster is known to be new. */
function membersSince({ failures: { window, clusters }, members }: ReturnType<typeof failuresIn>, day: string): string[] {
  if (window === null || window.from >= day) return [];
  return clusters.filter(({ since }) => since >= day).flatMap(({ id }) => members.get(id) ?? []);
}

const MOST_PROBLEMS = 5;

function labelsIn(root: string): ReturnType<typeof readLabelFiles> {
  const folder = path.join(root, 'labels');
  return existsSync(folder) ? readLabelFiles([folder], root) : { labels: [], draws: [], problems: [], files: 0 };
}
