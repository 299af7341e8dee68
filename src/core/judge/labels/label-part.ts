/**
 * Which part of the labels an output belongs to: train (edits of a judge are proposed from it), dev (they are chosen on it) or test (one is proved
 * on it). It is decided by a hash of the group, so that outputs that hang together are never in two parts, and an output never moves.
 */
import type { LabelRecord } from './label-record.ts';

export type LabelPart = 'train' | 'dev' | 'test';

/** The group of a golden case by its id; null: none, or not known. */
export type GroupOfCase = (id: string) => string | null;

export const NO_GROUPS: GroupOfCase = () => null;

/** The group of its case, else the case, the interaction, or the text by itself. */
export function groupOfLabel({ target }: Pick<LabelRecord, 'target'>, groupOf: GroupOfCase): string {
  const { case: id, interaction, hash } = target;
  const group = id === null ? null : groupOf(id);
  return JSON.stringify(group !== null ? ['group', group] : id !== null ? ['case', id] : ['output', interaction ?? hash]);
}

/** A fifth is for proposals, two for the choice, two for the proof. */
export function partOfGroup(group: string): LabelPart {
  const fifth = spread(group) % 5;
  return fifth === 0 ? 'train' : fifth < 3 ? 'dev' : 'test';
}

export const partOfLabel = (label: Pick<LabelRecord, 'target'>, groupOf: GroupOfCase = NO_GROUPS): LabelPart =>
  partOfGroup(groupOfLabel(label, groupOf));

/** Labels in each part. */
export function labelSplit(labels: readonly Pick<LabelRecord, 'target'>[], groupOf: GroupOfCase = NO_GROUPS): Record<LabelPart, number> {
  const parts = { train: 0, dev: 0, test: 0 };
  for (const label of labels) parts[partOfLabel(label, groupOf)]++;
  return parts;
}

/** A whole number below 2³²: FNV-1a over UTF-16, then the last step of MurmurHash3, which spreads names that differ in one digit. */
export function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
