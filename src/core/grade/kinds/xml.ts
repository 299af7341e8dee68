import { isJsonObject, type JsonValue } from '../../json/json.ts';
import { failed, passed, type AssertionKind } from '../assertion.ts';
import { hasElements, readElement, readXml, type MarkupElement } from '../markup.ts';

/** The elements that must be there: a list, one text with commas, or `{ requiredElements }`; null: it has another form. */
function requiredElements(value: JsonValue | undefined): readonly string[] | null {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return value.split(',').map((name) => name.trim());
  if (isJsonObject(value)) return 'requiredElements' in value ? requiredElements(value['requiredElements']) : null;
  return Array.isArray(value) ? value.map(String) : null;
}

const check: AssertionKind['check'] = ({ type, value }) =>
  requiredElements(value) === null ? `\`${type}\` needs a list of elements such as \`a.b\`, or no \`value\`.` : null;

const missingIn = (root: MarkupElement, value: JsonValue | undefined): string[] =>
  (requiredElements(value) ?? []).filter((way) => !hasElements(root, way));

/** The output is one well-formed XML document, with the elements that `value` names. */
export const isXml: AssertionKind = {
  check,
  grade({ value }, { output }) {
    const read = readXml(output);
    if ('problem' in read) return failed(`Expected XML, but ${read.problem}.`);
    const missing = missingIn(read.element, value);
    return missing.length === 0 ? passed('Well-formed XML.') : failed(`The XML has no element ${missing.join(', ')}.`);
  },
};

/** A well-formed element stands somewhere in the output, with the elements that `value` names. */
export const containsXml: AssertionKind = {
  check,
  grade({ value }, { output }) {
    let isFound = false;
    for (let at = output.indexOf('<'); at !== -1; at = output.indexOf('<', at + 1)) {
      const read = readElement(output, at);
      if ('problem' in read) continue;
      isFound = true;
      if (missingIn(read.element, value).length === 0) return passed('The output contains XML.');
      // What is inside of it is not looked at by itself.
      at = read.end - 1;
    }
    return failed(
      isFound ? 'No XML in the output has the elements that are wanted.' : 'Expected XML in the output, found no well-formed element.',
    );
  },
};
