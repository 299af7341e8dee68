/** Parquet files, decoded without a thread of their own. */
import * as library from '../../src/adapters/parquet/parquet-library.ts';
import { ParquetReader } from '../../src/adapters/parquet/parquet-reader.ts';
import type { ParquetThread } from '../../src/adapters/parquet/parquet-rows.ts';

const reader = new ParquetReader(library);

export const PARQUET_HERE: ParquetThread = { parquet: (job) => reader.read(job) };
