/** Whom a record is about, without saying who it is. */
import { createHash, createHmac } from 'node:crypto';

/** A secret that all processes of an application share, so that a short list of names cannot be hashed to find one again. */
export const USER_SECRET = 'GOLDSET_USER_SECRET';

/** 16 hex digits: SHA-256, with the secret in the environment HMAC-SHA-256. The same user is the same in every process and store. */
export function userHash(user: string): string {
  const secret = process.env[USER_SECRET] ?? '';
  const hash = secret === '' ? createHash('sha256') : createHmac('sha256', secret);
  return hash.update(user).digest('hex').slice(0, 16);
}
