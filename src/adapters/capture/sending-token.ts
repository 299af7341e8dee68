/** The token that allows sending to a receiver. It allows nothing else: what is stored is read from the disk, by those who have it. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { RefusedRequest } from './refused-request.ts';

/** Characters; shorter ones can be guessed. */
const SHORTEST = 16;

/** The token in a variable of the environment. @throws {ConfigurationError} when it is not set, or too short. */
export function sendingToken(variable: string): string {
  const token = process.env[variable] ?? '';
  if (token.length < SHORTEST || /\s/.test(token))
    throw new ConfigurationError(
      'capture/token',
      token === ''
        ? `The variable ${variable}, which --token-env names, is not set.`
        : `The token in ${variable} must have at least ${SHORTEST} characters and no spaces.`,
      `Set it to a random text, for example: export ${variable}=$(openssl rand -hex 24)`,
    );
  return token;
}

/** Null: the receiver asks for none. @throws {RefusedRequest} when the sender does not give the token. */
export function checkToken({ headers }: IncomingMessage, token: string | null): void {
  if (token === null) return;
  const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (given === undefined) throw new RefusedRequest(401, 'This receiver needs a token: send `Authorization: Bearer TOKEN`.');
  // Digests have one length, so the time says nothing of the token.
  if (!timingSafeEqual(digestOf(given), digestOf(token))) throw new RefusedRequest(401, 'The token is not the one of this receiver.');
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
