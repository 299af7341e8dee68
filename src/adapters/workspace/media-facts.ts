/** What the bytes of a PDF or of audio say: its pages, its length. For the worker thread: both take time with a large file. */
import type { MediaFacts } from '../../core/evaluation/evaluator.ts';
import { typeOfBytes } from '../../core/files/file-signature.ts';
import { audioSeconds } from './audio-length.ts';
import { pdfPages } from './pdf-pages.ts';

export function mediaFacts(bytes: Buffer): MediaFacts {
  const type = typeOfBytes(bytes);
  return {
    pages: type === 'application/pdf' ? pdfPages(bytes) : null,
    seconds: type?.startsWith('audio/') === true ? audioSeconds(bytes, type) : null,
  };
}
