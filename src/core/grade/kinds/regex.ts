import { compilePattern } from '../../text/pattern.ts';
import { excerpt } from '../../text/text.ts';
import { failed, passed, type AssertionKind } from '../assertion.ts';
import { needsText, textValue } from '../values.ts';

/** The pattern is found somewhere in the output. It runs where it can be stopped. */
export const regex: AssertionKind = {
  check(spec) {
    const problem = needsText(spec);
    if (problem !== null || textValue(spec).includes('{{')) return problem;
    try {
      compilePattern(textValue(spec));
      return null;
    } catch (error) {
      return `This regular expression is invalid: ${error instanceof Error ? error.message : String(error)}`;
    }
  },
  grade(spec, { output }) {
    const pattern = textValue(spec);
    return compilePattern(pattern).test(output)
      ? passed(`The output matches /${excerpt(pattern)}/.`)
      : failed(`Expected the output to match /${excerpt(pattern)}/, found "${excerpt(output, 200)}".`);
  },
};
