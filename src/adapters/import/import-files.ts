/** Files of logs to interactions, whatever their format. */
import { statSync } from 'node:fs';
import {
  NOTHING_READ,
  type LogFormat,
  type LogItem,
  type LogPorts,
  type LogReader,
  type ReadLog,
} from '../../core/feedback/logs/log-format.ts';
import type { JsonValue } from '../../core/json/json.ts';
import type { ImportMapping } from '../../core/feedback/logs/rows/mapping.ts';
import { decodeUtf8 } from '../capture/capture.ts';
import { sha256 } from '../hash.ts';
import { personHash } from '../capture/user-hash.ts';
import type { ImportSink } from './import-sink.ts';
import type { Refusals } from './refusals.ts';
import { protobufMessages } from './protobuf-messages.ts';
import { parquetRows, type ParquetThread } from '../parquet/parquet-rows.ts';
import { rowsOf, type RowFormat } from './read-rows.ts';

/** How a file holds its items. */
export type FileEncoding = RowFormat | 'protobuf' | 'parquet';

export interface ImportFile {
  readonly file: string;
  readonly encoding: FileEncoding;
  readonly format: LogFormat;
  /** Files of a lower rank are read first. */
  readonly rank: number;
  readonly mapping: ImportMapping;
}

export const PORTS: LogPorts = {
  hashes: { content: sha256, user: personHash },
  decode: decodeUtf8,
};

/** `count`: of rows that the problem is about; absent: one. */
type FileItem = { readonly place: string } & (LogItem | { readonly problem: string; readonly count?: number });

/** The rows or messages of a file, each with its place, or why it cannot be read. @throws when the file cannot be read. */
export function itemsOf(file: string, encoding: FileEncoding, thread: ParquetThread): AsyncIterable<FileItem> {
  if (encoding === 'parquet') return parquetRows(file, thread);
  return encoding === 'protobuf' ? protobufMessages(file) : rowsOf(file, encoding);
}

/**
 * `shown`: what a row holds, as a person may see it: redacted and cut. @throws when a file cannot be read or nothing can be written.
 */
export async function importFiles(
  files: readonly ImportFile[],
  sink: Pick<ImportSink, 'add' | 'flush'> & Partial<Pick<ImportSink, 'expect'>>,
  refusals: Refusals,
  thread: ParquetThread,
  shown: (row: JsonValue) => string | null = () => null,
): Promise<void> {
  const readers = new Map<LogFormat, LogReader>();
  const take = async (place: string, { records, lines, skipped, problems }: ReadLog, text: (() => string | null) | null): Promise<void> => {
    await sink.expect?.(lines);
    refusals.read += records;
    for (const { reason, count } of skipped) refusals.skip(place, reason, count, text);
    for (const { reason, count } of problems) refusals.add(place, reason, count, text);
    for (const problem of lines.map((line) => sink.add(line))) if (problem !== null) refusals.add(place, problem, 1, text);
  };
  for (const { file, encoding, format, mapping } of files.toSorted((a, b) => a.rank - b.rank)) {
    const reader = readers.get(format) ?? format.open(PORTS);
    readers.set(format, reader);
    const source = { mapping, writtenMs: statSync(file).mtimeMs };
    for await (const item of itemsOf(file, encoding, thread)) {
      const place = `${file}, ${item.place}`;
      if ('problem' in item) {
        const { problem: reason, count = 1 } = item;
        await take(place, { ...NOTHING_READ, records: count, problems: [{ reason, count }] }, null);
      } else await take(place, reader.read(item, source), 'row' in item ? () => shown(item.row) : null);
    }
    sink.flush();
  }
  for (const reader of readers.values()) await take('The rest of the input', reader.close(), null);
  sink.flush();
}
