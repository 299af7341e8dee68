/** Which field of a row becomes which part of a golden case. */
import { ConfigurationError } from '../../problems/errors.ts';
import { isJsonObject, type JsonValue } from '../../json/json.ts';
import { structured } from '../logs/json-in-text.ts';
import { valueAt } from '../logs/rows/mapping.ts';
import { CHAT_FIELDS, type DatasetRow } from './dataset-row.ts';
import type { DatasetShape } from './dataset-shapes.ts';

export interface CaseMapping {
  /** Fields by variable. */
  readonly vars: Readonly<Record<string, string>>;
  /** Fields of what is not a variable; null: no field. */
  readonly expected: string | null;
  readonly id: string | null;
  readonly description: string | null;
  readonly group: string | null;
}

export type CasePart = Exclude<keyof CaseMapping, 'vars'>;
export const CASE_PARTS = ['expected', 'id', 'description', 'group'] as const satisfies readonly CasePart[];

const isPart = (name: string): name is CasePart => (CASE_PARTS as readonly string[]).includes(name);

/** Names of columns that hold what is expected, best first. */
const EXPECTED = [
  ...['expected', 'expectedoutput', 'ideal', 'referenceanswer', 'reference', 'groundtruth', 'goldanswer', 'gold', 'target', 'label'],
  ...['answer', 'completion', 'output', 'response'],
];
/** Names of the one key of an object that is only the wrapping of an answer. Any other object is what the output contains. */
const ANSWERS = ['answer', 'output', 'completion', 'response', 'text', 'content', 'expected', 'expectedoutput', 'ideal', 'result'];
const IDS = ['id', 'caseid', 'exampleid', 'rowid'];
/** Names of the one column that a prompt with one variable is about, best first. */
const MAIN = ['input', 'question', 'query', 'prompt', 'text', 'message', 'user', 'instruction', 'content', 'ticket', 'document'];

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
/** `inputs.question` and `input_question` are `question`. */
const shortName = (path: string): string => (path.split('.').at(-1) ?? path).replace(/^(?:inputs?|outputs?)_(?=.)/i, '');

export interface MappingQuestion {
  readonly rows: readonly DatasetRow[];
  readonly shape: DatasetShape;
  /** Variables that the prompt reads; empty: it reads none, or nothing is known of it. */
  readonly variables: readonly string[];
  /** Those of them without a default. */
  readonly inputs: readonly string[];
}

/** The mapping that the names of fields propose. A variable that nothing fits is left out. */
export function proposeMapping({ rows, shape, variables, inputs }: MappingQuestion): CaseMapping {
  const fields = new Set(rows.flatMap((row) => fieldsOf(row, shape)));
  const paths = [...fields];
  const expected = expectedField(rows, shape, paths, variables);
  const id = shape.id !== null && rows.some((row) => valueAt(row.fields, shape.id ?? '') !== undefined) ? shape.id : named(paths, IDS);
  const description = variables.includes('description') ? null : named(paths, ['description']);
  const free = paths.filter((path) => path !== expected && path !== id && path !== description);
  const vars = new Map<string, string>();
  for (const name of variables) {
    const found = free.find((path) => path === name) ?? free.find((path) => lettersOf(shortName(path)) === lettersOf(name));
    if (found !== undefined) vars.set(name, found);
  }
  const unmet = inputs.filter((name) => !vars.has(name));
  const left = free.filter((path) => ![...vars.values()].includes(path));
  const [only] = unmet;
  if (unmet.length === 1 && only !== undefined) {
    const main = left.includes(CHAT_FIELDS.user) ? CHAT_FIELDS.user : left.length === 1 ? left[0] : named(left, MAIN);
    if (main !== undefined && main !== null) vars.set(only, main);
  }
  if (variables.length === 0) for (const path of free) vars.set(shortName(path), path);
  return { vars: Object.fromEntries(vars), expected, id, description, group: null };
}

/** With what a person said: `K=V` for each, `vars.K` for a variable with the name of a part, `K=` for no field. @throws {ConfigurationError} */
export function withGiven(proposed: CaseMapping, given: readonly string[], group: string | null): CaseMapping {
  const vars = new Map(Object.entries(proposed.vars));
  const parts: Record<CasePart, string | null> = { ...proposed, group };
  for (const text of given) {
    const at = text.indexOf('=');
    const name = text.slice(0, at).trim();
    const field = text.slice(at + 1).trim();
    if (at === -1 || name === '' || name === 'vars.')
      throw new ConfigurationError(
        'usage',
        `--map needs a part of the case and a field of the file, not "${text}".`,
        'Write it as --map VARIABLE=FIELD, such as --map question=inputs.question or --map expected=answer.',
      );
    if (isPart(name)) parts[name] = field === '' ? null : field;
    else if (field === '') vars.delete(name.replace(/^vars\./, ''));
    else vars.set(name.replace(/^vars\./, ''), field);
  }
  return { vars: Object.fromEntries(vars), expected: parts.expected, id: parts.id, description: parts.description, group: parts.group };
}

/** Every field that a mapping reads. */
export const fieldsRead = ({ vars, expected, id, description, group }: CaseMapping): string[] => [
  ...new Set([...Object.values(vars), expected, id, description, group].filter((path) => path !== null)),
];

/** Fields of rows that a mapping does not read, for a person to see. */
export function fieldsLeft(rows: readonly DatasetRow[], shape: DatasetShape, mapping: CaseMapping): string[] {
  const read = fieldsRead(mapping);
  const all = new Set(rows.flatMap((row) => fieldsOf(row, shape)));
  return [...all].filter((path) => !read.some((other) => other === path || other.startsWith(`${path}.`) || path.startsWith(`${other}.`)));
}

/** What of a row can be an input or what is expected; an object gives its keys. */
export function fieldsOf({ fields, isChat }: DatasetRow, shape: DatasetShape): string[] {
  const roots = Object.keys(fields).filter(
    (name) => !shape.ownFields.includes(name) && (!isChat || !['messages', shape.input].includes(name)),
  );
  return roots.flatMap((name) => keysBelow(fields[name] ?? null, name));
}

function keysBelow(value: JsonValue, path: string): string[] {
  const keys = isJsonObject(value) ? Object.keys(value) : [];
  return keys.length === 0 || keys.length > MOST_KEYS ? [path] : keys.map((key) => `${path}.${key}`);
}

/** An object with more keys is data, not a list of fields. */
const MOST_KEYS = 50;

const named = (paths: readonly string[], names: readonly string[]): string | null =>
  names.map((name) => paths.find((path) => lettersOf(shortName(path)) === name)).find((path) => path !== undefined) ?? null;

/** An answer under one name is that answer; an object of several is data that the output contains. */
function expectedField(
  rows: readonly DatasetRow[],
  { expected, endsWithAnswer }: DatasetShape,
  paths: readonly string[],
  variables: readonly string[],
): string | null {
  if (rows.some(({ fields }) => typeof fields[CHAT_FIELDS.answer] === 'string') && endsWithAnswer) return CHAT_FIELDS.answer;
  if (expected === null)
    return named(
      paths.filter((path) => !variables.includes(path)),
      EXPECTED,
    );
  const values = rows.map(({ fields }) => structured(valueAt(fields, expected))).filter((value) => value !== undefined && value !== null);
  if (values.length === 0) return null;
  const names = new Set(values.map((value) => (isJsonObject(value) ? Object.keys(value).join('\n') : '')));
  const [name = ''] = names;
  const isAnswer = names.size === 1 && ANSWERS.includes(lettersOf(name));
  return isAnswer ? `${expected}.${name}` : expected;
}
