/** What the candidates of a choice differ in: models, or the effort of one. */
import { effortOf } from '../economics/parameter-fit.ts';
import type { CandidateHead } from '../results/candidate-head.ts';

/** `effort`: one version with one model, and no other parameter differs. */
export function choiceSubject(heads: readonly Pick<CandidateHead, 'model' | 'parameters' | 'prompt'>[]): 'model' | 'effort' {
  const [first] = heads;
  if (first === undefined || heads.length < 2) return 'model';
  const rest = ({ model, prompt, parameters }: typeof first): string => {
    const { reasoningEffort: _effort, ...others } = parameters;
    return JSON.stringify([model, prompt.version, others]);
  };
  const efforts = new Set(heads.map(({ parameters }) => effortOf(parameters)));
  return efforts.size === heads.length && heads.every((head) => rest(head) === rest(first)) ? 'effort' : 'model';
}
