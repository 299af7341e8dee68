/**
 * Runs that no retention deletes: those that something was compared with, and those that a person named, in `.goldset/runs/kept.jsonl`; those
 * whose outputs were graded, in the label files of the repository.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { isJsonObject, parseJson } from '../../core/json.ts';
import { labelsFile } from '../../core/judge/label.ts';
import { MAX_STORE, readTextSync } from '../bounded-file.ts';
import { appendLines } from './append-lines.ts';
import { dataFolder } from './data-folder/data-folder.ts';
import { textNoFollow } from './data-folder/no-follow.ts';

const FILE = ['runs', 'kept.jsonl'] as const;
/** Folder of the label files that belong to no prompt. */
const LABELS = 'labels';

/** Why each run is kept, by its id: `baseline`, or the name that a person gave it. */
export function keptRuns(root: string): Map<string, string> {
  const file = dataFolder(root).readable(...FILE);
  const kept = new Map<string, string>();
  if (file === null) return kept;
  for (const line of textNoFollow(file).split('\n')) {
    const value = parseJson(line);
    if (!isJsonObject(value)) continue;
    const { run, name } = value;
    if (typeof run === 'string' && typeof name === 'string') kept.set(run, name);
    else if (typeof run === 'string' && name === null) kept.delete(run);
  }
  return kept;
}

/** Keeps a run under a name, or no longer (null). @throws {PartlyWritten} when it cannot be written. */
export function keepRun(root: string, run: string, name: string | null, at: Date): void {
  if (keptRuns(root).get(run) === (name ?? undefined)) return;
  appendLines(dataFolder(root).writable(...FILE), [JSON.stringify({ schema: 'goldset.kept-run/1', run, name, at: at.toISOString() })]);
}

/** Looks for ids of runs in the label files of prompts and in `labels/`; a file is read once. */
export class LabelledRuns {
  private readonly texts = new Map<string, string>();

  constructor(private readonly root: string) {}

  /** `prompts`: their paths, relative to the root. */
  has(run: string, prompts: readonly string[]): boolean {
    const own = prompts.flatMap((prompt) => labelsFile(path.resolve(this.root, prompt)) ?? []);
    return [...own, ...this.inFolder()].some((file) => this.textOf(file).includes(`"${run}"`));
  }

  private inFolder(): string[] {
    const folder = path.join(this.root, LABELS);
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => path.join(folder, name));
  }

  private textOf(file: string): string {
    const known = this.texts.get(file);
    if (known !== undefined) return known;
    const text = existsSync(file) ? readTextSync(file, MAX_STORE) : '';
    this.texts.set(file, text);
    return text;
  }
}
