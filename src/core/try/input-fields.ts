/** The variables of a prompt as fields of a form, by its schema, its template and its golden cases. */
import type { GoldenCase } from '../golden/case.ts';
import { isJsonObject, ownValue, type JsonObject, type JsonValue } from '../json/json.ts';
import type { PartialSource } from '../prompt/document.ts';
import { namedAsMedia } from '../prompt/media-variables.ts';
import type { PromptReading } from '../prompt/read-prompt.ts';

/** `json`: an object or a list, typed as JSON. `media`: a file. */
export type InputKind = 'text' | 'number' | 'boolean' | 'choice' | 'json' | 'media';

export interface InputField {
  readonly name: string;
  readonly kind: InputKind;
  /** As texts; empty: any value. */
  readonly choices: readonly string[];
  readonly required: boolean;
  /** From the schema; null: it has no description. */
  readonly description: string | null;
  /** JSON Schema of the value; null: the prompt has no schema for it. */
  readonly schema: JsonObject | null;
}

export interface FieldSources {
  readonly reading: Pick<PromptReading, 'document' | 'analysis'>;
  readonly partials: readonly PartialSource[];
  readonly cases: readonly Pick<GoldenCase, 'vars'>[];
}

/** Fields of a form at most. */
const MOST = 200;
/** Golden cases that tell which variables there are, and of which type. */
const LOOKED_AT = 50;

/** In the order of the schema, then of the template. */
export function inputFields({ reading: { document, analysis }, partials, cases }: FieldSources): InputField[] {
  const { schema, declared, defaults } = document.input;
  const properties = objectAt(schema, 'properties') ?? {};
  const history = document.template.kind === 'text' ? document.template.history : undefined;
  const looked = cases.slice(0, LOOKED_AT);
  // A function, and a template that prints its whole input, do not name what they read.
  const readsAll = document.template.kind === 'built' || analysis.readsWholeInput === true;
  const names = [
    ...Object.keys(properties),
    ...declared.map(({ name }) => name),
    ...Object.keys(defaults),
    ...analysis.variables.map(({ name }) => name),
    ...(history === undefined ? [] : [history]),
    ...(readsAll ? looked.flatMap(({ vars }) => Object.keys(vars)) : []),
  ];
  const { template } = document;
  const texts = template.kind === 'handlebars' ? [template.source, ...partials.map(({ text }) => text)] : [];
  const media = new Set(texts.flatMap(namedAsMedia));
  const walked = new Set(analysis.variables.filter(({ use }) => use === 'iteration').map(({ name }) => name));
  // In a block a name may be a field of something else; the analysis knows which names are variables.
  const isRead = (name: string): boolean => analysis.variables.some((use) => use.name === name);
  const required = schema?.['required'];
  return [...new Set(names)].slice(0, MOST).map((name): InputField => {
    const own = objectAt(properties, name);
    const sample = ownValue(defaults, name) ?? looked.flatMap(({ vars }) => ownValue(vars, name) ?? [])[0];
    const hasFields = analysis.variables.some((use) => use.name === name && use.path !== name);
    const guessed = walked.has(name) || name === history || hasFields ? 'json' : kindOfValue(sample);
    const choices = listedChoices(own);
    const { description } = own ?? {};
    return {
      name,
      kind: media.has(name) && isRead(name) ? 'media' : choices.length > 0 ? 'choice' : (kindOfSchema(own) ?? guessed),
      choices: choices.map(choiceText),
      required: Array.isArray(required) && required.includes(name) && ownValue(defaults, name) === undefined,
      description: typeof description === 'string' ? description : null,
      schema: own,
    };
  });
}

/** The values that a schema lists; empty: it lists none. */
export function listedChoices(schema: JsonObject | null): readonly JsonValue[] {
  const listed = schema?.['enum'];
  return Array.isArray(listed) ? listed.filter((item) => item !== null) : [];
}

/** A choice as a person sees it. */
export const choiceText = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

function kindOfSchema(schema: JsonObject | null): InputKind | null {
  const given = schema?.['type'];
  const types = (Array.isArray(given) ? given : [given]).filter((type) => type !== 'null' && type !== undefined);
  if (types.length !== 1) return types.length > 1 ? 'json' : null;
  switch (types[0]) {
    case 'string':
      return 'text';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'object':
    case 'array':
      return 'json';
    default:
      return null;
  }
}

function kindOfValue(value: JsonValue | undefined): InputKind {
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'object' && value !== null ? 'json' : 'text';
}

function objectAt(object: JsonObject | null, key: string): JsonObject | null {
  const value = object === null ? undefined : ownValue(object, key);
  return isJsonObject(value) ? value : null;
}
