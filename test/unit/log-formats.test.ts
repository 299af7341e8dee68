/** Formats of logs behind one interface: what reads a file knows none of them by name. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { detectFormat } from '../../src/adapters/import/detect-format.ts';
import { importFiles } from '../../src/adapters/import/import-files.ts';
import { ImportSink } from '../../src/adapters/import/import-sink.ts';
import { Refusals } from '../../src/adapters/import/refusals.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { followUpOn } from '../../src/core/feedback/interactions/follow-up.ts';
import { FORMAT_NAMES } from '../../src/core/feedback/logs/format-names.ts';
import { LOG_FORMATS, NAMED_FORMATS } from '../../src/core/feedback/logs/formats.ts';
import { GOLDSET } from '../../src/core/feedback/logs/goldset-format.ts';
import { LANGFUSE } from '../../src/core/feedback/logs/langfuse/langfuse-format.ts';
import { rowFormat, type LogFormat } from '../../src/core/feedback/logs/log-format.ts';
import { OTLP } from '../../src/core/feedback/logs/otlp/otlp-format.ts';
import { MAPPED_ROWS } from '../../src/core/feedback/logs/rows/mapped-format.ts';
import { EMPTY_MAPPING } from '../../src/core/feedback/logs/rows/mapping.ts';
import { PARQUET_HERE } from './parquet-here.ts';

describe('formats of logs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-formats-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, ...rows: readonly object[]): string => {
    const file = path.join(folder, name);
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    return file;
  };
  const formatOf = async (row: object): Promise<LogFormat> => (await detectFormat(write('a.jsonl', row), null, PARQUET_HERE)).format;

  it('are told by the first row', async () => {
    assert.equal(await formatOf({ resourceSpans: [] }), OTLP);
    assert.equal(await formatOf({ resource_logs: [] }), OTLP);
    assert.equal(await formatOf({ schema: 'goldset.interaction/1' }), GOLDSET);
    assert.equal(await formatOf({ traceId: 't', type: 'GENERATION', startTime: '2026-01-01' }), LANGFUSE);
    assert.equal(await formatOf({ question: 'Why?' }), MAPPED_ROWS);
    assert.equal((await detectFormat(write('empty.jsonl'), null, PARQUET_HERE)).format, MAPPED_ROWS);
  });

  it('are what the user says, and a CSV where the format can be in one', async () => {
    const file = write('a.csv', { resourceSpans: [] });
    const said = async (name: (typeof FORMAT_NAMES)[number] | null): Promise<unknown> => {
      const { format, encoding } = await detectFormat(file, name, PARQUET_HERE);
      return [format, encoding];
    };
    assert.deepEqual(await said(null), [MAPPED_ROWS, 'csv']);
    assert.deepEqual(await said('csv'), [MAPPED_ROWS, 'csv']);
    assert.deepEqual(await said('langfuse'), [LANGFUSE, 'csv']);
    assert.deepEqual(await said('jsonl'), [MAPPED_ROWS, 'json']);
    assert.deepEqual(await said('otlp'), [OTLP, 'csv']);
  });

  it('are read with log records before spans', async () => {
    const ranks = [];
    for (const row of [{ x: 1 }, { resourceLogs: [] }, { resourceSpans: [] }])
      ranks.push((await detectFormat(write('a.jsonl', row), null, PARQUET_HERE)).rank);
    assert.deepEqual(ranks, [0, 1, 2]);
  });

  it('can be added: a file of a new one is imported by its own readers', async () => {
    const order: string[] = [];
    const NEW: LogFormat = {
      ...rowFormat({
        isMapped: false,
        isBegunBy: (row) => JSON.stringify(row).startsWith('{"shout"'),
        readRow: (row, { writtenMs }) => {
          const said = Object.values(row as Record<string, string>)[0] ?? '';
          order.push(said);
          if (said === 'no') return { problem: 'It says no.' };
          if (said === 'skip') return { skipped: 'It says skip.' };
          return { followUp: followUpOn(said, new Date(writtenMs).toISOString(), { triage: 'dismissed', reason: null }) };
        },
      }),
      rankOf: (first) => (first !== null && JSON.stringify(first).includes('late') ? 1 : 0),
    };
    const files = [write('1.jsonl', { shout: 'late' }), write('2.jsonl', { shout: 'a' }, { shout: 'no' }, { shout: 'skip' })];
    for (const file of files) utimesSync(file, 1.7e9, 1.7e9);
    const surveyed = [];
    for (const file of files) surveyed.push(await detectFormat(file, null, PARQUET_HERE, [NEW, ...LOG_FORMATS]));
    const sink = new ImportSink(new InteractionFiles(folder), (line) => line, false);
    const refusals = new Refusals();
    await importFiles(
      surveyed.map((file) => ({ ...file, mapping: EMPTY_MAPPING })),
      sink,
      refusals,
      PARQUET_HERE,
    );
    assert.deepEqual(order, ['a', 'no', 'skip', 'late']);
    assert.deepEqual(sink.counts, { interactions: 0, followUps: 2, known: 0 });
    assert.deepEqual(refusals.named, [{ place: `${files[1] ?? ''}, line 2`, problem: 'It says no.' }]);
  });

  it('have one folder each, which nothing else in the core reads from but the table, and the exporter, which reads back what it writes', () => {
    const root = 'src/core/feedback/logs';
    const folders = ['otlp', 'langfuse', 'phoenix', 'rows'];
    const importers = readdirSync('src/core', { recursive: true })
      .map((file) => path.posix.join('src/core', String(file).split(path.sep).join('/')))
      .filter((file) => file.endsWith('.ts') && !folders.some((name) => file.startsWith(`${root}/${name}/`)))
      .filter((file) =>
        folders.some((name) => new RegExp(`from '[^']*(logs|\\.)/${name}/(?!mapping\\.ts)`).test(readFileSync(file, 'utf8'))),
      );
    assert.deepEqual(importers.sort(), [`${root}/formats.ts`, 'src/core/feedback/otel/export-otlp.ts']);
  });

  it('have names that the help knows', () => {
    assert.deepEqual(Object.keys(NAMED_FORMATS), [...FORMAT_NAMES]);
  });
});
