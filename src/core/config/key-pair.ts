/**
 * Which variable may go to which origin. A key is sent by consent: to its own provider's origin, or to the one origin that the user allowed
 * for exactly this variable. Nothing that a repository contains is consent.
 */
import { isOwnOrigin, OWN_ORIGINS } from './own-origins.ts';

/** A variable and an origin that it would go to, as `new URL(address).origin` writes it. */
export interface KeyPair {
  /** The name of an environment variable. */
  readonly variable: string;
  readonly origin: string;
}

/** What a user allowed: one variable at one origin. */
export interface AllowedPair extends KeyPair {
  /** Every port of this loopback host; `origin` then has none. */
  readonly anyPort: boolean;
}

/** `VARIABLE`; `token:PROVIDER` and `webhook` are the names of what has no variable. */
const NAME = /^(?:token:[\w.-]+|[A-Za-z_]\w*)$/;
const VARIABLE = /^[A-Za-z_]\w*$/;
/** A name or an address in brackets, without the characters that mean something to a shell. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/;

/** Whether a text is a name that an environment variable can have in every shell. */
export const isVariableName = (text: string): boolean => VARIABLE.test(text);

/** Whether a provider's token can be allowed by name: `token:PROVIDER@URL`. */
export const isTokenOwner = (provider: string): boolean => /^[\w.-]+$/.test(provider);

/** What the token of a provider is called where a variable stands in a pair. */
export const tokenName = (provider: string): string => `token:${provider}`;

/** Whether a host, as `URL` writes it, is this machine: `localhost`, 127.0.0.0/8 or `[::1]`, and nothing that only looks like one of these. */
export const isLoopbackHost = (hostname: string): boolean => /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/.test(hostname);

/** Whether a key would travel unencrypted: over anything but https, unless it stays on this machine. */
export function isUnencrypted(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  // A database on another machine is spoken to by TLS alone, with its certificate and name verified.
  return protocol !== 'https:' && protocol !== 'postgres:' && !isLoopbackHost(hostname);
}

/** What a key is bound to: as `URL` writes the origin, of a database with its port. */
export function originOf(address: string): string {
  const { origin, protocol, hostname, port } = new URL(address);
  return protocol === 'postgres:' ? `${protocol}//${hostname}:${port === '' ? POSTGRES_PORT : port}` : origin;
}

/** Where a server of PostgreSQL listens by convention. */
export const POSTGRES_PORT = 5432;

/** Why an address is not one of a database; null: it is. It has to name the host, and neither a user nor anything behind the database. */
export function databaseProblem(text: string): string | null {
  const url = URL.canParse(text) && /^postgres:\/\//.test(text) ? new URL(text) : null;
  if (url === null) return 'it does not start with postgres://';
  if (url.username !== '' || url.password !== '' || text.includes('@')) return 'it contains a user name or password';
  if (url.search !== '' || url.hash !== '') return 'it contains settings behind the database';
  return HOST.test(url.hostname) ? null : `its host "${url.hostname}" is not a valid name`;
}

/** Why an address is not one that requests can be sent to; null: it is. It has to be http or https, with a plain host and without user info. */
export function addressProblem(text: string): string | null {
  const url = URL.canParse(text) && /^https?:\/\//i.test(text) ? new URL(text) : null;
  if (url === null) return 'it does not start with http:// or https://';
  if (hasUserInfo(url, text)) return 'it contains a user name or password';
  return HOST.test(url.hostname) ? null : `its host "${url.hostname}" is not a valid name`;
}

/** `URL` forgets an empty user name, which still makes what stands before it look like the host. */
const hasUserInfo = (url: URL, text: string): boolean => url.username !== '' || url.password !== '' || /^https?:\/\/[^/?#\\]*@/i.test(text);

/** Whether a variable belongs to this origin: both are the provider's own. The case of the name counts. */
export const isOwnPair = ({ variable, origin }: KeyPair): boolean => isOwnOrigin(variable, origin);

/** Where a variable belongs; null: that is not known. */
export const homeOf = (variable: string): string | null => OWN_ORIGINS.get(variable)?.[0] ?? null;

/** Whether what was allowed is exactly this pair. */
export function allowsPair(allowed: AllowedPair, { variable, origin }: KeyPair): boolean {
  if (allowed.variable !== variable) return false;
  if (!allowed.anyPort) return allowed.origin === origin;
  const { protocol, hostname } = new URL(origin);
  return isLoopbackHost(hostname) && allowed.origin === `${protocol}//${hostname}`;
}

/** `VARIABLE@ORIGIN`, as `--allow-origin` and `GOLDSET_ALLOW` take it. */
export const pairText = ({ variable, origin, anyPort = false }: KeyPair & { readonly anyPort?: boolean }): string =>
  `${variable}@${origin}${anyPort ? ':*' : ''}`;

/**
 * Reads `VARIABLE@URL`. Of the URL only the origin counts; the port of a loopback address may be `*`. A text is a reason why it is no pair,
 * which reads on after "it".
 */
export function readPair(text: string): AllowedPair | string {
  const at = text.indexOf('@');
  const variable = text.slice(0, Math.max(0, at)).trim();
  if (!NAME.test(variable)) return 'does not begin with the name of a variable';
  const address = text.slice(at + 1).trim();
  const [, start = '', rest = ''] = /^(https?:\/\/(?:\[[^\]]*\]|[^/:@]*)):\*([/?#].*)?$/i.exec(address) ?? [];
  const anyPort = start !== '';
  const given = anyPort ? `${start}${rest}` : address;
  const problem = given.startsWith('postgres:') ? databaseProblem(given) : addressProblem(given);
  if (problem !== null) return `has an address that cannot be used: ${problem}`;
  const { protocol, hostname } = new URL(given);
  if (anyPort && !isLoopbackHost(hostname)) return 'may have the port * only for this machine (127.0.0.1, localhost, [::1])';
  if (isUnencrypted(given)) return 'has an address without encryption, and no key is sent over http except to this machine';
  return { variable, origin: anyPort ? `${protocol}//${hostname}` : originOf(given), anyPort };
}
