/** Files that people really have, one small file for each shape, against what is in them by hand: every field of every row, or why it was skipped. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { userHash } from '../../src/adapters/capture/user-hash.ts';
import { detectFormat } from '../../src/adapters/import/detect-format.ts';
import { importFiles } from '../../src/adapters/import/import-files.ts';
import { Refusals } from '../../src/adapters/import/refusals.ts';
import type { Interaction, StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { guessMapping } from '../../src/core/feedback/logs/rows/guess-mapping.ts';
import { EMPTY_MAPPING } from '../../src/core/feedback/logs/rows/mapping.ts';
import { PARQUET_HERE } from './parquet-here.ts';

/** For the hashes of users. */
const SECRET = 'for these files';

const FOLDER = path.resolve('test/unit/fixtures/imports');

interface Expected {
  readonly files: readonly string[];
  readonly read: number;
  readonly calls: readonly Readonly<Record<string, unknown>>[];
  readonly signals?: readonly Readonly<Record<string, unknown>>[];
  readonly skipped?: Readonly<Record<string, number>>;
}

const expected = parse(readFileSync(path.join(FOLDER, 'expected.yaml'), 'utf8'), { merge: true }) as Expected[];

const NOTHING: Interaction = {
  id: '',
  time: '',
  action: null,
  conversation: null,
  trace: null,
  responseId: null,
  user: null,
  prompt: null,
  variables: {},
  model: null,
  parameters: {},
  messages: [],
  tools: [],
  chunks: [],
  output: null,
  finish: null,
  usage: null,
  costUsd: null,
  ttftMs: null,
  latencyMs: null,
  error: null,
  environment: null,
  signals: [],
  triage: null,
};

const USAGE = ['input', 'cacheRead', 'cacheWriteShort', 'cacheWriteLong', 'output', 'reasoning'];

/** The record that is written down for a row. */
function wholeRecord({ usage, user, ...rest }: Expected['calls'][number], id: string): unknown {
  const counts = usage as readonly number[] | null | undefined;
  return {
    ...NOTHING,
    ...rest,
    id: rest['id'] === 'content' ? id : rest['id'],
    user: typeof user === 'string' ? userHash(user, SECRET) : null,
    usage: counts == null ? null : Object.fromEntries(USAGE.map((name, i) => [name, counts[i]])),
  };
}

describe('files that people have', () => {
  let folder: string;
  const secretBefore = process.env['GOLDSET_USER_SECRET'];
  before(() => {
    process.env['GOLDSET_USER_SECRET'] = SECRET;
    folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-files-'));
    cpSync(FOLDER, folder, { recursive: true });
    for (const name of readdirSync(folder)) utimesSync(path.join(folder, name), 1_793_664_000, 1_793_664_000);
  });
  after(() => {
    if (secretBefore === undefined) delete process.env['GOLDSET_USER_SECRET'];
    else process.env['GOLDSET_USER_SECRET'] = secretBefore;
    rmSync(folder, { recursive: true });
  });

  for (const { files, read, calls, signals = [], skipped = {} } of expected) {
    it(files.join(' and '), async () => {
      const lines: StoredLine[] = [];
      const refusals = new Refusals();
      const jobs = [];
      for (const name of files) {
        const file = await detectFormat(path.join(folder, name), null, PARQUET_HERE);
        jobs.push({ ...file, mapping: file.format.isMapped ? guessMapping(file.sample).mapping : EMPTY_MAPPING });
      }
      await importFiles(jobs, { add: (line) => (lines.push(line), null), flush: () => undefined }, refusals, PARQUET_HERE);
      const found = lines.flatMap((line) => ('interaction' in line ? [line.interaction] : []));
      // A user is nowhere in clear text.
      for (const { user } of calls) if (typeof user === 'string') assert.ok(!JSON.stringify(lines).includes(`"${user}"`), user);
      assert.deepEqual(
        found,
        calls.map((call, i) => wholeRecord(call, found[i]?.id ?? '')),
      );
      for (const [i, call] of calls.entries()) if (call['id'] === 'content') assert.match(found[i]?.id ?? '', /^row-[0-9a-f]{32}$/);
      const said = lines.flatMap((line) =>
        'followUp' in line
          ? line.followUp.signals.map((signal) => ({ of: line.followUp.of.interaction ?? line.followUp.of.trace, ...signal }))
          : [],
      );
      assert.deepEqual(said, signals);
      const told = refusals.reasons().map(({ reason, count }): [string, number] => [reason, count]);
      const unexpected = told.filter(
        ([reason, count]) => !Object.entries(skipped).some(([text, n]) => reason.startsWith(text) && n === count),
      );
      assert.deepEqual([unexpected, told.length], [[], Object.keys(skipped).length]);
      assert.equal(refusals.read, read);
      // Every record that was read is a call, a signal or skipped.
      assert.equal(found.length + said.length + refusals.count + refusals.skipped, read);
    });
  }

  it('are all written down', () => {
    const written = expected.flatMap(({ files }) => files).sort();
    assert.deepEqual(
      readdirSync(FOLDER)
        .filter((name) => name !== 'expected.yaml')
        .sort(),
      written,
    );
    assert.ok(written.length >= 30);
  });
});
