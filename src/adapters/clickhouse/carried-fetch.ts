/**
 * Queries of a thread that the main thread sends: rows are parsed and summed where nothing else waits, and only the main thread of an editor has
 * VS Code's proxy and certificates. An answer travels chunk by chunk, the next one when the last was read, so that neither side fills up.
 */
import type { MessagePort } from 'node:worker_threads';
import { messageOf } from '../../core/problems/errors.ts';
import { fetchWhole } from './fetch-whole.ts';

/** From the thread. */
type Ask =
  | { readonly id: number; readonly ask: 'send'; readonly url: string; readonly init: SentInit }
  | { readonly id: number; readonly ask: 'more' | 'stop' }
  /** What a reader of the result should know. */
  | { readonly note: string };

interface SentInit {
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** To the thread. */
type Told = { readonly id: number } & (
  | { readonly status: number; readonly headers: readonly (readonly [string, string])[] }
  | { readonly chunk: Uint8Array | null }
  | { readonly error: string }
);

export interface CarriedNews {
  readonly note: (text: string) => void;
  /** Bytes of answers so far. */
  readonly read: (bytes: number) => void;
}

interface Open {
  readonly stop: AbortController;
  chunks: AsyncIterator<Uint8Array> | null;
}

/** Sends what the thread at the other end asks for, to this origin and no other. Gives what ends it. */
export function carryQueries(port: MessagePort, origin: string, { note, read }: CarriedNews): () => void {
  const open = new Map<number, Open>();
  let bytes = 0;
  const tell = (told: Told): void => port.postMessage(told);
  const send = async (id: number, url: string, { method, headers, body }: SentInit): Promise<void> => {
    const own: Open = { stop: new AbortController(), chunks: null };
    open.set(id, own);
    if (new URL(url).origin !== origin) throw new Error('a query goes to the address of its source alone');
    const init = { method, headers: headers.map(([name, value]): [string, string] => [name, value]), body };
    const response = await fetchWhole(url, { ...init, signal: own.stop.signal });
    own.chunks = (response.body as unknown as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    tell({ id, status: response.status, headers: [...response.headers] });
  };
  const more = async (id: number): Promise<void> => {
    const next = await open.get(id)?.chunks?.next();
    if (next === undefined) return;
    if (next.done === true) open.delete(id);
    else read((bytes += next.value.length));
    tell({ id, chunk: next.done === true ? null : next.value });
  };
  port.on('message', (asked: Ask) => {
    if ('note' in asked) return note(asked.note);
    const { id } = asked;
    if (asked.ask === 'stop') return open.get(id)?.stop.abort();
    (asked.ask === 'send' ? send(id, asked.url, asked.init) : more(id)).catch((error: unknown) => {
      open.delete(id);
      tell({ id, error: messageOf(error) });
    });
  });
  return () => {
    for (const { stop } of open.values()) stop.abort();
    port.close();
  };
}

/** What a thread says of what it reads. */
export const noteThrough =
  (port: MessagePort) =>
  (note: string): void =>
    port.postMessage({ note } satisfies Ask);

/** `fetch` of a thread, through the port at whose other end is `carryQueries`. */
export function carriedFetch(port: MessagePort): typeof fetch {
  const waiting = new Map<number, { readonly resolve: (told: Told) => void; readonly reject: (error: Error) => void }>();
  let last = 0;
  port.on('message', (told: Told) => {
    const own = waiting.get(told.id);
    waiting.delete(told.id);
    if ('error' in told) own?.reject(new Error(told.error));
    else own?.resolve(told);
  });
  const ask = (asked: Extract<Ask, { id: number }>): Promise<Told> =>
    new Promise((resolve, reject) => {
      waiting.set(asked.id, { resolve, reject });
      port.postMessage(asked);
    });
  return async (input, init = {}) => {
    const id = ++last;
    const { signal, method = 'GET', body = '' } = init;
    const onStop = (): void => {
      port.postMessage({ id, ask: 'stop' } satisfies Ask);
      waiting.get(id)?.reject(new DOMException('This operation was aborted', 'AbortError'));
    };
    signal?.addEventListener('abort', onStop, { once: true });
    const url = input instanceof Request ? input.url : String(input);
    const sent = { method, headers: [...new Headers(init.headers)], body: typeof body === 'string' ? body : '' };
    const told = await ask({ id, ask: 'send', url, init: sent });
    if (!('status' in told)) throw new Error('The main thread answered out of order. This is a defect in Goldset; please report it.');
    const stream = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const next = await ask({ id, ask: 'more' });
        if ('chunk' in next && next.chunk !== null) controller.enqueue(next.chunk);
        else controller.close();
      },
      cancel: onStop,
    });
    return new Response(stream, { status: told.status, headers: told.headers.map(([name, value]): [string, string] => [name, value]) });
  };
}
