/** Whom a record is about, without saying who it is. */
import { createHmac, hash } from 'node:crypto';

/** A secret that all processes of an application share, so that a short list of names cannot be hashed to find one again. */
export const USER_SECRET = 'GOLDSET_USER_SECRET';

/** 16 hex digits: SHA-256, with the secret in the environment HMAC-SHA-256. The same user is the same in every process and store. */
export function userHash(user: string): string {
  const secret = process.env[USER_SECRET] ?? '';
  const digits = secret === '' ? hash('sha256', user, 'hex') : createHmac('sha256', secret).update(user).digest('hex');
  return digits.slice(0, 16);
}
