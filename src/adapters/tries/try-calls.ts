/** The requests of one try, of all its lanes together: one spending limit, one cache, the limits and retries of a run. */
import { setMaxListeners } from 'node:events';
import { Answers, type CacheMode } from '../../core/calls/answers.ts';
import { Calls } from '../../core/calls/calls.ts';
import type { CallEvent } from '../../core/calls/ports.ts';
import { SampleCancels } from '../../core/calls/sample-cancels.ts';
import { SpendLedger } from '../../core/calls/spend-ledger.ts';
import { HumanError } from '../../core/problems/errors.ts';
import type { Evaluator } from '../../core/evaluation/evaluator.ts';
import type { ReadMedia } from '../../core/prompt/media.ts';
import type { RenderedRequest } from '../../core/prompt/request.ts';
import type { Stop } from '../../core/results/stop.ts';
import type { Plan } from '../../core/run/plan.ts';
import { RenderQueue } from '../../core/run/render-queue.ts';
import { sendLane, type SentLane } from '../../core/try/send-lane.ts';
import { systemClock } from '../clock.ts';
import { sha256 } from '../hash.ts';
import { DEFAULT_LIMITS, pruneCache } from '../storage/response-cache/prune.ts';
import { FolderClaims } from '../storage/response-cache/request-claims.ts';
import { ResponseCache } from '../storage/response-cache/response-cache.ts';

/** Lanes side by side, at one origin. */
const CONCURRENCY = 4;

/** A try is not resumed, so what a run says to do next does not hold. */
const HINTS: Readonly<Partial<Record<Stop['code'], string>>> = {
  'spend/cap': 'Raise the limit: `spend.perRun` in goldset.yaml.',
  'origin/down': 'Wait until the server answers again, or choose another model.',
};

export interface TryCallsOptions {
  readonly root: string;
  readonly plan: Plan;
  readonly evaluator: Evaluator;
  readonly readMedia: ReadMedia;
  readonly cache: CacheMode;
  /** USD that all lanes together may spend; null: no limit. */
  readonly cap: number | null;
  readonly abort: AbortController;
  readonly emit: (event: CallEvent) => void;
}

export class TryCalls {
  private readonly calls: Calls;
  private readonly answers: Answers;
  private readonly cache: ResponseCache;
  private readonly renders: RenderQueue;

  constructor(private readonly options: TryCallsOptions) {
    const { root, plan, evaluator, cache, cap, abort, emit } = options;
    const { signal } = abort;
    setMaxListeners(0, signal);
    const { now, yieldToEventLoop, sleep } = systemClock;
    this.cache = new ResponseCache(root);
    const claims = new FolderClaims(root, { find: (key, account) => this.cache.findFresh(key, account), now, sleep });
    this.answers = new Answers({
      store: {
        find: (key, account) => this.cache.find(key, account),
        keep: (key, account, answer) => this.cache.keep(key, account, answer),
        claim: (key, account, ended) => claims.take(key, account, ended),
      },
      mode: cache,
      carried: new Map(),
      paidFor: new Map(),
      // A try is not resumed: its answer goes into the cache at once, and into the stored try when it ends.
      journal: () => undefined,
      signal,
    });
    const ledger = new SpendLedger({ cap, spent: 0, unconfirmed: 0, journal: () => undefined });
    this.calls = new Calls(
      { now, yieldToEventLoop, sleep, random: Math.random, emit },
      { concurrency: CONCURRENCY, signal, began: now(), streamText: true, ledger, cancels: new SampleCancels() },
    );
    this.renders = new RenderQueue(plan, evaluator);
  }

  /** `onRequest`: hears the request before it is sent. @throws {HumanError} when there is no answer, with the reason. */
  async send(candidate: Plan['candidates'][number], lane: string, onRequest?: (request: RenderedRequest) => void): Promise<SentLane> {
    const { calls, answers, renders } = this;
    const sent = await sendLane(candidate, lane, {
      ...{ renders, calls, answers, hash: sha256, readMedia: this.options.readMedia },
      ...(onRequest === undefined ? {} : { onRequest }),
    });
    if (sent !== null) return sent;
    const { stopped } = calls;
    if (stopped !== null) throw new HumanError(stopped.code, stopped.message, HINTS[stopped.code]);
    throw new HumanError('provider/aborted', 'The call was cancelled.');
  }

  close(): void {
    this.calls.close();
    this.cache.close();
    try {
      pruneCache(this.options.root, DEFAULT_LIMITS, Date.now());
    } catch (error) {
      // The next run tries again, and `goldset data prune` says why.
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }
}
