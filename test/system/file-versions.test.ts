/** Every kind of file × older, current, newer and missing version: what is unknown is named, not counted, and never changed. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { restorePlan } from '../../src/adapters/batch/stored-plan.ts';
import { BatchFiles, readBatches } from '../../src/adapters/batch/batch-files.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { RollupStore } from '../../src/adapters/interactions/rollup-store.ts';
import { InteractionReader } from '../../src/adapters/interactions/interaction-reader.ts';
import { keepCalibration, readCalibrations } from '../../src/adapters/storage/calibration-file.ts';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import { ObservedRuns } from '../../src/adapters/storage/observed-runs.ts';
import { keepRun, keptRuns } from '../../src/adapters/storage/kept-runs.ts';
import { removeOldRuns } from '../../src/adapters/storage/run-retention.ts';
import { interruptedRun } from '../../src/adapters/storage/run-storage.ts';
import { JournalFile, readJournalFile } from '../../src/adapters/storage/journal-file.ts';
import { ScoreStore } from '../../src/adapters/storage/score-store.ts';
import { pruneTries, TryStore } from '../../src/adapters/tries/try-store.ts';
import { storedSides } from '../../src/adapters/storage/stored-side.ts';
import { readLabelLines } from '../../src/core/judge/labels/label-record.ts';
import { FILE_KINDS } from '../../src/core/files/file-version.ts';
import { messageOf } from '../../src/core/problems/errors.ts';
import { newestScoreLines } from '../../src/core/versions/score.ts';

/** What a reader makes of a file: how many records count, and every sentence that it says. */
interface Outcome {
  readonly counted: number;
  readonly said: string;
}

interface Kind {
  readonly file: string;
  /** The file's text with this `schema`; undefined: without any. */
  readonly text: (schema: string | undefined) => string;
  readonly read: (root: string, file: string) => Outcome | Promise<Outcome>;
  /** What else touches the file, and must leave a file of an unknown version as it is. */
  readonly write?: (root: string, file: string) => unknown;
}

const line = (schema: string | undefined, record: object): string =>
  `${JSON.stringify({ ...(schema === undefined ? {} : { schema }), ...record })}\n`;
const attempt = (work: () => number): Outcome => {
  try {
    return { counted: work(), said: '' };
  } catch (error) {
    return { counted: 0, said: messageOf(error) };
  }
};
const ID = '20261101T100000-00000a';
const CANDIDATE = {
  id: 'c',
  model: 'local:m',
  parameters: {},
  golden: 'g',
  price: null,
  prompt: { path: 'a.prompt', name: 'a', version: 'v', ref: null },
};
const RESULT = {
  candidate: 'c',
  case: 'one',
  repeat: 0,
  description: null,
  vars: {},
  output: 'ok',
  verdict: 'pass',
  score: 1,
  status: 'active',
  critical: false,
  assertions: [],
  toolCalls: [],
  attemptLog: [],
  error: null,
  usage: null,
  costUsd: null,
  ttftMs: null,
  latencyMs: null,
};
const SCORE = {
  prompt: 'a.prompt',
  version: 'v',
  golden: 'g',
  model: 'm',
  parameters: {},
  cases: 1,
  passed: 1,
  failed: 0,
  errors: 0,
  passRate: 1,
  interval: [0, 1],
  costPerCallUsd: null,
  inputTokens: null,
  outputTokens: null,
  cacheReadShare: null,
  ttftMs: null,
  at: '2026-11-01',
  run: 'r',
  by: 'local',
};
const insights = async (root: string): Promise<Outcome> => {
  const kind = {
    name: 'units',
    version: '1',
    start: () => ({ beginDay: () => undefined, take: () => undefined, save: () => ({ data: 1, tables: new Map() }) }),
  };
  const { days, refused } = await new RollupStore(new InteractionFiles(root)).advance({ kind } as never);
  return { counted: [...days.values()].reduce((sum, { interactions }) => sum + interactions, 0), said: refused.first ?? '' };
};
const inbox = (root: string): Outcome => {
  const reader = new InteractionReader(() => 0);
  for (;;) {
    const answer = reader.answer({ root, declared: {}, query: { kind: 'inbox', rows: 5 }, isKept: false });
    if (answer.kind === 'inbox') return { counted: answer.open, said: answer.refused.first ?? '' };
  }
};
const CALL = { id: 'i', time: '2026-11-01T10:00:00.000Z', output: 'No', signals: [{ kind: 'explicit', name: 'thumbs-down', value: true }] };

const KINDS: Readonly<Record<keyof typeof FILE_KINDS, readonly Kind[]>> = {
  journal: [
    {
      file: `runs/${ID}.goldset-run.jsonl`,
      text: (schema) =>
        line(schema, {
          kind: 'run',
          id: ID,
          startedAt: '',
          toolVersion: '',
          plan: 'p',
          candidates: [CANDIDATE],
          cases: [{ candidate: 'c', ids: ['one'] }],
          repeats: 1,
        }) + line(undefined, { kind: 'result', result: RESULT }),
      read: (_root, file) => attempt(() => storedSides(file).reduce((sum, { outlines }) => sum + outlines.length, 0)),
      write: (root, file) => {
        interruptedRun(root);
        new ObservedRuns().of(root, 'a.prompt');
        const { journal } = JournalFile.resume(file);
        journal.append({ kind: 'resumed', at: '', toolVersion: '' });
        journal.close();
      },
    },
  ],
  batch: [
    {
      file: `batches/${ID}/batch.jsonl`,
      text: (schema) =>
        line(schema, {
          kind: 'batch',
          id: ID,
          startedAt: '',
          toolVersion: '',
          prompts: [],
          models: [],
          samples: 1,
          seal: '',
          cap: null,
          refresh: false,
        }),
      read: (root) => {
        const { states, problems } = readBatches(root);
        return { counted: states.length, said: problems.join(' ') };
      },
      write: (root) => BatchFiles.open(root, ID).append({ kind: 'cancelling', at: '' }),
    },
  ],
  plan: [
    {
      file: `batches/${ID}/plan.json`,
      text: (schema) => line(schema, { targets: [], cases: [], candidates: [], comparisons: [], repeats: 1, shard: null }),
      read: (root, file) =>
        restorePlan(JSON.parse(readFileSync(file, 'utf8')) as never, root, () => Promise.reject(new Error('no model'))).then(
          () => ({ counted: 1, said: '' }),
          (error: unknown) => ({ counted: 0, said: `${file}, line 1: ${messageOf(error)}` }),
        ),
    },
  ],
  score: [
    {
      file: 'scores.jsonl',
      text: (schema) => line(schema, SCORE),
      read: (root) => {
        const { scores, refused } = new ScoreStore().kept(root);
        return { counted: scores.length, said: refused.first ?? '' };
      },
      // A note keeps the lines of other versions.
      write: (_root, file) => writeFileSync(file, `${newestScoreLines(readFileSync(file, 'utf8').split('\n')).join('\n')}\n`),
    },
  ],
  interaction: [
    { file: 'interactions/2026-11-01.jsonl', text: (schema) => line(schema, CALL), read: insights },
    { file: 'interactions/2026-11-01.jsonl', text: (schema) => line(schema, CALL), read: inbox },
  ],
  followUp: [
    {
      file: 'interactions/2026-11-01.jsonl',
      text: (schema) =>
        line(undefined, { ...CALL, signals: [] }) + line(schema, { of: { interaction: 'i' }, time: CALL.time, signals: CALL.signals }),
      read: inbox,
    },
  ],
  label: [
    {
      file: '../a.labels.jsonl',
      text: (schema) =>
        line(schema, {
          id: 'l',
          output: { run: 'r', hash: 'h' },
          prompt: 'a.prompt',
          version: 'v',
          case: 'one',
          grade: 'pass',
          by: 'ana',
          at: '2026-11-01T10:00:00.000Z',
          // Of version 2.
          target: { interaction: null, run: 'r', case: 'one', repeat: 0, hash: 'h' },
          ...{
            item: null,
            criterion: null,
            judge: null,
            cause: null,
            failureMode: null,
            critique: null,
            correction: null,
            blind: true,
            draw: null,
          },
        }),
      read: (_root, file) => {
        const { labels, problems } = readLabelLines(readFileSync(file, 'utf8'));
        return { counted: labels.length, said: problems.map(({ line: number, reason }) => `${file}, line ${number}: ${reason}`).join(' ') };
      },
    },
  ],
  keptRun: [
    {
      file: 'runs/kept.jsonl',
      text: (schema) => line(schema, { run: ID, name: 'before the rewrite', at: '' }),
      read: (root) => {
        const { reasons, refused } = keptRuns(root);
        return { counted: reasons.size, said: refused.first ?? '' };
      },
      write: (root) => {
        // What it keeps is not known, so no run is deleted.
        writeFileSync(path.join(root, '.goldset', 'runs', `${ID}.goldset-run.jsonl`), KINDS.journal[0]?.text('goldset.journal/1') ?? '');
        const { removed, problems } = removeOldRuns(root, { count: 0, days: null }, new Date());
        assert.deepEqual(removed, []);
        assert.match(problems.join(' '), /No run is deleted.*kept\.jsonl, line 1/);
        keepRun(root, 'other', 'a name', new Date(0));
      },
    },
  ],
  tried: [
    {
      file: `tries/${createHash('sha256').update('a.prompt').digest('hex').slice(0, 16)}/20261101T100000000-0000abcd.try.json`,
      text: (schema) =>
        line(schema, {
          ...{ id: '20261101T100000000-0000abcd', at: '2026-11-01T10:00:00.000Z', prompt: 'a.prompt', version: 'v', model: 'test:m' },
          ...{ values: {}, turns: [], answer: { text: 'ok', source: 'model' } },
        }),
      read: (root) => {
        const { total, refused } = new TryStore(root, 'a.prompt').find('', 0, 10);
        return { counted: total, said: refused.first ?? '' };
      },
      write: (root) => {
        assert.deepEqual(pruneTries(root, new Date('2027-11-01')), []);
      },
    },
  ],
  calibration: [
    {
      file: 'calibration.json',
      text: (schema) => line(schema, { 'test:m': { 'a.prompt': { factor: 1.1, band: 0.1, samples: 9 } } }),
      read: (root, file) => {
        const problems: string[] = [];
        const found = readCalibrations(root, (problem) => problems.push(problem));
        return { counted: found.size, said: problems.join(' ') === '' ? '' : `${path.basename(file)}: ${problems.join(' ')}` };
      },
      write: (root) => keepCalibration(root, 'test:m', 'b.prompt', { factor: 2, band: 0, samples: 1 }),
    },
  ],
};

describe('a file of Goldset', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-versions-'));
    dataFolder(root).folder('runs');
    for (const folder of ['interactions', 'batches', `batches/${ID}`]) mkdirSync(path.join(root, '.goldset', folder), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  for (const [name, rows] of Object.entries(KINDS) as [keyof typeof FILE_KINDS, readonly Kind[]][]) {
    const { name: schemaName, reads } = FILE_KINDS[name];
    const isOptional = 'isOptional' in FILE_KINDS[name];
    const versions = [
      ...reads.map((version) => ({ what: `version ${version}`, schema: `${schemaName}/${version}` as string | undefined, isRead: true })),
      { what: 'an older version that was never published', schema: `${schemaName}/0`, isRead: false },
      { what: 'a newer version', schema: `${schemaName}/${Math.max(...reads) + 1}`, isRead: false },
      { what: 'another kind', schema: 'elsewhere.thing/1', isRead: false },
      { what: 'no version', schema: undefined, isRead: isOptional },
    ];
    rows.forEach((row, i) => {
      for (const { what, schema, isRead } of versions)
        it(`with a ${name} of ${what} is ${isRead ? 'read' : 'named, not counted and not changed'}${rows.length > 1 ? ` (${i === 0 ? 'insights' : 'inbox'})` : ''}`, async () => {
          const file = path.join(root, '.goldset', row.file);
          const text = row.text(schema);
          mkdirSync(path.dirname(file), { recursive: true });
          writeFileSync(file, text);
          const { counted, said } = await row.read(root, file);
          if (isRead) {
            assert.deepEqual({ counted, said }, { counted: 1, said: '' });
            return;
          }
          assert.equal(counted, 0);
          assert.match(
            said,
            name === 'calibration' ? /calibration\.json/ : new RegExp(`${path.basename(file)}.*line ${name === 'followUp' ? 2 : 1}`),
          );
          assert.ok(said.includes(schema ?? 'no `schema`'), said);
          try {
            row.write?.(root, file);
          } catch (error) {
            assert.ok(messageOf(error).includes(schema ?? 'no `schema`'), messageOf(error));
          }
          assert.equal(readFileSync(file, 'utf8'), text);
        });
    });
  }

  it('with a rollup of a newer version is not overwritten, and the sums are still made', async () => {
    mkdirSync(path.join(root, '.goldset', 'interactions', 'rollups'));
    writeFileSync(path.join(root, '.goldset', 'interactions', '2026-11-01.jsonl'), line(undefined, CALL));
    const kind = {
      name: 'units',
      version: '2 prices',
      start: () => ({ beginDay: () => undefined, take: () => undefined, save: () => ({ data: 1, tables: new Map() }) }),
    };
    for (const [version, isKept] of [
      ['1 prices', false],
      ['2 prices', true],
      ['3 prices', true],
    ] as const) {
      const file = path.join(root, '.goldset', 'interactions', 'rollups', 'units.json');
      const text = JSON.stringify({ version, days: {}, refused: { count: 0, first: null }, tables: {}, data: 7 });
      writeFileSync(file, text);
      const { days, problems } = await new RollupStore(new InteractionFiles(root)).advance({ kind } as never);
      assert.equal(days.get('2026-11-01')?.interactions, 1);
      assert.equal(readFileSync(file, 'utf8') === text, version.startsWith('3') && isKept, version);
      assert.deepEqual(
        problems.map((problem) => /units\.json, line 1: a newer version/.test(problem)),
        version.startsWith('3') ? [true] : [],
        version,
      );
    }
  });

  it('that is a journal with a newer kind of record keeps the others', () => {
    const file = path.join(root, '.goldset', 'runs', `${ID}.goldset-run.jsonl`);
    writeFileSync(file, (KINDS.journal[0]?.text('goldset.journal/1') ?? '') + line(undefined, { kind: 'hologram', size: 3 }));
    const content = readJournalFile(file);
    assert.deepEqual([content?.outlines.length, content?.damaged], [1, 0]);
  });
});
