/**
 * How many requests a client sent for one answer. Both SDKs retry by themselves and say in a header of each request which retry it is, so the
 * client's `fetch` is listened to: what it gives, and what it fails with, comes back in the answer or in the error. Nothing is changed or delayed.
 */
type Fetch = (url: unknown, init?: { readonly headers?: unknown }) => unknown;

/** By what comes of a request: its response, the response's headers (errors of the SDKs have them), or why it failed. */
const requestsFor = new WeakMap<object, number>();
const listening = new WeakSet<object>();

/** Once for each client that is recorded. */
export function listenToRequests(client: object): void {
  const own = Object.getOwnPropertyDescriptor(client, 'fetch');
  const given: unknown = own?.value;
  if (own?.writable !== true || typeof given !== 'function' || listening.has(given)) return;
  const fetch = given as Fetch;
  const heard: Fetch = (url, init) => {
    const result = fetch(url, init);
    const sent = requestsUntil(init?.headers);
    if (sent !== null && result instanceof Promise) result.then(noted(sent), noted(sent));
    return result;
  };
  listening.add(heard);
  Object.defineProperty(client, 'fetch', { ...own, value: heard });
}

const noted =
  (sent: number) =>
  (given: unknown): void => {
    if (typeof given !== 'object' || given === null) return;
    requestsFor.set(given, sent);
    if ('headers' in given && typeof given.headers === 'object' && given.headers !== null) requestsFor.set(given.headers, sent);
  };

/** The request itself and those before it; null: it does not say. */
function requestsUntil(headers: unknown): number | null {
  const retry = headers instanceof Headers ? headers.get('x-stainless-retry-count') : null;
  return retry !== null && /^\d{1,4}$/.test(retry) ? Number(retry) + 1 : null;
}

/** Requests for a response, or until an error; undefined: not known. */
export function requestsSentFor(given: unknown): number | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { headers, cause } = given as { headers?: unknown; cause?: unknown };
  const parts = [given, headers, cause].filter((part) => typeof part === 'object' && part !== null);
  return parts.map((part) => requestsFor.get(part)).find((sent) => sent !== undefined);
}
