/** Gemini's own API: `streamGenerateContent`, or `generateContent` where the server does not stream. */
import { ArrivingText, type Wire } from '../wire.ts';
import { ContentAnswer } from './content-answer.ts';
import { contentBody } from './content-body.ts';

export interface ContentWireOptions {
  readonly id: string;
  /** As the address has it: `gemini-4-argon`. */
  readonly model: string;
  readonly streams: boolean;
}

/** The key is never in the address: it travels in a header. */
export function contentWire({ id, model, streams }: ContentWireOptions): Wire {
  return {
    path: () => `${modelPath(model)}:${streams ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: (request) => contentBody(model, request),
    stream: {},
    reader: (_request, elapsed, callbacks) => new ContentAnswer(id, new ArrivingText(elapsed, callbacks)),
  };
}

/** Below the base URL. A name is one segment of the path, whatever it contains. */
export const modelPath = (model: string): string => `/models/${encodeURIComponent(model.replace(/^models\//, ''))}`;
