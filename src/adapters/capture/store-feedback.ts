/** Where the decisions and corrections of a person go: into the records of this machine, or into their file in the repository. */
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { nameOfFollowUp } from '../../core/feedback/interactions/follow-up.ts';
import { CORRECTION, type FollowUp } from '../../core/feedback/interactions/interaction.ts';
import { isShareable } from '../../core/feedback/interactions/shared-feedback.ts';
import { shownPerson } from '../../core/display/person-name.ts';
import { redactorOf } from './capture-rules.ts';
import type { Git } from '../git/git.ts';
import { personIn, type Person } from '../git/person.ts';
import { openWorkspace } from '../workspace/root.ts';
import { InteractionFiles } from '../interactions/interaction-files.ts';
import { SharedFeedbackFiles } from '../interactions/shared-feedback-files.ts';

/**
 * Stores what a person decided; what only a record may say stays in the records. @throws {HumanError} when goldset.yaml does not say where
 * it belongs or what must be redacted; as `fs` says it when it cannot be written.
 */
export async function storeFeedback(root: string, followUps: readonly FollowUp[], git: Git): Promise<void> {
  const { config } = await openWorkspace(root);
  const person = await personIn(root, git);
  const own = followUps.map((followUp) => ({ ...followUp, by: person.name }));
  const shared = isRepository(config) ? own.filter(isShareable) : [];
  const rest = own.filter((followUp) => !shared.includes(followUp));
  if (shared.length > 0) new SharedFeedbackFiles(root).append(person, readableByTeam(shared, person, config));
  if (rest.length > 0) new InteractionFiles(root).append(...rest.map((followUp) => ({ followUp })));
}

/**
 * Copies the decisions of this machine, and this person's corrections, into their file in the repository; those that are there already
 * are not written again. The records stay as they are.
 */
export async function shareFeedback(root: string, git: Git, isDry: boolean): Promise<{ readonly person: Person; readonly moved: number }> {
  const { config } = await openWorkspace(root);
  if (!isRepository(config))
    throw new ConfigurationError(
      'feedback/local',
      'goldset.yaml keeps feedback on this machine.',
      'Write `feedback: repository` into goldset.yaml.',
    );
  const person = await personIn(root, git);
  const files = new SharedFeedbackFiles(root);
  const found = ownDecisions(root, person, files.read().followUps);
  if (!isDry && found.length > 0) files.append(person, readableByTeam(found, person, config));
  return { person, moved: found.length };
}

/** What this person decided and corrected in the records of a folder, without those that are shared already. */
export function ownDecisions(records: string, person: Person, shared: readonly FollowUp[]): FollowUp[] {
  const known = new Set(shared.map(nameOfFollowUp));
  const found: FollowUp[] = [];
  new InteractionFiles(records).read(null, (line) => {
    if (!('followUp' in line)) return;
    const own = ofPerson(line.followUp, person);
    if (own === null || known.has(nameOfFollowUp(own))) return;
    known.add(nameOfFollowUp(own));
    found.push(own);
  });
  return found;
}

/** What a person of this machine decided, and what this person corrected: an application stores corrections of its users, too. */
function ofPerson(followUp: FollowUp, { name }: Person): FollowUp | null {
  const { triage, signals, by = name } = followUp;
  const corrections = signals.filter((signal) => signal.name === CORRECTION && signal.by === name);
  if (by !== name || (triage === null && corrections.length === 0)) return null;
  const own = { ...followUp, by, chunks: [], action: null, signals: corrections };
  return isShareable(own) ? own : null;
}

/** @throws {ConfigurationError} when goldset.yaml cannot be read. */
function isRepository({ feedback }: GoldsetConfig): boolean {
  if (feedback !== null) return feedback === 'repository';
  throw new ConfigurationError(
    'config/feedback',
    'goldset.yaml does not say where feedback is kept: `feedback` is invalid, or the file cannot be read.',
    'Write `feedback: local` or `feedback: repository`. Nothing is stored until then.',
  );
}

/** As it may be read by all people of the repository, each correction with its author. */
export function readableByTeam(followUps: readonly FollowUp[], { name }: Person, { capture }: Pick<GoldsetConfig, 'capture'>): FollowUp[] {
  const redact = redactorOf(capture);
  return followUps.map((followUp) => {
    const signals = followUp.signals.map((signal) => ({ ...signal, by: shownPerson(signal.by ?? name) }));
    const line = redact({ followUp: { ...followUp, signals } });
    return 'followUp' in line ? line.followUp : followUp;
  });
}
