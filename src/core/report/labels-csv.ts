/**
 * The outputs of a draw as CSV for people who label in a spreadsheet, and their labels back. It never has what a judge said nor a candidate. No text
 * of an output becomes a formula.
 */
import { parse, CsvError } from 'csv-parse/sync';
import { csvLayout } from '../golden/csv-delimiter.ts';
import { CAUSES, GRADES, type LabelledItem, type LabelRecord } from '../judge/labels/label-record.ts';
import { criterionWords } from '../judge/labels/criterion-text.ts';
import type { DrawFile, DrawItem } from '../judge/labels/draw-file.ts';
import { csvCell } from './csv.ts';

const COLUMNS = ['id', 'input', 'output', 'context', 'criterion', 'grade', 'cause', 'failureMode', 'critique'] as const;

/** `texts`: of an output whose texts the draw does not keep; null: they are not known. `person`: only what they label; null: everything. */
export function labelsToCsv(
  draw: DrawFile,
  texts: (item: DrawItem) => LabelledItem | null = ({ item }) => item,
  person: string | null = null,
): string {
  const criterion = criterionWords(draw.frame.criterion);
  const rows = draw.items.flatMap((item, i) => {
    if (person !== null && item.assignees.length > 0 && !item.assignees.includes(person)) return [];
    const { input = null, output = null, context = null } = texts(item) ?? item.item ?? {};
    return [[rowId(item, i), input, output, context, criterion, '', '', '', ''].map(csvCell).join(',')];
  });
  return `\uFEFF${[COLUMNS.join(','), ...rows].join('\r\n')}\r\n`;
}

/** Its place in the draw, and the beginning of its hash, so that another draw's row is not taken for it. */
const rowId = ({ target }: DrawItem, i: number): string => `${i + 1}-${target.hash.slice(0, 8)}`;

export type CsvAnswer = Pick<LabelRecord, 'grade' | 'cause' | 'failureMode' | 'critique'>;

export interface CsvLabels {
  readonly answers: readonly { readonly item: DrawItem; readonly answer: CsvAnswer }[];
  /** Rows that are no labels: the line of the file where each begins, and why. */
  readonly problems: readonly { readonly line: number; readonly reason: string }[];
  /** Rows without a grade. */
  readonly open: number;
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Reads what a spreadsheet has saved, whichever separator it uses. Every row with a grade is an answer or a problem. */
export function labelsFromCsv(text: string, draw: DrawFile): CsvLabels {
  const { rows, problems } = readRows(text);
  const [header, ...given] = rows;
  const names = header?.cells.map((name) => name.trim().toLowerCase()) ?? [];
  const at = (name: (typeof COLUMNS)[number]): number => names.indexOf(name.toLowerCase());
  const missing = (['id', 'grade'] as const).filter((name) => at(name) === -1);
  if (missing.length > 0)
    return {
      answers: [],
      problems: [...problems, { line: header?.line ?? 1, reason: `The column ${missing.join(' and ')} is missing.` }],
      open: 0,
    };
  const items = new Map(draw.items.map((item, i) => [rowId(item, i), item]));
  const answers = new Map<string, CsvLabels['answers'][number]>();
  let open = 0;
  for (const { line, cells } of given) {
    const cell = (name: (typeof COLUMNS)[number]): string => (cells[at(name)] ?? '').trim();
    if (cell('grade') === '') {
      open++;
      continue;
    }
    const id = cell('id');
    const item = items.get(id);
    const answer = answerOf(cell);
    if (item === undefined) problems.push({ line, reason: `The draw ${draw.id} has no output ${JSON.stringify(id.slice(0, 80))}.` });
    else if (answers.has(id)) problems.push({ line, reason: `The output ${id} is there twice; the first row counts.` });
    else if (typeof answer === 'string') problems.push({ line, reason: answer });
    else answers.set(id, { item, answer });
  }
  return { answers: [...answers.values()], problems: problems.sort((a, b) => a.line - b.line), open };
}

function answerOf(cell: (name: 'grade' | 'cause' | 'failureMode' | 'critique') => string): CsvAnswer | string {
  const [grade, cause] = [cell('grade').toLowerCase(), cell('cause').toLowerCase()];
  const found = GRADES.find((name) => name === grade);
  if (found === undefined) return `The grade must be ${GRADES.join(', ')}, not ${JSON.stringify(grade.slice(0, 80))}.`;
  const known = CAUSES.find((name) => name === cause);
  if (cause !== '' && known === undefined)
    return `The cause must be ${CAUSES.join(', ')} or empty, not ${JSON.stringify(cause.slice(0, 80))}.`;
  return { grade: found, cause: known ?? null, failureMode: cell('failureMode') || null, critique: cell('critique') || null };
}

/** A row that cannot be read is a problem; the others are read. */
function readRows(text: string): { readonly rows: Row[]; readonly problems: { line: number; reason: string }[] } {
  const layout = csvLayout(text);
  const skipped = text.slice(0, layout.start).split('\n').length - 1;
  const problems: { line: number; reason: string }[] = [];
  const problem = ({ message, lines }: CsvError): void => {
    problems.push({ line: skipped + (typeof lines === 'number' ? lines : 1), reason: `This row cannot be read: ${message}` });
  };
  try {
    const rows = parse(text.slice(layout.start), {
      delimiter: layout.delimiter,
      info: true,
      raw: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_skip: (error) => {
        if (error !== undefined) problem(error);
      },
    }) as unknown as readonly { readonly record: readonly string[]; readonly info: { readonly lines: number }; readonly raw: string }[];
    return {
      // `lines` counts up to the end of the row.
      rows: rows.map(({ record, info, raw }) => ({ line: skipped + info.lines - (raw.trimEnd().split('\n').length - 1), cells: record })),
      problems,
    };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    problem(error);
    return { rows: [], problems };
  }
}
