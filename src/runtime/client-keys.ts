/** The keys that a client sends: no record of its calls contains them, wherever a server repeats them. */
import { hideCutKey, hideKeyIn } from '../adapters/models/hide-key.ts';
import type { Interaction } from '../core/feedback/interactions/interaction.ts';

const FIELDS = ['apiKey', 'authToken', 'adminAPIKey', 'adminApiKey', 'webhookSecret', 'webhookKey'] as const;
const HEADERS = /^(?:authorization|proxy-authorization|cookie|.*(?:api-?key|auth-?token|access-?token|secret).*)$/i;
const SCHEME = /^(?:Bearer|Basic|Token|Key)\s+/i;

/** Of the client and of this call's options, as they are now: a client can fetch its key when it sends. */
export function clientKeys(client: object, requestOptions: unknown): readonly string[] {
  const { _options: given, baseURL } = client as { _options?: { defaultHeaders?: unknown }; baseURL?: unknown };
  const fields = FIELDS.map((field) => (client as Readonly<Record<string, unknown>>)[field]);
  const headers = [given?.defaultHeaders, (requestOptions as { headers?: unknown } | null | undefined)?.headers].flatMap(secretHeaders);
  const found = [...fields, ...headers, ...keysInAddress(baseURL)].filter((key) => typeof key === 'string' && key !== '');
  // The longest first: one key can be a part of another.
  return [...new Set(found as string[])].sort((a, b) => b.length - a.length);
}

function secretHeaders(headers: unknown): string[] {
  if (typeof headers !== 'object' || headers === null) return [];
  const entries: Iterable<readonly [unknown, unknown]> =
    Symbol.iterator in headers ? (headers as Iterable<readonly [unknown, unknown]>) : Object.entries(headers);
  return Array.from(entries).flatMap(([name, value]) =>
    typeof name === 'string' && typeof value === 'string' && HEADERS.test(name) ? [value.replace(SCHEME, '')] : [],
  );
}

function keysInAddress(address: unknown): string[] {
  if (typeof address !== 'string' || !/[?@]/.test(address) || !URL.canParse(address)) return [];
  const { password, searchParams } = new URL(address);
  return [
    decodeURIComponent(password),
    ...Array.from(searchParams).flatMap(([name, value]) => (/key|token|sig|secret/i.test(name) ? [value] : [])),
  ];
}

/** The same interaction where no key stands in it. */
export function withoutClientKeys(given: Interaction, keys: readonly string[]): Interaction {
  return keys.reduce((interaction, key) => {
    const hidden = hideKeyIn(interaction, key);
    const output = hidden.output === null ? null : hideCutKey(hidden.output, key);
    return output === hidden.output ? hidden : { ...hidden, output };
  }, given);
}
