/**
 * The pairs of variable and origin that the user allowed, in a file of the user's configuration folder, outside every repository: one
 * `VARIABLE@ORIGIN` a line, so that it can be read and edited. The command line and the editor share it.
 */
import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { allowsPair, pairText, readPair, type AllowedPair, type KeyPair } from '../../core/config/key-pair.ts';
import { ConfigurationError } from '../../core/errors.ts';
import { configFolder } from './user-folder.ts';

const OWNER_ONLY = 0o600;
const FOLDER_OF_OWNER = 0o700;
const WRITABLE_BY_OTHERS = 0o022;

export class AllowedKeys {
  /** `file`: absent: in the configuration folder of the user. */
  constructor(readonly file: string = path.join(configFolder(), 'allowed-keys')) {}

  /** What was allowed, in the order of the answers; lines that are no pair are left out. @throws {ConfigurationError} `key/allowed-file` when others may write the file. */
  get pairs(): readonly AllowedPair[] {
    return this.lines().flatMap((line) => {
      const pair = readPair(line);
      return typeof pair === 'string' ? [] : [pair];
    });
  }

  has(pair: KeyPair): boolean {
    return this.pairs.some((allowed) => allowsPair(allowed, pair));
  }

  add(pair: KeyPair): void {
    if (this.has(pair)) return;
    mkdirSync(path.dirname(this.file), { recursive: true, mode: FOLDER_OF_OWNER });
    // A line that was edited by hand may lack its end.
    appendFileSync(this.file, `${this.endsWithLine() ? '' : '\n'}${pairText(pair)}\n`, { mode: OWNER_ONLY });
  }

  remove(pair: AllowedPair): void {
    const isRemoved = (line: string): boolean => {
      const read = readPair(line);
      return typeof read !== 'string' && pairText(read) === pairText(pair);
    };
    const left = this.lines().filter((line) => !isRemoved(line));
    const part = `${this.file}.${process.pid}.new`;
    writeFileSync(part, left.map((line) => `${line}\n`).join(''), { mode: OWNER_ONLY, flag: 'wx' });
    renameSync(part, this.file);
  }

  private lines(): string[] {
    return this.text()
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }

  private endsWithLine(): boolean {
    const text = this.text();
    return text === '' || text.endsWith('\n');
  }

  private text(): string {
    if (!existsSync(this.file)) return '';
    const descriptor = openSync(this.file, constants.O_RDONLY);
    try {
      const { mode, uid } = fstatSync(descriptor);
      const user = process.getuid?.();
      if (user !== undefined && ((mode & WRITABLE_BY_OTHERS) !== 0 || (uid !== user && uid !== 0))) throw this.writableByOthers();
      return readFileSync(descriptor, 'utf8');
    } finally {
      closeSync(descriptor);
    }
  }

  private writableByOthers(): ConfigurationError {
    return new ConfigurationError(
      'key/allowed-file',
      `Other users can write ${this.file}, which says where keys may be sent.`,
      `Check its lines, then run: chmod 600 '${this.file}'`,
    );
  }
}

/** The pairs of `GOLDSET_ALLOW`, which are separated by commas. @throws {ConfigurationError} `usage` when one of them is no pair. */
export function pairsOfEnvironment(text: string): AllowedPair[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => {
      const pair = readPair(item);
      if (typeof pair !== 'string') return pair;
      throw new ConfigurationError(
        'usage',
        `GOLDSET_ALLOW contains "${item}", which ${pair}.`,
        'Write pairs, separated by commas: GOLDSET_ALLOW=VARIABLE@https://models.example.com,…',
      );
    });
}
