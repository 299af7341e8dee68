/** Texts of a form's fields → variables of a prompt, and back. What a person types stands for itself: it names no file and is no template. */
import { didYouMean } from '../problems/did-you-mean.ts';
import { parseJson, type JsonObject, type JsonValue } from '../json/json.ts';
import { loneSurrogateIn } from '../text/well-formed.ts';
import type { Path } from '../yaml/yaml.ts';
import { listedChoices, choiceText, type InputField } from './input-fields.ts';

export interface ValueProblem {
  /** Null: of all fields together. */
  readonly field: string | null;
  readonly message: string;
}

export interface TypedInput {
  readonly vars: JsonObject;
  /** Where values stand for themselves: everywhere but where a field holds the path of a file. */
  readonly literals: readonly Path[];
  readonly problems: readonly ValueProblem[];
}

/** The variables that these texts mean. A value with a problem is left out; a text of no field is ignored. */
export function typedInput(fields: readonly InputField[], texts: Readonly<Record<string, string>>): TypedInput {
  const vars: JsonObject = {};
  const literals: Path[] = [];
  const problems: ValueProblem[] = [];
  for (const field of fields) {
    const { name } = field;
    const text = Object.hasOwn(texts, name) ? texts[name] : undefined;
    if (text === undefined || isAbsent(field, text)) {
      if (field.required) problems.push({ field: name, message: `\`${name}\` is required. Enter a value.` });
      continue;
    }
    const read = valueOf(field, text);
    if ('problem' in read) problems.push({ field: name, message: read.problem });
    else if (loneSurrogateIn({ [name]: read.value }) !== null)
      problems.push({ field: name, message: `\`${name}\` contains half of a character (a lone surrogate). Write the whole character.` });
    else {
      Object.defineProperty(vars, name, { value: read.value, enumerable: true, configurable: true, writable: true });
      if (field.kind !== 'media') literals.push(['vars', name]);
    }
  }
  return { vars, literals, problems };
}

/** An empty control of anything but text has no value; an empty text is a value, unless the schema lets the variable be absent or needs one. */
const isAbsent = ({ kind, schema, required }: InputField, text: string): boolean =>
  kind === 'text' ? text === '' && (schema !== null || required) : text.trim() === '';

function valueOf(field: InputField, text: string): { readonly value: JsonValue } | { readonly problem: string } {
  const { name, kind, schema } = field;
  switch (kind) {
    case 'number': {
      const value = Number(text.trim());
      if (!Number.isFinite(value)) return { problem: `\`${name}\` must be a number, such as 3 or 0.5.` };
      const isWhole = ![schema?.['type']].flat().includes('integer') || Number.isInteger(value);
      return isWhole ? { value } : { problem: `\`${name}\` must be a whole number.` };
    }
    case 'boolean': {
      const word = text.trim().toLowerCase();
      return word === 'true' || word === 'false' ? { value: word === 'true' } : { problem: `\`${name}\` must be true or false.` };
    }
    case 'choice': {
      const choices = listedChoices(schema);
      const chosen = choices.find((choice) => choiceText(choice) === text);
      if (chosen !== undefined) return { value: chosen };
      const texts = choices.map(choiceText);
      return { problem: `\`${name}\` must be one of ${texts.slice(0, 12).join(', ')}. ${didYouMean(text, texts)}`.trim() };
    }
    case 'json': {
      const value = parseJson(text);
      return value === undefined ? { problem: `\`${name}\` must be JSON: check quotes, commas and brackets.` } : { value };
    }
    default:
      return { value: text };
  }
}

/** The text that a field shows for a value; undefined: it shows nothing. */
export function textOfValue({ kind }: Pick<InputField, 'kind'>, value: JsonValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (kind === 'json') return JSON.stringify(value, null, 2);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The texts of all fields for these variables. */
export function textsOf(fields: readonly InputField[], vars: JsonObject): Record<string, string> {
  const texts = fields.map((field): [string, string | undefined] => [
    field.name,
    textOfValue(field, Object.hasOwn(vars, field.name) ? vars[field.name] : undefined),
  ]);
  return Object.fromEntries(texts.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
