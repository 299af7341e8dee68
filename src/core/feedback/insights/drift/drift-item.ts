/** A call as drift looks at it: what was asked, how long it was, what was retrieved, and what its signals say. */
import type { DeclaredSignals } from '../../../config/declared-signals.ts';
import { languageOf } from '../../../topics/language.ts';
import { normalisedText } from '../../../topics/words.ts';
import type { Attributes, Interaction } from '../../interactions/interaction.ts';
import { titleOf } from '../../interactions/interaction-title.ts';
import { versionName } from '../../interactions/version-name.ts';
import { derivedSignals } from '../../signals/derived-signals.ts';
import { isFlag } from '../../signals/signal-meaning.ts';
import { countedSignals } from '../../signals/standing-signals.ts';
import { inputWithoutPassages, beginningAndEnd } from '../failures/failure-of.ts';
import { userGroup } from '../signals/signal-cell.ts';

export interface DriftItem {
  readonly id: string;
  /** Such as 2026-11-02. */
  readonly day: string;
  /** Of users, else of conversations, else of the call. */
  readonly group: number;
  readonly prompt: string | null;
  readonly version: string | null;
  readonly model: string | null;
  readonly attributes: Attributes;
  /** On one line, for a person. */
  readonly asked: string;
  /** What was asked, without passages, as `normalisedText` gives it. */
  readonly words: string;
  /** Characters; null: not recorded. */
  readonly inputLength: number | null;
  readonly outputLength: number | null;
  /** Null: it cannot be told. */
  readonly language: string | null;
  /** Of the passage that retrieval put first; null: it has none. */
  readonly score: number | null;
  /** What its signals are counted as. */
  readonly signals: readonly string[];
  /** A person, what they did, or the record itself rejects the answer. */
  readonly isRejected: boolean;
}

/** `interaction`: with everything that became known of it. */
export function driftItem(interaction: Interaction, declared: DeclaredSignals, title: readonly string[]): DriftItem {
  const { id, time, prompt, model, attributes = {}, user, conversation, output, chunks } = interaction;
  const derived = derivedSignals(interaction, { lowScore: null }).map(({ name }) => name);
  const signals = countedSignals(interaction.signals, derived, declared);
  const asked = inputWithoutPassages(interaction);
  const words = normalisedText(beginningAndEnd(asked));
  const scores = chunks.flatMap(({ score }) => score ?? []);
  return {
    ...{ id, day: time.slice(0, 10), group: userGroup(user ?? conversation ?? id) },
    ...{ prompt: prompt?.name ?? null, version: prompt === null ? null : versionName(prompt), model, attributes, words, signals },
    asked: titleOf(interaction, title),
    inputLength: asked === '' ? null : asked.length,
    outputLength: output === null ? null : output.length,
    language: languageOf(words),
    score: scores.length === 0 ? null : Math.max(...scores),
    isRejected: signals.some((name) => isFlag(name) && name !== 'error'),
  };
}
