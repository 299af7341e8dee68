/** Values of Parquet as JSON has them, so that its rows are those of the same export as JSON lines. */
import type { ParquetParsers } from 'hyparquet';
import { parseJson, type JsonValue } from '../../core/json/json.ts';

/** Levels of lists and structures in each other; what is deeper is null. */
const MAX_DEPTH = 64;

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');

/** Times keep all their digits: latencies are differences of them. */
export const PARQUET_PARSERS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (value) => isoOf(value, 1_000_000n),
  timestampFromMicroseconds: (value) => isoOf(value, 1000n),
  timestampFromNanoseconds: (value) => isoOf(value, 1n),
  dateFromDays: (days) => isoOf(BigInt(days) * 86_400_000n, 1_000_000n),
  stringFromBytes: (bytes) => (bytes === undefined ? null : textOf(bytes)),
  jsonFromBytes: (bytes) => (bytes === undefined ? null : (parseJson(textOf(bytes)) ?? textOf(bytes))),
  geometryFromBytes: () => null,
  geographyFromBytes: () => null,
};

/** `unit`: ns of one. Null: it is not within the years that a date can have. */
function isoOf(value: bigint, unit: bigint): string | null {
  const ns = value * unit;
  const seconds = ns / 1_000_000_000n - (ns % 1_000_000_000n < 0n ? 1n : 0n);
  const ms = Number(seconds) * 1000;
  if (Math.abs(ms) > 8.64e15) return null;
  const rest = String(ns - seconds * 1_000_000_000n).padStart(9, '0');
  const digits = rest.replace(/(?:000){1,2}$/, '');
  return `${new Date(ms).toISOString().slice(0, -5)}.${digits}Z`;
}

/** A whole number that a number of JSON does not hold exactly is its text; bytes that are no text are hex. */
export function jsonOf(value: unknown, depth = 0): JsonValue {
  if (value === null || value === undefined || depth > MAX_DEPTH) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, (item) => jsonOf(item, depth + 1));
  if (Array.isArray(value)) return value.map((item) => jsonOf(item, depth + 1));
  if (typeof value !== 'object') return null;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, jsonOf(item, depth + 1)]));
}

/** Characters of a value, about; more than `most` is not counted further. */
export function sizeOfValue(value: unknown, most: number): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let size = 2;
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    size += 1 + sizeOfValue(item, most - size);
    if (size > most) return size;
  }
  return size;
}
