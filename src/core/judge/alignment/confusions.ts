/** Where a judge and people disagree, by failure mode: what its prompt has to say better, for a model or for a person. */
import type { LabelledOutput } from './labelled-outputs.ts';

export interface JudgeConfusion {
  /** `missed`: it passed what people fail; `strict`: it failed what people pass. */
  readonly kind: 'missed' | 'strict';
  /** In the words of the labels; null: they name none. */
  readonly mode: string | null;
  readonly outputs: readonly LabelledOutput[];
}

/** Most outputs first. An output is under the first failure mode that its labels name. */
export function confusionsOf(outputs: readonly LabelledOutput[]): JudgeConfusion[] {
  const found = new Map<
    string,
    { readonly kind: JudgeConfusion['kind']; readonly mode: string | null; readonly outputs: LabelledOutput[] }
  >();
  for (const output of outputs) {
    if (output.judged === output.grade) continue;
    const kind = output.judged === 'pass' ? 'missed' : 'strict';
    const mode = output.failureModes[0] ?? null;
    const key = JSON.stringify([kind, mode?.trim().toLowerCase() ?? null]);
    const known = found.get(key);
    if (known === undefined) found.set(key, { kind, mode, outputs: [output] });
    else known.outputs.push(output);
  }
  return [...found.values()].sort((a, b) => b.outputs.length - a.outputs.length);
}

export const KIND_OF_CONFUSION = {
  missed: 'passed by the judge, failed by people',
  strict: 'failed by the judge, passed by people',
} as const;
