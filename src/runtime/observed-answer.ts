/**
 * Listens to what a client's call gives, without changing it: the same promise with all that it can (`withResponse`, `asResponse`), the
 * same stream, the same error, nothing later than without. Both SDKs make them with the same generator.
 */
import type { RecordedCall } from './recorded-call.ts';
import { attempt } from './report-once.ts';

/** What of the SDKs' `APIPromise` is touched. */
interface ApiPromise extends Promise<unknown> {
  responsePromise: Promise<unknown>;
  parseResponse: (...given: unknown[]) => unknown;
  asResponse?: () => Promise<Response>;
  _thenUnwrap?: (transform: (answer: unknown, ...rest: unknown[]) => unknown) => ApiPromise;
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
  const { call, fail } = listener;
  let hasBegun = false;
  let isParsed = false;
  const onBegin = (): unknown => (hasBegun = true);
  const onParsed = (answer: unknown): void => {
    if (isParsed) return;
    isParsed = true;
    attempt(() => take(answer, listener));
  };
  hearParsing(promise, { onBegin, onParsed, fail });
  // A branch of its own: the promise itself stays the application's, with its rejection.
  promise.responsePromise.then((given) => attempt(() => hearHeaders(given, call)), fail);
  const { asResponse, _thenUnwrap: unwrap } = promise;
  // Where it is the promise's own it parses by itself (openai 7): this is how `parse()` of the clients goes.
  if (unwrap !== undefined && Object.hasOwn(promise, '_thenUnwrap'))
    promise._thenUnwrap = (transform) => {
      const derived = unwrap((answer, ...rest) => {
        onParsed(answer);
        return transform(answer, ...rest);
      });
      hearParsing(derived, { onBegin, onParsed: () => undefined, fail });
      return derived;
    };
  if (asResponse === undefined) return;
  promise.asResponse = () => {
    const response = Reflect.apply(asResponse, promise, []);
    // `withResponse` parses as well; that has begun by then.
    response.then(() => setImmediate(() => (hasBegun ? undefined : call.unread())), fail);
    return response;
  };
}

/** What both SDKs give: the response beside the options of the request. */
function hearHeaders(given: unknown, call: RecordedCall): void {
  const response = typeof given === 'object' && given !== null && 'response' in given ? given.response : given;
  const headers = typeof response === 'object' && response !== null && 'headers' in response ? response.headers : null;
  if (headers instanceof Headers) call.headers((name) => headers.get(name));
}

interface ParseListener {
  readonly onBegin: () => void;
  readonly onParsed: (answer: unknown) => void;
  readonly fail: (error: unknown) => void;
}

function hearParsing(promise: ApiPromise, { onBegin, onParsed, fail }: ParseListener): void {
  const parse = promise.parseResponse;
  promise.parseResponse = async (...given) => {
    onBegin();
    let answer: unknown;
    try {
      answer = await Reflect.apply(parse, promise, given);
    } catch (error) {
      fail(error);
      throw error;
    }
    onParsed(answer);
    return answer;
  };
}

function take(answer: unknown, listener: CallListener): void {
  if (typeof answer !== 'object' || answer === null) return listener.call.whole(answer);
  listener.onAnswer(answer);
  if (Symbol.asyncIterator in answer) observeStream(answer, listener);
  else listener.call.whole(answer);
}

function observeStream(stream: EventStream & object, { call, fail }: CallListener): void {
  const { iterator, controller } = stream;
  const signal = controller?.signal ?? null;
  let waiting = 0;
  // The client aborts as well, when it has stopped reading: while an event is waited for, what comes of that says why.
  const onAbort = (): void => (waiting === 0 ? call.abandon() : undefined);
  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  const observed = (events: AsyncIterator<unknown>): AsyncIterator<unknown> => {
    const { next, return: end } = events;
    const onEvent = ({ done, value }: IteratorResult<unknown>): void => {
      waiting--;
      if (done !== true) call.add(value);
      else if (signal?.aborted === true) call.abandon();
      else call.end();
    };
    const onError = (error: unknown): void => {
      waiting--;
      fail(error);
    };
    events.next = (...given) => {
      const result = Reflect.apply(next, events, given);
      waiting++;
      // The promise goes to the application as it is; this is a branch of it that runs first.
      Promise.resolve(result).then(onEvent, onError);
      return result;
    };
    if (end !== undefined) {
      events.return = (value) => {
        call.abandon();
        return Reflect.apply(end, events, [value]);
      };
    }
    return events;
  };
  if (typeof iterator === 'function') stream.iterator = () => observed(Reflect.apply(iterator, stream, []));
  else {
    const original = (stream as AsyncIterable<unknown>)[Symbol.asyncIterator];
    const value = (): AsyncIterator<unknown> => observed(Reflect.apply(original, stream, []));
    Object.defineProperty(stream, Symbol.asyncIterator, { configurable: true, writable: true, value });
  }
}
