/**
 * Runs of Parquet's levels and dictionary indices, in place of the library's own (`scripts/bundles.mjs` exchanges them): that one writes as many values
 * as a run says, and a few bytes that say billions end the whole process, not only the thread.
 */
import type { DataReader, DecodedArray } from 'hyparquet';
import { readVarInt } from 'hyparquet/src/thrift.js';

export { byteStreamSplit } from 'hyparquet/src/encoding.js';

/** Fills `output` and no more. `length`: of the runs in bytes; absent: it stands before them. */
export function readRleBitPackedHybrid(reader: DataReader, width: number, output: DecodedArray, length?: number): void {
  let bytes = length;
  if (bytes === undefined) {
    bytes = reader.view.getUint32(reader.offset, true);
    reader.offset += 4;
  }
  const end = reader.offset + bytes;
  const values = output as number[];
  for (let seen = 0; seen < values.length;) {
    const header = readVarInt(reader);
    const most = values.length - seen;
    const isPacked = (header & 1) === 1;
    const count = Math.min(most, isPacked ? (header >>> 1) * 8 : header >>> 1);
    if (isPacked) unpack(reader, width, values, seen, count);
    else values.fill(repeated(reader, width), seen, seen + count);
    seen += count;
  }
  // Writers may pad.
  reader.offset = end;
}

function repeated(reader: DataReader, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i += 8) value += reader.view.getUint8(reader.offset++) * 2 ** i;
  return value;
}

/** Exact up to 32 bits a value. */
function unpack(reader: DataReader, width: number, values: number[], from: number, count: number): void {
  const base = 2 ** width;
  let [rest, bits] = [0, 0];
  for (let i = 0; i < count; i++) {
    for (; bits < width; bits += 8) rest += reader.view.getUint8(reader.offset++) * 2 ** bits;
    values[from + i] = rest % base;
    rest = Math.floor(rest / base);
    bits -= width;
  }
}
