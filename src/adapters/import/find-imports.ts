/** Which files an import is about, and what each holds by its name and its first rows. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../core/errors.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { holdsLogs } from '../../core/feedback/otel/read-protobuf.ts';
import { WireProblem } from '../../core/feedback/otel/wire.ts';
import { decodeUtf8 } from '../capture/capture.ts';
import type { ImportFormat } from './import-files.ts';
import { messagesOf } from './protobuf-messages.ts';
import { isOtlp, rowsOf, type RowFormat } from './read-rows.ts';

const NAMES = /\.(jsonl?|ndjson|csv|tsv|pb|binpb)(\.gz)?$/i;
const PROTOBUF = /\.(pb|binpb)(\.gz)?$/i;
/** Rows that a mapping is guessed from. */
const SAMPLE = 50;

/** Of folders all that may hold rows, by name. @throws {ConfigurationError} when there is nothing. */
export function filesAt(paths: readonly string[], cwd: string): string[] {
  const files = paths.flatMap((given) => {
    const full = path.resolve(cwd, given);
    if (!existsSync(full)) throw new ConfigurationError('import/missing', `There is no file or folder ${given}.`, 'Check the path.');
    if (!statSync(full).isDirectory()) return [full];
    const inside = readdirSync(full, { recursive: true, withFileTypes: true })
      .filter(
        (entry) => entry.isFile() && NAMES.test(entry.name) && !path.relative(full, entry.parentPath).split(path.sep).includes('.goldset'),
      )
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort();
    if (inside.length === 0)
      throw new ConfigurationError(
        'import/empty',
        `${given} contains no .jsonl, .json, .ndjson, .csv, .tsv, .pb or .binpb file.`,
        'Name the file directly.',
      );
    return inside;
  });
  return [...new Set(files)];
}

/** What `--format` says. */
export const FORMATS = ['otlp', 'jsonl', 'csv', 'langfuse'] as const;
export type GivenFormat = (typeof FORMATS)[number];

export interface Surveyed {
  readonly file: string;
  readonly rows: RowFormat | 'protobuf';
  readonly format: ImportFormat;
  /** Log records of OpenTelemetry. */
  readonly holdsLogs: boolean;
  /** The first rows that can be read. */
  readonly sample: readonly JsonValue[];
}

/** @throws when the file cannot be read. */
export async function survey(file: string, given: GivenFormat | null): Promise<Surveyed> {
  if (PROTOBUF.test(file)) return { file, rows: 'protobuf', format: 'otlp', holdsLogs: await beginsWithLogs(file), sample: [] };
  const rows = given === 'csv' || (given !== 'jsonl' && given !== 'otlp' && /\.[ct]sv(\.gz)?$/i.test(file)) ? 'csv' : 'json';
  const sample: JsonValue[] = [];
  for await (const read of rowsOf(file, rows)) {
    if ('row' in read) sample.push(read.row);
    if (sample.length >= SAMPLE) break;
  }
  const format = given === 'otlp' || given === 'langfuse' ? given : given === null ? formatOf(sample[0]) : 'rows';
  const [first] = sample;
  const holdsLogs = isJsonObject(first) && LOGS.some((name) => Object.hasOwn(first, name));
  return { file, rows, format, holdsLogs, sample };
}

const LOGS = ['resourceLogs', 'resource_logs'];

async function beginsWithLogs(file: string): Promise<boolean> {
  try {
    for await (const read of messagesOf(file)) return 'bytes' in read && holdsLogs(read.bytes, decodeUtf8);
  } catch (error) {
    // Whoever reads it all says what is wrong with it.
    if (!(error instanceof WireProblem)) throw error;
  }
  return false;
}

function formatOf(row: JsonValue | undefined): ImportFormat {
  if (!isJsonObject(row)) return 'rows';
  if (isOtlp(row)) return 'otlp';
  if (typeof row['schema'] === 'string' && /^goldset\.(interaction|follow-up)\//.test(row['schema'])) return 'goldset';
  const has = (...names: readonly string[]): boolean => names.every((name) => Object.hasOwn(row, name));
  return has('traceId', 'type', 'startTime') || has('dataType', 'subject', 'timestamp') ? 'langfuse' : 'rows';
}
