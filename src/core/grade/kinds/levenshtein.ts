import { distance } from 'fastest-levenshtein';
import { excerpt } from '../../text/text.ts';
import { failed, passed, type AssertionKind } from '../assertion.ts';
import { needsText, textValue } from '../values.ts';
import { quantity } from '../../display/figures.ts';

/** promptfoo's default. */
const DEFAULT_THRESHOLD = 5;

/** At most `threshold` edits of one character lead from the output to the value. */
export const levenshtein: AssertionKind = {
  check: needsText,
  grade(spec, { output }) {
    const limit = spec.threshold ?? DEFAULT_THRESHOLD;
    const edits = distance(output, textValue(spec));
    return edits <= limit
      ? passed(`${quantity(edits, 'edit')} from the expected text, at most ${limit} allowed.`)
      : failed(`Expected at most ${limit} edits from "${excerpt(textValue(spec))}", found ${edits}: "${excerpt(output, 160)}".`);
  },
};
