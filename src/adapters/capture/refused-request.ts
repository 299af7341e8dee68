/** Why a request is not taken. Browsers may not send: a page that was opened has no business with what an application does. */
import { isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';
import { brandErrorClass, hasErrorKind } from '../../core/problems/errors.ts';

export class RefusedRequest extends Error {
  static {
    brandErrorClass(this, 'refused-request');
  }

  override readonly name = 'RefusedRequest';

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 415 | 503,
    message: string,
  ) {
    super(message);
  }
}

/** Whether an error is a `RefusedRequest`, of whichever bundle. */
export const isRefusedRequest = (error: unknown): error is RefusedRequest => hasErrorKind(error, 'refused-request');

/** `bound`: the address that the server listens on. `hasToken`: senders show a token, so a proxy may be in front. @throws {RefusedRequest} for other sites' names of this machine, and for any browser page. */
export function checkSender({ headers }: IncomingMessage, bound: string, hasToken: boolean): void {
  if (headers.origin !== undefined)
    throw new RefusedRequest(403, 'Requests from web pages are rejected. Send through your application’s own server.');
  // A page that knows no token can send nothing, whatever its name means; a proxy passes on the name that its senders use.
  if (hasToken) return;
  const host = hostName(headers.host ?? '');
  const isLoopback = host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
  // An address cannot be made to mean another one; only who listens beyond this machine is called by those of its network.
  const isOwn =
    host === bound || (!isLoopbackAddress(bound) && (isIP(host.replace(/^\[|\]$/g, '')) !== 0 || host === 'host.docker.internal'));
  if (!isLoopback && !isOwn) throw new RefusedRequest(403, `The Host header "${host.slice(0, 80)}" is not this machine: use 127.0.0.1.`);
}

const hostName = (host: string): string => host.toLowerCase().replace(/:\d+$/, '');
/** Whether only this machine can reach the address. */
export const isLoopbackAddress = (address: string): boolean =>
  address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
