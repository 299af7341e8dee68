/** How production drifts, as a person reads it in the terminal. */
import type { Drift, DriftInputs } from '../../core/feedback/insights/drift/drift.ts';
import {
  addText,
  caseCommand,
  driftAdvice,
  driftHeadline,
  driftSentence,
  unlikeText,
} from '../../core/feedback/insights/drift/drift-sentences.ts';
import { standsOutText } from '../../core/feedback/insights/failures/failure-sentences.ts';
import { movedSentence, worseSentence } from '../../core/feedback/insights/insight-sentences.ts';
import type { Insights } from '../../core/feedback/insights/insights.ts';
import { count, percent } from '../../core/display/figures.ts';

/** `by`: the dimension that was asked for. `options`: of the commands that are printed. */
export function driftText(drift: Drift, daily: Pick<Insights, 'worse' | 'changed'>, by: string | null, options: string): string {
  const { calls, changes, unlike } = drift;
  if (calls.window === 0)
    return 'No interactions stored in .goldset/interactions/ for these days. See docs/feedback.md for how to record them.';
  const far = unlikeText(drift);
  return [
    driftHeadline(drift),
    ...changes.map((change) =>
      [
        `! ${driftSentence(change)}`,
        ...inputLines(change.inputs, by),
        `  → ${driftAdvice(change)}`,
        ...commandOf(change.inputs, options),
      ].join('\n'),
    ),
    ...(far === ''
      ? []
      : [
          [
            far,
            ...inputLines(unlike?.inputs ?? null, by),
            ...(unlike?.inputs ? [`  → ${addText(unlike.inputs)}`] : []),
            ...commandOf(unlike?.inputs ?? null, options),
          ].join('\n'),
        ]),
    ...(daily.worse ?? []).map((change) => `! By day: ${worseSentence(change)}`),
    ...(daily.changed ?? []).map((change) => `! By day: ${movedSentence(change)}`),
  ].join('\n\n');
}

function inputLines(inputs: DriftInputs | null, by: string | null): string[] {
  if (inputs === null) return [];
  const where = standsOutText(inputs);
  return [
    `  since ${inputs.since}${where === '' ? '' : `; ${where}`}`,
    ...(by === null
      ? []
      : inputs.by.map(
          ({ name, value, n, share, ofCalls }) => `  ${name} ${value}: ${count(n)}, ${percent(share)} (${percent(ofCalls)} of calls)`,
        )),
    ...inputs.examples.map(({ id, asked }) => `  · ${asked}  (${id})`),
  ];
}

function commandOf(inputs: DriftInputs | null, options: string): string[] {
  const command = inputs === null ? null : caseCommand(inputs, options);
  return command === null ? [] : [`    ${command}`];
}
