/**
 * Rows of Parquet files, on the worker thread: some at a time, so that neither a row group nor the message to the other thread has to fit into
 * memory whole. One file and one row group of it stay open.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { brotliDecompressSync, unzipSync } from 'node:zlib';
import type { Compressors, FileMetaData, RowGroup } from 'hyparquet';
import { messageOf } from '../../core/problems/errors.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { excerpt } from '../../core/text/text.ts';
import {
  checkMetadata,
  checkPages,
  chunksOf,
  footerStart,
  isParquetProblem,
  PARQUET_LIMITS,
  ParquetProblem,
  type ChunkBounds,
} from './parquet-checks.ts';
import { jsonOf, PARQUET_PARSERS, sizeOfValue } from './parquet-values.ts';

export interface ParquetJob {
  readonly file: string;
  /** Null: only how many rows each row group has. */
  readonly from: { readonly group: number; readonly row: number } | null;
}

export interface ParquetSlice {
  /** Rows of each row group. */
  readonly groups: readonly number[];
  /** From the row that was asked for on; null: it is larger than a row may be. */
  readonly rows: readonly (JsonValue | null)[];
  /** Why nothing of the row group from there on can be read; null: it can. */
  readonly problem: string | null;
}

/** Bytes, about, that are decoded at a time, and characters of a message and of a row. */
const [DECODED, MESSAGE, MAX_ROW] = [32 << 20, 8 << 20, 32 << 20];
const MOST_IN_SLICE = 10_000;

type Library = typeof import('./parquet-library.ts');

interface OpenGroup {
  readonly number: number;
  readonly chunks: readonly (ChunkBounds & { readonly bytes: ArrayBuffer })[];
  /** Rows that are decoded at a time. */
  readonly step: number;
  decoded: { readonly from: number; readonly rows: readonly Readonly<Record<string, unknown>>[] };
}

interface OpenFile {
  readonly file: string;
  readonly identity: string;
  readonly size: number;
  readonly metadata: FileMetaData;
  group: OpenGroup | null;
}

export class ParquetReader {
  private open: OpenFile | null = null;

  constructor(private readonly library: Library) {}

  async read({ file, from }: ParquetJob): Promise<ParquetSlice> {
    let groups: readonly number[] = [];
    try {
      const open = this.opened(file);
      groups = open.metadata.row_groups.map(({ num_rows: rows }) => Number(rows));
      return { groups, rows: from === null ? [] : await this.rows(open, from.group, from.row), problem: null };
    } catch (error) {
      const problem = isParquetProblem(error)
        ? error.message
        : `It cannot be decoded (${excerpt(messageOf(error), 160)}). Export it again.`;
      return { groups, rows: [], problem };
    }
  }

  private opened(file: string): OpenFile {
    const { size, mtimeMs, ino } = statSync(file);
    const identity = [size, mtimeMs, ino].join(' ');
    if (this.open?.file === file && this.open.identity === identity) return this.open;
    this.open = null;
    const start = footerStart(Buffer.from(bytesAt(file, Math.max(0, size - 8), size)), size);
    const metadata = this.library.parquetMetadata(bytesAt(file, start, size), { parsers: NO_STATISTICS, geoparquet: false });
    checkMetadata(metadata);
    this.open = { file, identity, size, metadata, group: null };
    return this.open;
  }

  private async rows(open: OpenFile, number: number, row: number): Promise<(JsonValue | null)[]> {
    const group = this.groupOf(open, number);
    if (row < group.decoded.from || row >= group.decoded.from + group.decoded.rows.length) await this.decode(open, group, row);
    const { from, rows } = group.decoded;
    const found: (JsonValue | null)[] = [];
    let characters = 0;
    for (const given of rows.slice(row - from)) {
      const size = sizeOfValue(given, MAX_ROW);
      characters += size;
      if (found.length > 0 && characters > MESSAGE) break;
      found.push(size > MAX_ROW ? null : objectOf(given));
    }
    return found;
  }

  /** With the bytes of its columns, checked. */
  private groupOf(open: OpenFile, number: number): OpenGroup {
    if (open.group?.number === number) return open.group;
    open.group = null;
    const given = open.metadata.row_groups[number];
    if (given === undefined) throw new ParquetProblem('There is no such row group.');
    const chunks = chunksOf(given, open.size).map((bounds) => ({ ...bounds, bytes: bytesAt(open.file, bounds.start, bounds.end) }));
    const decompressed = given.columns.reduce(
      (sum, { meta_data: column }, i) =>
        sum + checkPages(new DataView(chunks[i]?.bytes ?? new ArrayBuffer(0)), Number(column?.num_values), this.library.parquetHeader),
      0,
    );
    const { step, problem } = stepOf(given, decompressed);
    if (problem !== null) throw new ParquetProblem(problem);
    open.group = { number, chunks, step, decoded: { from: 0, rows: [] } };
    return open.group;
  }

  private async decode({ size, metadata }: OpenFile, group: OpenGroup, row: number): Promise<void> {
    group.decoded = { from: 0, rows: [] };
    const given = metadata.row_groups[group.number] as RowGroup;
    const rowEnd = Math.min(row + group.step, Number(given.num_rows));
    const rows = await this.library.parquetReadObjects({
      file: { byteLength: size, slice: (start, end) => heldBytes(group, start, end ?? size) },
      // The group alone: its rows are counted from its beginning.
      metadata: { ...metadata, row_groups: [given], num_rows: given.num_rows },
      rowStart: row,
      rowEnd,
      compressors: compressorsOf(this.library),
      parsers: PARQUET_PARSERS,
      geoparquet: false,
    });
    if (rows.length !== rowEnd - row)
      throw new ParquetProblem(`It has ${rows.length} rows where the footer says ${rowEnd - row}. Export it again.`);
    group.decoded = { from: row, rows };
  }
}

/** Smallest and largest values are not read, and what they hold must not fail. */
const NO_STATISTICS = { stringFromBytes: () => '' };

/** Columns that hold lists or structures are decoded whole whichever rows are wanted, so all rows are decoded at once. */
function stepOf({ columns, num_rows: rows }: RowGroup, decompressed: number): { readonly step: number; readonly problem: string | null } {
  const isNested = columns.some(({ meta_data: column }) => (column?.path_in_schema.length ?? 0) > 1);
  const most = isNested ? PARQUET_LIMITS.nested : PARQUET_LIMITS.decompressed;
  if (decompressed > most)
    return {
      step: 0,
      problem: `It has ${Math.round(decompressed / 2 ** 20)} MB decompressed, more than ${most / 2 ** 20}. Write it again with smaller row groups, such as 10,000 rows each.`,
    };
  const count = Number(rows);
  if (isNested) return { step: count, problem: null };
  return { step: Math.max(1, Math.min(MOST_IN_SLICE, Math.floor((DECODED * count) / Math.max(1, decompressed)))), problem: null };
}

const objectOf = (row: Readonly<Record<string, unknown>>): JsonObject =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, jsonOf(value)]));

function bytesAt(file: string, start: number, end: number): ArrayBuffer {
  const bytes = new Uint8Array(end - start);
  const descriptor = openSync(file, 'r');
  try {
    for (let at = 0; at < bytes.length;) {
      const read = readSync(descriptor, bytes, at, bytes.length - at, start + at);
      if (read === 0) throw new ParquetProblem('It became shorter while it was read. Import it again.');
      at += read;
    }
  } finally {
    closeSync(descriptor);
  }
  return bytes.buffer;
}

/** Of the columns that are held; the library may ask for neighbours in one piece. */
function heldBytes({ chunks }: OpenGroup, start: number, end: number): ArrayBuffer {
  const whole = chunks.find((chunk) => chunk.start === start && chunk.end === end);
  if (whole !== undefined) return whole.bytes;
  const joined = new Uint8Array(end - start);
  for (const chunk of chunks) {
    const [from, to] = [Math.max(start, chunk.start), Math.min(end, chunk.end)];
    if (from < to) joined.set(new Uint8Array(chunk.bytes, from - chunk.start, to - from), from - start);
  }
  return joined.buffer;
}

/** Each gives as many bytes as the page says, and no more. */
function compressorsOf({ ZstdStream, decompressLz4, decompressLz4Raw }: Library): Compressors {
  return {
    GZIP: unlessEmpty((input, length) => unzipSync(input, { maxOutputLength: length })),
    BROTLI: unlessEmpty((input, length) => brotliDecompressSync(input, { maxOutputLength: length })),
    ZSTD: unlessEmpty((input, length) => {
      const page = new Uint8Array(length);
      let at = 0;
      // Block by block: a frame need not say how much it becomes.
      const stream = new ZstdStream((block) => {
        if (at + block.length > length) throw new ParquetProblem('A page becomes larger than it says: it is damaged. Export it again.');
        page.set(block, at);
        at += block.length;
      });
      stream.push(input, true);
      return page.subarray(0, at);
    }),
    LZ4: unlessEmpty(decompressLz4),
    LZ4_RAW: unlessEmpty(decompressLz4Raw),
  };
}

type Decompress = (input: Uint8Array, length: number) => Uint8Array;

/** A page of nulls alone holds nothing, of which ClickHouse still writes a block that our decoder does not read. */
const unlessEmpty =
  (decompress: Decompress): Decompress =>
  (input, length) =>
    length === 0 ? new Uint8Array(0) : decompress(input, length);
