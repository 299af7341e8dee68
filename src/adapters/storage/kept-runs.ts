/**
 * Runs that no retention deletes: those that something was compared with, and those that a person named, in `.goldset/runs/kept.jsonl`; those
 * whose outputs were graded, in the label files of the repository.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { HumanError } from '../../core/problems/errors.ts';
import { FILE_KINDS, schemaOf, VERSION_HINT, versionProblem, type Refused } from '../../core/files/file-version.ts';
import { isJsonObject, parseJson } from '../../core/json/json.ts';
import { LABELS_FOLDER } from '../../core/judge/labels/label-place.ts';
import { MAX_STORE, readTextSync } from '../bounded-file.ts';
import { appendLines } from './append-lines.ts';
import { dataFolder } from './data-folder/data-folder.ts';
import { textNoFollow } from './data-folder/no-follow.ts';
import { labelFilesBelow, labelFilesOf } from './label-files.ts';

const FILE = ['runs', 'kept.jsonl'] as const;

export interface KeptRuns {
  /** Why each run is kept, by its id: `baseline`, or the name that a person gave it. */
  readonly reasons: ReadonlyMap<string, string>;
  /** Lines that are damaged or of another version: which runs they keep is not known. */
  readonly refused: Refused & { readonly isOtherVersion: boolean };
}

/** What `.goldset/runs/kept.jsonl` says. A run that a later line releases is not kept. */
export function keptRuns(root: string): KeptRuns {
  const file = dataFolder(root).readable(...FILE);
  const reasons = new Map<string, string>();
  let refused: KeptRuns['refused'] = { count: 0, first: null, isOtherVersion: false };
  for (const [i, line] of (file === null ? '' : textNoFollow(file)).split('\n').entries()) {
    if (line.trim() === '') continue;
    const read = readKeptRun(line);
    if ('problem' in read)
      refused = {
        count: refused.count + 1,
        first: refused.first ?? `${FILE[1]}, line ${i + 1}: ${read.problem}`,
        isOtherVersion: refused.isOtherVersion || read.isOtherVersion,
      };
    else if (read.name === null) reasons.delete(read.run);
    else reasons.set(read.run, read.name);
  }
  return { reasons, refused };
}

type ReadKeptRun = { readonly run: string; readonly name: string | null } | { readonly problem: string; readonly isOtherVersion: boolean };

const DAMAGED = { problem: 'It is damaged.', isOtherVersion: false };

function readKeptRun(line: string): ReadKeptRun {
  const value = parseJson(line);
  if (!isJsonObject(value)) return DAMAGED;
  const problem = versionProblem(value['schema'], FILE_KINDS.keptRun);
  if (problem !== null) return { problem, isOtherVersion: true };
  const { run, name } = value;
  return typeof run === 'string' && (typeof name === 'string' || name === null) ? { run, name } : DAMAGED;
}

/** Why no run can be deleted, as a sentence; null: every line is read. */
export const keptRunsProblem = ({ refused: { first } }: KeptRuns): string | null =>
  first === null ? null : `No run is deleted, because which runs are kept is not known: ${first} Update Goldset, or delete that line.`;

/** Keeps a run under a name, or no longer (null). @throws {PartlyWritten} when it cannot be written, {HumanError} when the file is of another version. */
export function keepRun(root: string, run: string, name: string | null, at: Date): void {
  const { reasons, refused } = keptRuns(root);
  if (reasons.get(run) === (name ?? undefined)) return;
  if (refused.isOtherVersion) throw new HumanError('runs/kept-version', `runs/${refused.first ?? ''}`, VERSION_HINT);
  appendLines(dataFolder(root).writable(...FILE), [
    JSON.stringify({ schema: schemaOf(FILE_KINDS.keptRun), run, name, at: at.toISOString() }),
  ]);
}

/**
 * Looks for ids of runs in the label files of the repository, wherever they are: a prompt may have moved since. The folders are searched
 * when the first run is looked up, and a file is read once.
 */
export class LabelledRuns {
  private readonly texts = new Map<string, string>();
  private found: readonly string[] | null = null;

  constructor(private readonly root: string) {}

  has(run: string): boolean {
    this.found ??= labelFilesBelow(this.root, this.root);
    return this.found.some((file) => this.mentions(file, run));
  }

  /** Whether the label files where these prompts are (relative to the root), or `labels/`, have it: a run of just now has no others. */
  hasBeside(run: string, prompts: readonly string[]): boolean {
    const own = prompts.flatMap((prompt) => labelFilesOf(this.root, prompt));
    const folder = path.join(this.root, LABELS_FOLDER);
    return [...own, ...(existsSync(folder) ? labelFilesBelow(this.root, folder) : [])].some((file) => this.mentions(file, run));
  }

  private mentions(file: string, run: string): boolean {
    const text = this.texts.get(file) ?? readTextSync(file, MAX_STORE);
    this.texts.set(file, text);
    return text.includes(`"${run}"`);
  }
}
