/** What a format of logs is to the rest of Goldset. All about one format is in its own folder; `formats.ts` lists them. */
import type { JsonValue } from '../../json/json.ts';
import type { Hash } from '../../text/hash.ts';
import type { StoredLine } from '../interactions/interaction.ts';
import type { PersonHash } from '../redaction/persons.ts';
import type { ImportMapping } from './rows/mapping.ts';

/** A row of a text file, or a message of a binary one. */
export type LogItem = { readonly row: JsonValue } | { readonly bytes: Uint8Array };

export interface LogFormat {
  /** Encoding of its binary files by their names; null: it has none. */
  readonly binaryNames: RegExp | null;
  /** Whether a CSV can hold it. */
  readonly isInCsv: boolean;
  /** Whether its columns mean what the user's mapping says. */
  readonly isMapped: boolean;
  /** Whether a file that begins with this row is of this format. */
  isBegunBy(row: JsonValue): boolean;
  /** Files of a lower rank are read first. `first`: what the file begins with; null: nothing that can be read. */
  rankOf(first: LogItem | null, ports: LogPorts): number;
  /** One reader for all files of an import. */
  open(ports: LogPorts): LogReader;
}

/** What a format needs of the world. */
export interface LogPorts {
  readonly hashes: RowHashes;
  /** UTF-8 of a part of the bytes. */
  readonly decode: (bytes: Uint8Array, from: number, to: number) => string;
}

export interface RowHashes {
  /** Of the row's content, where it has no id. */
  readonly content: Hash;
  /** Of a user's name. */
  readonly user: PersonHash;
}

/** The file that an item is from. */
export interface LogSource {
  readonly mapping: ImportMapping;
  /** When it was written, ms since 1970: the time of what has none of its own. */
  readonly writtenMs: number;
}

export interface LogReader {
  read(item: LogItem, source: LogSource): ReadLog;
  /** What was kept for what did not come. */
  close(): ReadLog;
}

export interface ReadLog {
  /** Records that the item held, such as the spans of a request; those that are kept for later count too. */
  readonly records: number;
  readonly lines: readonly StoredLine[];
  /** What is sound, but no call: why, and how many. */
  readonly skipped: readonly CountedReason[];
  /** What was refused: why, and how many. */
  readonly problems: readonly CountedReason[];
}

export interface CountedReason {
  readonly reason: string;
  readonly count: number;
}

/** `skipped`: it is sound, but nothing of an interaction; why. `problem`: it is not. */
export type ReadRow = StoredLine | { readonly skipped: string } | { readonly problem: string };

/** What several rows are together. */
export function readLogOf(rows: readonly ReadRow[], records = rows.length): ReadLog {
  return {
    records,
    lines: rows.flatMap((row) => ('skipped' in row || 'problem' in row ? [] : [row])),
    skipped: rows.flatMap((row) => ('skipped' in row ? [{ reason: row.skipped, count: 1 }] : [])),
    problems: rows.flatMap((row) => ('problem' in row ? [{ reason: row.problem, count: 1 }] : [])),
  };
}

export const NOTHING_READ: ReadLog = { records: 0, lines: [], skipped: [], problems: [] };

/** A format whose rows are read one by one, each by itself; one row may hold several records. */
export const rowFormat = (
  format: Pick<LogFormat, 'isMapped' | 'isBegunBy'> & {
    readRow(row: JsonValue, source: LogSource, ports: LogPorts): ReadRow | readonly ReadRow[];
  },
): LogFormat => ({
  binaryNames: null,
  isInCsv: true,
  isMapped: format.isMapped,
  isBegunBy: (row) => format.isBegunBy(row),
  rankOf: () => 0,
  open: (ports) => ({
    read: (item, source) => {
      const read = 'row' in item ? format.readRow(item.row, source, ports) : { problem: 'It is no row.' };
      return readLogOf(isRows(read) ? read : [read]);
    },
    close: () => NOTHING_READ,
  }),
});

const isRows = (read: ReadRow | readonly ReadRow[]): read is readonly ReadRow[] => Array.isArray(read);
