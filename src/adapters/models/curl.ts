/** A request as a command for a shell: the key stays a variable of the shell, and no text ends its quoting. */
import type { Dialect } from '../../core/config/dialects.ts';
import type { JsonObject } from '../../core/json/json.ts';

export interface CurlRequest {
  readonly url: string;
  readonly body: JsonObject;
  readonly keyHeader: Dialect['keyHeader'];
  /** Null: no key is sent. */
  readonly keyVariable: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The region that AWS's signature is for; null: it is not signed. */
  readonly region: string | null;
}

/** curl makes the signature itself, from the variables of AWS. */
const signedLines = (region: string): readonly string[] => [
  `  --aws-sigv4 ${quoted(`aws:amz:${region}:bedrock`)} --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\`,
  `  -H "x-amz-security-token: $AWS_SESSION_TOKEN" \\`,
];

export function curlCommand({ url, body, keyHeader, keyVariable, headers, region }: CurlRequest): string {
  const isVariable = keyVariable !== null && /^[A-Za-z_]\w*$/.test(keyVariable);
  const value = keyHeader === 'authorization' ? `Authorization: Bearer $${keyVariable}` : `${keyHeader}: $${keyVariable}`;
  return [
    `curl ${quoted(url)} \\`,
    ...(isVariable ? [`  -H "${value}" \\`] : []),
    ...(region === null || isVariable ? [] : signedLines(region)),
    ...Object.entries(headers).map(([name, text]) => `  -H ${quoted(`${name}: ${text}`)} \\`),
    `  -H 'Content-Type: application/json' \\`,
    `  -d ${quoted(JSON.stringify(body, null, 2))}`,
    '',
  ].join('\n');
}

/** POSIX: inside single quotes only a single quote means something. */
const quoted = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`;
