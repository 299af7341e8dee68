/**
 * Listens to what a client's call gives, without changing it: the same promise with all that it can (`withResponse`, `asResponse`), the
 * same stream, the same error, nothing later than without. Both SDKs make them with the same generator.
 */
import { CACHE_HEADER } from '../adapters/models/cached-fetch.ts';
import type { RecordedCall } from './recorded-call.ts';
import { attempt } from './unheard.ts';

/** What of the SDKs' `APIPromise` is touched. */
interface ApiPromise extends Promise<unknown> {
  responsePromise: Promise<unknown>;
  parseResponse: (...given: unknown[]) => unknown;
  asResponse?: () => Promise<Response>;
}

interface EventStream {
  iterator?: () => AsyncIterator<unknown>;
  readonly controller?: AbortController;
}

export interface CallListener {
  readonly call: RecordedCall;
  readonly fail: (error: unknown) => void;
  /** Hears the answer or the stream, as the application gets it. */
  readonly onAnswer: (answer: object) => void;
}

export function observeCall(result: unknown, listener: CallListener): void {
  if (!(result instanceof Promise)) return;
  if (isApiPromise(result)) observeApiPromise(result, listener);
  // A client of another make: what it gives is a promise of the answer.
  else result.then((answer) => attempt(() => take(answer, listener)), listener.fail);
}

const isApiPromise = (promise: object): promise is ApiPromise =>
  'responsePromise' in promise &&
  promise.responsePromise instanceof Promise &&
  'parseResponse' in promise &&
  typeof promise.parseResponse === 'function';

function observeApiPromise(promise: ApiPromise, listener: CallListener): void {
  const { call } = listener;
  let isParsed = false;
  const parse = promise.parseResponse;
  promise.parseResponse = async (...given) => {
    isParsed = true;
    let answer: unknown;
    try {
      answer = await Reflect.apply(parse, promise, given);
    } catch (error) {
      listener.fail(error);
      throw error;
    }
    attempt(() => take(answer, listener));
    return answer;
  };
  promise.responsePromise = promise.responsePromise.then(
    (given) => {
      call.fromCache = isFromCache(given);
      return given;
    },
    (error: unknown) => {
      listener.fail(error);
      throw error;
    },
  );
  const { asResponse } = promise;
  if (asResponse === undefined) return;
  promise.asResponse = () => {
    const response = Reflect.apply(asResponse, promise, []);
    // `withResponse` parses as well; that has begun by then.
    response.then(() => setImmediate(() => (isParsed ? undefined : call.unread())), listener.fail);
    return response;
  };
}

function isFromCache(given: unknown): boolean {
  const { response } = (given ?? {}) as { response?: unknown };
  return response instanceof Response && response.headers.get(CACHE_HEADER) === 'hit';
}

function take(answer: unknown, listener: CallListener): void {
  if (typeof answer !== 'object' || answer === null) return listener.call.whole(answer);
  listener.onAnswer(answer);
  if (Symbol.asyncIterator in answer) observeStream(answer, listener);
  else listener.call.whole(answer);
}

function observeStream(stream: EventStream & object, { call, fail }: CallListener): void {
  const { iterator, controller } = stream;
  const signal = controller?.signal;
  if (signal?.aborted === true) call.abandon();
  else signal?.addEventListener('abort', () => call.abandon(), { once: true });
  if (typeof iterator === 'function') stream.iterator = () => observeIterator(Reflect.apply(iterator, stream, []), call, fail);
  else {
    const original = (stream as AsyncIterable<unknown>)[Symbol.asyncIterator];
    Object.defineProperty(stream, Symbol.asyncIterator, {
      configurable: true,
      writable: true,
      value: () => observeIterator(Reflect.apply(original, stream, []), call, fail),
    });
  }
}

/** The promise of each event goes to the application as it is; ours is a branch of it that runs first. */
function observeIterator(iterator: AsyncIterator<unknown>, call: RecordedCall, fail: (error: unknown) => void): AsyncIterator<unknown> {
  const { next, return: end } = iterator;
  iterator.next = (...given) => {
    const result = Reflect.apply(next, iterator, given);
    Promise.resolve(result).then(({ done, value }) => (done === true ? call.end() : call.add(value)), fail);
    return result;
  };
  if (end !== undefined) {
    iterator.return = (value) => {
      call.abandon();
      return Reflect.apply(end, iterator, [value]);
    };
  }
  return iterator;
}
