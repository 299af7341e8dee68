/** Sends stored calls to one address that takes OTLP/HTTP in JSON. A request that a server is too busy for is sent again, a bounded number of times. */
import { setTimeout as wait } from 'node:timers/promises';
import { HumanError, messageOf } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import type { SpanBatch } from '../../core/feedback/otel/export-otlp.ts';
import { isJsonObject, parseJson } from '../../core/json/json.ts';
import { excerpt } from '../../core/text/text.ts';
import { keepAliveFetch } from '../http/keep-alive-fetch.ts';
import { hideKey } from '../models/hide-key.ts';
import { retryAfterOf } from '../models/retry-after.ts';

export interface OtlpAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ExportSent {
  readonly sent: number;
  /** Spans that the server says it did not take. */
  readonly rejected: number;
  /** Its reason; null: none. */
  readonly reason: string | null;
}

/** Of one request: attempts, ms for its answer, ms between two attempts at most, and characters of an answer that are read. */
const LIMITS = { attempts: 5, timeoutMs: 30_000, waitMs: 30_000, characters: 64 << 10 } as const;

/** Answers that another attempt may change (OTLP specification). */
const BUSY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** @throws {HumanError} when the server refuses a request, or does not answer: the message says how many calls were sent before. */
export async function sendBatches(target: OtlpAddress, batches: Iterable<SpanBatch>): Promise<ExportSent> {
  let outcome: ExportSent = { sent: 0, rejected: 0, reason: null };
  for (const batch of batches) {
    const answer = await sent(target, batch.body, outcome.sent);
    outcome = {
      sent: outcome.sent + batch.spans,
      rejected: outcome.rejected + answer.rejected,
      reason: outcome.reason ?? answer.reason,
    };
  }
  return outcome;
}

async function sent(target: OtlpAddress, body: string, before: number): Promise<Omit<ExportSent, 'sent'>> {
  const { origin } = new URL(target.url);
  for (let attempt = 1; ; attempt++) {
    const answer = await asked(target, body);
    if ('said' in answer) return rejectedIn(answer.said);
    if (!answer.mayChange || attempt >= LIMITS.attempts)
      throw new HumanError(
        'export/refused',
        `${origin} did not take the calls: ${answer.problem}. ${quantity(before, 'call was', 'calls were')} sent before.`,
        'Correct it and export again: calls have the same ids each time, so servers that know ids store none of them twice.',
      );
    await wait(Math.min(answer.afterMs ?? 500 * 2 ** attempt, LIMITS.waitMs));
  }
}

type Answered = { readonly said: string } | { readonly problem: string; readonly mayChange: boolean; readonly afterMs: number | null };

async function asked({ url, headers }: OtlpAddress, body: string): Promise<Answered> {
  try {
    const response = await keepAliveFetch(url, {
      ...{ method: 'POST', body, signal: AbortSignal.timeout(LIMITS.timeoutMs) },
      headers: { ...headers, 'content-type': 'application/json' },
    });
    const said = withoutValues(await startOf(response), headers);
    if (response.ok) return { said };
    const shown = said === '' ? '' : `: ${excerpt(said, 200)}`;
    const mayChange = BUSY.has(response.status);
    return {
      problem: `it answered with status ${response.status}${shown}`,
      mayChange,
      afterMs: retryAfterOf(response.headers, Date.now()),
    };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { problem: withoutValues(messageOf(cause), headers), mayChange: false, afterMs: null };
  }
}

/** A server may repeat what it was sent, in an error and in what it says of an answer: without the word before it, such as Bearer, too. */
const withoutValues = (text: string, headers: OtlpAddress['headers']): string =>
  Object.values(headers)
    .flatMap((value) => [value, value.replace(/^\w+ +/, ''), ...passwordIn(value)])
    .reduce(hideKey, text);

/** Of Basic authorization, which is the password in base64. */
function passwordIn(value: string): string[] {
  const pair = /^Basic +(\S+)$/i.exec(value)?.[1];
  const text = pair === undefined ? '' : Buffer.from(pair, 'base64').toString('utf8');
  return text.includes(':') ? [text.slice(text.indexOf(':') + 1)] : [];
}

async function startOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > LIMITS.characters) break;
  }
  return text;
}

/** A server may take a part of a request (OTLP specification, partial success). */
function rejectedIn(said: string): Omit<ExportSent, 'sent'> {
  const value = parseJson(said);
  const partial = isJsonObject(value) ? (value['partialSuccess'] ?? value['partial_success']) : undefined;
  if (!isJsonObject(partial)) return { rejected: 0, reason: null };
  const { rejectedSpans, errorMessage } = partial;
  const rejected = Number(rejectedSpans ?? 0);
  return { rejected: rejected > 0 ? rejected : 0, reason: typeof errorMessage === 'string' && errorMessage !== '' ? errorMessage : null };
}
