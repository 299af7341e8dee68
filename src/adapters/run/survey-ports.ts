/** What a survey of a plan needs of the disk. */
import type { AnswerStore } from '../../core/calls/answers.ts';
import type { Evaluator } from '../../core/evaluation/evaluator.ts';
import type { SurveyPorts } from '../../core/run/estimate.ts';
import { readImage } from '../workspace/image-files.ts';
import { sha256 } from '../hash.ts';

export const surveyPorts = (root: string, evaluator: Evaluator, answers: AnswerStore | null): SurveyPorts => ({
  evaluator,
  answers,
  hash: sha256,
  readImage: (url, promptPath) => readImage(root, url, promptPath),
});
