/**
 * What a Parquet file says of its sizes, checked before anything is decoded: a few bytes can stand for gigabytes, and the library believes
 * what a file says.
 */
import type { FileMetaData, RowGroup } from 'hyparquet';
import { brandErrorClass, hasErrorKind } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';

/** Bytes of the footer; columns with what they are nested in; rows of a group, and values of a column in lists. */
const [MOST_FOOTER, MOST_COLUMNS, MOST_ROWS, MOST_VALUES] = [16 << 20, 2000, 4_000_000, 16_000_000];
/** Bytes of a row group: as they are stored, and decompressed; of one page; of a group with columns of lists, which is read at once. */
export const PARQUET_LIMITS = { stored: 512 << 20, decompressed: 2 ** 31, page: 128 << 20, nested: 256 << 20 } as const;

/** Why a file or a row group is not read, and what to do. */
export class ParquetProblem extends Error {
  static {
    brandErrorClass(this, 'parquet-problem');
  }

  override readonly name = 'ParquetProblem';
}

export const isParquetProblem = (error: unknown): error is ParquetProblem => hasErrorKind(error, 'parquet-problem');

const AGAIN = 'Export it again.';
const SMALLER = 'Write it again with smaller row groups, such as 10,000 rows each.';

/** Where the footer begins. `tail`: the last eight bytes. @throws {ParquetProblem} when the file has none. */
export function footerStart(tail: Buffer, size: number): number {
  const mark = tail.subarray(-4).toString('latin1');
  if (mark === 'PARE') throw new ParquetProblem('Its footer is encrypted. Export it without encryption.');
  if (size < 12 || mark !== 'PAR1')
    throw new ParquetProblem(`It is not Parquet, or it is cut off: it does not end with a footer. ${AGAIN}`);
  const length = tail.readUInt32LE(0);
  if (length + 12 > size) throw new ParquetProblem(`Its footer would be larger than the file: it is damaged or cut off. ${AGAIN}`);
  if (length > MOST_FOOTER)
    throw new ParquetProblem(`Its footer is larger than ${MOST_FOOTER >> 20} MB. Export fewer columns or row groups.`);
  return size - 8 - length;
}

/** @throws {ParquetProblem} when the file is not one that is read. */
export function checkMetadata({ schema, row_groups: groups, num_rows: rows }: FileMetaData): void {
  if (schema.length > MOST_COLUMNS)
    throw new ParquetProblem(
      `It has ${quantity(schema.length, 'column')}, more than ${MOST_COLUMNS}. Export the columns that a call needs.`,
    );
  const inGroups = groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  // Some writers leave the total out.
  if ((inGroups !== Number(rows) && Number(rows) !== 0) || groups.some((group) => !(Number(group.num_rows) >= 0)))
    throw new ParquetProblem(`Its footer names ${Number(rows)} rows, its row groups ${inGroups}: it is damaged. ${AGAIN}`);
}

export interface ChunkBounds {
  readonly start: number;
  readonly end: number;
}

/** The bytes of each column of a row group, in the file. @throws {ParquetProblem} when they are not in it, or too many. */
export function chunksOf(group: RowGroup, size: number): ChunkBounds[] {
  if (Number(group.num_rows) > MOST_ROWS) throw new ParquetProblem(`It has ${Number(group.num_rows)} rows. ${SMALLER}`);
  let stored = 0;
  const chunks = group.columns.map(({ meta_data: column, file_path: elsewhere }): ChunkBounds => {
    if (elsewhere !== undefined) throw new ParquetProblem('Its data are in another file. Name the files that hold the data.');
    if (column === undefined) throw new ParquetProblem('A column is encrypted or not described. Export it without encryption.');
    const isNested = column.path_in_schema.length > 1;
    const values = Number(column.num_values);
    if (isNested ? values > MOST_VALUES : values !== Number(group.num_rows))
      throw new ParquetProblem(
        isNested
          ? `A column has ${values} values. ${SMALLER}`
          : `A column has ${values} values for ${Number(group.num_rows)} rows: it is damaged. ${AGAIN}`,
      );
    const start = Number(column.dictionary_page_offset || column.data_page_offset);
    const end = start + Number(column.total_compressed_size);
    if (!(start >= 4 && end >= start && end <= size))
      throw new ParquetProblem(`The data of a column are not in the file: it is damaged. ${AGAIN}`);
    stored += end - start;
    return { start, end };
  });
  if (stored > PARQUET_LIMITS.stored) throw new ParquetProblem(`It is larger than ${PARQUET_LIMITS.stored >> 20} MB. ${SMALLER}`);
  return chunks;
}

/** What is used of the header of a page. */
export interface PageFacts {
  readonly type: string;
  readonly compressed_page_size: number;
  readonly uncompressed_page_size: number;
  readonly dictionary_page_header?: { readonly num_values: number } | undefined;
  readonly data_page_header?: { readonly num_values: number } | undefined;
  readonly data_page_header_v2?: { readonly num_values: number } | undefined;
}

/**
 * Goes through the pages of a column without decompressing them. `values`: as the footer says. Gives their decompressed size.
 * @throws {ParquetProblem} when their sizes cannot be.
 */
export function checkPages(view: DataView, values: number, headerAt: (reader: { view: DataView; offset: number }) => PageFacts): number {
  const reader = { view, offset: 0 };
  let [decompressed, found] = [0, 0];
  while (reader.offset < view.byteLength - 1) {
    const page = headerAt(reader);
    const [stored, size] = [page.compressed_page_size, page.uncompressed_page_size];
    if (!(stored >= 0 && size >= 0 && reader.offset + stored <= view.byteLength))
      throw new ParquetProblem(`A page is longer than its column: it is damaged. ${AGAIN}`);
    if (size > PARQUET_LIMITS.page)
      throw new ParquetProblem(`A page has more than ${PARQUET_LIMITS.page >> 20} MB decompressed. ${SMALLER}`);
    const words = page.dictionary_page_header?.num_values ?? 0;
    const count = (page.data_page_header ?? page.data_page_header_v2)?.num_values ?? 0;
    if (!(words >= 0 && words <= size && count >= 0))
      throw new ParquetProblem(`A page cannot hold as many values as it says: it is damaged. ${AGAIN}`);
    reader.offset += stored;
    decompressed += size;
    found += count;
    if (found > values) break;
  }
  if (found !== values) throw new ParquetProblem(`A column has another number of values than the footer says: it is damaged. ${AGAIN}`);
  return decompressed;
}
