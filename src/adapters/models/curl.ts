/** A request as a command for a shell: the key stays a variable of the shell, and no text ends its quoting. */
import type { JsonObject } from '../../core/json.ts';

export interface CurlRequest {
  readonly url: string;
  readonly body: JsonObject;
  readonly keyHeader: 'authorization' | 'api-key';
  /** Null: no key is sent. */
  readonly keyVariable: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

export function curlCommand({ url, body, keyHeader, keyVariable, headers }: CurlRequest): string {
  const isVariable = keyVariable !== null && /^[A-Za-z_]\w*$/.test(keyVariable);
  const value = keyHeader === 'authorization' ? `Authorization: Bearer $${keyVariable}` : `${keyHeader}: $${keyVariable}`;
  return [
    `curl ${quoted(url)} \\`,
    ...(isVariable ? [`  -H "${value}" \\`] : []),
    ...Object.entries(headers).map(([name, text]) => `  -H ${quoted(`${name}: ${text}`)} \\`),
    `  -H 'Content-Type: application/json' \\`,
    `  -d ${quoted(JSON.stringify(body, null, 2))}`,
    '',
  ].join('\n');
}

/** POSIX: inside single quotes only a single quote means something. */
const quoted = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`;
