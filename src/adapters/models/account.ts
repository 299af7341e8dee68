/** Whose key a cached answer was paid with, without the key: a keyed hash whose secret never leaves this folder. */
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dataFolder } from '../storage/run-files.ts';

const FILE = 'account-secret';

/** 16 hex digits. */
export function accountOf(root: string, apiKey: string): string {
  return createHmac('sha256', secretOf(root)).update(apiKey).digest('hex').slice(0, 16);
}

function secretOf(root: string): string {
  const file = path.join(dataFolder(root), FILE);
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}
