/**
 * Listens to what a client's call gives, without changing it: the same promise with all that it can (`withResponse`, `asResponse`), the
 * same stream, the same error, nothing later than without. Both SDKs make them with the same generator.
 */
import type { RecordedCall } from './recorded-call.ts';
import { attempt } from './report-once.ts';
import { requestsSentFor } from './sent-requests.ts';

/** What of the SDKs' `APIPromise` is touched. */
interface ApiPromise extends Promise<unknown> {
  responsePromise: Promise<unknown>;
  parseResponse: (...given: unknown[]) => unknown;
  asResponse?: () => Promise<Response>;
  /** Of Anthropic's SDK: the response before it is parsed, for its threads. */
  _responseProps?: () => Promise<ResponseProps>;
  _thenUnwrap?: (transform: (answer: unknown, ...rest: unknown[]) => unknown) => ApiPromise;
}

interface ResponseProps {
  readonly response: Response;
  readonly options?: { readonly stream?: unknown };
}

interface EventStream {
  iterator?: () => AsyncIterator<unknown>;
  readonly controller?: AbortController;
}

/** What is told of the answer. */
export type Listening = Pick<RecordedCall, 'headers' | 'sent' | 'add' | 'whole' | 'end' | 'abandon' | 'unread'>;

export interface CallListener {
  /** Whose call it is. */
  readonly client: object;
  readonly call: Listening;
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
  promise.responsePromise.then((given) => attempt(() => hearHeaders(given, listener)), fail);
  hearDerived(promise, { onBegin, onParsed, onRaw: () => (hasBegun ? undefined : call.unread()), fail }, listener);
  const { _responseProps: propsOf } = promise;
  if (typeof propsOf !== 'function') return;
  promise._responseProps = () => {
    const given = Reflect.apply(propsOf, promise, []);
    given.then((props) => attempt(() => readBeside(promise, props, listener)), fail);
    return given;
  };
}

/** The SDK reads this stream by a promise of its own, so a copy of it is read here. */
function readBeside(promise: ApiPromise, props: ResponseProps, { client, fail }: CallListener): void {
  if (props.options?.stream !== true) return;
  const copy = { ...props, response: props.response.clone() };
  const reading = async (): Promise<void> => {
    const stream = (await promise.parseResponse(client, copy)) as AsyncIterable<unknown>;
    for await (const _event of stream);
  };
  reading().catch(fail);
}

/** The application takes the response as it is. */
function hearRaw(promise: ApiPromise, { onRaw, fail }: ParseListener): void {
  const { asResponse } = promise;
  if (asResponse === undefined) return;
  promise.asResponse = () => {
    const response = Reflect.apply(asResponse, promise, []);
    // `withResponse` parses as well; that has begun by then.
    response.then(() => setTimeout(onRaw, 0), fail);
    return response;
  };
}

/** What `parse()` and other helpers make of the answer: it belongs to the same interaction. */
function hearDerived(promise: ApiPromise, heard: ParseListener, listener: CallListener): void {
  const { onBegin, onParsed, onRaw, fail } = heard;
  hearRaw(promise, heard);
  const { _thenUnwrap: unwrap } = promise;
  if (typeof unwrap !== 'function') return;
  // Where it is the promise's own it parses by itself; otherwise it calls the promise's parser, which is listened to.
  const isOwn = Object.hasOwn(promise, '_thenUnwrap');
  promise._thenUnwrap = (transform) => {
    const hearing: typeof transform = (answer, ...rest) => {
      onParsed(answer);
      return transform(answer, ...rest);
    };
    const derived = Reflect.apply(unwrap, promise, [isOwn ? hearing : transform]);
    const nameAlone = (answer: unknown): void => {
      if (typeof answer === 'object' && answer !== null) attempt(() => listener.onAnswer(answer));
    };
    hearParsing(derived, { onBegin, onParsed: nameAlone, fail });
    hearDerived(derived, { onBegin, onParsed: nameAlone, onRaw, fail }, listener);
    return derived;
  };
}

/** What both SDKs give: the response beside the options of the request. */
function hearHeaders(given: unknown, { call, onAnswer }: CallListener): void {
  const response = typeof given === 'object' && given !== null && 'response' in given ? given.response : given;
  call.sent(requestsSentFor(response));
  const headers = typeof response === 'object' && response !== null && 'headers' in response ? response.headers : null;
  if (headers instanceof Headers) call.headers((name) => headers.get(name));
  // Who reads the answer from the response itself still finds its interaction.
  if (response instanceof Response) onAnswer(response);
}

interface ParseListener {
  readonly onBegin: () => void;
  readonly onParsed: (answer: unknown) => void;
  readonly onRaw: () => void;
  readonly fail: (error: unknown) => void;
}

function hearParsing(promise: ApiPromise, { onBegin, onParsed, fail }: Omit<ParseListener, 'onRaw'>): void {
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
