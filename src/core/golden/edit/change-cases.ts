/**
 * Changes of cells, and cases that are copied, taken away or added, as one edit of a golden set. It is made only if reading the new text
 * gives exactly these changes: comments, order and the text of other cases stay.
 */
import { HumanError } from '../../problems/errors.ts';
import type { JsonValue } from '../../json/json.ts';
import { applyEdits, type TextEdit } from '../../text/text.ts';
import type { GoldenCase } from '../case.ts';
import { isLiteralCell } from '../csv.ts';
import { isResolvable, withLiterals } from '../literal.ts';
import { CASE_STATUSES, type CaseChanges, type CaseEdit, type CellChange, type WrittenChange } from './case-change.ts';
import { changedCase, sameContent } from './case-content.ts';
import { csvCaseEdits } from './case-rows.ts';
import { textCaseEdits } from './case-blocks.ts';
import { addCases, type GoldenText } from './edit-golden.ts';

/** The edits of the text. @throws {HumanError} when a case is not there, an id is taken, or the text cannot be changed safely. */
export function changeCases(golden: GoldenText, given: CaseChanges): TextEdit[] {
  const changes: CaseChanges = { ...given, set: given.set.map((change) => ({ ...change, value: plainCopy(change.value) })) };
  const cases = golden.read(golden.text);
  checkChanges(golden.path, cases, changes);
  const isCsv = golden.path.endsWith('.csv');
  const wanted = caseEdits(cases, changes, isCsv);
  const edits = isCsv ? csvCaseEdits(golden.text, wanted) : textCaseEdits(golden.path, golden.text, wanted);
  if (edits === null) throw cannotChange(golden.path);
  const changed = applyEdits(golden.text, edits);
  const after = golden.read(changed);
  if (!isAsWanted(after, wanted, changes)) throw cannotChange(golden.path);
  if (changes.add.length === 0) return edits;
  const added = addCases({ ...golden, text: changed }, changes.add);
  return edits.length === 0 ? added : [wholeChange(golden.text, applyEdits(changed, added))];
}

/** As JSON has it, so that every format says the same: YAML alone knows −0. */
const plainCopy = (value: JsonValue): JsonValue => JSON.parse(JSON.stringify(value)) as JsonValue;

function checkChanges(path: string, cases: readonly GoldenCase[], { set, remove, copy }: CaseChanges): void {
  const ids = new Set(cases.map(({ id }) => id));
  for (const id of [...set.map((change) => change.case), ...remove, ...copy.map(({ of }) => of)])
    if (!ids.has(id))
      throw new HumanError('golden/no-case', `The golden set ${path} has no case ${id}.`, 'It was changed in the meantime. Try again.');
  const renamed = set.flatMap(({ field: [key], value }) => (key === 'id' ? [typeof value === 'string' ? value.trim() : ''] : []));
  for (const id of [...renamed, ...copy.map((item) => item.id)]) {
    if (id === '') throw new HumanError('golden/no-id', 'The id of a case must be text.', 'Write a short name that no other case has.');
    if (ids.has(id)) throw new HumanError('golden/duplicate-id', `A case with the id ${id} already exists.`, 'Choose another id.');
    ids.add(id);
  }
  for (const { field, value } of set) {
    if (field[0] === 'status' && value !== null && !(CASE_STATUSES as readonly JsonValue[]).includes(value))
      throw new HumanError(
        'golden/status',
        `A case has no status ${typeof value === 'string' ? `“${value}”` : JSON.stringify(value)}.`,
        `Use ${CASE_STATUSES.join(', ')}.`,
      );
    if ((field[0] === 'description' || field[0] === 'group') && value !== null && typeof value !== 'string')
      throw new HumanError('golden/not-text', `The ${field[0]} of a case must be text.`, 'Write it in words.');
  }
}

function caseEdits(cases: readonly GoldenCase[], { set, remove, copy }: CaseChanges, isCsv: boolean): CaseEdit[] {
  const removed = new Set(remove);
  const changes = new Map<string, WrittenChange[]>();
  const looksMarked = (text: string): boolean => isCsv && isLiteralCell(text);
  const isMarked = (text: string): boolean => isResolvable(text) || looksMarked(text);
  for (const { case: id, field, value, isReference = false } of set) {
    const isGone = value === null || (field[0] === 'status' && value === 'active');
    const isPlain = isReference || field[0] === 'id' || field[0] === 'group' || field[0] === 'status';
    const written = isGone ? undefined : isPlain ? value : withLiterals(value, field[0] === 'expected' ? looksMarked : isMarked);
    const own = changes.get(id) ?? [];
    own.push({ field, value: written });
    changes.set(id, own);
  }
  const copies = new Map<string, string[]>();
  for (const { of, id } of copy) copies.set(of, [...(copies.get(of) ?? []), id]);
  return cases.map((found) => ({
    found,
    changes: changes.get(found.id) ?? [],
    isRemoved: removed.has(found.id),
    copies: copies.get(found.id) ?? [],
  }));
}

/** Whether the cases of the new text are those of the old one with these changes, and nothing else. */
function isAsWanted(after: readonly GoldenCase[], wanted: readonly CaseEdit[], { set }: CaseChanges): boolean {
  const byCase = new Map<string, CellChange[]>();
  for (const change of set) byCase.set(change.case, [...(byCase.get(change.case) ?? []), change]);
  let at = 0;
  const isNext = (expected: GoldenCase, isChanged: boolean): boolean => {
    const found = after[at++];
    return found !== undefined && sameContent(expected, found, isChanged);
  };
  for (const { found, isRemoved, copies } of wanted) {
    const own = byCase.get(found.id) ?? [];
    const expected = changedCase(found, own);
    if (!isRemoved && !isNext(expected, own.length > 0)) return false;
    for (const id of copies) if (!isNext({ ...expected, id }, own.length > 0)) return false;
  }
  return at === after.length;
}

/** What is different, as one edit that cuts no character in two. */
function wholeChange(before: string, after: string): TextEdit {
  const isHalf = (text: string, at: number): boolean => /[\udc00-\udfff\n]/.test(text[at] ?? '');
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  while (start > 0 && (isHalf(before, start) || isHalf(after, start))) start--;
  let same = 0;
  while (same < Math.min(before.length, after.length) - start && before[before.length - 1 - same] === after[after.length - 1 - same])
    same++;
  while (same > 0 && (isHalf(before, before.length - same) || isHalf(after, after.length - same))) same--;
  return { range: { start, end: before.length - same }, text: after.slice(start, after.length - same) };
}

const cannotChange = (path: string): HumanError =>
  new HumanError(
    'golden/not-written',
    `${path} can’t be edited here without changing other cases.`,
    'Open the file as text and edit the case by hand.',
  );
