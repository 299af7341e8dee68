/** Files that a prompt names (images, PDF, audio) become what a provider can read. */
import { dataUrlOf, typedUrl } from '../files/data-url.ts';
import { HumanError } from '../problems/errors.ts';
import { kindOfMedia } from '../files/media-type.ts';
import { excerpt } from '../text/text.ts';
import type { Part, RenderedRequest, Message } from './request.ts';

/** A file as it is sent. */
export interface MediaFile {
  /** `data:` with the type that the first bytes say. */
  readonly url: string;
  /** Of a PDF; null: its bytes do not tell; absent: it is no PDF. */
  readonly pages?: number | null;
  /** Of audio; null: its bytes do not tell; absent: it is no audio. */
  readonly seconds?: number | null;
}

/** `url` is a path relative to the prompt, or `data:`. @throws {HumanError} */
export type ReadMedia = (url: string, promptPath: string) => Promise<MediaFile>;

/** The path that an address means, relative to the prompt; null: it is an address that a provider reads. A drive letter is a path. */
export function localPathOf(url: string): string | null {
  if (/^file:/i.test(url)) return url.replace(/^file:(\/\/)?/i, '');
  return /^[a-z][a-z0-9+.-]+:/i.test(url) ? null : url;
}

/** The message, its media marked whose address is one of these texts of variables. */
export function withLiteralMedia(message: Message, literals: readonly string[]): Message {
  const isLiteral = (part: Part): part is Extract<Part, { media: unknown }> => 'media' in part && literals.includes(part.media.url);
  if (!message.content.some(isLiteral)) return message;
  return { ...message, content: message.content.map((part) => (isLiteral(part) ? { media: { ...part.media, isLiteral: true } } : part)) };
}

const literalPath = (url: string): HumanError =>
  new HumanError(
    'media/literal',
    `The address “${excerpt(url, 100)}” is literal text of the case, so no file is read for it.`,
    'If the case is meant to send this file, write its path as plain text, without `literal`.',
  );

/**
 * The request with its files in it. Files of the workspace are read, and what is known about a PDF or audio is added; nothing is
 * downloaded: any other address goes to the provider as it is.
 * @throws {HumanError} when a file cannot be read, is of an unknown type, or is named by literal text.
 */
export async function withMedia(request: RenderedRequest, promptPath: string, read: ReadMedia): Promise<RenderedRequest> {
  if (!request.messages.some(({ content }) => content.some((part) => 'media' in part))) return request;
  const resolved = async (part: Part): Promise<Part> => {
    if (!('media' in part)) return part;
    const { isLiteral, ...media } = part.media;
    const path = localPathOf(media.url);
    if (path !== null && isLiteral === true) throw literalPath(media.url);
    const isMeasured = dataUrlOf(media.url) !== null && ['pdf', 'audio'].includes(kindOfMedia(media));
    if (path === null && !isMeasured) return { media: { ...media, url: typedUrl(media.url) } };
    return { media: { ...media, ...(await read(path ?? media.url, promptPath)) } };
  };
  const messages = await Promise.all(
    request.messages.map(async (message): Promise<Message> => ({ ...message, content: await Promise.all(message.content.map(resolved)) })),
  );
  return { ...request, messages };
}
