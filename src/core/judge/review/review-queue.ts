/** Which outputs of a draw a person still has to label, and what a label of one is. */
import type { DrawFile, DrawItem } from '../labels/draw-file.ts';
import type { LabelRecord } from '../labels/label-record.ts';
import { unseal } from '../labels/sealed.ts';
import { isLabelledTwice } from './new-draw.ts';
import { targetKey } from '../labels/label-record.ts';

/** An output that a person is to label, or has labelled. */
export interface QueuedItem {
  /** Its place in the draw. */
  readonly index: number;
  readonly item: DrawItem;
  /** The newest label of this person; null: none yet. */
  readonly label: LabelRecord | null;
}

/** In the order of the draw. `person`: as labels name them. */
export function queueOf(draw: DrawFile, labels: readonly LabelRecord[], person: string): QueuedItem[] {
  const [own, others] = [new Map<string, LabelRecord>(), new Set<string>()];
  for (const label of labels) {
    if (label.draw?.id !== draw.id) continue;
    const key = targetKey(label.target);
    if (label.by !== person) others.add(key);
    else if (Date.parse(own.get(key)?.at ?? '') > Date.parse(label.at)) continue;
    else own.set(key, label);
  }
  return draw.items.flatMap((item, index): QueuedItem[] => {
    const key = targetKey(item.target);
    const label = own.get(key) ?? null;
    const isTheirs = item.assignees.length > 0 ? item.assignees.includes(person) : isLabelledTwice(index) || !others.has(key);
    return label !== null || isTheirs ? [{ index, item, label }] : [];
  });
}

/** What a person says of an output. */
export interface ReviewAnswer extends Pick<LabelRecord, 'grade' | 'cause' | 'failureMode' | 'critique' | 'correction'> {
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The label: blind, with what the draw had sealed. `id`: of the label. */
export function reviewLabel(draw: DrawFile, { target, item, sealed }: DrawItem, answer: ReviewAnswer, id: string): LabelRecord {
  const { judge, criterion } = draw.frame;
  const opened = sealed === null ? null : unseal(sealed);
  return {
    id,
    target,
    item,
    criterion: criterion === null ? null : { type: criterion.type, hash: criterion.hash },
    judge: judge === null || opened === null ? null : { ...judge, verdict: opened.verdict, score: opened.score },
    ...answer,
    blind: true,
    draw: opened === null ? null : { id: draw.id, stratum: opened.stratum, probability: opened.probability },
  };
}

/** Of each person the newest label of each output. */
export function standingLabels(labels: readonly LabelRecord[]): LabelRecord[] {
  const newest = new Map<string, LabelRecord>();
  for (const label of [...labels].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)))
    newest.set(JSON.stringify([label.by, targetKey(label.target)]), label);
  return [...newest.values()];
}

/** Failure modes by how often they were given, most frequent first: the first nine have a key. A changed label counts once. */
export function failureModes(labels: readonly LabelRecord[]): { readonly mode: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { failureMode } of standingLabels(labels))
    if (failureMode !== null) counts.set(failureMode, (counts.get(failureMode) ?? 0) + 1);
  return [...counts].map(([mode, count]) => ({ mode, count })).sort((a, b) => b.count - a.count || (a.mode < b.mode ? -1 : 1));
}
