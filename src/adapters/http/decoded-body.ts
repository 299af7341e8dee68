/**
 * A response body as its sender wrote it before it was compressed. Requests say `Accept-Encoding: identity`, but proxies and some
 * servers compress all the same. Every body is decoded here, as it streams.
 */
import type { IncomingMessage } from 'node:http';
import { pipeline, Transform, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { ProviderError } from '../../core/problems/errors.ts';

/** Encodings, one on the other; each is a decoder with memory of its own. */
const MOST_ENCODINGS = 4;

/** The body, decoded; errors of the message and of the decoder both end it. Fails while it is read where an encoding is not known. */
export function decodedBody(message: IncomingMessage): Readable {
  if (message.statusCode === 204 || message.statusCode === 304) return message;
  const encodings = (message.headers['content-encoding'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  return encodings.length > MOST_ENCODINGS ? decoded(message, encodings.join(', ')) : encodings.reduceRight(decoded, message as Readable);
}

function decoded(body: Readable, encoding: string): Readable {
  const decoder = decoderFor(encoding);
  // An error of either ends both, and so does who stops reading.
  if (decoder !== null) return pipeline(body, decoder, () => undefined);
  const message = `The server sent its answer with the encoding ${JSON.stringify(encoding.slice(0, 40))}, which Goldset does not decode.`;
  body.destroy(
    new ProviderError('malformed', message, null, null, 'Turn off compression at the server, or use gzip: Goldset requests no encoding.'),
  );
  return body;
}

function decoderFor(encoding: string): Transform | null {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'br') return createBrotliDecompress();
  return encoding === 'deflate' ? inflater() : null;
}

/** `deflate` is zlib's format by the standard, but some servers leave out its header: the first byte tells. */
function inflater(): Transform {
  let inner: Transform | null = null;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (inner === null) {
        inner = ((chunk[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
        inner.on('data', (piece: Buffer) => this.push(piece)).once('error', (error) => this.destroy(error));
      }
      inner.write(chunk, done);
    },
    flush(done) {
      if (inner === null) return done();
      inner.once('end', () => done()).end();
    },
  });
}
