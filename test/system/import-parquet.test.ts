/** Parquet through the built command line: the worker thread decodes, and a file whose few bytes stand for gigabytes does no harm. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { TestWorkspace } from './command-line.ts';

interface Outcome {
  readonly interactions: number;
  readonly followUps: number;
  readonly known: number;
  readonly refused: { readonly count: number; readonly rows: readonly { readonly place: string; readonly problem: string }[] };
}

/** 500 truth values in a page whose one run has 2^29: a few bytes that become gigabytes. */
function runBomb(): Uint8Array {
  const page = Buffer.from([6, 0, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x04, 1]);
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'flag', data: Array.from({ length: 500 }, (_, i) => i % 3 === 0), type: 'BOOLEAN', encoding: 'RLE', nullable: false },
      {
        name: 'created_at',
        data: Array.from({ length: 500 }, (_, i) => new Date(1_793_610_000_000 + i * 1000).toISOString()),
        type: 'STRING',
      },
      { name: 'question', data: Array.from({ length: 500 }, (_, i) => `question ${i}`), type: 'STRING' },
      { name: 'answer', data: Array.from({ length: 500 }, (_, i) => `answer ${i}`), type: 'STRING' },
    ],
    codec: 'GZIP',
    compressors: {
      GZIP: (bytes) =>
        gzipSync(bytes.length > page.length && bytes.length < 200 ? Buffer.concat([page, bytes.subarray(page.length)]) : bytes),
    },
  });
  return new Uint8Array(buffer);
}

const DAMAGED = 'It is not Parquet, or it is cut off: it does not end with a footer. Export it again.';

describe('goldset import of Parquet', () => {
  let workspace: TestWorkspace;
  before(() => {
    workspace = new TestWorkspace({});
    const folder = path.join(workspace.root, 'export', 'observations');
    mkdirSync(folder, { recursive: true });
    for (const name of ['langfuse-clickhouse.zstd.parquet', 'langfuse-clickhouse-scores.lz4.parquet'])
      copyFileSync(path.resolve('test/unit/fixtures/parquet', name), path.join(folder, name));
    writeFileSync(path.join(folder, 'bomb.parquet'), runBomb());
    writeFileSync(path.join(folder, 'damaged.parquet'), runBomb().subarray(0, 500));
  });
  after(() => workspace.dispose());

  const run = async (): Promise<Outcome> => {
    const { out, err, code } = await workspace.run(['import', '--json', '--yes', 'export']);
    assert.equal(code, 0, err);
    return JSON.parse(out) as Outcome;
  };

  it('reads a folder, names what is damaged, and adds nothing the second time', async () => {
    const first = await run();
    assert.ok(first.interactions > 500 && first.followUps > 0);
    assert.deepEqual(first.refused.rows, [{ place: 'export/observations/damaged.parquet, the footer', problem: DAMAGED }]);
    const second = await run();
    assert.deepEqual(
      [second.interactions, second.followUps, second.known, second.refused.count],
      [0, 0, first.interactions + first.followUps, 1],
    );
  });
});
