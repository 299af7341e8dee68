/** How production drifts, from the interactions and golden sets of a workspace or a store: goldset.drift/1. The lines are read once. */
import { driftIn, type Drift, type DriftReference } from '../../core/feedback/insights/drift/drift.ts';
import { driftItem, type DriftItem } from '../../core/feedback/insights/drift/drift-item.ts';
import { FailureCounts } from '../../core/feedback/insights/failures/failure-counts.ts';
import { beginningAndEnd } from '../../core/feedback/insights/failures/failure-of.ts';
import type { Interaction, StoredLine } from '../../core/feedback/interactions/interaction.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import { versionName } from '../../core/feedback/interactions/version-name.ts';
import { passagesOf, withoutPassages } from '../../core/feedback/interactions/passages.ts';
import { quantity } from '../../core/display/figures.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { normalisedText } from '../../core/topics/words.ts';
import { refuseBrokenSettings } from '../models/price-file.ts';
import { openWorkspace, type Workspace } from '../workspace/root.ts';
import { goldenCasesBelow } from './golden-cases.ts';
import { HashSample } from './hash-sample.ts';
import { eachInteraction, wholeInteractions } from './whole-interactions.ts';

export interface DriftJob {
  /** The folder whose goldset.yaml, golden sets and `.goldset` count. */
  readonly root: string;
  /** With settings that an editor may not have saved; absent: as it is on disk. */
  readonly workspace?: Workspace;
  /** First day of the window; null: the last seven days that are stored. */
  readonly since: string | null;
  /** Null: the four weeks before the window. `golden`; else the name of a version, or an attribute with its value, such as `release=5`. */
  readonly against: string | null;
  /** `version`, `model` or the name of an attribute, to list in full; null: the largest values of each. */
  readonly by: string | null;
  /** A store instead of the files of this machine. */
  readonly source?: DriftSource;
}

export interface DriftSource {
  /** Day of the newest call; null: the store has no call. */
  readonly newest: string | null;
  /** Records from the newest back. `first`: day of the window. `oldest`: of its reference; null: as far as the store is looked at. */
  lines(days: { readonly first: string; readonly oldest: string | null; readonly isMixed: boolean }): AsyncIterable<StoredLine>;
}

export interface DriftRead {
  readonly drift: Drift;
  /** What a reader should know. */
  readonly notes: readonly string[];
  /** Where the interactions are that it offers as cases; of a store nothing is copied yet. */
  readonly keys: readonly InteractionKey[];
}

const [WEEK, BEFORE] = [7, 28];
/** Calls of each side that are compared: time and memory grow with their square. */
const MOST = { window: 2000, reference: 2500 } as const;
const DAY = 86_400_000;
const daysBefore = (day: string, days: number): string => new Date(Date.parse(day) - days * DAY).toISOString().slice(0, 10);

/** @throws {HumanError} when goldset.yaml is broken, and as a store answers. */
export async function readDrift({ root, workspace, since, against, by, source }: DriftJob): Promise<DriftRead> {
  const settings = workspace ?? (await openWorkspace(root));
  refuseBrokenSettings(settings);
  const { title, signals: declared } = settings.config;
  const newest = source === undefined ? newestDay(root) : source.newest;
  const first = since ?? (newest === null ? '' : daysBefore(newest, WEEK - 1));
  const isGolden = against === 'golden';
  const isReference = referenceTest(against, first);
  const oldest = newest === null ? null : isGolden ? first : against === null ? daysBefore(first, BEFORE) : null;
  const sides = { window: new HashSample<DriftItem>(MOST.window), reference: new HashSample<DriftItem>(MOST.reference) };
  const counts = new FailureCounts();
  const places = new Map<string, InteractionKey>();
  const take = (interaction: Interaction, key: InteractionKey | null): void => {
    // Other costs of an action, such as a search, are not answers.
    if (interaction.operation !== undefined) return;
    const item = (): DriftItem => driftItem(interaction, declared, title === null ? [] : [title]);
    if (isReference(interaction)) sides.reference.add(interaction.id, item);
    else if (interaction.time.slice(0, 10) >= first) {
      counts.take(interaction);
      if (key !== null) places.set(interaction.id, key);
      sides.window.add(interaction.id, item);
    }
  };
  const ofStore = source === undefined ? null : source.lines({ first, oldest, isMixed: against !== null && !isGolden });
  // Without a newest day there is no call to read in a store.
  const refused = source !== undefined && newest === null ? 0 : await eachInteraction({ root, since: oldest, lines: ofStore }, take);
  const golden = goldenCasesBelow(root).map(goldenWords);
  const [window, reference] = [sides.window.list(), sides.reference.list()];
  const days = reference.map(({ day }) => day).sort();
  const drift = driftIn({
    ...{ window, reference, golden: golden.filter((words) => words !== ''), by, exposure: counts.exposure() },
    calls: { window: sides.window.count, reference: sides.reference.count },
    about: { ...nameOfReference(against), from: days[0] ?? null, to: days.at(-1) ?? null },
  });
  return { drift, notes: notesOf(drift, refused), keys: offered(drift).flatMap((id) => places.get(id) ?? []) };
}

/** Of the calls, for what became known of them may have come weeks later. Null: nothing is stored. */
function newestDay(root: string): string | null {
  for (const { interaction } of wholeInteractions(root, null)) return interaction.time.slice(0, 10);
  return null;
}

const offered = ({ changes, unlike }: Drift): string[] => [
  ...new Set([...changes.map(({ inputs }) => inputs), unlike?.inputs ?? null].flatMap((inputs) => inputs?.cases ?? [])),
];

function nameOfReference(against: string | null): Pick<DriftReference, 'kind' | 'name'> {
  if (against === null) return { kind: 'weeks', name: null };
  return against === 'golden' ? { kind: 'golden', name: null } : { kind: 'version', name: against };
}

/** `first`: day of the window. */
function referenceTest(against: string | null, first: string): (interaction: Interaction) => boolean {
  if (against === 'golden') return () => false;
  if (against === null) return ({ time }) => time.slice(0, 10) < first;
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(against) ?? [];
  if (name !== undefined && value !== undefined)
    return ({ attributes = {} }) => Object.hasOwn(attributes, name) && String(attributes[name]) === value;
  return ({ prompt }) => prompt !== null && (versionName(prompt) === against || `${prompt.name}@${versionName(prompt) ?? ''}` === against);
}

/** What a case asks: its values that are text, without passages; else what the user says last. */
function goldenWords({ vars, messages = [] }: GoldenCase): string {
  const own = Object.values(withoutPassages(vars, passagesOf({ chunks: [], variables: vars }))).filter(
    (value) => typeof value === 'string',
  );
  const last = messages.findLast(({ role }) => role === 'user');
  const said = last === undefined ? '' : last.content.map((part) => ('text' in part ? part.text : '')).join(' ');
  return normalisedText(beginningAndEnd(own.length > 0 && said === '' ? own.join(' ') : said));
}

const LEAST_CALLS = 30;

function notesOf({ calls, compared, reference }: Drift, refused: number): string[] {
  const sampled = compared.window < calls.window || compared.reference < calls.reference;
  return [
    ...(reference.kind !== 'golden' && Math.min(compared.window, compared.reference) < LEAST_CALLS && calls.window > 0
      ? [
          `Nothing was tested: that needs ${LEAST_CALLS} calls in the window and in its reference, and there are ${calls.window} and ${calls.reference}.`,
        ]
      : []),
    ...(sampled
      ? [
          `A sample was compared, drawn by hash: ${compared.window} of ${calls.window} calls of the window, ${compared.reference} of ${calls.reference} of the reference.`,
        ]
      : []),
    ...(refused > 0 ? [`${quantity(refused, 'line')} skipped: not valid.`] : []),
  ];
}
