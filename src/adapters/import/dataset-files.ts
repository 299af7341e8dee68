/** A file of examples, read for its golden cases: what it is, which fields become what, and what each row gives. */
import { existsSync, statSync } from 'node:fs';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { didYouMean } from '../../core/problems/did-you-mean.ts';
import { firstNames } from '../../core/display/figures.ts';
import { isJsonObject, type JsonValue } from '../../core/json/json.ts';
import type { NewCase } from '../../core/golden/edit/new-case.ts';
import { CaseMaker, type CaseMakerOptions } from '../../core/feedback/datasets/case-of-row.ts';
import { fieldsOf, fieldsRead, type CaseMapping } from '../../core/feedback/datasets/case-mapping.ts';
import { datasetRow, type DatasetRow } from '../../core/feedback/datasets/dataset-row.ts';
import { plainShape, datasetShapeOf, type DatasetShape } from '../../core/feedback/datasets/dataset-shapes.ts';
import { valueAt } from '../../core/feedback/logs/rows/mapping.ts';
import type { FileRow } from './json-items.ts';
import { rowsOf } from './read-rows.ts';
import { Refusals, type Refusal } from './refusals.ts';

/** Rows that a mapping is proposed from. */
const SAMPLE = 50;
/** Cases that are made at once; a golden set with more is slow to run and to read. */
export const MOST_IMPORTED = 50_000;
/** Characters of their variables and of what is expected: the golden set must stay one that can be read. */
const MOST_CHARACTERS = 64 << 20;

export interface DatasetFile {
  readonly file: string;
  readonly shape: DatasetShape;
  /** Its cells hold JSON. */
  readonly cellsAreJson: boolean;
  /** The first rows that cases can be made of. */
  readonly sample: readonly DatasetRow[];
}

/** What a file is, by its name and its first rows. @throws {ConfigurationError} when there is no such file or nothing in it can be read. */
export async function openDataset(file: string): Promise<DatasetFile> {
  if (!existsSync(file)) throw new ConfigurationError('import/missing', `There is no file ${file}.`, 'Check the path.');
  if (!statSync(file).isFile())
    throw new ConfigurationError('import/missing', `${file} is not a regular file.`, 'Name one file of cases: CSV, JSONL or JSON.');
  const raw: JsonValue[] = [];
  let first: string | null = null;
  for await (const read of datasetRows(file)) {
    if ('row' in read) raw.push(read.row);
    else first ??= `${read.place}: ${read.problem}`;
    if (raw.length >= SAMPLE) break;
  }
  if (raw.length === 0)
    throw new ConfigurationError(
      'import/empty',
      `No row of ${file} can be read.${first === null ? '' : ` ${first}`}`,
      'Import a CSV with a header, JSON objects one per line, or a JSON list of objects.',
    );
  const known = raw.map(datasetShapeOf).find((shape) => shape !== null) ?? null;
  const shape = known ?? plainShape(isCsv(file) ? 'CSV file' : 'file of JSON rows');
  const cellsAreJson = known !== null && isCsv(file);
  const sample = raw.flatMap((given): DatasetRow[] => {
    const row = datasetRow(given, shape, cellsAreJson);
    return 'problem' in row ? [] : [row];
  });
  return { file, shape, cellsAreJson, sample };
}

const isCsv = (file: string): boolean => /\.[ct]sv(\.gz)?$/i.test(file);

export interface ImportedCases {
  readonly cases: readonly NewCase[];
  /** Rows of the file, those included that cannot be read. */
  readonly read: number;
  /** Rows that no case is made of: their count, and the first of them with the reason. */
  readonly skipped: { readonly count: number; readonly rows: readonly Refusal[] };
  /** Of the skipped rows, those whose case the set or an earlier row has. */
  readonly duplicates: number;
}

/** The cases of all rows; `mostCharacters`: of all of them together. @throws {ConfigurationError} when a field of the mapping is in no row. */
export async function casesOf(
  dataset: DatasetFile,
  mapping: CaseMapping,
  options: CaseMakerOptions,
  mostCharacters = MOST_CHARACTERS,
): Promise<ImportedCases> {
  const maker = new CaseMaker(mapping, options);
  const skipped = new Refusals();
  const cases: NewCase[] = [];
  const unseen = new Set(fieldsRead(mapping));
  let read = 0;
  let duplicates = 0;
  let characters = 0;
  for await (const item of datasetRows(dataset.file)) {
    read++;
    const row = 'problem' in item ? item : datasetRow(item.row, dataset.shape, dataset.cellsAreJson);
    if ('problem' in row) {
      skipped.add(item.place, row.problem);
      continue;
    }
    for (const field of unseen) if (valueAt(row.fields, field) !== undefined) unseen.delete(field);
    if (cases.length >= MOST_IMPORTED) {
      skipped.add(item.place, `More than ${MOST_IMPORTED.toLocaleString('en-US')} cases are not imported at once.`);
      continue;
    }
    if (characters >= mostCharacters) {
      skipped.add(
        item.place,
        `The cases before it have ${mostCharacters.toLocaleString('en-US')} characters; more are not imported at once.`,
      );
      continue;
    }
    const outcome = maker.take(row);
    if ('added' in outcome) {
      cases.push(outcome.added);
      characters += JSON.stringify([outcome.added.vars, outcome.added.expected]).length;
    } else if ('like' in outcome) {
      duplicates++;
      skipped.add(item.place, `The case ${outcome.like} has the same id or the same variables.`);
    } else skipped.add(item.place, outcome.problem);
  }
  const [missing] = unseen;
  if (missing !== undefined && dataset.sample.length > 0) throw noField(dataset, missing);
  return { cases, read, skipped: { count: skipped.count, rows: skipped.named }, duplicates };
}

function noField({ file, shape, sample }: DatasetFile, missing: string): ConfigurationError {
  const fields = [...new Set(sample.flatMap((row) => fieldsOf(row, shape)))];
  return new ConfigurationError(
    'import/no-field',
    `No row of ${file} has the field ${missing}.`,
    `${didYouMean(missing, fields)}Its fields: ${firstNames(fields, 20)}.`,
  );
}

/** Rows of a file; a list under one key of an object, as APIs answer, is a list of rows. */
async function* datasetRows(file: string): AsyncIterable<FileRow> {
  for await (const item of rowsOf(file, isCsv(file) ? 'csv' : 'json')) {
    const list = 'row' in item ? listIn(item.row) : null;
    if (list === null) yield item;
    else for (const [i, row] of list.entries()) yield { place: `item ${i + 1}`, row };
  }
}

const LISTS = ['data', 'examples', 'items', 'rows', 'events', 'records'];

function listIn(row: JsonValue): readonly JsonValue[] | null {
  if (!isJsonObject(row) || datasetShapeOf(row) !== null) return null;
  const found = LISTS.map((name) => row[name]).find((value) => Array.isArray(value) && value.length > 0 && value.every(isJsonObject));
  return Array.isArray(found) ? found : null;
}
