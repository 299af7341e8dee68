/** What kind of signal a name is, where it says so itself. */
import { CORRECTION, type SignalKind } from './interaction.ts';
import { DERIVED } from './derived-signals.ts';

const EXPLICIT = ['thumb', 'thumbs', 'thumbs-up', 'thumbs-down', 'user_feedback', 'rating', 'report', 'comment', CORRECTION];
const IMPLICIT = ['accepted', 'copied', 'abandoned', 'kept', 'retry', 'regenerated', 'escalated', 'resolved', 'edit-distance'];

const KINDS: ReadonlyMap<string, SignalKind> = new Map([
  ...DERIVED.map((name) => [name, 'operational'] as const),
  ...EXPLICIT.map((name) => [name, 'explicit'] as const),
  ...IMPLICIT.map((name) => [name, 'implicit'] as const),
]);

/** Null: the name is the application's own. */
export const signalKindOf = (name: string): SignalKind | null => KINDS.get(name) ?? null;
