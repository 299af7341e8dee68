/** A prompt that a function of the program builds, as the analysis sees it: with what was returned for its cases, and what failed. */
import type { Diagnostic } from '../../core/diagnostics.ts';
import { variablesKey, type BuildProblem, type BuiltAnswers } from '../../core/prompt/built/built-answer.ts';
import { withFirstRequest } from '../../core/prompt/built/read-built.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import type { LoadedPrompt } from '../workspace/prompt-files.ts';

/** The prompt with the model, parameters and tools that were returned for its first case. */
export function withFirstBuilt(loaded: LoadedPrompt, built: BuiltAnswers = new Map()): LoadedPrompt {
  const first = [...built.values()].find((answer) => !('problem' in answer));
  if (first === undefined || 'problem' in first) return loaded;
  const document = withFirstRequest(loaded.reading.document, first);
  return { ...loaded, reading: { ...loaded.reading, document }, target: { ...loaded.target, document } };
}

/** Why the function was not called, or for which cases it failed. Code that is not trusted is no fault of the prompt. */
export function buildProblems({ document, cases }: RunTarget, built: BuiltAnswers | BuildProblem | undefined): Diagnostic[] {
  if (built === undefined) return [];
  if ('problem' in built) {
    const { code, problem, hint } = built;
    return [
      {
        code,
        severity: code === 'trust/needed' ? 'info' : 'error',
        message: problem,
        path: document.path,
        range: null,
        ...(hint === undefined ? {} : { hint }),
      },
    ];
  }
  return cases.flatMap((goldenCase): Diagnostic[] => {
    const answer = built.get(variablesKey({ ...document.input.defaults, ...goldenCase.vars }));
    if (answer === undefined || !('problem' in answer)) return [];
    const { code, problem, hint } = answer;
    return [
      {
        code,
        severity: 'error',
        message: `The case \`${goldenCase.id}\`: ${problem}`,
        path: goldenCase.source.path,
        range: goldenCase.source.anchor,
        ...(hint === undefined ? {} : { hint }),
      },
    ];
  });
}
