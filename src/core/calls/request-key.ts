/** What makes two requests the same: the key of the response cache. */
import canonicalize from 'canonicalize';
import { HumanError } from '../problems/errors.ts';
import type { JsonValue } from '../json/json.ts';
import { loneSurrogateIn } from '../text/well-formed.ts';
import type { Hash } from '../text/hash.ts';
import type { ModelRequest } from '../model/model-request.ts';
import type { Message, Part } from '../prompt/request.ts';

/**
 * SHA-256 over canonical JSON (RFC 8785) of who answers and everything that is sent, with the index of the repeat, so
 * that repeats stay samples of their own. The account is not in it: the cache keeps it beside the key.
 * @throws {HumanError} when a text of it is not well-formed.
 */
export function requestKey(endpoint: string, { messages, tools, output, parameters, repeat, variables }: ModelRequest, hash: Hash): string {
  const sent = {
    endpoint,
    messages: messages.map(withoutFacts),
    tools,
    output,
    parameters,
    repeat,
    ...(variables === undefined ? {} : { variables }),
  };
  const place = loneSurrogateIn(sent as unknown as JsonValue);
  if (place !== null)
    throw new HumanError(
      'request/lone-surrogate',
      `The request contains half of a character (a lone surrogate) in ${place}, so it is not sent.`,
    );
  return hash(canonicalize(sent) ?? '');
}

/** What is known about a file besides its bytes (pages, seconds) is not sent, so it does not make another request. */
function withoutFacts(message: Message): Message {
  if (!message.content.some((part) => 'media' in part)) return message;
  return { ...message, content: message.content.map(sentPart) };
}

function sentPart(part: Part): Part {
  if (!('media' in part)) return part;
  const { url, contentType } = part.media;
  return { media: { url, ...(contentType === undefined ? {} : { contentType }) } };
}
