/** OpenAI's embeddings endpoint, which compatible servers have too. A vector travels as the text of an answer, so that caching, limits and money are those of any call. */
import { ProviderError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { textOf } from '../../../core/prompt/request.ts';
import type { ModelResponse } from '../../../core/model/model-request.ts';
import { usageFromOpenai } from '../../../core/economics/prices/reported-usage.ts';
import type { AnswerReader, Wire } from '../wire.ts';

export const embeddingsWire = (id: string, model: string): Wire => ({
  path: () => '/embeddings',
  body: ({ messages }) => ({ model, input: messages.map(textOf).join('\n'), encoding_format: 'float' }),
  stream: {},
  reader: (_request, elapsed) => new EmbeddingAnswer(id, elapsed),
});

class EmbeddingAnswer implements AnswerReader {
  private vector: string | null = null;
  private usage: ModelResponse['usage'] = null;

  constructor(
    private readonly id: string,
    private readonly elapsed: () => number,
  ) {}

  get isWhole(): boolean {
    return this.vector !== null;
  }

  add(): void {
    throw new ProviderError('malformed', `${this.id} streamed an embedding, although no stream was requested.`);
  }

  addWhole({ data, usage }: JsonObject, status: number): void {
    const [first] = Array.isArray(data) ? data : [];
    const vector = isJsonObject(first) ? first['embedding'] : undefined;
    if (!Array.isArray(vector) || vector.length === 0 || !vector.every((item) => typeof item === 'number'))
      throw new ProviderError('malformed', `${this.id} answered without an embedding.`, status);
    // Seven digits are what a float of 32 bits holds.
    this.vector = JSON.stringify(vector.map((item) => Number(item.toPrecision(7))));
    // Embeddings have no output: servers report the prompt alone.
    this.usage = usageFromOpenai(usage);
  }

  finish(): ModelResponse {
    if (this.vector === null) throw new ProviderError('connection', 'The answer ended before it was complete.');
    return { output: this.vector, toolCalls: [], finish: 'stop', usage: this.usage, ttftMs: null, latencyMs: this.elapsed() };
  }
}
