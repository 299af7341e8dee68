/** Reads events and whole bodies as the model clients do, for tests of the shapes that servers send. */
import { answerReader, type BodyFormat } from '../../src/adapters/models/answer-reader.ts';
import { ArrivingText, type AnswerReader } from '../../src/adapters/models/wire.ts';
import { isProviderError } from '../../src/core/problems/errors.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import type { ModelResponse } from '../../src/core/model/model-request.ts';

const readerOf = (format: BodyFormat): AnswerReader => answerReader(format, 'm', new ArrivingText(() => 1, {}));

export function streamed(format: BodyFormat, events: readonly JsonObject[], end: 'done' | 'cut' = 'done'): ModelResponse {
  const reader = readerOf(format);
  for (const event of events) reader.add(event);
  if (end === 'done') reader.markEnd();
  return reader.finish();
}

export function whole(format: BodyFormat, body: JsonObject): ModelResponse {
  const reader = readerOf(format);
  reader.addWhole(body, 200);
  return reader.finish();
}

/** `failure: message` of what is thrown. */
export function failureOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isProviderError(error)) return `${error.failure}: ${error.message}`;
    throw error;
  }
  return 'no error';
}

export const textOf = ({ output, finish }: ModelResponse): readonly (string | null)[] => [output, finish];
