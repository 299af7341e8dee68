/** Public data over HTTP: no key goes with the request, and the answer has the same largest size as an answer of a model. */
import { HumanError, isHumanError, messageOf } from '../../core/problems/errors.ts';
import { keepAliveFetch } from './keep-alive-fetch.ts';

export interface Download {
  readonly text: string;
  /** The day that the server gives the file, `YYYY-MM-DD`; null: it gives none. */
  readonly changed: string | null;
}

/** Addresses that a download may be sent on to. */
const MAX_REDIRECTS = 5;
/** ms. */
const TIMEOUT = 30_000;

/** @throws {HumanError} `prices/download` when the file cannot be had, with the reason. */
export async function download(url: string): Promise<Download> {
  try {
    const response = await followed(url, AbortSignal.timeout(TIMEOUT));
    if (!response.ok) throw failed(`${url} answered ${response.status}.`);
    const changed = Date.parse(response.headers.get('last-modified') ?? '');
    return { text: await response.text(), changed: Number.isFinite(changed) ? new Date(changed).toISOString().slice(0, 10) : null };
  } catch (error) {
    if (isHumanError(error)) throw error;
    throw failed(`${url} cannot be reached: ${messageOf(error)}.`);
  }
}

async function followed(url: string, signal: AbortSignal, left = MAX_REDIRECTS): Promise<Response> {
  const response = await keepAliveFetch(url, { signal, redirect: 'manual' });
  const location = response.headers.get('location');
  if (response.status < 300 || response.status >= 400 || location === null) return response;
  await response.body?.cancel();
  const next = new URL(location, url);
  if (left === 0) throw failed(`${url} redirects too many times.`);
  if (!mayFollow(url, next)) throw failed(`${url} redirects to ${next.origin}, which is not https.`);
  return followed(next.href, signal, left - 1);
}

/** What is encrypted stays so: on the way, a stranger could write the prices by which a spending limit is kept. */
export const mayFollow = (from: string, to: URL): boolean =>
  to.protocol === 'https:' || (to.protocol === 'http:' && new URL(from).protocol === 'http:');

const failed = (message: string): HumanError =>
  new HumanError('prices/download', message, 'Try again later. The prices in use are unchanged.');
