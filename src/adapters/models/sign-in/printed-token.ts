/**
 * What a token command prints: a token, `{ token, expiresOn }`, what `az account get-access-token` prints, or AWS's credential_process JSON.
 * Messages say what is wrong, and repeat none of it.
 */
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../../core/json/json.ts';
import { keyFault } from '../key-fault.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Null: they are not temporary. */
  readonly sessionToken: string | null;
}

export interface PrintedToken {
  readonly token: string | AwsCredentials;
  /** ms since 1970; null: it was not said. */
  readonly expiresAt: number | null;
}

/** Tokens are at most a few kilobytes. Characters. */
const LONGEST = 64 << 10;

/** A text is the reason why it is no token, as the end of a sentence that begins with "it printed". */
export function readPrintedToken(output: string): PrintedToken | string {
  const text = output.replace(/^\uFEFF/, '').trim();
  if (text === '') return 'nothing';
  if (text.length > LONGEST) return 'more than a token';
  if (!/^[{["]/.test(text)) return tokenOf(text, null);
  const value = parseJson(text);
  if (typeof value === 'string') return tokenOf(value.trim(), null);
  if (!isJsonObject(value)) return 'something that is neither a token nor a JSON object';
  if (value['AccessKeyId'] !== undefined || value['SecretAccessKey'] !== undefined) return credentialsOf(value);
  const token = [value['token'], value['accessToken'], value['access_token']].find((item) => item !== undefined);
  if (typeof token !== 'string') return 'JSON without a text in `token`';
  // az prints a local time in `expiresOn`, and seconds since 1970 in `expires_on`.
  return tokenOf(token.trim(), timeOf(value['expires_on']) ?? timeOf(value['expiresOn']));
}

function tokenOf(token: string, expiresAt: number | null): PrintedToken | string {
  if (token === '') return 'an empty token';
  const fault = keyFault(token);
  return fault === null ? { token, expiresAt } : `a text that ${fault.is}, so it cannot be a token`;
}

/** AWS CLI and SDKs, "Sourcing credentials with an external process". */
function credentialsOf(value: JsonObject): PrintedToken | string {
  const { Version: version, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken = null } = value;
  if (version !== undefined && version !== 1) return 'credentials of another version than 1';
  if (!isSecret(accessKeyId) || !isSecret(secretAccessKey)) return 'credentials without `AccessKeyId` or `SecretAccessKey`';
  if (sessionToken !== null && !isSecret(sessionToken)) return 'credentials with a `SessionToken` that cannot be one';
  return { token: { accessKeyId, secretAccessKey, sessionToken }, expiresAt: timeOf(value['Expiration']) };
}

const isSecret = (value: JsonValue | undefined): value is string => typeof value === 'string' && value !== '' && keyFault(value) === null;

/** ms since 1970; null: it is no time. Numbers are seconds, or milliseconds where seconds would be thousands of years away. */
function timeOf(value: JsonValue | undefined): number | null {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number') return number > 1e11 ? number : number * 1000;
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isFinite(time) ? time : null;
}

/** The texts that requests carry, and that no answer may bring back. */
export const secretsIn = (token: PrintedToken['token']): string[] =>
  typeof token === 'string' ? [token] : [token.secretAccessKey, ...(token.sessionToken === null ? [] : [token.sessionToken])];
