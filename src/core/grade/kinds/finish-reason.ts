import { CannotGrade, failed, passed, type AssertionKind } from '../assertion.ts';
import { needsText, textValue } from '../values.ts';

const normal = (reason: string): string => reason.trim().toLowerCase().replaceAll('_', '-');

/** Why the model stopped: stop, length, content-filter, tool-calls or refusal (`_` is read as `-`). */
export const finishReason: AssertionKind = {
  check: needsText,
  grade(spec, { finish }) {
    if (finish === null) throw new CannotGrade('The provider reported no finish reason.');
    const wanted = normal(textValue(spec));
    return normal(finish) === wanted
      ? passed(`Finished with ${wanted}.`)
      : failed(`Expected the finish reason ${wanted}, found ${normal(finish)}.`);
  },
};
