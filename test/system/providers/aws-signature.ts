/** What a server of AWS checks: Signature Version 4, computed from the request as it came ("Signing AWS API requests"), without the library. */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Why the signature does not hold; null: it does. */
export function signatureProblem({ method, path, headers, body }: ReceivedRequest, secret: string, now: Date): string | null {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
  if (match === null) return 'no signature';
  const [, , day = '', region = '', service = '', names = '', signature = ''] = match;
  const at = String(headers['x-amz-date']);
  const time = Date.parse(at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(time - now.getTime()) < 15 * 60_000) || !at.startsWith(day)) return 'the date is not now';
  const signed = names.split(';');
  for (const name of ['host', 'x-amz-date', ...(headers['x-amz-security-token'] === undefined ? [] : ['x-amz-security-token'])])
    if (!signed.includes(name)) return `${name} is not signed`;
  if (headers['x-amz-content-sha256'] !== undefined && headers['x-amz-content-sha256'] !== sha256(body))
    return 'the hash of the body is wrong';
  const canonical = [
    method,
    // Every service but S3 encodes the path once more.
    path.split('/').map(encoded).join('/'),
    '',
    ...signed.map((name) => `${name}:${String(headers[name]).trim().replace(/\s+/g, ' ')}`),
    '',
    names,
    sha256(body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>((before, part) => hmac(before, part), `AWS4${secret}`);
  const expected = hmac(key, ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n')).toString('hex');
  return expected === signature ? null : 'the signature is wrong';
}
