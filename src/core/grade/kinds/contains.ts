import { excerpt } from '../../text/text.ts';
import { CannotGrade, failed, passed, type AssertionKind } from '../assertion.ts';
import { emptyText, foldCase, needsWords, textValue, type Fold } from '../values.ts';

const containing = (fold: Fold): AssertionKind => ({
  check: needsWords,
  grade(spec, { output }) {
    const wanted = textValue(spec);
    if (wanted === '') throw new CannotGrade(emptyText(spec));
    return fold(output).includes(fold(wanted))
      ? passed(`The output contains "${excerpt(wanted)}".`)
      : failed(`Expected the output to contain "${excerpt(wanted)}", found "${excerpt(output, 200)}".`);
  },
});

export const contains = containing((text) => text);
/** Upper and lower case do not count. */
export const icontains = containing(foldCase);
