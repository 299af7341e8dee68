/** What a list says of an interaction, and whether it passes the filter. */
import type { JsonValue } from '../../json/json.ts';
import type { DeclaredSignals } from '../../config/declared-signals.ts';
import { derivedSignals, type DeriveOptions } from '../signals/derived-signals.ts';
import { countedSignals, standingSignals } from '../signals/standing-signals.ts';
import { decisionsIn, type TriageDecision } from './follow-up.ts';
import { isInRange, type InteractionFilter } from './interaction-filter.ts';
import { lineOf, titleOf } from './interaction-title.ts';
import { CORRECTION, type Attributes, type FollowUp, type Interaction, type Signal, type Triage } from './interaction.ts';
import { countedAs, isFlag, mainFlag, mayEndFlag } from '../signals/signal-meaning.ts';
import { versionName } from './version-name.ts';

/** An interaction as a list shows it. */
export interface InteractionBrief {
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  readonly prompt: string | null;
  /** As `versionName` gives it. */
  readonly version: string | null;
  readonly model: string | null;
  readonly action: Interaction['action'];
  /** USD. */
  readonly costUsd: number | null;
  /** As `titleOf` gives it. */
  readonly asked: string;
  /** The first words of what came back. */
  readonly answered: string;
  /** What its signals are counted as, derived ones included. */
  readonly signals: readonly string[];
  readonly triage: Triage | null;
  /** Why it was dismissed, or which golden case it became. */
  readonly reason: string | null;
  /** What each person decided, the newest first; absent: nothing after it was recorded. */
  readonly decisions?: readonly TriageDecision[];
  /** Absent: not known. */
  readonly environment?: string;
  readonly conversation?: string;
  /** Absent: the application says none. */
  readonly attributes?: Attributes;
}

/** Scores of retrieval mean something else in every application. */
const DERIVE: DeriveOptions = { lowScore: null };

/** What the signals of an interaction are counted from, when more of them become known later. */
export interface KnownSignals {
  /** What was said, with what of it is needed: no notes, no long texts. Edits that were measured are among them. */
  readonly said: readonly Signal[];
  /** Names of what its output shows by itself. */
  readonly derived: readonly string[];
}

/** Of one interaction with what became known later, in the order in which it became known. `output`: absent, it is the interaction's. */
export function knownSignals(interaction: Interaction, followUps: readonly FollowUp[]): KnownSignals {
  const signals = [...interaction.signals, ...followUps.flatMap((followUp) => followUp.signals)];
  const derived = derivedSignals({ ...interaction, signals }, DERIVE);
  const edits = derived.filter(({ name }) => name === 'edit-distance');
  return {
    said: [...signals, ...edits].map((signal) => ({ ...signal, value: shortValue(signal), note: null })),
    derived: derived.filter((signal) => !edits.includes(signal)).map(({ name }) => name),
  };
}

const MAX_VALUE = 200;
const shortValue = ({ name, value }: Signal): Signal['value'] =>
  typeof value !== 'string' ? value : name === CORRECTION || name === 'kept' ? '' : value.slice(0, MAX_VALUE);

/** Of one interaction with what became known later, in the order in which it became known. */
export function briefOf(interaction: Interaction, followUps: readonly FollowUp[], declared: DeclaredSignals): InteractionBrief {
  const { said, derived } = knownSignals(interaction, followUps);
  const { id, time, prompt, model, costUsd } = interaction;
  const brief = {
    id,
    time,
    prompt: prompt?.name ?? null,
    version: prompt === null ? null : versionName(prompt),
    model,
    action: interaction.action,
    costUsd,
    asked: titleOf(interaction),
    answered: lineOf(interaction.output ?? interaction.error?.message ?? ''),
    signals: countedSignals(said, derived, declared),
    triage: interaction.triage,
    reason: null,
    ...(interaction.environment === null ? {} : { environment: interaction.environment }),
    ...(interaction.conversation === null ? {} : { conversation: interaction.conversation }),
    ...(interaction.attributes === undefined ? {} : { attributes: interaction.attributes }),
  };
  return withTriage(brief, followUps);
}

/** What became known later is added, or taken back. What an output shows by itself is in `known` already. */
export function withFollowUps(
  brief: InteractionBrief,
  { said, derived }: KnownSignals,
  followUps: readonly FollowUp[],
  declared: DeclaredSignals,
): InteractionBrief {
  if (followUps.length === 0) return brief;
  const all = [...said, ...followUps.flatMap(({ signals }) => signals)];
  return { ...withTriage(brief, followUps), signals: countedSignals(all, derived, declared) };
}

function withTriage(brief: InteractionBrief, followUps: readonly FollowUp[]): InteractionBrief {
  const last = followUps.findLast(({ triage }) => triage !== null);
  return {
    ...brief,
    action: brief.action ?? followUps.find(({ action }) => action !== null)?.action ?? null,
    ...(last === undefined ? {} : { triage: last.triage, reason: last.reason, decisions: decisionsIn(followUps) }),
  };
}

/** What became a case is one only while a golden set has it: without that it is what it was before. `hasCase`: by id, and id of the case. */
export const withoutLostCase = <T extends Pick<InteractionBrief, 'id' | 'triage' | 'reason'>>(
  item: T,
  hasCase: (id: string, made: string | null) => boolean,
): T => (item.triage !== 'case' || hasCase(item.id, item.reason) ? item : { ...item, triage: null, reason: null });

/** The whole interaction with what became known later. */
export function joined(interaction: Interaction, followUps: readonly FollowUp[]): Interaction {
  return {
    ...interaction,
    action: interaction.action ?? followUps.find(({ action }) => action !== null)?.action ?? null,
    signals: [...interaction.signals, ...followUps.flatMap(({ signals }) => signals)],
    chunks: [...interaction.chunks, ...followUps.flatMap(({ chunks }) => chunks)],
    triage: followUps.findLast(({ triage }) => triage !== null)?.triage ?? interaction.triage,
  };
}

/** `open`: not triaged yet, and a signal flags it. Null: no signal flags it. */
export const stateOf = ({ triage, signals }: Pick<InteractionBrief, 'triage' | 'signals'>): Triage | null =>
  triage ?? (signals.some(isFlag) ? 'open' : null);

/** What a list is grouped by. */
export const flagOf = ({ signals }: InteractionBrief): string | null => mainFlag(signals);

/** A follow-up that may open or close an interaction. */
export const matters = ({ triage, signals }: FollowUp, declared: DeclaredSignals): boolean =>
  triage !== null || signals.some((signal) => signal.name === 'kept' || isFlag(countedAs(signal, declared) ?? ''));

/** A follow-up that opens nothing, and may end a flag of which another one or the record says that it is there. */
export const mayEnd = ({ signals }: FollowUp, declared: DeclaredSignals): boolean => signals.some((signal) => mayEndFlag(signal, declared));

/** All but the text, which the brief does not hold. */
export function matchesBrief(brief: InteractionBrief, filter: InteractionFilter): boolean {
  const { triage, signal, prompt, version, model, action, minUsd } = filter;
  return (
    (triage === 'all' || stateOf(brief) === triage) &&
    (signal === null || brief.signals.includes(signal)) &&
    (prompt === null || brief.prompt === prompt) &&
    (version === null || brief.version === version) &&
    (model === null || brief.model === model) &&
    (action === null || brief.action?.type === action || brief.action?.id === action) &&
    (filter.environment === undefined || brief.environment === filter.environment) &&
    (filter.conversation === undefined || brief.conversation === filter.conversation) &&
    (filter.ids === undefined || filter.ids.includes(brief.id)) &&
    (minUsd === null || (brief.costUsd ?? -1) >= minUsd) &&
    Object.entries(filter.attributes ?? {}).every(([name, value]) => hasAttribute(brief.attributes, name, value)) &&
    isInRange(brief.time.slice(0, 10), filter)
  );
}

const hasAttribute = (attributes: Attributes | undefined, name: string, value: string): boolean =>
  attributes !== undefined && Object.hasOwn(attributes, name) && String(attributes[name]) === value;

/** Whether a person finds the text in it. */
export function hasText(interaction: Interaction, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return true;
  const { id, output, variables, messages, chunks, signals, error, action } = interaction;
  const notes = signals.flatMap(({ note, value }) => [note, typeof value === 'string' ? value : null]);
  const places: readonly (JsonValue | undefined)[] = [
    ...[id, output, action?.id, error?.message, variables, [...messages]],
    ...chunks.map((chunk) => chunk.text),
    ...notes,
  ];
  return places.some((place) => place !== undefined && stringsIn(place).some((item) => item.toLowerCase().includes(wanted)));
}

/** Values deeper than that are nobody's words. */
const MAX_DEPTH = 40;

function stringsIn(value: JsonValue, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object' || depth > MAX_DEPTH) return [];
  return Object.values(value).flatMap((item: JsonValue) => stringsIn(item, depth + 1));
}

/** The newest correction by a person; null: there is no correction. */
export function correctionIn({
  signals,
}: Interaction): { readonly text: string; readonly by: string | null; readonly time: string | null } | null {
  const found = standingSignals(signals).findLast(
    ({ name, value, annotator }) => name === CORRECTION && annotator === 'human' && typeof value === 'string',
  );
  return found === undefined ? null : { text: String(found.value), by: found.by, time: found.time };
}
