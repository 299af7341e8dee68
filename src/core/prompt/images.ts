/** Images that a prompt names by a path become what a provider can read. */
import type { Message, Part, RenderedRequest } from './request.ts';

/** `https:`, `data:` and the like go as they are; a drive letter is a path. */
const isAddress = (url: string): boolean => /^[a-z][a-z0-9+.-]+:/i.test(url);

export async function withImages(
  request: RenderedRequest,
  promptPath: string,
  read: (url: string, promptPath: string) => Promise<string>,
): Promise<RenderedRequest> {
  const isLocal = (part: Part): boolean => 'media' in part && !isAddress(part.media.url);
  if (!request.messages.some(({ content }) => content.some(isLocal))) return request;
  const resolved = async (part: Part): Promise<Part> =>
    'media' in part && isLocal(part) ? { media: { ...part.media, url: await read(part.media.url, promptPath) } } : part;
  const messages = await Promise.all(
    request.messages.map(async (message): Promise<Message> => ({ ...message, content: await Promise.all(message.content.map(resolved)) })),
  );
  return { ...request, messages };
}
