/** Whose key a cached answer was paid with, without the key: a keyed hash whose secret never leaves this folder. */
import { createHmac } from 'node:crypto';
import { dataFolder } from '../storage/data-folder/data-folder.ts';
import { secretIn } from '../storage/secret-file.ts';

const FILE = 'account-secret';

/** 16 hex digits. @throws {HumanError} see `secretIn`. */
export function accountOf(root: string, apiKey: string): string {
  return createHmac('sha256', secretIn(dataFolder(root).writable(FILE)))
    .update(apiKey)
    .digest('hex')
    .slice(0, 16);
}
