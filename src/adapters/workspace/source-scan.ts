/**
 * Looks for prompts in many source files. A file is read again only when its time or its size has changed, and parsed only when its bytes
 * have a comment that marks a prompt, or, where every prompt is wanted, a call or a name of one. Lives in the worker, in slices.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Newest } from '../../core/collections/newest.ts';
import { MARKER } from '../../core/prompt/code/markers.ts';
import { mayHavePrompts } from '../../core/prompt/code/may-have-prompts.ts';
import { readCode } from '../../core/prompt/code/read-code.ts';
import { builtPrompts } from '../../core/prompt/formats/declared-prompt.ts';
import { idOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { codePromptNames, declaredNames, goldenNames, MAX_SOURCE } from './code-index.ts';
import { statsOf } from './file-stats.ts';
import { shownPath, type Workspace } from './root.ts';

/** Source files that are remembered. */
const KEPT = 20_000;

export interface SourceScanJob {
  readonly workspace: Pick<Workspace, 'root' | 'config'>;
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Every prompt, also those that are not used. */
  readonly everything: boolean;
}

interface Known {
  readonly mtimeMs: number;
  readonly size: number;
  /** Names that comments give. */
  readonly marked: readonly string[];
  /** Names of all prompts; null: not looked for. */
  readonly all: readonly string[] | null;
}

export class SourceScanner {
  private readonly known = new Newest<Known>(KEPT);
  /** Files that were read, for tests and the benchmark. */
  read = 0;
  parsed = 0;

  /** The ids of the prompts of these files, in their order. A file that cannot be read has none. */
  scan({ workspace: { root, config }, files, everything }: SourceScanJob): string[] {
    const folders = new Map<string, readonly string[]>();
    const declared = [...config.prompts.keys(), ...builtPrompts(config.prompts).map(({ id }) => id)];
    return files.flatMap((file) => {
      const shown = shownPath(root, file);
      const beside = namesIn(path.dirname(file), folders);
      const { marked, all } = this.namesOf(file, shown, everything);
      const used =
        goldenNames(file, beside).length > 0
          ? codePromptNames(file, shown, beside, declared)
          : [...declaredNames(shown, declared), ...marked];
      return [...new Set([...used, ...(everything ? (all ?? []) : [])])].map((name) => idOfPrompt({ file, name }));
    });
  }

  private namesOf(file: string, shown: string, everything: boolean): Pick<Known, 'marked' | 'all'> {
    const stats = statsOf(file);
    if (stats === null || stats.size > MAX_SOURCE) return { marked: [], all: [] };
    const { mtimeMs, size } = stats;
    const known = this.known.get(file);
    if (known?.mtimeMs === mtimeMs && known.size === size && (known.all !== null || !everything)) return known;
    const found = { mtimeMs, size, ...this.look(file, shown, everything) };
    this.known.set(file, found);
    return found;
  }

  private look(file: string, shown: string, everything: boolean): Pick<Known, 'marked' | 'all'> {
    const bytes = bytesOf(file);
    this.read++;
    const isMarked = bytes.includes(MARKER);
    if (!isMarked && !(everything && mayHavePrompts(bytes.toString('latin1')))) return { marked: [], all: everything ? [] : null };
    this.parsed++;
    const { prompts } = readCode(shown, bytes.toString('utf8'), () => null);
    const names = (wanted: typeof prompts): string[] => wanted.map(({ id }) => id.slice(shown.length + 1));
    return {
      marked: names(prompts.filter(({ origin }) => origin === 'marker')),
      all: names(prompts.filter(({ containedIn }) => containedIn === null)),
    };
  }
}

/** Empty: the file cannot be read. */
function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return Buffer.alloc(0);
    throw error;
  }
}

/** Empty: the folder cannot be read. */
function namesIn(folder: string, known: Map<string, readonly string[]>): readonly string[] {
  const names = known.get(folder);
  if (names !== undefined) return names;
  let found: readonly string[] = [];
  try {
    found = readdirSync(folder);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
  known.set(folder, found);
  return found;
}
