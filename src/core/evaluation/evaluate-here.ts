/** What an evaluator does, on this thread: the worker's inside, and the evaluator of pure tests. */
import { gradeOutput } from '../grade/grade.ts';
import { isHumanError } from '../problems/errors.ts';
import { chooseMarks, NOTHING_SHARED, prefixEnds } from '../economics/prefix/prefix-ends.ts';
import { prepareRenderer, type PromptRenderer } from '../prompt/render.ts';
import type { GradeJob, RenderJob, RenderOutcome } from './evaluator.ts';
import type { GradedResult } from '../grade/grade.ts';

export function renderHere({ document, partials, data, segments, built }: RenderJob): RenderOutcome[] {
  let renderer: PromptRenderer;
  try {
    renderer = prepareRenderer(document, partials, built);
  } catch (error) {
    if (!isHumanError(error)) throw error;
    const { message } = error;
    return data.map(() => ({ problem: message }));
  }
  return data.map((item) => {
    try {
      const request = renderer.render(item);
      const ends = prefixEnds(request);
      const marks = chooseMarks(ends, NOTHING_SHARED);
      return { request: { ...request, ends, marks, ...(segments ? {} : { segments: [], origins: [] }) } };
    } catch (error) {
      if (!isHumanError(error)) throw error;
      return { problem: error.message, code: error.code, ...(error.hint === undefined ? {} : { hint: error.hint }) };
    }
  });
}

export const gradeHere = ({ assertions, threshold, output }: GradeJob): GradedResult => gradeOutput(assertions, threshold, output);
