/** A prompt that a function of the program builds, as the analysis sees it: with what was returned for its cases, and what failed. */
import type { Diagnostic } from '../../core/problems/diagnostics.ts';
import { variablesKey, type BuildProblem, type BuiltAnswers } from '../../core/prompt/built/built-answer.ts';
import { withFirstRequest } from '../../core/prompt/built/read-built.ts';
import { quantity } from '../../core/display/figures.ts';
import { countedInputs } from '../../core/economics/rendered-cases.ts';
import { shownBuild } from '../../core/prompt/built/build-reference.ts';
import type { PromptDocument } from '../../core/prompt/document.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import type { LoadedPrompt } from '../workspace/prompt-files.ts';

/** The prompt with the model, parameters and tools that were returned for its first case. */
export function withFirstBuilt(loaded: LoadedPrompt, built: BuiltAnswers = new Map()): LoadedPrompt {
  const first = [...built.values()].find((answer) => !('problem' in answer));
  if (first === undefined || 'problem' in first) return loaded;
  const document = withFirstRequest(loaded.reading.document, first);
  return { ...loaded, reading: { ...loaded.reading, document }, target: { ...loaded.target, document } };
}

/** What a function returned some time ago. */
export interface BuiltBefore {
  /** Of the code that was called; null: it was not called yet. */
  readonly content: string | null;
  readonly answers: BuiltAnswers;
}

export interface CountedBuild {
  /** Of the cases that are counted; undefined: nothing was built. */
  readonly answers: BuiltAnswers | undefined;
  readonly problems: readonly Diagnostic[];
}

/** What is counted of a prompt that a function builds, and what is to be said about it. Nothing is called here. */
export function builtAnswers(target: RunTarget, built: BuiltAnswers | BuildProblem | undefined, before?: BuiltBefore): CountedBuild {
  const { template } = target.document;
  if (template.kind !== 'built') return { answers: undefined, problems: [] };
  if (built !== undefined)
    return 'problem' in built
      ? { answers: undefined, problems: [diagnosticOf(target, built)] }
      : { answers: built, problems: caseFailures(target, built) };
  if (before === undefined) return { answers: undefined, problems: [] };
  const shown = shownBuild(template.build);
  if (before.content === null)
    return { answers: undefined, problems: [notBuilt(target, 'build/not-called', `${shown} was not called yet, so nothing is counted.`)] };
  if (before.content !== template.content) {
    const message = `${shown}, or a file that it imports, has changed since it was called, so nothing is counted.`;
    return { answers: undefined, problems: [notBuilt(target, 'build/changed', message)] };
  }
  // A case that is no longer in the golden set decides nothing.
  const wanted = countedInputs(target).map((vars) => variablesKey({ ...target.document.input.defaults, ...vars }));
  const answers = new Map(wanted.flatMap((key) => pairOf(key, before.answers.get(key))));
  const missing = wanted.filter((key) => !answers.has(key)).length;
  const partial = `${shown} was not called yet for ${missing} of ${quantity(wanted.length, 'case')}; the others are counted.`;
  return {
    answers: answers.size === 0 ? undefined : answers,
    problems: [...caseFailures(target, answers), ...(missing > 0 ? [notBuilt(target, 'build/not-called', partial)] : [])],
  };
}

/** The function of a prompt, and whether anything that it returned is counted. */
export function builtState(
  { template }: PromptDocument,
  answers: BuiltAnswers | undefined,
): { readonly shown: string; readonly name: string | null; readonly isCounted: boolean } | null {
  if (template.kind !== 'built') return null;
  const isCounted = [...(answers?.values() ?? [])].some((answer) => !('problem' in answer));
  return { shown: shownBuild(template.build), name: template.build.name, isCounted };
}

const pairOf = <T>(key: string, value: T | undefined): (readonly [string, T])[] => (value === undefined ? [] : [[key, value]]);

const notBuilt = (target: RunTarget, code: string, problem: string): Diagnostic =>
  diagnosticOf(target, { code, problem, hint: 'Use "Goldset: Build Prompt", or run the prompt.' }, 'info');

/** Code that is not trusted is no fault of the prompt. */
const diagnosticOf = (
  { document }: RunTarget,
  { code, problem, hint }: BuildProblem,
  severity: Diagnostic['severity'] = code === 'trust/needed' ? 'info' : 'error',
): Diagnostic => ({ code, severity, message: problem, path: document.path, range: null, ...(hint === undefined ? {} : { hint }) });

/** The cases for which the function failed. */
const caseFailures = ({ document, cases }: RunTarget, built: BuiltAnswers): Diagnostic[] =>
  cases.flatMap((goldenCase): Diagnostic[] => {
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
