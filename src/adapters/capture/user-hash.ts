/** Whom a record is about, without saying who it is. */
import { createHmac, hash } from 'node:crypto';

/** A secret that all processes of an application share, so that a short list of names cannot be hashed to find one again. */
export const USER_SECRET = 'GOLDSET_USER_SECRET';

/** The secret of this process's environment; empty: it has no secret. */
export const userSecretOfEnvironment = (): string => process.env[USER_SECRET] ?? '';

/** 16 hex digits: SHA-256, with a secret HMAC-SHA-256. The same user is the same in every process and store. */
export function userHash(user: string, secret = userSecretOfEnvironment()): string {
  const digits = secret === '' ? hash('sha256', user, 'hex') : createHmac('sha256', secret).update(user).digest('hex');
  return digits.slice(0, 16);
}
