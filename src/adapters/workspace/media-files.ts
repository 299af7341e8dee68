/** Files of the workspace that a prompt sends, as `data:` addresses. By real path: nothing outside the workspace is read. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { readBytes, readBytesSync, readStart } from '../bounded-file.ts';
import { HumanError, isHumanError } from '../../core/problems/errors.ts';
import type { Evaluator, MediaFacts } from '../../core/evaluation/evaluator.ts';
import { dataUrlOf } from '../../core/files/data-url.ts';
import { typeOfBytes } from '../../core/files/file-signature.ts';
import { kindOfType } from '../../core/files/media-type.ts';
import type { ReadMedia } from '../../core/prompt/media.ts';
import { mediaFacts } from './media-facts.ts';
import { isInside } from '../within.ts';

/** Bytes that a file may have. */
const MAX_MEDIA = 20 * 1024 * 1024;

/** Reads files below `root`. `measure`: what reads pages and duration, the worker thread; absent: both are unknown. */
export const mediaReader =
  (root: string, measure?: Evaluator['measureMedia']): ReadMedia =>
  async (url, promptPath) => {
    const held = dataUrlOf(url);
    const file = held === null ? await readMedia(root, url, promptPath) : url;
    const { type, base64 } = held ?? dataUrlOf(file) ?? { type: '', base64: '' };
    const kind = kindOfType(type);
    if (kind !== 'pdf' && kind !== 'audio') return { url: file };
    const facts = (await measure?.(base64)) ?? { pages: null, seconds: null };
    return { url: `data:${type};base64,${base64}`, ...(kind === 'pdf' ? { pages: facts.pages } : { seconds: facts.seconds }) };
  };

/** `url` is relative to the prompt that names it; its first bytes decide its type. @throws {HumanError} */
export async function readMedia(root: string, url: string, promptPath: string): Promise<string> {
  const bytes = await readBytes(mediaPath(root, url, promptPath), MAX_MEDIA);
  return `data:${typeOf(bytes, url)};base64,${bytes.toString('base64')}`;
}

export type MediaDescriptionOfFile = MediaFacts & { readonly contentType: string };

/** Files that are remembered. */
const KEPT = 200;

/** What is known about PDF and audio files of a workspace. For the worker thread: a file is read at once, but once for each state of it. */
export class MediaDescriber {
  /** By path; `state`: size and time of the last change. */
  private readonly known = new Map<string, { readonly state: string; readonly facts: MediaDescriptionOfFile | null }>();

  /** Null: it is another file, or cannot be read. */
  describe(root: string, url: string, promptPath: string): MediaDescriptionOfFile | null {
    try {
      const file = mediaPath(root, url, promptPath);
      const { size, mtimeMs } = statSync(file);
      const state = `${size} ${mtimeMs}`;
      const found = this.known.get(file);
      if (found?.state === state) return found.facts;
      const facts = factsOf(file, url);
      if (this.known.size >= KEPT) this.known.clear();
      this.known.set(file, { state, facts });
      return facts;
    } catch (error) {
      // A file that cannot be read is an error of its case when it is sent.
      if (isHumanError(error) || (error instanceof Error && 'code' in error)) return null;
      throw error;
    }
  }
}

/** Bytes that tell the type. */
const SIGNATURE = 64;

/** Only a PDF or audio is read as a whole. @throws {HumanError} */
function factsOf(file: string, url: string): MediaDescriptionOfFile | null {
  const type = typeOf(readStart(file, SIGNATURE), url);
  return ['pdf', 'audio'].includes(kindOfType(type)) ? { contentType: type, ...mediaFacts(readBytesSync(file, MAX_MEDIA)) } : null;
}

/** @throws {HumanError} */
function mediaPath(root: string, url: string, promptPath: string): string {
  const file = path.resolve(root, path.dirname(promptPath), url);
  if (!isInside(root, file))
    throw new HumanError('media/missing', `There is no file ${url} in this workspace.`, 'Its path is relative to the prompt.');
  if (statSync(file).size > MAX_MEDIA)
    throw new HumanError('media/too-large', `${url} is larger than 20 MB.`, 'Send a smaller file, or a part of it.');
  return file;
}

function typeOf(bytes: Uint8Array, url: string): string {
  const type = typeOfBytes(bytes);
  if (type === null)
    throw new HumanError(
      'media/type',
      `The first bytes of ${url} are not those of an image, a PDF or audio.`,
      'Use PNG, JPEG, GIF, WebP, PDF, WAV, MP3, AIFF, AAC, OGG, FLAC or M4A.',
    );
  return type;
}
