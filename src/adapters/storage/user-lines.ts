/**
 * A file of the user's configuration folder that holds decisions, one in each line, so that it can be read and edited: where keys may be
 * sent, what may be executed. Only its owner may write it, because what it says is consent. A link is followed: people keep such files in
 * a repository of their own.
 */
import { chmodSync, closeSync, constants, existsSync, fstatSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { writeWhole } from './append-lines.ts';
import { replaceFile } from './data-folder/no-follow.ts';

const OWNER_ONLY = 0o600;
const FOLDER_OF_OWNER = 0o700;
const WRITABLE_BY_OTHERS = 0o022;

export class UserLines {
  /** `error`: the code and the end of the sentence when others can write the file, such as `which says where keys may be sent`. */
  constructor(
    readonly file: string,
    private readonly error: { readonly code: string; readonly says: string },
  ) {}

  /** The lines that are not empty, trimmed; of a file that does not exist, no line. @throws {ConfigurationError} when others can write the file. */
  read(): string[] {
    return this.text()
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }

  /** @throws {ConfigurationError} when others can write the file; as `fs` says it when it cannot be written. */
  add(lines: readonly string[]): void {
    const text = this.text();
    mkdirSync(path.dirname(this.file), { recursive: true, mode: FOLDER_OF_OWNER });
    // A line that was edited by hand may lack its end.
    const before = text === '' || text.endsWith('\n') ? '' : '\n';
    const descriptor = openSync(this.file, 'a', OWNER_ONLY);
    try {
      // Half a line is a decision that its owner did not make.
      writeWhole(descriptor, Buffer.from(before + lines.map((line) => `${line}\n`).join('')), fstatSync(descriptor).size);
    } finally {
      closeSync(descriptor);
    }
    if (process.platform !== 'win32' && (statSync(this.file).mode & 0o777) !== OWNER_ONLY) chmodSync(this.file, OWNER_ONLY);
  }

  /** Puts these lines in the place of all others. */
  replace(lines: readonly string[]): void {
    replaceFile(this.file, lines.map((line) => `${line}\n`).join(''), OWNER_ONLY);
  }

  private text(): string {
    if (!existsSync(this.file)) return '';
    const descriptor = openSync(this.file, constants.O_RDONLY);
    try {
      const { mode, uid } = fstatSync(descriptor);
      const user = process.getuid?.();
      if (user !== undefined && ((mode & WRITABLE_BY_OTHERS) !== 0 || (uid !== user && uid !== 0)))
        throw new ConfigurationError(
          this.error.code,
          `Other users can write ${this.file}, ${this.error.says}.`,
          `Check its lines, then run: chmod 600 '${this.file}'`,
        );
      return readFileSync(descriptor, 'utf8');
    } finally {
      closeSync(descriptor);
    }
  }
}
