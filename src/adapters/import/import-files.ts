/** Files of calls to interactions: rows by a mapping, our own lines, Langfuse's rows, and OpenTelemetry's requests as collectors write them. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { observationLine, scoreLine } from '../../core/feedback/import/langfuse.ts';
import type { ImportMapping } from '../../core/feedback/import/mapping.ts';
import { interactionOfRow, type RowHashes } from '../../core/feedback/import/row-interaction.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { readOtlpJson } from '../../core/feedback/otel/read-json.ts';
import { readProtobuf } from '../../core/feedback/otel/read-protobuf.ts';
import type { Telemetry } from '../../core/feedback/otel/telemetry.ts';
import { TelemetryReader } from '../../core/feedback/otel/telemetry-reader.ts';
import { WireProblem } from '../../core/feedback/otel/wire.ts';
import { readStoredLine } from '../../core/feedback/interactions/stored-line.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { decodeUtf8 } from '../capture/capture.ts';
import { userHash } from '../capture/user-hash.ts';
import type { ImportSink } from './import-sink.ts';
import type { Refusals } from './refusals.ts';
import { messagesOf } from './protobuf-messages.ts';
import { rowsOf, type RowFormat } from './read-rows.ts';

/** What a file holds. */
export type ImportFormat = 'rows' | 'goldset' | 'langfuse' | 'otlp';

export interface ImportFile {
  readonly file: string;
  readonly rows: RowFormat;
  readonly format: ImportFormat;
  /** Of `rows`. */
  readonly mapping: ImportMapping;
}

export const HASHES: RowHashes = { content: (text) => createHash('sha256').update(text).digest('hex'), user: userHash };

/** @throws when a file cannot be read or nothing can be written. */
export async function importFile({ file, rows, format, mapping }: ImportFile, sink: ImportSink, refusals: Refusals): Promise<void> {
  for await (const read of rowsOf(file, rows)) {
    const place = `${file}, ${read.place}`;
    const line = 'problem' in read ? read : lineOfRow(read.row, format, mapping);
    const problem = 'problem' in line ? line.problem : 'skipped' in line ? null : sink.add(line);
    if (problem !== null) refusals.add(place, problem);
  }
  sink.flush();
}

function lineOfRow(
  row: JsonValue,
  format: ImportFormat,
  mapping: ImportMapping,
): StoredLine | { readonly problem: string } | { readonly skipped: true } {
  if (format === 'goldset') return readStoredLine(JSON.stringify(row));
  if (format === 'langfuse') return isJsonObject(row) && row['dataType'] !== undefined ? scoreLine(row) : observationLine(row, userHash);
  return interactionOfRow(row, mapping, HASHES);
}

/** Requests of exporters. */
export interface OtlpFile {
  readonly file: string;
  readonly rows: RowFormat | 'protobuf';
}

type ReadRequest = { readonly place: string } & ({ readonly telemetry: Telemetry } | { readonly problem: string });

/** Logs first: what an instrumentation says of a span in its log is then known when the span comes. */
export async function importOtlp(files: readonly OtlpFile[], sink: ImportSink, refusals: Refusals): Promise<void> {
  let now = 0;
  const reader = new TelemetryReader(userHash, () => now);
  for (const { file, rows } of files) {
    // What has no time of its own has that of the file, so that it is the same the next time.
    now = statSync(file).mtimeMs;
    for await (const read of requestsOf(file, rows)) {
      const place = `${file}, ${read.place}`;
      if ('problem' in read) {
        refusals.add(place, read.problem);
        continue;
      }
      const { telemetry } = read;
      const { lines, refused } = reader.take(telemetry);
      for (const { count, first } of [telemetry.refused, refused]) if (first !== null) refusals.add(place, first, count);
      for (const problem of lines.map((line) => sink.add(line))) if (problem !== null) refusals.add(place, problem);
    }
  }
  for (const problem of reader.close().map((line) => sink.add(line))) if (problem !== null) refusals.add('The rest of the input', problem);
  sink.flush();
}

async function* requestsOf(file: string, rows: OtlpFile['rows']): AsyncIterable<ReadRequest> {
  if (rows === 'protobuf') {
    for await (const read of messagesOf(file)) yield 'problem' in read ? read : requestOf(read.place, read.bytes);
    return;
  }
  for await (const read of rowsOf(file, rows)) {
    const telemetry = 'problem' in read ? null : readOtlpJson(read.row);
    if (telemetry !== null) yield { place: read.place, telemetry };
    else yield { place: read.place, problem: 'problem' in read ? read.problem : 'It contains neither spans nor log records.' };
  }
}

function requestOf(place: string, bytes: Uint8Array): ReadRequest {
  try {
    return { place, telemetry: readProtobuf(bytes, decodeUtf8) };
  } catch (error) {
    if (error instanceof WireProblem) return { place, problem: `It is not OTLP protobuf: ${error.message}` };
    throw error;
  }
}
