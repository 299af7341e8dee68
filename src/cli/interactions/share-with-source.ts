/** `goldset data share --source NAME`: what this person decided, corrected and labelled of a store's calls, appended to the team's table there. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ownDecisions, readableByTeam } from '../../adapters/capture/store-feedback.ts';
import { appendFeedback, FEEDBACK_TABLE, feedbackUser, teamFeedback, type FeedbackRow } from '../../adapters/clickhouse/feedback-table.ts';
import { copiesOf } from '../../adapters/clickhouse/source-calls.ts';
import { windowSince } from '../../adapters/clickhouse/source-days.ts';
import { Git } from '../../adapters/git/git.ts';
import { personIn, type Person } from '../../adapters/git/person.ts';
import { keyFor } from '../../adapters/models/keys.ts';
import { readLabelFiles } from '../../adapters/storage/label-files.ts';
import { openWorkspace } from '../../adapters/workspace/root.ts';
import { sharedLine } from '../../core/feedback/interactions/shared-feedback.ts';
import { quantity } from '../../core/display/figures.ts';
import { labelRecordLine } from '../../core/judge/labels/label-record.ts';
import type { Arguments } from '../arguments.ts';
import { environmentKeys } from '../environment/environment-keys.ts';
import { namedSource } from './open-named-source.ts';
import { requireOwner } from '../trust/owner.ts';
import { stdout } from '../output.ts';

/** Days back in which the table is looked at for what is shared already: as far as decisions of calls are read. */
const LOOKED_AT = 400;

/** Null: no source is named. @throws {HumanError} as the store answers, and where the source has no `feedback`. */
export async function shareWithSource(args: Arguments): Promise<number | null> {
  if (args.text('source') === null) return null;
  const workspace = await openWorkspace(process.cwd());
  const { root, config } = workspace;
  await requireOwner(root, args, false);
  const keys = environmentKeys(args, config);
  const source = await namedSource(args, workspace, keys);
  if (source === null) return null;
  const { name, config: own } = source.job;
  const { user, passwordEnv } = feedbackUser(source);
  const person = await personIn(root, new Git());
  const team = await teamFeedback(source, windowSince(null, source.job.now(), LOOKED_AT));
  const decided = ownDecisions(copiesOf(root, source), person, []);
  const decisions = readableByTeam(decided, person, config).map((followUp): FeedbackRow => ({
    ...{ kind: 'decision', interaction: followUp.of.interaction ?? '', by: person.name, record: sharedLine(followUp, person.name) },
  }));
  const rows = [...decisions, ...labelsOf(root, person)].filter(({ record }) => !team.records.has(record));
  const what = quantity(rows.length, 'decision, correction or label', 'decisions, corrections and labels');
  if (args.flag('dry-run')) {
    stdout.write(`${what} would be appended to ${own.database}.${FEEDBACK_TABLE} of ${name}.\n`);
    return 0;
  }
  const password = await keyFor({ provider: `${name} (${user})`, baseUrl: own.clickhouse, keyVariable: passwordEnv }, keys);
  await appendFeedback(source, password ?? '', rows);
  stdout.write(`${what} appended to ${own.database}.${FEEDBACK_TABLE} of ${name}.\n`);
  return 0;
}

/** Of production calls, as their files have them: `labels.texts` of goldset.yaml has decided what they say. */
function labelsOf(root: string, { name }: Person): FeedbackRow[] {
  const folder = path.join(root, 'labels');
  if (!existsSync(folder)) return [];
  return readLabelFiles([folder], root).labels.flatMap((label): FeedbackRow[] => {
    const { interaction } = label.target;
    if (interaction === null || label.by !== name) return [];
    return [{ kind: 'label', interaction, by: name, record: labelRecordLine(label) }];
  });
}
