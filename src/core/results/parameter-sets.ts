/** The parameters that a run set over those of its prompt, from what its candidates are. */
import type { CandidateHead } from './candidate-head.ts';

type Head = Pick<CandidateHead, 'prompt' | 'model' | 'parameters'>;

/**
 * The parameters of `wanted`, each set once, where one version ran with one model and several sets of parameters, as a
 * comparison of efforts does. Empty: the run took the parameters from its prompts. `all`: every candidate of the run.
 */
export function parameterSets(all: readonly Head[], wanted: readonly Head[]): Head['parameters'][] {
  const setsOf = new Map<string, Set<string>>();
  for (const { prompt, model, parameters } of all) {
    const key = JSON.stringify([prompt.path, prompt.version, model]);
    setsOf.set(key, (setsOf.get(key) ?? new Set()).add(JSON.stringify(parameters)));
  }
  const isOnePrompt = new Set(all.map(({ prompt }) => prompt.path)).size === 1;
  if (!isOnePrompt || [...setsOf.values()].every(({ size }) => size === 1)) return [];
  return [...new Map(wanted.map(({ parameters }) => [JSON.stringify(parameters), parameters])).values()];
}
