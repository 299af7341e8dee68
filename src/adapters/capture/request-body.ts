/** The bytes of a request, inflated, and never more than so many. */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate, type ZlibOptions } from 'node:zlib';
import { messageOf } from '../../core/problems/errors.ts';
import { RefusedRequest } from './refused-request.ts';

/** Of one body, as sent and as inflated. */
export const MAX_BODY = 64 << 20;
/** Of all bodies that are being read. */
const MAX_BODIES = 256 << 20;

const INFLATE: Readonly<Record<string, (bytes: Buffer, options: ZlibOptions) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, ZlibOptions, Buffer>(gunzip),
  deflate: promisify<Buffer, ZlibOptions, Buffer>(inflate),
};

export class RequestBodies {
  private held = 0;
  private inflating: Promise<unknown> = Promise.resolve();

  /** @throws {RefusedRequest} when it is too large, in an unknown encoding, or too many others are being read. */
  async read(request: IncomingMessage): Promise<Buffer> {
    const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
    const open = Object.hasOwn(INFLATE, encoding) ? INFLATE[encoding] : null;
    if (open === undefined || (open === null && encoding !== 'identity'))
      throw new RefusedRequest(415, `The Content-Encoding "${encoding.slice(0, 40)}" is not supported. Use gzip, or send uncompressed.`);
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) throw tooLarge();
    const sent = await this.collect(request);
    if (open === null) return sent;
    try {
      // Stops as soon as it is too much.
      return await this.inOrder(() => open(sent, { maxOutputLength: MAX_BODY }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
      throw new RefusedRequest(400, `The body is not valid ${encoding}: ${messageOf(error)}.`);
    }
  }

  /** One body is inflated at a time: many small ones may become large. */
  private inOrder(work: () => Promise<Buffer>): Promise<Buffer> {
    const done = this.inflating.then(work);
    this.inflating = done.catch(() => undefined);
    return done;
  }

  private async collect(request: IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        size += chunk.length;
        this.held += chunk.length;
        if (size > MAX_BODY) throw tooLarge();
        if (this.held > MAX_BODIES) throw new RefusedRequest(503, 'Too many concurrent requests. Retry in a moment.');
        chunks.push(chunk);
      }
      return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size);
    } finally {
      this.held -= size;
    }
  }
}

const tooLarge = (): RefusedRequest => new RefusedRequest(413, `The body is larger than ${MAX_BODY >> 20} MB: send smaller batches.`);
