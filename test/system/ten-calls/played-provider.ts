/** Both providers in memory, on a clock of their own: what a call of the ten answers, after exactly as long as it took. */
import type { Call, Json } from './calls.ts';

export class PlayedProvider {
  private readonly real = { now: Date.now, elapsed: performance.now.bind(performance) };
  /** ms since 1970. */
  private at = 0;
  private call: Call | null = null;
  private left = 0;

  /** Until `restore`, the time is what `play` says. */
  takeTime(): void {
    Date.now = () => this.at;
    performance.now = () => this.at;
  }

  restore(): void {
    Date.now = this.real.now;
    performance.now = this.real.elapsed;
  }

  play(call: Call): void {
    this.call = call;
    this.at = Date.parse(call.time);
    this.left = call.later ?? 0;
  }

  readonly fetch = (_url: unknown, init?: { readonly signal?: AbortSignal | null }): Promise<Response> => {
    const { call } = this;
    if (call === null || init?.signal?.aborted === true) return Promise.reject(new Error('Nothing is played.'));
    if (this.left > 0) {
      this.left--;
      return Promise.resolve(json({ error: { message: 'Later.', type: 'rate_limit' } }, 429, { 'retry-after-ms': '1' }));
    }
    if (call.events !== undefined) return Promise.resolve(this.stream(call.events));
    this.at = Date.parse(call.time) + call.latencyMs;
    return Promise.resolve(call.refusal === undefined ? json(call.answer ?? {}) : json(call.refusal.body, call.refusal.status));
  };

  /** An event comes when it is read: the clock is ahead of no reader. */
  private stream(events: NonNullable<Call['events']>): Response {
    const left = [...events];
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          const next = left.shift();
          if (next === undefined) {
            controller.enqueue(encoder.encode('data: [DONE]\n\n'));
            return controller.close();
          }
          this.at += next[0];
          controller.enqueue(encoder.encode(`data: ${JSON.stringify(next[1])}\n\n`));
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  }
}

const json = (body: Json, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
