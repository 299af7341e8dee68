/** What is used of the libraries for Parquet: a bundle of its own, which the worker thread reads when the first such file comes. */
export { parquetMetadata, parquetReadObjects } from 'hyparquet';
export { parquetHeader } from 'hyparquet/src/column.js';
// The whole of it holds Brotli's dictionary, for which Node has a decoder of its own.
export { decompressLz4, decompressLz4Raw } from 'hyparquet-compressors/src/lz4.js';
export { Decompress as ZstdStream } from 'fzstd';
