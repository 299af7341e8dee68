/**
 * The pairs of variable and origin that the user allowed, in a file of the user's configuration folder, outside every repository: one
 * `VARIABLE@ORIGIN` a line, so that it can be read and edited. The command line and the editor share it.
 */
import path from 'node:path';
import { allowsPair, pairText, readPair, type AllowedPair, type KeyPair } from '../../core/config/key-pair.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { configFolder } from './user-folder.ts';
import { UserLines } from './user-lines.ts';

export class AllowedKeys {
  private readonly lines: UserLines;

  /** `file`: absent: in the configuration folder of the user. */
  constructor(readonly file: string = path.join(configFolder(), 'allowed-keys')) {
    this.lines = new UserLines(file, { code: 'key/allowed-file', says: 'which says where keys may be sent' });
  }

  /** What was allowed, in the order of the answers; lines that are no pair are left out. @throws {ConfigurationError} `key/allowed-file` when others may write the file. */
  get pairs(): readonly AllowedPair[] {
    return this.lines.read().flatMap((line) => {
      const pair = readPair(line);
      return typeof pair === 'string' ? [] : [pair];
    });
  }

  has(pair: KeyPair): boolean {
    return this.pairs.some((allowed) => allowsPair(allowed, pair));
  }

  add(pair: KeyPair): void {
    if (!this.has(pair)) this.lines.add([pairText(pair)]);
  }

  remove(pair: AllowedPair): void {
    const isRemoved = (line: string): boolean => {
      const read = readPair(line);
      return typeof read !== 'string' && pairText(read) === pairText(pair);
    };
    this.lines.replace(this.lines.read().filter((line) => !isRemoved(line)));
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
