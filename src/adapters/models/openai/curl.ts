/** A request as a command for a shell: the key stays a variable of the shell, and no text ends its quoting. */
import type { JsonObject } from '../../../core/json.ts';

export function curlCommand(baseUrl: string, keyVariable: string | null, body: JsonObject): string {
  const url = `${baseUrl.replace(/\/+$/, '')}/chat/completions`;
  const key = keyVariable !== null && /^[A-Za-z_]\w*$/.test(keyVariable) ? [`  -H "Authorization: Bearer $${keyVariable}" \\`] : [];
  return [
    `curl ${quoted(url)} \\`,
    ...key,
    `  -H 'Content-Type: application/json' \\`,
    `  -d ${quoted(JSON.stringify(body, null, 2))}`,
    '',
  ].join('\n');
}

/** POSIX: inside single quotes only a single quote means something. */
const quoted = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`;
