/** Answers that are known already: from the response cache, an earlier journal, or the run that is resumed. Each is paid for once. */
import { HumanError } from '../problems/errors.ts';
import type { SampleId } from '../results/sample-id.ts';
import type { AnswerRecord } from '../results/journal.ts';
import type { ModelResponse } from '../model/model-request.ts';
import type { Claim } from './request-claims.ts';
import { carriedKey, type CarriedAnswer } from '../results/resume.ts';

/** `use`: read and write. `refresh`: ask anew and write. `off`: neither. `frozen`: read only, and a miss is an error. */
export const CACHE_MODES = ['use', 'refresh', 'off', 'frozen'] as const;
export type CacheMode = (typeof CACHE_MODES)[number];

/** The port to where answers are kept. Damaged entries are misses. */
export interface AnswerStore {
  find(key: string, account: string | null): ModelResponse | null;
  /** Whether it is on disk now; a cache that cannot write is no reason to end a run. */
  keep(key: string, account: string | null, answer: ModelResponse): boolean;
  /** Waits while another process of the folder sends the same request; absent: there is no other. */
  claim?(key: string, account: string | null, signal: AbortSignal): Promise<Claim>;
}

export interface KnownAnswer {
  readonly response: ModelResponse;
  /** It was paid for before this run. */
  readonly reused: boolean;
}

export interface AnswerRequest {
  readonly sample: SampleId;
  readonly key: string;
  readonly account: string | null;
  /** USD; null: not known. */
  readonly costUsd: (response: ModelResponse) => number | null;
  /** It costs money or time, so two processes must not send it at once. */
  readonly isClaimed?: boolean;
}

export interface AnswersOptions {
  readonly store: AnswerStore;
  readonly mode: CacheMode;
  /** Of the part of this run that was interrupted, by `carriedKey`. */
  readonly carried: ReadonlyMap<string, CarriedAnswer>;
  /** The same and those that are graded, by the key of their request. */
  readonly paidFor: ReadonlyMap<string, CarriedAnswer>;
  /** Has the answer on disk when it returns. */
  readonly journal: (record: AnswerRecord) => void;
  /** Ends the wait for another process. */
  readonly signal?: AbortSignal;
}

const NEVER = new AbortController().signal;

export class Answers {
  private readonly underWay = new Map<string, Promise<ModelResponse | null>>();

  constructor(private readonly options: AnswersOptions) {}

  /**
   * The answer for this key: a known one, that of the same request under way, or what `ask` gives, which is on disk
   * before this returns. Null: `ask` gave none.
   * @throws {HumanError} `cache/miss` when frozen.
   */
  async get(request: AnswerRequest, ask: () => Promise<ModelResponse | null>): Promise<KnownAnswer | null> {
    const { store, mode, carried, paidFor } = this.options;
    const { sample, key, account } = request;
    const own = carried.get(carriedKey(sample, key));
    if (own !== undefined) {
      const response = own.response ?? store.find(key, account);
      if (response !== null) return { response, reused: false };
    }
    const same = mode === 'off' ? undefined : paidFor.get(key)?.response;
    if (same !== undefined && same !== null) return { response: same, reused: true };
    if (mode === 'use' || mode === 'frozen') {
      const response = store.find(key, account);
      if (response !== null) return { response, reused: true };
    }
    if (mode === 'frozen')
      throw new HumanError(
        'cache/miss',
        'No recorded answer for this request, and --cache frozen sends none.',
        'Record it on a machine that has the API key: goldset run, then goldset cache export FILE.',
      );
    for (let other = this.sameUnderWay(key); other !== undefined; other = this.sameUnderWay(key)) {
      // Where it fails, the next asks for itself, and says why when it fails too.
      const response = await other.catch(() => null);
      if (response !== null) return { response, reused: true };
    }
    const asked = this.ask(request, ask);
    const ended = asked.then((answer) => answer?.response ?? null).finally(() => this.underWay.delete(key));
    if (mode !== 'off') this.underWay.set(key, ended);
    await ended;
    return asked;
  }

  /** What another process was answered while this one waited for it, or what `ask` gives. */
  private async ask(request: AnswerRequest, ask: () => Promise<ModelResponse | null>): Promise<KnownAnswer | null> {
    const { store, mode, signal = NEVER } = this.options;
    const { key, account, isClaimed = false } = request;
    const claim = isClaimed && mode === 'use' ? await store.claim?.(key, account, signal) : undefined;
    try {
      if (claim !== undefined && claim.response !== null) return { response: claim.response, reused: true };
      const response = await ask();
      if (response === null) return null;
      this.paid(request, response);
      return { response, reused: false };
    } finally {
      claim?.release();
    }
  }

  private sameUnderWay(key: string): Promise<ModelResponse | null> | undefined {
    return this.options.mode === 'off' ? undefined : this.underWay.get(key);
  }

  private paid({ sample, key, account, costUsd }: AnswerRequest, response: ModelResponse): void {
    const { store, mode, journal } = this.options;
    const usd = costUsd(response);
    // First and whole: an answer that only the cache had when the process died would look like one that an earlier run had paid.
    journal({ kind: 'answer', sample, key, account, usd, response });
    if (mode !== 'off') store.keep(key, account, response);
  }
}
