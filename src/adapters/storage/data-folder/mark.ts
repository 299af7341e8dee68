/**
 * This machine's mark of a data folder: the HMAC of its real path with a secret that is kept outside every repository. A folder that
 * came with a repository has none, and one that was copied has the mark of another path.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError, isHumanError, messageOf } from '../../../core/problems/errors.ts';
import { isAtOrWithin } from '../../within.ts';
import { secretIn } from '../secret-file.ts';
import { CONFIG_FOLDER_VARIABLE, configFolder } from '../user-folder.ts';

/** The mark of a folder that lies at this real path. @throws {ConfigurationError} when the secret cannot be had. */
export function markOf(realPath: string): string {
  return createHmac('sha256', markSecret(realPath)).update(`goldset data folder\n${realPath}`).digest('hex');
}

export function isSameMark(found: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(found), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A secret inside the repository could have come with it. */
function markSecret(realPath: string): string {
  const folder = configFolder();
  const hint = `Set ${CONFIG_FOLDER_VARIABLE} to a folder outside the repository that only you can write.`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isAtOrWithin(path.dirname(realPath), realpathSync.native(folder)))
      throw new ConfigurationError('data/secret', `${folder}, where Goldset keeps its secret, is inside the repository.`, hint);
    return secretIn(path.join(folder, 'folder-secret'));
  } catch (error) {
    if (isHumanError(error)) throw error;
    throw new ConfigurationError('data/secret', `Goldset cannot keep its secret in ${folder}: ${messageOf(error)}.`, hint, {
      cause: error,
    });
  }
}
