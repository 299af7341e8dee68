import { excerpt } from '../../text/text.ts';
import { CannotGrade, failed, passed, type AssertionKind } from '../assertion.ts';
import { emptyText, foldCase, needsWords, textValue } from '../values.ts';

const edge = (verb: 'start' | 'end', test: (output: string, wanted: string) => boolean): AssertionKind => ({
  check: needsWords,
  grade(spec, { output }) {
    const wanted = textValue(spec);
    if (wanted === '') throw new CannotGrade(emptyText(spec));
    const fold = spec.ignoreCase === true ? foldCase : (text: string): string => text;
    return test(fold(output), fold(wanted))
      ? passed(`The output ${verb}s with "${excerpt(wanted)}".`)
      : failed(`Expected the output to ${verb} with "${excerpt(wanted)}", found "${excerpt(output, 120)}".`);
  },
});

export const startsWith = edge('start', (output, wanted) => output.startsWith(wanted));
/** Not promptfoo's; `.prompt.yml` has it. */
export const endsWith = edge('end', (output, wanted) => output.endsWith(wanted));
