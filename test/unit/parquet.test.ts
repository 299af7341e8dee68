/**
 * Parquet files of DuckDB and ClickHouse, in every codec, hold the rows of the JSON lines that they were made of: the records are the same. Files that
 * are damaged, or that stand for more than they are, are named with the rows that are missing.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync, appendFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { readRleBitPackedHybrid as readByLibrary } from 'hyparquet/src/encoding.js';
import { ByteWriter, parquetWriteBuffer } from 'hyparquet-writer';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { detectFormat } from '../../src/adapters/import/detect-format.ts';
import { importFiles } from '../../src/adapters/import/import-files.ts';
import { checkPages, chunksOf } from '../../src/adapters/parquet/parquet-checks.ts';
import { readRleBitPackedHybrid } from '../../src/adapters/parquet/parquet-runs.ts';
import { parquetRows, type ParquetThread } from '../../src/adapters/parquet/parquet-rows.ts';
import { Refusals } from '../../src/adapters/import/refusals.ts';
import type { StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { guessMapping } from '../../src/core/feedback/logs/rows/guess-mapping.ts';
import { EMPTY_MAPPING } from '../../src/core/feedback/logs/rows/mapping.ts';
import { PARQUET_HERE } from './parquet-here.ts';

const LINES = path.resolve('test/unit/fixtures/imports');
const FILES = path.resolve('test/unit/fixtures/parquet');

async function recordsIn(file: string): Promise<{ lines: readonly StoredLine[]; refusals: Refusals }> {
  const lines: StoredLine[] = [];
  const refusals = new Refusals();
  const found = await detectFormat(file, null, PARQUET_HERE);
  const mapping = found.format.isMapped ? guessMapping(found.sample).mapping : EMPTY_MAPPING;
  await importFiles([{ ...found, mapping }], { add: (line) => (lines.push(line), null), flush: () => undefined }, refusals, PARQUET_HERE);
  return { lines, refusals };
}

/** An id that is made of the content is of the whole row, with the columns that are empty. */
const withoutContentIds = (lines: readonly StoredLine[]): unknown =>
  JSON.parse(JSON.stringify(lines).replaceAll(/"row-[0-9a-f]{32}"/g, '"row"'));

describe('Parquet files', () => {
  const files = readdirSync(FILES).sort();

  it('are of every codec that exports use', () => {
    for (const codec of ['zstd', 'gzip', 'brotli', 'snappy', 'lz4_raw', 'uncompressed'])
      assert.ok(
        files.some((name) => name.includes(`.${codec}.`)),
        codec,
      );
  });

  for (const name of files) {
    it(`give the records of the same export as JSON lines: ${name}`, async () => {
      const { lines, refusals } = await recordsIn(path.join(FILES, name));
      const same = await recordsIn(path.join(LINES, `${name.split('.')[0] ?? ''}.jsonl`));
      assert.ok(lines.length > 0);
      assert.deepEqual(withoutContentIds(lines), withoutContentIds(same.lines));
      assert.deepEqual([refusals.read, refusals.count, refusals.skipped], [same.refusals.read, same.refusals.count, same.refusals.skipped]);
    });
  }
});

describe('Parquet files that are not what they say', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-parquet-'))));
  after(() => rmSync(folder, { recursive: true }));

  const write = (bytes: Uint8Array): string => {
    const file = path.join(folder, 'a.parquet');
    writeFileSync(file, bytes);
    return file;
  };
  /** What the rows hold, and the problems with their counts. */
  async function readAll(
    file: string,
    thread: ParquetThread = PARQUET_HERE,
  ): Promise<{ rows: unknown[]; problems: string[]; lost: number }> {
    const [rows, problems]: [unknown[], string[]] = [[], []];
    let lost = 0;
    for await (const item of parquetRows(file, thread)) {
      if ('row' in item) rows.push(item.row);
      else {
        problems.push(`${item.place}: ${item.problem}`);
        lost += item.count;
      }
    }
    return { rows, problems, lost };
  }
  const TEXTS = Array.from({ length: 300 }, (_, i) => `answer ${i} ${'abc'.repeat(i % 7)}`);
  const twoGroups = (): Uint8Array =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'id', data: TEXTS.map((_, i) => i), type: 'INT32' },
          { name: 'output', data: TEXTS, type: 'STRING' },
        ],
        codec: 'UNCOMPRESSED',
        rowGroupSize: 200,
      }),
    );

  it('say so when they are cut off, wherever that is', async () => {
    const whole = twoGroups();
    assert.equal((await readAll(write(whole))).rows.length, 300);
    for (let cut = 1; cut <= 40; cut++) {
      const { rows, problems } = await readAll(write(whole.subarray(0, Math.floor((whole.length * cut) / 41))));
      assert.deepEqual([rows.length, problems.length], [0, 1]);
      assert.match(problems[0] ?? '', /^the footer: .*(cut off|damaged).*Export it again\.$/);
    }
  });

  it('say so when their footer is another one', async () => {
    const whole = Buffer.from(twoGroups());
    const mark = Buffer.from(whole);
    mark.write('PARE', whole.length - 4);
    assert.match((await readAll(write(mark))).problems[0] ?? '', /encrypted/);
    const long = Buffer.from(whole);
    long.writeUInt32LE(0xfffffff0, whole.length - 8);
    assert.match((await readAll(write(long))).problems[0] ?? '', /larger than the file/);
    const file = write(whole);
    truncateSync(file, 40 << 20);
    const tail = Buffer.from('....PAR1');
    tail.writeUInt32LE(20 << 20);
    appendFileSync(file, tail);
    assert.match((await readAll(file)).problems[0] ?? '', /footer is larger than 16 MB/);
    assert.match((await readAll(write(Buffer.from('{"a":1}\n{"a":2}\n')))).problems[0] ?? '', /not Parquet/);
  });

  it('lose whole row groups, each with its number of rows, and nothing else', async () => {
    const bytes = Buffer.from(twoGroups());
    // The pages of the second group's texts: their lengths become negative.
    const at = bytes.indexOf(Buffer.from('answer 205 '));
    bytes.fill(0xff, at - 4, at);
    const { rows, problems, lost } = await readAll(write(bytes));
    assert.deepEqual(
      rows,
      TEXTS.slice(0, 200).map((output, id) => ({ id, output })),
    );
    assert.deepEqual([problems.length, lost], [1, 100]);
    assert.match(problems[0] ?? '', /^row group 2: 100 rows not read\. .*Export it again\.$/);
  });

  it('never make the reader fail, whichever bytes of the footer are others', async () => {
    const whole = twoGroups();
    const footer = Buffer.from(whole).readUInt32LE(whole.length - 8);
    let seed = 1;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let i = 0; i < 60; i++) {
      const bytes = Buffer.from(whole);
      const at = bytes.length - 9 - random(footer);
      bytes[at] = random(256);
      const { rows, problems } = await readAll(write(bytes));
      assert.ok(rows.length <= 300 && (rows.length === 300 || problems.length > 0), `byte ${at}`);
    }
  });

  it('with thousands of columns are refused', async () => {
    const columnData = Array.from({ length: 2100 }, (_, i) => ({ name: `c${i}`, data: [i] }));
    const { problems } = await readAll(write(new Uint8Array(parquetWriteBuffer({ columnData }))));
    assert.match(problems[0] ?? '', /^the footer: It has 2,101 columns, more than 2000\. Export the columns that a call needs\.$/);
  });

  const ZEROS = Buffer.alloc(64 << 20);
  /** One frame of Zstandard whose blocks are runs: 64 MB in some hundred bytes. */
  const ZSTD_BOMB = Buffer.concat([
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]),
    ...Array.from({ length: 512 }, (_, i) => {
      const block = Buffer.alloc(4);
      block.writeUIntLE((i === 511 ? 1 : 0) | (1 << 1) | ((128 << 10) << 3), 0, 3);
      return block;
    }),
  ]);
  for (const [codec, bomb] of [
    ['GZIP', gzipSync(ZEROS)],
    ['BROTLI', brotliCompressSync(ZEROS, { params: { 1: 1 } })],
    ['ZSTD', ZSTD_BOMB],
  ] as const)
    it(`and hold a ${codec} page that becomes larger than it says are refused`, async () => {
      const buffer = parquetWriteBuffer({
        columnData: [{ name: 'output', data: TEXTS, type: 'STRING' }],
        codec,
        compressors: { [codec]: () => bomb },
      });
      const { rows, problems, lost } = await readAll(write(new Uint8Array(buffer)));
      assert.deepEqual([rows.length, problems.length, lost], [0, 1, 300]);
    });

  it('and claim more than a page or a row group may have are refused before anything is decompressed', () => {
    const view = new DataView(new ArrayBuffer(64));
    const page = { type: 'DATA_PAGE', compressed_page_size: 60, uncompressed_page_size: 100, data_page_header: { num_values: 5 } };
    const header = (more: object) => (reader: { offset: number }) => {
      reader.offset += 4;
      return { ...page, ...more };
    };
    assert.equal(checkPages(view, 5, header({})), 100);
    assert.throws(() => checkPages(view, 5, header({ uncompressed_page_size: 1 << 28 })), /more than 128 MB decompressed/);
    assert.throws(() => checkPages(view, 5, header({ compressed_page_size: 61 })), /longer than its column/);
    assert.throws(() => checkPages(view, 5, header({ data_page_header: { num_values: 2 ** 31 } })), /another number of values/);
    assert.throws(() => checkPages(view, 5, header({ dictionary_page_header: { num_values: 101 } })), /cannot hold as many values/);
    const column = { path_in_schema: ['a'], num_values: 10n, data_page_offset: 4n, total_compressed_size: 600n << 20n };
    const group = (more: object): Parameters<typeof chunksOf>[0] =>
      ({ num_rows: 10n, columns: [{ meta_data: { ...column, ...more } }] }) as unknown as Parameters<typeof chunksOf>[0];
    assert.throws(() => chunksOf(group({}), 2 ** 40), /larger than 512 MB/);
    assert.throws(() => chunksOf(group({}), 1000), /not in the file/);
    assert.throws(() => chunksOf(group({ total_compressed_size: -5n }), 1000), /not in the file/);
    assert.throws(() => chunksOf(group({ num_values: 2n ** 31n }), 2 ** 40), /2147483648 values for 10 rows/);
    assert.throws(() => chunksOf(group({ path_in_schema: ['a', 'list'], num_values: 2n ** 31n }), 2 ** 40), /smaller row groups/);
  });

  it('and kill the thread twice are given up, with the rows that are missing', async () => {
    const thread: ParquetThread = {
      parquet: ({ from }) =>
        from === null
          ? Promise.resolve({ groups: [3, 4, 5, 6], rows: [], problem: null })
          : Promise.reject(new Error('The thread stopped.')),
    };
    const { rows, problems, lost } = await readAll('a.parquet', thread);
    assert.deepEqual([rows.length, lost], [0, 18]);
    assert.deepEqual(problems, [
      'row group 1: 3 rows not read. The thread stopped. Write it again with smaller row groups, such as 10,000 rows each.',
      'row group 2: 4 rows not read. The thread stopped. Write it again with smaller row groups, such as 10,000 rows each.',
      'the rest of the file: 11 rows not read: the file is given up.',
    ]);
  });
});

describe('runs of Parquet', () => {
  it('are read as the library reads them', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let i = 0; i < 300; i++) {
      const width = 1 + random(20);
      const values = Array.from({ length: 1 + random(200) }, (_, at) => (at % 50 < 25 ? 1 : random(2 ** width)));
      const writer = new ByteWriter();
      writeRleBitPackedHybrid(writer, values, width);
      const read = (how: typeof readRleBitPackedHybrid): unknown[] => {
        const reader = { view: new DataView(writer.getBuffer()), offset: 0 };
        const output = new Array<number>(values.length);
        how(reader, width, output, writer.offset);
        return [output, reader.offset];
      };
      assert.deepEqual(read(readRleBitPackedHybrid), [values, writer.offset]);
      assert.deepEqual(read(readRleBitPackedHybrid), read(readByLibrary));
    }
  });

  it('never become longer than what is to be filled', () => {
    const output = new Array<number>(5);
    const bytes = Uint8Array.from([0x80, 0x80, 0x80, 0x80, 0x04, 1]);
    readRleBitPackedHybrid({ view: new DataView(bytes.buffer), offset: 0 }, 1, output, 6);
    assert.deepEqual(output, [1, 1, 1, 1, 1]);
  });
});

describe('values of Parquet', () => {
  it('are those of JSON, with all digits of times and whole numbers', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-values-'));
    const file = path.join(folder, 'values.parquet');
    writeFileSync(
      file,
      new Uint8Array(
        parquetWriteBuffer({
          schema: [
            { name: 'root', num_children: 6 },
            {
              name: 'us',
              type: 'INT64',
              repetition_type: 'OPTIONAL',
              logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
              converted_type: 'TIMESTAMP_MICROS',
            },
            { name: 'big', type: 'INT64', repetition_type: 'OPTIONAL' },
            { name: 'json', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL', converted_type: 'JSON' },
            { name: '__proto__', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL', converted_type: 'UTF8' },
            { name: 'double', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
            { name: 'flag', type: 'BOOLEAN', repetition_type: 'OPTIONAL' },
          ],
          columnData: [
            { name: 'us', data: [1_793_610_000_123_456n, 1_793_610_000_500_000n, null] },
            { name: 'big', data: [9_007_199_254_740_993n, 7n, null] },
            { name: 'json', data: [{ a: [1, null] }, 'text', null] },
            { name: '__proto__', data: ['x', 'y', null] },
            { name: 'double', data: [0.1, NaN, null] },
            { name: 'flag', data: [true, false, null] },
          ],
        }),
      ),
    );
    const rows: string[] = [];
    for await (const item of parquetRows(file, PARQUET_HERE)) rows.push(JSON.stringify('row' in item ? item.row : item));
    assert.deepEqual(rows.slice(0, 1), [
      '{"us":"2026-11-02T09:00:00.123456Z","big":"9007199254740993","json":{"a":[1,null]},"double":0.1,"flag":true}',
    ]);
    assert.deepEqual(rows.slice(1), [
      '{"us":"2026-11-02T09:00:00.500Z","big":7,"json":"text","double":null,"flag":false}',
      '{"us":null,"big":null,"json":null,"double":null,"flag":null}',
    ]);
    assert.deepEqual(readFileSync(file).subarray(0, 4).toString(), 'PAR1');
    rmSync(folder, { recursive: true });
  });
});
