/**
 * Changes to a golden set as edits of its text: comments, order and everything else stay as they are. An edit is made,
 * read back, and given only when that changed exactly what was asked for.
 */
import { HumanError } from '../../problems/errors.ts';
import type { AssertionSpec } from '../../grade/assertion.ts';
import { jsonEquals, type JsonObject, type JsonValue } from '../../json/json.ts';
import { applyEdits, type TextEdit } from '../../text/text.ts';
import type { GoldenCase } from '../case.ts';
import { writtenExpected, type NewAssertion, type NewCase } from './new-case.ts';
import { addCsvCases, setCsvExpected } from './edit-csv.ts';
import { addJsonCases, setJsonExpected } from './edit-json.ts';
import { addYamlCases, setYamlExpected } from './edit-yaml.ts';

export interface GoldenText {
  readonly path: string;
  readonly text: string;
  /** Reads the cases of such a text. */
  readonly read: (text: string) => readonly GoldenCase[];
}

/** @throws {HumanError} when there is no such case, or it cannot be written without changing more than that. */
export function setExpected(golden: GoldenText, caseId: string, given: JsonValue): TextEdit[] {
  // As JSON has it, so that every format says the same: YAML alone knows −0.
  const expected = JSON.parse(JSON.stringify(given)) as JsonValue;
  const cases = golden.read(golden.text);
  const at = cases.findIndex(({ id }) => id === caseId);
  const found = cases[at];
  if (found === undefined)
    throw new HumanError(
      'golden/no-case',
      `The golden set ${golden.path} has no case ${caseId}.`,
      /\/\d+$/.test(caseId) ? 'It is generated from a list of values. Edit `expected` by hand.' : 'Run the prompt again.',
    );
  const edits = writerOf(golden.path).setExpected(golden.text, found, writtenExpected(expected));
  const after = golden.read(applyEdits(golden.text, edits));
  const changed = after[at];
  const isRight =
    after.length === cases.length &&
    changed?.expected !== undefined &&
    changed.id === found.id &&
    jsonEquals(changed.expected, expected) &&
    sameCase(withExpected(found, expected), withExpected(changed, expected)) &&
    cases.every((item, i) => i === at || sameCase(item, after[i]));
  if (!isRight) throw notSafe(golden.path);
  return edits;
}

/** At the end of the set. @throws {HumanError} when an id is taken, or nothing can be added to such a file. */
export function addCases(golden: GoldenText, added: readonly NewCase[]): TextEdit[] {
  const cases = golden.read(golden.text);
  const taken = new Set(cases.map(({ id }) => id));
  for (const { id } of added) {
    if (taken.has(id)) throw new HumanError('golden/duplicate-id', `A case with the id ${id} already exists.`);
    taken.add(id);
  }
  if (added.length === 0) return [];
  const edits = writerOf(golden.path).addCases(golden.text, added);
  const after = golden.read(applyEdits(golden.text, edits));
  if (after.length !== cases.length + added.length || !cases.every((item, i) => sameCase(item, after[i]))) throw notSafe(golden.path);
  const changed = added.find((item, i) => !isAsAdded(after[cases.length + i], item));
  if (changed !== undefined) throw notAsGiven(golden.path, changed.id);
  return edits;
}

/** Whether a case that is read back says what was to be written. */
const isAsAdded = (
  found: GoldenCase | undefined,
  { id, vars, expected, group, status = 'active', assertions = [], kind }: NewCase,
): boolean =>
  found?.id === id &&
  found.kind === kind &&
  jsonEquals(found.assertions.map(asGiven), assertions.map(asGiven)) &&
  jsonEquals(found.vars, vars) &&
  jsonEquals(found.expected ?? null, expected) &&
  found.group === (group ?? null) &&
  found.status === status;

const asGiven = ({ type, value }: Pick<AssertionSpec, 'type' | 'value'> | NewAssertion): JsonObject => ({ type, value: value ?? null });

interface Writer {
  setExpected(text: string, found: GoldenCase, expected: JsonValue): TextEdit[];
  addCases(text: string, added: readonly NewCase[]): TextEdit[];
}

function writerOf(path: string): Writer {
  if (path.endsWith('.csv')) return { setExpected: setCsvExpected, addCases: addCsvCases };
  if (/\.jsonl?$/.test(path))
    return { setExpected: setJsonExpected, addCases: (text, added) => addJsonCases(text, added, path.endsWith('.jsonl')) };
  return { setExpected: setYamlExpected, addCases: addYamlCases };
}

/** The case with this value as `expected`, in either way of writing it. */
function withExpected({ literals = [], ...item }: GoldenCase, expected: JsonValue): GoldenCase {
  const others = literals.filter(([first]) => first !== 'expected');
  return { ...item, expected, ...(others.length === 0 ? {} : { literals: others }) };
}

/** Everything that is written, wherever it stands. */
const sameCase = (a: GoldenCase, b: GoldenCase | undefined): boolean => b !== undefined && jsonEquals(contentOf(a), contentOf(b));

const contentOf = (item: GoldenCase): JsonValue =>
  JSON.parse(JSON.stringify(item, (key, value: unknown) => (key === 'source' || key === 'range' ? undefined : value))) as JsonValue;

const notSafe = (path: string): HumanError =>
  new HumanError(
    'golden/not-written',
    `${path} can’t be edited here without changing other cases.`,
    'Open the case and edit it by hand. Copy Output gives you the text.',
  );

const notAsGiven = (path: string, id: string): HumanError =>
  new HumanError(
    'golden/not-written',
    `${path} can’t hold the case ${id} as it is: it would be read back with other values.`,
    path.endsWith('.csv')
      ? 'A CSV file holds only text. Keep these cases in a .golden.yaml file.'
      : 'Add this case by hand, or leave it out.',
  );
