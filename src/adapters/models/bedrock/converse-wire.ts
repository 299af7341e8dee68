/** Bedrock's Converse and ConverseStream. */
import { ArrivingText, type Wire } from '../wire.ts';
import { ConverseAnswer } from './converse-answer.ts';
import { converseBody, type ConverseCache } from './converse-body.ts';

export interface ConverseWireOptions {
  readonly id: string;
  /** An id, or the ARN of a model or an inference profile. */
  readonly model: string;
  readonly ttl: ConverseCache;
  readonly streams: boolean;
}

export const converseWire = ({ id, model, ttl, streams }: ConverseWireOptions): Wire => ({
  path: () => `/model/${encodeURIComponent(model)}/${streams ? 'converse-stream' : 'converse'}`,
  body: (request) => converseBody(model, request, ttl),
  // The path says it.
  stream: {},
  reader: (_request, elapsed, callbacks) => new ConverseAnswer(id, new ArrivingText(elapsed, callbacks)),
});

/** Models whose prompts Bedrock caches where they are marked ("Prompt caching for faster model inference"). */
export const takesCachePoints = (model: string): boolean => /(^|[./])(?:anthropic\.claude|amazon\.nova)/.test(model);
