/**
 * The files that a promptfoo config names. The reader is pure: it is called again until every file that it asked for is known, so that the
 * command line, the editor and a commit can each read them in their own way.
 */
import type { TestGenerator } from '../document.ts';
import type { ReadableEnvironment } from './environment.ts';

/** What has been read so far, by path from the root of the workspace. */
export interface KnownFiles {
  /** Null: the workspace has no such file. */
  readonly texts: ReadonlyMap<string, string | null>;
  /** The files that a pattern matches, in order. */
  readonly matches: ReadonlyMap<string, readonly string[]>;
  /** What of the user's environment the config may read; absent: nothing. */
  readonly environment?: ReadableEnvironment;
}

export class NamedFiles {
  /** Files that were asked for and are not known yet. */
  readonly unknown = new Set<string>();
  /** Patterns that were asked for and are not known yet. */
  readonly unmatched = new Set<string>();
  /** Functions whose tests are not known. */
  readonly pending: TestGenerator[] = [];
  /** All files that were asked for. */
  readonly named = new Set<string>();

  constructor(private readonly known: KnownFiles) {}

  /** What of the user's environment the config may read; null: nothing. */
  get environment(): ReadableEnvironment | null {
    return this.known.environment ?? null;
  }

  /** The text of a file without a byte order mark; null: there is no such file, or it is not known yet. */
  text(path: string): string | null {
    this.named.add(path);
    const text = this.known.texts.get(path);
    if (text === undefined) this.unknown.add(path);
    return text?.replace(/^\uFEFF/, '') ?? null;
  }

  /** The files that a pattern matches; a path without a pattern is itself. */
  matching(pattern: string): readonly string[] {
    if (!isPattern(pattern)) return [pattern];
    const found = this.known.matches.get(pattern);
    if (found === undefined) this.unmatched.add(pattern);
    return found ?? [];
  }

  /** Whether the answers of this reading are final. */
  get isComplete(): boolean {
    return this.unknown.size === 0 && this.unmatched.size === 0;
  }
}

export const isPattern = (path: string): boolean => /[*?]|\[[^\]]+\]|\{[^}]*,[^}]*\}/.test(path);
