/** What happens instead of an answer, in one sentence. */
import type { CallEvent } from '../calls/ports.ts';
import { overrideHint } from '../model/sent-without.ts';

const seconds = (ms: number): string => (ms < 10_000 ? (ms / 1000).toFixed(1).replace(/\.0$/, '') : String(Math.round(ms / 1000)));

/** `rate limited, retrying in 4 s`; null: nothing to say. */
export function shownWait(event: CallEvent): string | null {
  if (event.type === 'waiting') return `The server accepts no request for ${seconds(event.ms)} s. Waiting.`;
  if (event.type === 'sent-without') return event.change.basis === 'answer' ? overrideHint(event.model, event.change) : null;
  if (event.type !== 'retry') return null;
  const what = event.failure === 'rate-limit' ? 'Rate limited' : `Attempt ${event.attempt} failed`;
  return `${what}, retrying in ${seconds(event.delayMs)} s (${event.reason})`;
}
