/** Outputs with the verdicts of judges; a review is of one judge and one criterion. */
import type { SignalJudge } from '../../core/feedback/interactions/interaction.ts';
import type { DrawFile } from '../../core/judge/labels/draw-file.ts';
import type { LabelledItem, LabelTarget } from '../../core/judge/labels/label-record.ts';
import type { Reviewable } from '../../core/judge/review/new-draw.ts';

export type OutputVerdict = SignalJudge & { readonly verdict: 'pass' | 'fail' };

export interface JudgedOutput {
  readonly target: LabelTarget;
  /** Name or path of the prompt; null: not known. */
  readonly prompt: string | null;
  /** As draw files may keep it. */
  readonly item: LabelledItem | null;
  /** Oldest first. */
  readonly verdicts: readonly OutputVerdict[];
  /** What users said. */
  readonly feedback: 'good' | 'bad' | null;
}

export interface ReviewFrame {
  readonly outputs: readonly Reviewable[];
  readonly judge: DrawFile['frame']['judge'];
  readonly criterion: DrawFile['frame']['criterion'];
  /** The one prompt that all are of; null: several, or not known. */
  readonly prompt: string | null;
}

/** The outputs of the prompts that the chosen judge has graded; without a verdict all of them. `judge`: its path; null: the one with most verdicts. `newCalls`: of clusters of failures that are new. */
export function reviewFrame(all: readonly JudgedOutput[], judge: string | null, newCalls: ReadonlySet<string> = new Set()): ReviewFrame {
  const isNew = ({ interaction }: LabelTarget): boolean => interaction !== null && newCalls.has(interaction);
  const chosen = mostGiven(all.flatMap(({ verdicts }) => verdicts).filter(({ path }) => judge === null || path === judge));
  if (chosen === null)
    return {
      outputs: all.map(({ target, item }) => ({ target, item, verdict: null, score: null, isNotable: false, isNew: isNew(target) })),
      judge: null,
      criterion: null,
      prompt: onlyPrompt(all),
    };
  const isChosen = (verdict: OutputVerdict): boolean => judgeKey(verdict) === judgeKey(chosen);
  const prompts = new Set(all.filter(({ verdicts }) => verdicts.some(isChosen)).map(({ prompt }) => prompt));
  const ofPrompts = all.filter(({ prompt }) => prompts.has(prompt));
  const { path, version, model, criterion } = chosen;
  return {
    outputs: ofPrompts.map(({ target, item, verdicts, feedback }) => {
      const own = verdicts.findLast(isChosen);
      const verdict = own?.verdict ?? null;
      return {
        target,
        item,
        verdict,
        score: own?.score ?? null,
        isNotable: isDisagreement(verdict, verdicts, feedback),
        isNew: isNew(target),
      };
    }),
    judge: { path, version, model },
    criterion,
    prompt: onlyPrompt(ofPrompts),
  };
}

/** A user, or another judge of the same criterion or of another one, says otherwise. */
const isDisagreement = (verdict: 'pass' | 'fail' | null, verdicts: readonly OutputVerdict[], feedback: JudgedOutput['feedback']): boolean =>
  verdict !== null &&
  ((verdict === 'pass' ? feedback === 'bad' : feedback === 'good') || verdicts.some((other) => other.verdict !== verdict));

/** Judge and criterion, as they are now: an older version of the judge is another judge. */
const judgeKey = ({ path, version, model, criterion }: OutputVerdict): string =>
  JSON.stringify([path, version, model, criterion.type, criterion.hash]);

function mostGiven(verdicts: readonly OutputVerdict[]): OutputVerdict | null {
  const counts = new Map<string, { readonly verdict: OutputVerdict; count: number }>();
  for (const verdict of verdicts) {
    const known = counts.get(judgeKey(verdict));
    if (known === undefined) counts.set(judgeKey(verdict), { verdict, count: 1 });
    else known.count++;
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.verdict ?? null;
}

function onlyPrompt(outputs: readonly JudgedOutput[]): string | null {
  const names = new Set(outputs.map(({ prompt }) => prompt));
  const [only] = names;
  return names.size === 1 ? (only ?? null) : null;
}
