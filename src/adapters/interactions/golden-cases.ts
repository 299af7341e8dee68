/**
 * Which interactions are cases of the golden sets in the work tree. An interaction that became a case on another branch is open on this one.
 * Golden sets that are known are looked at again when they change; new ones are searched for only while a case is missing.
 */
import { readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';
import type { GoldenCase } from '../../core/golden/case.ts';
import { readGoldenSet } from '../../core/golden/read-golden.ts';
import { isJsonObject, type JsonValue } from '../../core/json/json.ts';
import { isGoldenPath, isPromptPath } from '../../core/prompt/formats/prompt-name.ts';
import { MAX_STORE, readTextSync } from '../bounded-file.ts';
import { isWithin } from '../within.ts';
import { SKIPPED_FOLDERS } from '../workspace/skipped-folders.ts';

/** An interaction that became a case. */
export interface MadeCase {
  readonly id: string;
  /** The id of the case; null: not known. */
  readonly case: string | null;
}

interface ReadSet {
  readonly stamp: string;
  /** Empty once it is parsed. */
  text: string;
  /** Null: nothing that is looked for stands in it, so it is not parsed yet. */
  names: { readonly ids: ReadonlySet<string>; readonly interactions: ReadonlySet<string> } | null;
}

/** Folders between which others have their turn. */
const TURN = 64;

export class GoldenCases {
  private readonly sets = new Map<string, ReadSet>();
  private hasSearched = false;

  constructor(private readonly root: string) {}

  has({ id, case: made }: MadeCase): boolean {
    return [...this.sets.values()].some(
      ({ names }) => names !== null && (names.interactions.has(id) || (made !== null && names.ids.has(made))),
    );
  }

  /** `wanted`: what is asked for next. True: something may be different. `all`: more may be asked for. */
  *refresh(wanted: readonly MadeCase[], all: boolean): Generator<void, boolean> {
    const before = wanted.map((item) => this.has(item));
    for (const file of this.sets.keys()) this.read(file);
    this.parse(wanted, all);
    if ((all && !this.hasSearched) || wanted.some((item) => !this.has(item))) {
      yield* this.search();
      this.parse(wanted, all);
    }
    return wanted.some((item, i) => this.has(item) !== before[i]);
  }

  /** Cases of all golden sets that are found. */
  *everyCase(): Generator<void, GoldenCase[]> {
    yield* this.search();
    return [...this.sets].flatMap(([file, { text }]) => readGoldenSet(file, text).cases);
  }

  private parse(wanted: readonly MadeCase[], all: boolean): void {
    for (const [file, set] of this.sets) {
      const { text, names } = set;
      if (names !== null || !(all || wanted.some((item) => text.includes(item.id) || (item.case !== null && text.includes(item.case)))))
        continue;
      const { cases } = readGoldenSet(file, text);
      set.text = '';
      set.names = {
        ids: new Set(cases.map(({ id }) => id)),
        interactions: new Set(cases.flatMap(({ metadata }) => interactionOf(metadata['source']) ?? [])),
      };
    }
  }

  /** What cannot be read contains no case: what is wrong with it is said elsewhere. */
  private read(file: string): void {
    const stats = statSync(file, { throwIfNoEntry: false });
    const stamp = stats === undefined ? '' : `${stats.size}:${stats.mtimeMs}:${stats.ino}`;
    if (this.sets.get(file)?.stamp === stamp && stamp !== '') return;
    if (stats === undefined || !stats.isFile() || !isInside(this.root, file)) {
      this.sets.delete(file);
      return;
    }
    this.sets.set(file, { stamp, text: textOf(file), names: null });
  }

  private *search(): Generator<void, void> {
    this.hasSearched = true;
    const folders = [this.root];
    for (let folder = folders.pop(), i = 1; folder !== undefined; folder = folders.pop(), i++) {
      if (i % TURN === 0) yield;
      for (const entry of entriesOf(folder)) {
        const file = path.join(folder, entry.name);
        if (entry.isDirectory() && !SKIPPED_FOLDERS.includes(entry.name)) folders.push(file);
        else if (entry.isFile() && isGoldenPath(entry.name)) this.read(file);
        else if (entry.isFile() && (isPromptPath(entry.name) || file === path.join(this.root, 'goldset.yaml')))
          for (const named of namedIn(textOf(file))) this.read(path.resolve(folder, named));
      }
    }
  }
}

/** Whether each of these is a case of a golden set below the root. */
export function casesIn(root: string, wanted: readonly MadeCase[]): (id: string, made: string | null) => boolean {
  const cases = new GoldenCases(root);
  for (const _turn of cases.refresh(wanted, false)) continue;
  return (id, made) => cases.has({ id, case: made });
}

/** Cases of all golden sets below the root. */
export function goldenCasesBelow(root: string): readonly GoldenCase[] {
  const steps = new GoldenCases(root).everyCase();
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}

const isInside = (root: string, file: string): boolean => isWithin(realpathSync.native(root), realpathSync.native(file));

const interactionOf = (source: JsonValue | undefined): string | null => {
  const id = isJsonObject(source) ? source['interaction'] : null;
  return typeof id === 'string' ? id : typeof id === 'number' ? String(id) : null;
};

/** Golden sets under another name, as front matter and goldset.yaml name them. */
const namedIn = (text: string): string[] => [...text.matchAll(/\bgolden["']?:\s*["']?([^\s"',}{[\]]+)/g)].flatMap(([, name]) => name ?? []);

function textOf(file: string): string {
  try {
    return readTextSync(file, MAX_STORE);
  } catch (error) {
    if (error instanceof Error) return '';
    throw error;
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error) return [];
    throw error;
  }
}
