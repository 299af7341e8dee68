/** Which files an import is about, and what each holds by its name and its first rows. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { JsonValue } from '../../core/json/json.ts';
import type { FormatName } from '../../core/feedback/logs/format-names.ts';
import { LOG_FORMATS, NAMED_FORMATS } from '../../core/feedback/logs/formats.ts';
import type { LogFormat, LogItem } from '../../core/feedback/logs/log-format.ts';
import { MAPPED_ROWS } from '../../core/feedback/logs/rows/mapped-format.ts';
import { itemsOf, PORTS, type ImportFile } from './import-files.ts';
import type { ParquetThread } from '../parquet/parquet-rows.ts';

const NAMES = /\.((jsonl?|ndjson|csv|tsv|pb|binpb)(\.gz)?|parquet)$/i;
/** Rows that a mapping is guessed from. */
const SAMPLE = 50;

/** Of folders all that may hold rows, by name. @throws {ConfigurationError} when there is nothing. */
export function filesAt(paths: readonly string[], cwd: string): string[] {
  const files = paths.flatMap((given) => {
    const full = path.resolve(cwd, given);
    if (!existsSync(full)) throw new ConfigurationError('import/missing', `There is no file or folder ${given}.`, 'Check the path.');
    const found = statSync(full);
    if (found.isFile()) return [full];
    // A device has no end, and a pipe cannot be read twice.
    if (!found.isDirectory())
      throw new ConfigurationError('import/kind', `${given} is not a regular file.`, 'Write what it gives into a file, and import that.');
    const inside = readdirSync(full, { recursive: true, withFileTypes: true })
      .filter(
        (entry) => entry.isFile() && NAMES.test(entry.name) && !path.relative(full, entry.parentPath).split(path.sep).includes('.goldset'),
      )
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort();
    if (inside.length === 0)
      throw new ConfigurationError(
        'import/empty',
        `${given} holds no .jsonl, .json, .ndjson, .csv, .tsv, .parquet, .pb or .binpb file.`,
        'Name the file itself.',
      );
    return inside;
  });
  return [...new Set(files)];
}

export interface DetectedFile extends Omit<ImportFile, 'mapping'> {
  /** The first rows that can be read. */
  readonly sample: readonly JsonValue[];
}

/** What a file holds. `given`: what the user says that it is. @throws when the file cannot be read. */
export async function detectFormat(
  file: string,
  given: FormatName | null,
  thread: ParquetThread,
  formats: readonly LogFormat[] = LOG_FORMATS,
): Promise<DetectedFile> {
  const named = given === null ? null : NAMED_FORMATS[given];
  const binary = formats.find(({ binaryNames }) => binaryNames?.test(file));
  const encoding = binary !== undefined ? 'protobuf' : /\.parquet$/i.test(file) ? 'parquet' : isCsv(file, given, named) ? 'csv' : 'json';
  const items: LogItem[] = [];
  for await (const read of itemsOf(file, encoding, thread)) {
    if (!('problem' in read)) items.push(read);
    if (encoding === 'protobuf' || items.length >= SAMPLE) break;
  }
  const [first = null] = items;
  const sample = items.flatMap((item) => ('row' in item ? [item.row] : []));
  const format = binary ?? named ?? formatOf(sample[0], formats);
  return { file, encoding, format, rank: format.rankOf(first, PORTS), sample };
}

const isCsv = (file: string, given: FormatName | null, named: LogFormat | null): boolean =>
  given === 'csv' || (given !== 'jsonl' && named?.isInCsv !== false && /\.[ct]sv(\.gz)?$/i.test(file));

const formatOf = (row: JsonValue | undefined, formats: readonly LogFormat[]): LogFormat =>
  formats.find((format) => row !== undefined && format.isBegunBy(row)) ?? MAPPED_ROWS;
