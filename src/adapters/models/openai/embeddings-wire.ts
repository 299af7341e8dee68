/** OpenAI's embeddings endpoint, which compatible servers have too. A vector travels as the text of an answer, so that caching, limits and money are those of any call. */
import { ProviderError } from '../../../core/problems/errors.ts';
import { isJsonObject, type JsonObject } from '../../../core/json/json.ts';
import { textOf } from '../../../core/prompt/request.ts';
import type { ModelResponse } from '../../../core/model/model-request.ts';
import { costField } from '../../../core/economics/prices/reported-cost.ts';
import { embeddingUsage } from '../../../core/economics/prices/reported-usage.ts';
import { reportedError } from '../reported-error.ts';
import type { AnswerReader, Wire } from '../wire.ts';

export const embeddingsWire = (id: string, model: string): Wire => ({
  path: () => '/embeddings',
  body: ({ messages }) => ({ model, input: messages.map(textOf).join('\n'), encoding_format: 'float' }),
  stream: {},
  reader: (_request, elapsed) => new EmbeddingAnswer(id, elapsed),
});

class EmbeddingAnswer implements AnswerReader {
  private vector: string | null = null;
  usage: ModelResponse['usage'] = null;
  private cost: ReturnType<typeof costField> = {};

  constructor(
    private readonly id: string,
    private readonly elapsed: () => number,
  ) {}

  get isWhole(): boolean {
    return this.vector !== null;
  }

  markEnd(): void {
    // An embedding comes in one piece.
  }

  add(): void {
    throw new ProviderError('malformed', `${this.id} streamed an embedding, although no stream was requested.`);
  }

  addWhole(body: JsonObject, status: number): void {
    const { data, usage, error } = body;
    if (error !== undefined && error !== null) throw reportedError(this.id, error, { hasBegun: false });
    const [first] = Array.isArray(data) ? data : [];
    const vector = isJsonObject(first) ? first['embedding'] : undefined;
    if (!Array.isArray(vector) || vector.length === 0 || !vector.every((item) => typeof item === 'number'))
      throw new ProviderError('malformed', `${this.id} answered without an embedding.`, status);
    // Seven digits are what a float of 32 bits holds.
    this.vector = JSON.stringify(vector.map((item) => Number(item.toPrecision(7))));
    this.usage = embeddingUsage(usage);
    this.cost = costField(usage);
  }

  finish(): ModelResponse {
    if (this.vector === null) throw new ProviderError('connection', 'The answer ended before it was complete.');
    return { output: this.vector, toolCalls: [], finish: 'stop', usage: this.usage, ttftMs: null, latencyMs: this.elapsed(), ...this.cost };
  }
}
