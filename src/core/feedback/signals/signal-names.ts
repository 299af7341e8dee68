/** The kind of a signal by its name, so that callers need not give it. */
import type { SignalKind } from '../interactions/interaction.ts';

const KINDS: Readonly<Record<SignalKind, readonly string[]>> = {
  explicit: ['thumb', 'thumbs', 'thumbs-up', 'thumbs-down', 'user_feedback', 'report', 'rating', 'correction'],
  implicit: ['accepted', 'copied', 'abandoned', 'kept', 'resolved', 'escalated', 'regenerated', 'retry', 'edit-distance'],
  operational: ['refusal', 'truncated', 'empty-output', 'repeated-output', 'invalid-json', 'error', 'tool-failure', 'low-retrieval'],
};
const KIND_OF: ReadonlyMap<string, SignalKind> = new Map(
  (Object.keys(KINDS) as SignalKind[]).flatMap((kind) => KINDS[kind].map((name) => [name, kind])),
);

/** Null: an application's own name. */
export const kindOfSignal = (name: string): SignalKind | null => KIND_OF.get(name) ?? null;
