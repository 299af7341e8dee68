/** Requests to a provider's batch service, by its SDK; answers as JSON, or as lines of it. */
import { ProviderError, isProviderError } from '../../../core/problems/errors.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../../core/json/json.ts';
import { excerpt } from '../../../core/text/text.ts';
import { longBody } from '../../http/keep-alive-fetch.ts';
import { hideKey, hideKeyIn } from '../hide-key.ts';
import type { Sdk } from '../http-client.ts';
import { providerErrorOf, secretsOf, type CallTarget } from '../sdk-errors.ts';

/** A part is uploaded, and an answer begins, within this. ms. */
const IDLE = 300_000;
/** A line of results is one answer, with its characters escaped. Characters. */
const MAX_LINE = 64 << 20;
/** Bytes of the results of one part. */
const MAX_RESULTS = 4 * 2 ** 30;

export class BatchHttp {
  constructor(
    private readonly sdk: Sdk,
    private readonly target: CallTarget,
  ) {}

  post(path: string, body: JsonObject | FormData, signal: AbortSignal): Promise<JsonObject> {
    return this.object((until) => this.sdk.post(path, body, until), signal);
  }

  get(path: string, signal: AbortSignal): Promise<JsonObject> {
    return this.object((until) => this.sdk.get(path, until), signal);
  }

  /** Each line that is a JSON object. @throws {ProviderError} when the stream breaks, stands still, or is no such thing. */
  async *lines(path: string, signal: AbortSignal): AsyncGenerator<JsonObject> {
    const idle = new IdleDeadline(signal);
    const decoder = new TextDecoder();
    let rest = '';
    try {
      const response = await this.guarded(() => this.sdk.get(path, idle.signal));
      for await (const chunk of longBody(response, MAX_RESULTS)) {
        idle.progress();
        const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
        const next = others.pop();
        rest += first;
        if (next !== undefined) {
          yield* this.objectIn(rest);
          for (const line of others) yield* this.objectIn(line);
          rest = next;
        }
        if (rest.length > MAX_LINE) throw new ProviderError('malformed', `${this.target.id}: a result line does not end.`);
      }
    } catch (error) {
      throw idle.isOver ? new ProviderError('timeout', `${this.target.id}: the download of the results stalled.`) : this.errorOf(error);
    } finally {
      idle.end();
    }
    yield* this.objectIn(rest + decoder.decode());
  }

  private *objectIn(line: string): Generator<JsonObject> {
    if (line.trim() === '') return;
    const value = parseJson(line);
    if (!isJsonObject(value)) {
      const shown = excerpt(hideKey(line, secretsOf(this.target)), 80);
      throw new ProviderError('malformed', `${this.target.id}: a result line is not JSON: ${shown}`);
    }
    yield hideKeyIn(value, secretsOf(this.target));
  }

  private async object(work: (signal: AbortSignal) => Promise<Response>, signal: AbortSignal): Promise<JsonObject> {
    const idle = new IdleDeadline(signal);
    const { id } = this.target;
    try {
      const response = await this.guarded(() => work(idle.signal));
      const text = await this.guarded(() => response.text());
      const value = parseJson(text);
      if (isJsonObject(value)) return hideKeyIn(value, secretsOf(this.target));
      throw new ProviderError(
        'malformed',
        `${id} did not answer with a JSON object: ${excerpt(hideKey(text, secretsOf(this.target)), 80)}`,
      );
    } catch (error) {
      throw idle.isOver ? new ProviderError('timeout', `${id} did not answer in time.`) : error;
    } finally {
      idle.end();
    }
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.errorOf(error);
    }
  }

  private errorOf(error: unknown): ProviderError {
    return isProviderError(error) ? error : providerErrorOf(error, this.target, this.sdk.errors);
  }
}

/** Aborts when nothing has happened for a while, or the caller does. */
class IdleDeadline {
  readonly signal: AbortSignal;
  private readonly own = new AbortController();
  private timer: NodeJS.Timeout;

  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.own.signal]);
    this.timer = this.begin();
  }

  get isOver(): boolean {
    return this.own.signal.aborted;
  }

  progress(): void {
    clearTimeout(this.timer);
    this.timer = this.begin();
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private begin(): NodeJS.Timeout {
    return setTimeout(() => this.own.abort(), IDLE);
  }
}

export const countIn = (counts: unknown, ...names: readonly string[]): number =>
  names.reduce((sum, name) => {
    const value = isJsonObject(counts) ? counts[name] : 0;
    return sum + (typeof value === 'number' ? value : 0);
  }, 0);

export const nonEmptyText = (object: JsonObject, name: string): string | null => {
  const value = object[name];
  return typeof value === 'string' && value !== '' ? value : null;
};
