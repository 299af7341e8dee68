/**
 * A batch on disk: `.goldset/batches/ID/` with its log, its plan, and for each part what is sent and what each request is
 * for. The log is only ever appended to; a part is in it once its files are whole.
 */
import { createHmac } from 'node:crypto';
import { closeSync, ftruncateSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { batchStateOf, batchVersionProblem, type BatchRecord, type BatchState } from '../../core/batch/batch-log.ts';
import { ConfigurationError, HumanError, isConfigurationError, isHumanError, messageOf } from '../../core/problems/errors.ts';
import { VERSION_HINT } from '../../core/files/file-version.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../core/json/json.ts';
import type { SampleId } from '../../core/results/sample-id.ts';
import { userSecret } from '../storage/user-folder.ts';
import { lockHint, takeLock, type Lock } from '../storage/lock-file.ts';
import { appendLines } from '../storage/append-lines.ts';
import { dataFolder } from '../storage/data-folder/data-folder.ts';
import { openNoFollow, readNoFollow, replaceFile, textNoFollow } from '../storage/data-folder/no-follow.ts';
import { sha256 } from '../hash.ts';

const LOG = 'batch.jsonl';
const PLAN = 'plan.json';
const BATCHES = 'batches';

/** What one request of a part is for. */
export interface RequestEntry {
  readonly id: string;
  readonly key: string;
  readonly sample: SampleId;
}

/** Ids of the batches of a workspace, newest first. */
export function listBatches(root: string): string[] {
  return dataFolder(root)
    .list('folders', BATCHES)
    .filter((name) => dataFolder(root).readable(BATCHES, name, LOG) !== null)
    .reverse();
}

/** The batches of a workspace that can be read, newest first, and why each other one cannot. */
export function readBatches(root: string, most = Infinity): { readonly states: BatchState[]; readonly problems: string[] } {
  const problems: string[] = [];
  const states = listBatches(root)
    .slice(0, most)
    .flatMap((id) => {
      try {
        return readBatch(root, id) ?? [];
      } catch (error) {
        if (!isHumanError(error)) throw error;
        problems.push(error.message);
        return [];
      }
    });
  return { states, problems };
}

/** Null: it does not exist, or its log has no head. @throws {HumanError} `batch/version` when it is of a version that is not known. */
export function readBatch(root: string, id: string): BatchState | null {
  const file = dataFolder(root).readable(BATCHES, id, LOG);
  if (file === null) return null;
  const [firstLine = ''] = textNoFollow(file).split('\n', 1);
  const problem = batchVersionProblem(firstLine);
  if (problem !== null) throw new HumanError('batch/version', `${file}, line 1: ${problem}`, VERSION_HINT);
  const state = batchStateOf(textNoFollow(file).split('\n'));
  return state?.head.id === id ? state : null;
}

/** A batch that this process works on; nobody else does meanwhile. */
export class BatchFiles {
  readonly folder: string;

  private constructor(
    private readonly root: string,
    private readonly id: string,
    private readonly lock: Lock,
  ) {
    this.folder = path.join(dataFolder(root).path, BATCHES, id);
  }

  /** @throws {HumanError} when it cannot be written. */
  static create(root: string, id: string, plan: JsonObject): BatchFiles {
    const files = new BatchFiles(root, id, lockOf(root, id));
    files.replace(PLAN, JSON.stringify(plan));
    return files;
  }

  /** @throws {ConfigurationError} when there is none. @throws {HumanError} when another process works on it. */
  static open(root: string, id: string): BatchFiles {
    dataFolder(root).require();
    if (readBatch(root, id) === null)
      throw new ConfigurationError('batch/missing', `There is no batch ${id}.`, 'List all batches: goldset batch list');
    const files = new BatchFiles(root, id, lockOf(root, id));
    files.mend();
    return files;
  }

  close(): void {
    this.lock.release();
  }

  get state(): BatchState {
    const state = batchStateOf(this.text(LOG).split('\n'));
    if (state === null)
      throw new HumanError(
        'batch/damaged',
        `The start of the batch log in ${this.folder} is missing.`,
        'Delete the folder. The jobs stay at the provider.',
      );
    return state;
  }

  plan(): JsonObject {
    const plan = parseJson(this.text(PLAN));
    if (isJsonObject(plan)) return plan;
    throw new HumanError(
      'batch/damaged',
      `The batch plan in ${this.folder} cannot be read.`,
      'Its answers are kept: goldset run without --batch reuses those in the response cache.',
    );
  }

  /** Of the plan as it was written down. */
  get seal(): string {
    return sealOf(this.id, this.text(PLAN));
  }

  /** What a file of the workspace held when the batch first needed it; `read` gives it then. */
  async frozen(name: string, read: () => Promise<string>): Promise<string> {
    const kept = `image-${sha256(name)}.txt`;
    if (dataFolder(this.root).readable(BATCHES, this.id, kept) === null) this.replace(kept, await read());
    return this.text(kept);
  }

  /** On disk when it returns. @throws {HumanError} */
  append(record: BatchRecord): void {
    this.write(() => appendLines(this.file(LOG), [JSON.stringify(record)]));
  }

  /** The file that is sent. */
  requestsFile(part: number): string {
    return this.file(`${partName(part)}.jsonl`);
  }

  newPart(part: number): PartWriter {
    return new PartWriter(this.requestsFile(part), this.entriesFile(part));
  }

  entries(part: number): RequestEntry[] {
    return entriesIn(this.text(`${partName(part)}.entries.jsonl`));
  }

  /** What was sent is not needed any more: the run's journal has what came back. */
  forgetRequests(part: number): void {
    rmSync(this.requestsFile(part), { force: true });
  }

  private entriesFile(part: number): string {
    return this.file(`${partName(part)}.entries.jsonl`);
  }

  /** A torn last line is cut off, so that the next one stands alone. */
  private mend(): void {
    const text = readNoFollow(this.file(LOG));
    const end = text.lastIndexOf(10) + 1;
    if (end === text.length) return;
    const descriptor = openNoFollow(this.file(LOG), 'a');
    try {
      ftruncateSync(descriptor, end);
    } finally {
      closeSync(descriptor);
    }
  }

  private replace(name: string, text: string): void {
    this.write(() => replaceFile(this.file(name), text));
  }

  private write(work: () => void): void {
    orWriteError(this.folder, work);
  }

  private text(name: string): string {
    return textNoFollow(this.file(name));
  }

  /** @throws {ConfigurationError} when the data folder or the file must not be used. */
  private file(name: string): string {
    return dataFolder(this.root).writable(BATCHES, this.id, name);
  }
}

/** What the requests of a part are for; empty when that cannot be read. */
export function partEntries(root: string, id: string, part: number): RequestEntry[] {
  const file = dataFolder(root).readable(BATCHES, id, `${partName(part)}.entries.jsonl`);
  return file === null ? [] : entriesIn(textNoFollow(file));
}

const entriesIn = (text: string): RequestEntry[] =>
  text.split('\n').flatMap((line) => {
    const entry = parseJson(line);
    return isJsonObject(entry) && typeof entry['id'] === 'string' && typeof entry['key'] === 'string'
      ? [entry as unknown as RequestEntry]
      : [];
  });

/** Only who has this user's secret can have written this plan. */
const sealOf = (id: string, plan: string): string => createHmac('sha256', userSecret()).update(`${id}\n${plan}`).digest('hex');

/** Bytes that are written at once. */
const CHUNK = 1 << 18;

/** Writes the two files of a part side by side; what an earlier, unfinished attempt has left is overwritten. */
export class PartWriter {
  requests = 0;
  bytes = 0;
  private readonly open: readonly { readonly descriptor: number; text: string[]; length: number }[];

  constructor(
    private readonly requestsFile: string,
    entriesFile: string,
  ) {
    this.open = [requestsFile, entriesFile].map((file) => ({ descriptor: openNoFollow(file, 'w'), text: [], length: 0 }));
  }

  add(line: string, entry: RequestEntry): void {
    this.requests++;
    this.bytes += Buffer.byteLength(line) + 1;
    [line, JSON.stringify(entry)].forEach((text, i) => {
      const file = this.open[i];
      if (file === undefined) return;
      file.text.push(text, '\n');
      file.length += text.length;
      if (file.length > CHUNK) this.flush(file);
    });
  }

  close(): void {
    for (const file of this.open) {
      this.flush(file);
      closeSync(file.descriptor);
    }
  }

  private flush(file: { readonly descriptor: number; text: string[]; length: number }): void {
    const bytes = Buffer.from(file.text.join(''));
    orWriteError(path.dirname(this.requestsFile), () => {
      let done = 0;
      while (done < bytes.length) done += writeSync(file.descriptor, bytes, done);
    });
    file.text = [];
    file.length = 0;
  }
}

function orWriteError(folder: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (isConfigurationError(error)) throw error;
    throw new HumanError(
      'batch/write',
      `${folder} cannot be written: ${messageOf(error)}`,
      'Free some disk space, then continue: goldset batch wait',
    );
  }
}

const partName = (part: number): string => `part-${String(part).padStart(3, '0')}`;

function lockOf(root: string, id: string): Lock {
  const file = dataFolder(root).writable(BATCHES, id, 'lock');
  const lock = takeLock(file);
  if (lock !== null) return lock;
  throw new HumanError('batch/locked', `Another process is using the batch ${id}.`, lockHint(file, 'Wait until it ends. Nothing is lost.'));
}
