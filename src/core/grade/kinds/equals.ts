import { jsonEquals, parseJson } from '../../json/json.ts';
import { excerpt } from '../../text/text.ts';
import { failed, passed, type AssertionKind } from '../assertion.ts';
import { needsValue, textValue } from '../values.ts';

/** The output is the text; for an object or list, the output's JSON equals it. */
export const equals: AssertionKind = {
  check: needsValue,
  grade(spec, { output }) {
    const { value } = spec;
    if (typeof value === 'object' && value !== null) {
      const found = parseJson(output);
      const same = found !== undefined && jsonEquals(found, value);
      return same
        ? passed('The output equals the expected JSON.')
        : failed(`Expected the JSON ${excerpt(JSON.stringify(value), 200)}, found "${excerpt(output, 200)}".`);
    }
    const wanted = textValue(spec);
    return output === wanted
      ? passed('The output equals the expected text.')
      : failed(`Expected "${excerpt(wanted, 200)}", found "${excerpt(output, 200)}".`);
  },
};
