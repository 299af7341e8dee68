/** Where `goldset export otlp --to URL` sends, and what with: `--header-env NAME=VARIABLE`. */
import type { OtlpAddress } from '../../adapters/capture/otlp-export.ts';
import { keyFor, type KeySource } from '../../adapters/models/keys.ts';
import { addressProblem, isUnencrypted } from '../../core/config/key-pair.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';

const OWN_HEADERS = /^(?:content-.*|host|transfer-encoding|connection|expect)$/i;

/** `headers`: each `NAME=VARIABLE`. @throws {ConfigurationError} when the address cannot be used, or a variable may not go there. */
export async function exportTarget(url: string, headers: readonly string[], keys: KeySource): Promise<OtlpAddress> {
  const problem = addressProblem(url);
  if (problem !== null) throw new ConfigurationError('usage', `--to cannot be used: ${problem}.`, 'See: goldset help export');
  if (new URL(url).pathname === '/')
    throw new ConfigurationError(
      'usage',
      '--to names a server, but no path. Spans are sent to exactly the address that you give.',
      `Most servers take them at: ${new URL('/v1/traces', url).href}`,
    );
  const found: Record<string, string> = {};
  for (const given of headers) {
    const [, name = '', variable = ''] = /^([!#$%&'*+.^\x60|~\w-]+)=([A-Za-z_]\w*)$/.exec(given) ?? [];
    if (name === '' || OWN_HEADERS.test(name))
      throw new ConfigurationError(
        'usage',
        'A --header-env cannot be used: it is not NAME=VARIABLE, or the header is one that requests have by themselves.',
        'Write the name of a header and of the variable with its value, such as --header-env authorization=OTLP_AUTH',
      );
    if (isUnencrypted(url))
      throw new ConfigurationError(
        'key/plain-http',
        `${variable} would be sent to ${new URL(url).origin} without encryption. No key is sent over http, except to this machine.`,
        'Use an address that starts with https://, or leave --header-env out if the server needs none.',
      );
    if (keys.variable(variable) === null)
      throw new ConfigurationError('key/missing', `The environment variable ${variable} of --header-env is not set.`, `Set ${variable}.`);
    const request = { provider: 'export', baseUrl: url, keyVariable: variable, namedBy: '--to', isHeader: true } as const;
    found[name] = (await keyFor(request, keys)) ?? '';
  }
  return { url, headers: found };
}
