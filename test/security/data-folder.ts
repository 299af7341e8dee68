/** A data folder to attack: everything that reads and writes `.goldset/`, by the file that it is about. */
import { appendFileSync, linkSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BatchFiles, listBatches } from '../../src/adapters/batch/batch-files.ts';
import { FolderWriter } from '../../src/adapters/capture/folder-writer.ts';
import { emptyDay, readDayInbox, writeDayInbox } from '../../src/adapters/interactions/day-inbox.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { RollupStore } from '../../src/adapters/interactions/rollup-store.ts';
import { accountOf } from '../../src/adapters/models/account.ts';
import { keepCalibration, readCalibrations } from '../../src/adapters/storage/calibration-file.ts';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import { appendLines } from '../../src/adapters/storage/append-lines.ts';
import { JournalFile } from '../../src/adapters/storage/journal-file.ts';
import { takeLock } from '../../src/adapters/storage/lock-file.ts';
import { pruneCache } from '../../src/adapters/storage/response-cache/prune.ts';
import { ResponseCache } from '../../src/adapters/storage/response-cache/response-cache.ts';
import { entryLine } from '../../src/adapters/storage/response-cache/segment.ts';
import { journalToWrite, listRuns, storedJournal } from '../../src/adapters/storage/run-files.ts';
import { ScoreStore } from '../../src/adapters/storage/score-store.ts';
import { sha256 } from '../../src/adapters/hash.ts';
import { unitRollup } from '../../src/core/feedback/insights/units/unit-rollup.ts';
import { followUpOn } from '../../src/core/feedback/interactions/follow-up.ts';
import { answerOf } from '../unit/run-world.ts';

export const DAY = '2026-11-01';
const AT = `${DAY}T10:00:00.000Z`;
export const KEY = sha256('a request');
const ACCOUNT = 'a'.repeat(16);
const LINE = { followUp: followUpOn('i1', AT, { reason: 'seen' }) } as const;
const SCORE = {
  ...{
    schema: 'goldset.score/1',
    prompt: 'a.prompt',
    version: 'v',
    golden: 'g',
    model: 'm',
    parameters: {},
    at: AT,
    run: 'r',
    by: 'local',
  },
  ...{ cases: 1, passed: 1, failed: 0, errors: 0, passRate: 1, interval: [0, 1], costPerCallUsd: null },
  ...{ inputTokens: null, outputTokens: null, cacheReadShare: null, ttftMs: null },
};

/** A writer, and the file that it writes, below `.goldset/`. */
export interface Writer {
  readonly file: string;
  write(root: string): unknown;
}

const pruneOf = (root: string): void => {
  dataFolder(root).folder('cache');
  pruneCache(root, { maxBytes: 0, maxAge: 0 }, Date.now());
};

/** Every writer. What it cannot write it throws or gives up, as the product does. */
export const WRITERS: Readonly<Record<string, Writer>> = {
  'the journal of a run': {
    file: 'runs/r1.goldset-run.jsonl',
    write: (root) => JournalFile.create(journalToWrite(root, 'r1')).close(),
  },
  'the journal of a run that goes on': {
    file: 'runs/r1.goldset-run.jsonl',
    write: (root) => JournalFile.resume(journalToWrite(root, 'r1')).journal.close(),
  },
  'the lock of a run': { file: 'runs/r1.goldset-run.jsonl.lock', write: (root) => JournalFile.create(journalToWrite(root, 'r1')).close() },
  'the lock of the cache': { file: 'cache/prune.lock', write: (root) => pruneOf(root) },
  'the scores': { file: 'scores.jsonl', write: (root) => appendLines(dataFolder(root).writable('scores.jsonl'), ['x']) },
  'the calibration': {
    file: 'calibration.json',
    write: (root) => keepCalibration(root, 'm', 'a.prompt', { factor: 1, band: 0, samples: 1 }),
  },
  'the account secret': { file: 'account-secret', write: (root) => accountOf(root, 'sk-1') },
  'the interactions of a day': { file: `interactions/${DAY}.jsonl`, write: (root) => new InteractionFiles(root).append(LINE) },
  'the interactions that an application records': {
    file: `interactions/${DAY}.jsonl`,
    write: (root) => new FolderWriter({ root }).write([LINE]),
  },
  'the inbox of a day': { file: `interactions/inbox/${DAY}.json`, write: (root) => writeDayInbox(root, DAY, emptyDay()) },
  'the sums of insights': { file: 'interactions/rollups/units.json', write: (root) => sums(root) },
  'the lock of the sums': { file: 'interactions/rollups/lock', write: (root) => sums(root) },
  'the plan of a batch': { file: 'batches/b1/plan.json', write: (root) => BatchFiles.create(root, 'b1', {}).close() },
  'the log of a batch': {
    file: 'batches/b1/batch.jsonl',
    write: (root) => {
      const batch = BatchFiles.create(root, 'b1', {});
      try {
        batch.append({ kind: 'cancelling', at: AT });
      } finally {
        batch.close();
      }
    },
  },
  'the requests of a batch': {
    file: 'batches/b1/part-001.jsonl',
    write: (root) => {
      const batch = BatchFiles.create(root, 'b1', {});
      try {
        batch.newPart(1).close();
      } finally {
        batch.close();
      }
    },
  },
  'the lock of an import': { file: 'imports/lock', write: (root) => takeLock(dataFolder(root).writable('imports', 'lock'))?.release() },
};

const sums = async (root: string): Promise<void> => {
  new InteractionFiles(root).append(LINE);
  const units = unitRollup('no prices', () => null);
  await new RollupStore(new InteractionFiles(root)).advance({ units });
};

/** Every reader: what it finds in a folder that `fill` has filled, as text; '' when it finds nothing. */
export const READERS: Readonly<Record<string, { readonly file: string; read(root: string): string }>> = {
  'answers of the cache': {
    file: 'cache/000000000-0-00000000.answers',
    read: (root) => {
      const cache = new ResponseCache(root);
      try {
        return cache.find(KEY, null)?.output ?? '';
      } finally {
        cache.close();
      }
    },
  },
  scores: {
    file: 'scores.jsonl',
    read: (root) =>
      new ScoreStore()
        .all(root)
        .map(({ prompt }) => prompt)
        .join(),
  },
  'the calibration': { file: 'calibration.json', read: (root) => [...readCalibrations(root).keys()].join() },
  'the list of runs': { file: 'runs/r1.goldset-run.jsonl', read: (root) => listRuns(root).join() },
  'the journal of a run': { file: 'runs/r1.goldset-run.jsonl', read: (root) => storedJournal(root, 'r1') ?? '' },
  interactions: {
    file: `interactions/${DAY}.jsonl`,
    read: (root) => {
      const found: string[] = [];
      new InteractionFiles(root).read(null, (line) => void found.push(JSON.stringify(line)));
      return found.join();
    },
  },
  'the inbox of a day': { file: `interactions/inbox/${DAY}.json`, read: (root) => (readDayInbox(root, DAY) === null ? '' : 'found') },
  batches: { file: 'batches/b1/batch.jsonl', read: (root) => listBatches(root).join() },
};

/** What every reader reads, as Goldset writes it. */
export function fill(root: string): void {
  dataFolder(root).adopt();
  const answer = answerOf({ output: 'forged' });
  const texts: Record<string, string> = {
    'cache/000000000-0-00000000.answers': entryLine(KEY, ACCOUNT, Date.parse(AT), answer),
    'scores.jsonl': `${JSON.stringify(SCORE)}\n`,
    'calibration.json': JSON.stringify({ m: { 'a.prompt': { factor: 1, band: 0, samples: 3 } } }),
    'runs/r1.goldset-run.jsonl': '{}\n',
    'batches/b1/batch.jsonl': '{}\n',
  };
  for (const [name, text] of Object.entries(texts)) {
    const file = path.join(root, '.goldset', name);
    mkdirSync(path.dirname(file), { recursive: true });
    appendFileSync(file, text);
  }
  new InteractionFiles(root).append(LINE);
  writeDayInbox(root, DAY, emptyDay());
}

/** A folder outside the workspace with the user's file, and ways to lead a file or folder of `.goldset/` there. */
export class Attacked {
  readonly base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'goldset-attacked-')));
  readonly root = path.join(this.base, 'workspace');
  readonly outside = path.join(this.base, 'home');
  readonly victim = path.join(this.outside, '.bashrc');

  constructor() {
    mkdirSync(this.root);
    mkdirSync(this.outside);
    writeFileSync(this.victim, 'alias ls=ls\n');
  }

  get data(): string {
    return path.join(this.root, '.goldset');
  }

  at(file: string): string {
    return path.join(this.data, file);
  }

  /** In the place of a file of the data folder. */
  plant(file: string, kind: 'link' | 'dangling link' | 'hard link' | 'linked folder'): void {
    const place = this.at(file);
    mkdirSync(path.dirname(place), { recursive: true });
    if (kind === 'hard link') linkSync(this.victim, place);
    else if (kind === 'linked folder') {
      rmSync(path.dirname(place), { recursive: true });
      symlinkSync(this.outside, path.dirname(place));
    } else symlinkSync(kind === 'link' ? this.victim : path.join(this.outside, 'new'), place);
  }

  victimText(): string {
    return readFileSync(this.victim, 'utf8');
  }

  dispose(): void {
    rmSync(this.base, { recursive: true, force: true });
  }
}
