/** Requests to a provider's batch service, by its SDK; answers as JSON, or as lines of it. */
import { ProviderError } from '../../../core/errors.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../../core/json.ts';
import { excerpt } from '../../../core/text.ts';
import { hideKey } from '../hide-key.ts';
import type { Sdk } from '../http-client.ts';
import { providerErrorOf, type CallTarget } from '../sdk-errors.ts';

/** A line of results is one answer; nobody answers with more. Characters. */
const MAX_LINE = 64 * 1024 * 1024;

export class BatchHttp {
  constructor(
    private readonly sdk: Sdk,
    private readonly target: CallTarget,
  ) {}

  async post(path: string, body: JsonObject | FormData, signal: AbortSignal): Promise<JsonObject> {
    return this.object(await this.guarded(() => this.sdk.post(path, body, signal)));
  }

  async get(path: string, signal: AbortSignal): Promise<JsonObject> {
    return this.object(await this.guarded(() => this.sdk.get(path, signal)));
  }

  /** Null: the provider does not know it. */
  async find(path: string, signal: AbortSignal): Promise<JsonObject | null> {
    try {
      return await this.get(path, signal);
    } catch (error) {
      if (error instanceof ProviderError && error.failure === 'not-found') return null;
      throw error;
    }
  }

  /** Each line that is a JSON object. @throws {ProviderError} when the stream breaks, or is no such thing. */
  async *lines(path: string, signal: AbortSignal): AsyncGenerator<JsonObject> {
    const response = await this.guarded(() => this.sdk.get(path, signal));
    // Our own fetch gives node's stream, whose pieces are buffers.
    const body = response.body as unknown as AsyncIterable<Uint8Array> | null;
    if (body === null) return;
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const chunk of body) {
        rest += decoder.decode(chunk, { stream: true });
        const lines = rest.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield* this.objectIn(line);
        if (rest.length > MAX_LINE) throw new ProviderError('malformed', `${this.target.id}: a line of the results does not end.`);
      }
    } catch (error) {
      throw this.errorOf(error);
    }
    yield* this.objectIn(rest + decoder.decode());
  }

  private *objectIn(line: string): Generator<JsonObject> {
    if (line.trim() === '') return;
    const value = parseJson(hideKey(line, this.target.apiKey));
    if (!isJsonObject(value))
      throw new ProviderError('malformed', `${this.target.id}: a line of the results is no JSON: ${excerpt(line, 80)}`);
    yield value;
  }

  private async object(response: Response): Promise<JsonObject> {
    const text = hideKey(await this.guarded(() => response.text()), this.target.apiKey);
    const value = parseJson(text);
    if (isJsonObject(value)) return value;
    throw new ProviderError('malformed', `${this.target.id} answered with something that is no JSON object: ${excerpt(text, 80)}`);
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.errorOf(error);
    }
  }

  private errorOf(error: unknown): ProviderError {
    return error instanceof ProviderError ? error : providerErrorOf(error, this.target, this.sdk.errors);
  }
}

export const countIn = (counts: unknown, ...names: readonly string[]): number =>
  names.reduce((sum, name) => {
    const value = isJsonObject(counts) ? counts[name] : 0;
    return sum + (typeof value === 'number' ? value : 0);
  }, 0);

export const textIn = (object: JsonObject, name: string): string | null => {
  const value = object[name];
  return typeof value === 'string' && value !== '' ? value : null;
};
