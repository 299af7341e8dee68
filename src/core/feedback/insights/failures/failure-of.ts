/** The failure in an interaction, with the signature that its record has by itself. */
import { CAUSES } from '../../../judge/labels/label-record.ts';
import { endingOf } from '../../../model/finish-reasons.ts';
import { normalisedText } from '../../../topics/words.ts';
import { CAUSE_SIGNAL, countedAs, isFlag } from '../../signals/signal-meaning.ts';
import { lastSaid } from '../../signals/call-thread.ts';
import { derivedSignals, ABORTED } from '../../signals/derived-signals.ts';
import { countedSignals, standingSignals } from '../../signals/standing-signals.ts';
import type { DeclaredSignals } from '../../../config/declared-signals.ts';
import { CORRECTION, type Interaction, type Signal } from '../../interactions/interaction.ts';
import { passagesOf, withoutPassages } from '../../interactions/passages.ts';
import { titleOf } from '../../interactions/interaction-title.ts';
import { versionName } from '../../interactions/version-name.ts';
import { TEXT_LIMITS, type FailedAnswer, type FailureSignature, type FailureTexts } from './failure.ts';

/** Characters of a signature's reason. */
const MOST_REASON = 120;

/** `interaction`: with everything that became known of it. Null: nothing rejects its answer; an error of the provider is no answer. */
export function failureOf(interaction: Interaction, declared: DeclaredSignals, title: readonly string[]): FailedAnswer | null {
  const isRejectedBy = (derivedNames: readonly string[]): boolean =>
    countedSignals(interaction.signals, derivedNames, declared).some(
      (name) => isFlag(name) && name !== 'error' && !(name === 'abandoned' && interaction.error?.type === ABORTED),
    );
  const isRejected = isRejectedBy([]);
  const derived = derivedSignals(interaction, { lowScore: null, isRejected });
  if (!isRejected && !isRejectedBy(derived.map(({ name }) => name))) return null;
  const { id, time, prompt, model, costUsd, attributes = {} } = interaction;
  return {
    ...{ id, time, model, costUsd, attributes, prompt: prompt?.name ?? null, version: prompt === null ? null : versionName(prompt) },
    signature: signatureOf(interaction, derived),
    judged: judgedCause(interaction.signals),
    asked: titleOf(interaction, title),
    texts: textsOf(interaction, derived, declared),
  };
}

/** Certain by itself: how the answer ended, a tool that failed before it, JSON that breaks the request's schema. */
function signatureOf({ finish }: Interaction, derived: readonly Signal[]): FailureSignature | null {
  const ending = endingOf(finish).finish;
  if (ending === 'length') return { key: 'cut off', cause: 'truncated' };
  if (ending === 'refusal' || ending === 'content-filter') return { key: `refused: ${ending}`, cause: 'refusal' };
  const noteOf = (name: string): string | null => {
    const found = derived.find((signal) => signal.name === name);
    return found === undefined ? null : normalisedText(found.note ?? '').slice(0, MOST_REASON);
  };
  const tool = noteOf('tool-failure');
  if (tool !== null) return { key: `tool: ${tool}`, cause: 'tool' };
  const json = noteOf('invalid-json');
  return json === null ? null : { key: `schema: ${json}`, cause: 'format' };
}

function judgedCause(signals: readonly Signal[]): FailedAnswer['judged'] {
  const said = standingSignals(signals).findLast(({ name, annotator }) => name === CAUSE_SIGNAL && annotator === 'model');
  return CAUSES.find((cause) => cause === said?.value) ?? null;
}

function textsOf(interaction: Interaction, derived: readonly Signal[], declared: DeclaredSignals): FailureTexts {
  const rejecting = standingSignals(interaction.signals).filter((signal) => isFlag(countedAs(signal, declared) ?? ''));
  const notes = rejecting.flatMap(({ name, note, value }) => [
    note ?? '',
    // A reason that is given as the value, such as a report's text. A correction says what is right.
    typeof value === 'string' && name !== CORRECTION && value.includes(' ') ? value : '',
  ]);
  const reasons = derived.flatMap(({ name, note }) => (name === 'tool-failure' || note === null ? [] : [note]));
  return {
    input: normalisedText(beginningAndEnd(inputWithoutPassages(interaction))),
    reason: normalisedText(reasons.join(' ').slice(0, TEXT_LIMITS.reason)),
    critique: normalisedText(notes.join(' ').slice(0, TEXT_LIMITS.critique)),
    output: normalisedText((interaction.output ?? '').slice(0, TEXT_LIMITS.output)),
  };
}

/** What was asked, without the passages that came with it. */
export function inputWithoutPassages(interaction: Interaction): string {
  const passages = passagesOf(interaction);
  const own = Object.values(withoutPassages(interaction.variables, passages)).filter((value) => typeof value === 'string');
  return own.length > 0 ? own.join(' ') : passages.texts.reduce((text, passage) => text.replaceAll(passage, ' '), lastSaid(interaction));
}

/** Of a long text its beginning and its end, where questions stand. */
export function beginningAndEnd(text: string): string {
  const half = TEXT_LIMITS.input / 2;
  return text.length <= TEXT_LIMITS.input ? text : `${text.slice(0, half)} ${text.slice(-half)}`;
}
