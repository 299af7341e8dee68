/** What a dry run of a plan needs from the disk. */
import type { AnswerStore } from '../../core/calls/answers.ts';
import type { Evaluator } from '../../core/evaluation/evaluator.ts';
import type { DryRunPorts } from '../../core/run/estimate.ts';
import { mediaReader } from '../workspace/media-files.ts';
import { sha256 } from '../hash.ts';

export const dryRunPorts = (root: string, evaluator: Evaluator, answers: AnswerStore | null): DryRunPorts => ({
  evaluator,
  answers,
  hash: sha256,
  readMedia: mediaReader(root, evaluator.measureMedia),
});
