/** Finds calls by which a person asks the same again: the answer before was not good enough. test/unit/labelled-retries/RULE.md says when. */
import type { Interaction, Signal } from '../interactions/interaction.ts';
import { asksTheSame } from './asks-the-same.ts';
import { continues, lastSaid, threadOf, type CallThread } from './call-thread.ts';
import { DERIVED_BY } from './standing-signals.ts';

/** What of a call is needed to tell whether another one retries it. */
export interface AskedCall {
  readonly id: string;
  /** ms since 1970. */
  readonly at: number;
  readonly action: string | null;
  readonly said: string;
  readonly thread: CallThread;
}

/** By person and prompt, as JSON keeps it. */
export type RetryState = readonly (readonly [string, AskedCall])[];

/** ms within which the same question again is a retry. */
const SOON = 5 * 60_000;
/** Characters of a long text: its beginning and its end, where questions stand. */
const MOST_SAID = 4000;

/** Null: neither the user nor the conversation is known. */
export function keyOfAsker({ user, conversation, prompt }: Interaction): string | null {
  const who = user ?? conversation;
  return who === null ? null : `${who}\u0000${prompt?.name ?? ''}`;
}

export function askedCall(interaction: Interaction): AskedCall {
  const { id, time, action } = interaction;
  const said = lastSaid(interaction);
  return {
    id,
    at: Date.parse(time),
    action: action === null ? null : `${action.type}\u0000${action.id}`,
    said: said.length <= MOST_SAID ? said : `${said.slice(0, MOST_SAID / 2)}\n${said.slice(-MOST_SAID / 2)}`,
    thread: threadOf(interaction),
  };
}

/** Of two calls of one person to one prompt, with none between them. */
export function isRetry(before: AskedCall, after: AskedCall): boolean {
  // Most people do not ask again so soon: their words are never looked at.
  if (after.at - before.at > SOON || after.at < before.at || before.id === after.id) return false;
  if (before.action !== null && before.action === after.action) return false;
  return !continues(before.thread, after.thread) && asksTheSame(before.said, after.said);
}

/** As a signal of the call that was retried. `time`: when it was. */
export const retrySignal = (time: string): Signal => ({
  ...{ kind: 'implicit', name: 'retry', value: true, annotator: 'code', by: DERIVED_BY, note: null },
  time,
});

/** Takes calls in the order of time. */
export class RetryFinder {
  private readonly last: Map<string, AskedCall>;
  private now = 0;

  constructor(state: RetryState = []) {
    this.last = new Map(state);
  }

  /** The id of the call that is retried by this one; null: none. */
  take(interaction: Interaction): string | null {
    const key = keyOfAsker(interaction);
    if (key === null) return null;
    const before = this.last.get(key);
    const own = askedCall(interaction);
    this.last.set(key, own);
    this.forget(own.at);
    return before !== undefined && isRetry(before, own) ? before.id : null;
  }

  save(): RetryState {
    return [...this.last];
  }

  /** Who asked too long ago cannot be retrying; looked at once in that time. */
  private forget(at: number): void {
    if (at - this.now < SOON) return;
    this.now = at;
    for (const [who, asked] of this.last) if (at - asked.at > SOON) this.last.delete(who);
  }
}

/** Takes calls from the last one back: the same pairs as `RetryFinder` finds. */
export class RetriedFinder {
  private readonly next = new Map<string, AskedCall>();
  private readonly newest = new Map<string, AskedCall>();
  private now = Infinity;
  /** ms since 1970, of the last call; null: none was taken yet. */
  private end: number | null = null;

  /** The call that retries this one; null: none. */
  take(interaction: Interaction): AskedCall | null {
    const key = keyOfAsker(interaction);
    if (key === null) return null;
    const after = this.next.get(key);
    const own = askedCall(interaction);
    this.next.set(key, own);
    this.end ??= own.at;
    if (!this.newest.has(key) && this.end - own.at <= SOON) this.newest.set(key, own);
    this.forget(own.at);
    return after !== undefined && isRetry(own, after) ? after : null;
  }

  /** The last call of everyone who asked within five minutes of the end: the state of a `RetryFinder` that goes on. */
  ending(): RetryState {
    return [...this.newest];
  }

  /** Those of `before` that the first calls of what was read retry, by what `before` is the end of. */
  retriedOf(before: RetryState): { readonly retried: AskedCall; readonly by: AskedCall }[] {
    return before.flatMap(([key, retried]) => {
      const by = this.next.get(key);
      return by !== undefined && isRetry(retried, by) ? [{ retried, by }] : [];
    });
  }

  /** What is read from here on ends another day. */
  endDay(): void {
    this.newest.clear();
    this.end = null;
  }

  private forget(at: number): void {
    if (this.now - at < SOON) return;
    this.now = at;
    for (const [who, asked] of this.next) if (asked.at - at > SOON) this.next.delete(who);
  }
}
