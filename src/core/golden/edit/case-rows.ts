/** Cases of CSV: the row of a case that is changed is written again; other rows stay as they are. */
import { HumanError } from '../../problems/errors.ts';
import type { TextEdit } from '../../text/text.ts';
import { csvLayout } from '../csv-delimiter.ts';
import type { CaseEdit, CaseField } from './case-change.ts';
import { cellText, headerOf, rowText, parsedRows } from './edit-csv.ts';

export function csvCaseEdits(text: string, wanted: readonly CaseEdit[]): TextEdit[] {
  const { delimiter } = csvLayout(text);
  const header = headerOf(text);
  return wanted.flatMap(({ found, changes, isRemoved, copies }): TextEdit[] => {
    if (changes.length === 0 && !isRemoved && copies.length === 0) return [];
    const { start, end } = found.source.range;
    const [row = []] = parsedRows(text.slice(start, end), { delimiter });
    const cells = header.map((_, i) => row[i] ?? '');
    for (const { field, value } of changes) cells[columnOf(header, field)] = value === undefined ? '' : cellText(value);
    const copied = copies.map((id) => {
      const own = [...cells];
      own[columnOf(header, ['id'])] = id;
      return `\n${rowText(own, delimiter)}`;
    });
    const edits: TextEdit[] = [];
    if (isRemoved) {
      const lineBreak = /^[ \t]*\r?\n/.exec(text.slice(end))?.[0].length ?? 0;
      edits.push({ range: { start, end: end + lineBreak }, text: '' });
    } else if (changes.length > 0) edits.push({ range: { start, end }, text: rowText(cells, delimiter) });
    if (copied.length > 0) edits.push({ range: { start: end, end }, text: copied.join('') });
    return edits;
  });
}

/** @throws {HumanError} when the file has no such column. */
function columnOf(header: readonly string[], field: CaseField): number {
  const name = field[0] === 'vars' ? field[1] : field[0] === 'description' ? '__description' : field[0];
  const at = header.lastIndexOf(name);
  if (at === -1)
    throw new HumanError(
      'golden/no-column',
      `This CSV has no column \`${name}\`.`,
      'Add it to the first line of the file, or use a .golden.yaml file.',
    );
  return at;
}
