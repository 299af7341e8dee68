/** What the value of an assertion may be, read once for all kinds. */
import type { AssertionSpec } from './assertion.ts';
import { splitList } from './list-text.ts';

export type Fold = (text: string) => string;
export const foldCase: Fold = (text) => text.toLowerCase();

export const needsValue = (spec: AssertionSpec): string | null =>
  spec.value === undefined || spec.value === null ? `\`${spec.type}\` needs a \`value\`.` : null;

export const needsText = (spec: AssertionSpec): string | null =>
  typeof spec.value === 'string' || typeof spec.value === 'number' || typeof spec.value === 'boolean'
    ? null
    : `\`${spec.type}\` needs a string as \`value\`.`;

/** Every output contains the empty text, so it would check nothing. */
export const needsWords = (spec: AssertionSpec): string | null => needsText(spec) ?? (textValue(spec) === '' ? emptyText(spec) : null);

export const emptyText = ({ type }: AssertionSpec): string =>
  `The \`value\` of \`${type}\` is empty, which every output contains, so it checks nothing.`;

export const needsList = (spec: AssertionSpec): string | null =>
  listValue(spec).length > 0 ? null : `\`${spec.type}\` needs a list of strings as \`value\`.`;

export const textValue = (spec: AssertionSpec): string => (typeof spec.value === 'object' ? '' : String(spec.value));

/** A list, or one text with commas. */
export function listValue({ value }: AssertionSpec): string[] {
  if (Array.isArray(value)) return value.filter((item) => typeof item !== 'object').map(String);
  return typeof value === 'string' ? splitList(value) : [];
}
