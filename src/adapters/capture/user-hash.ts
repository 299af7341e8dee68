/**
 * Whom a record is about, without saying who it is: an HMAC with a secret. A list of names or addresses cannot be hashed to find one again,
 * as it could without the secret. The secret is `GOLDSET_USER_SECRET`, else a random one of this machine, in the user's configuration folder.
 */
import { createHmac } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../core/problems/errors.ts';
import type { PersonHash } from '../../core/feedback/redaction/persons.ts';
import { secretIn } from '../storage/secret-file.ts';
import { configFolder } from '../storage/user-folder.ts';
import { writeWarning } from './write-warning.ts';

/** A secret that all processes and machines of an application share, so that their hashes are the same. */
export const USER_SECRET = 'GOLDSET_USER_SECRET';

/** 16 hex digits. The same user is the same in every process and store that has the secret. */
export const userHash = (user: string, secret: string): string => createHmac('sha256', secret).update(user).digest('hex').slice(0, 16);

/** ms until a folder that cannot be written is tried again. */
const AGAIN = 60_000;

/** The secret of this process, looked for when the first person is to be hashed. */
export class PersonSecret {
  private hasFailed = false;
  private known: { readonly folder: string; readonly secret: string | null; readonly until: number } | null = null;

  /** `tell`: hears that a secret was made, and that none can be kept. */
  constructor(private readonly tell: (message: string) => void) {}

  /** Null: none can be read or made, so nothing of persons may be kept. */
  current(): string | null {
    const given = process.env[USER_SECRET] ?? '';
    if (given !== '') return given;
    const folder = configFolder();
    if (this.known?.folder === folder && performance.now() < this.known.until) return this.known.secret;
    const secret = this.ofMachine(folder);
    this.known = { folder, secret, until: secret === null ? performance.now() + AGAIN : Infinity };
    return secret;
  }

  readonly hash: PersonHash = (text) => {
    const secret = this.current();
    return secret === null ? null : userHash(text, secret);
  };

  private ofMachine(folder: string): string | null {
    const file = path.join(folder, 'person-secret');
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return secretIn(file, () =>
        this.tell(
          `Users and other persons are stored as hashes with a secret of this machine (${file}), so they can be compared only here. To compare them across machines, set ${USER_SECRET} to the same secret everywhere.`,
        ),
      );
    } catch (error) {
      if (!this.hasFailed)
        this.tell(`Users are not recorded: no secret for their hashes can be kept in ${folder} (${messageOf(error)}). Set ${USER_SECRET}.`);
      this.hasFailed = true;
      return null;
    }
  }
}

/** The hash for persons of this process; what there is to say goes to standard error. */
export const personHash: PersonHash = new PersonSecret(writeWarning).hash;

/** With a given secret; null: no secret, so persons are left out. */
export const personHashWith = (secret: string | null): PersonHash => (secret === null ? () => null : (text) => userHash(text, secret));
