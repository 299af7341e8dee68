/** Outputs of a stored run that a review may be of. */
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { itemOfResult } from '../../core/feedback/interactions/labelled-texts.ts';
import { judgedCriteria } from '../../core/judge/labels/judged-criteria.ts';
import type { LabelledItem, LabelTarget } from '../../core/judge/labels/label-record.ts';
import { keptItem } from '../../core/judge/labels/new-label.ts';
import { targetKey } from '../../core/judge/labels/label-record.ts';
import type { Result } from '../../core/results/result.ts';
import { redactorOf } from '../capture/capture-rules.ts';
import { sha256 } from '../hash.ts';
import { readJournalFile } from '../storage/journal-file.ts';
import { refuseForeign } from '../storage/stored-side.ts';
import type { JudgedOutput } from './judged-output.ts';

/** `run`: its id; the criterion's words are not in a journal: `wordsOf` finds them. Null: the file holds no run. */
export function runOutputs(
  file: string,
  config: GoldsetConfig,
): { readonly run: string; readonly outputs: readonly JudgedOutput[] } | null {
  const results: Result[] = [];
  const content = readJournalFile(file, (result) => void results.push(result));
  if (content === null) return null;
  refuseForeign(file, content);
  if (content.head === null) return null;
  const { id, candidates } = content.head;
  const prompts = new Map(candidates.map((candidate) => [candidate.id, candidate.prompt.path]));
  const redact = redactorOf(config.capture);
  return {
    run: id,
    outputs: results.flatMap((result): JudgedOutput[] => {
      const target = targetOfResult(id, result);
      if (target === null) return [];
      const verdicts = judgedCriteria(result.assertions).flatMap(({ criterion, judge: { path, version, model, verdict, score } }) =>
        verdict === null ? [] : [{ path, version, model, criterion: { ...criterion, text: '' }, verdict, score }],
      );
      const item = keptItem(itemOfResult(result, redact), target, config.labelTexts);
      return [{ target, prompt: prompts.get(result.candidate) ?? null, item, verdicts, feedback: null }];
    }),
  };
}

/** The texts of a run's outputs, by what names them. */
export function textsOfRun(file: string, config: GoldsetConfig): ReadonlyMap<string, LabelledItem> {
  const texts = new Map<string, LabelledItem>();
  const redact = redactorOf(config.capture);
  const results: Result[] = [];
  const content = readJournalFile(file, (result) => void results.push(result));
  for (const result of results) {
    const target = content?.head == null ? null : targetOfResult(content.head.id, result);
    const item = itemOfResult(result, redact);
    if (target !== null && item !== null) texts.set(targetKey(target), item);
  }
  return texts;
}

const targetOfResult = (run: string, { case: id, repeat, output }: Result): LabelTarget | null =>
  output === null || output === '' ? null : { interaction: null, run, case: id, repeat, hash: sha256(output) };
