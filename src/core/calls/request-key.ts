/** What makes two requests the same: the key of the response cache. */
import canonicalize from 'canonicalize';
import type { Hash } from '../hash.ts';
import type { ModelRequest } from '../model/model-request.ts';

/**
 * SHA-256 over canonical JSON (RFC 8785) of who answers and everything that is sent, with the index of the repeat, so
 * that repeats stay samples of their own. The account is not in it: the cache keeps it beside the key.
 */
export function requestKey(endpoint: string, { messages, tools, output, parameters, repeat, variables }: ModelRequest, hash: Hash): string {
  return hash(
    canonicalize({ endpoint, messages, tools, output, parameters, repeat, ...(variables === undefined ? {} : { variables }) }) ?? '',
  );
}
