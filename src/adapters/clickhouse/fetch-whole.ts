/** How queries are sent to a store: through `keepAliveFetch`, and what is not whole is an error. */
import { keepAliveFetch, longBody, MAX_ANSWER_BYTES } from '../http/keep-alive-fetch.ts';

/** Bytes of one answer. */
const MOST_BYTES = 4 * 2 ** 30;

/**
 * What `keepAliveFetch` gives, as a Response of the web. One whose end cannot be told is refused: it could be cut off unseen. Each query has a
 * connection of its own: while rows are worked on, a server closes one that is idle, and the next query would be lost on it.
 */
export const fetchWhole: typeof fetch = async (input, init) => {
  const sent = new Headers(init?.headers);
  sent.set('connection', 'close');
  const response = await keepAliveFetch(input, { ...init, headers: sent });
  const { status, headers } = response;
  if (status === 200 && headers.get('transfer-encoding') === null && headers.get('content-length') === null)
    throw new Error('the answer does not say where it ends');
  // An error is kept whole, rows are not.
  const chunks = longBody(response, status === 200 ? MOST_BYTES : MAX_ANSWER_BYTES)[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: async () => void (await chunks.return?.()),
  });
  return new Response(body, { status, headers });
};
