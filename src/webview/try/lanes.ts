/** The models that a prompt is tried with, side by side. */
import type { TryLane, TryModelGroup } from '../../protocol/try.ts';

export const MAX_LANES = 4;

/** An id that no lane had before in this list: an answer of an earlier lane must not appear in a new one. */
export const freshId = (lanes: readonly TryLane[]): string =>
  `lane-${1 + Math.max(0, ...lanes.map(({ id }) => Number(/^lane-(\d+)$/.exec(id)?.[1] ?? 0)))}`;

/** One more lane: the wanted model, or the last one again when there is room for it. */
export const withLane = (lanes: readonly TryLane[], model: string): readonly TryLane[] =>
  lanes.length >= MAX_LANES ? lanes : [...lanes, { id: freshId(lanes), model, effort: null }];

/** A lane with another model or effort: it is a new lane, so that an answer of the old one does not stand under the new name. */
export const withChangedLane = (
  lanes: readonly TryLane[],
  id: string,
  change: Partial<Pick<TryLane, 'model' | 'effort'>>,
): readonly TryLane[] => lanes.map((lane) => (lane.id === id ? { ...lane, ...change, id: freshId(lanes) } : lane));

/** The efforts that a model offers; empty: it has no such choice, or is not known. */
export const effortsOf = (groups: readonly TryModelGroup[], model: string): readonly string[] =>
  groups.flatMap(({ models }) => models).find(({ id }) => id === model)?.efforts ?? [];
