/**
 * A run whose answers are made by batch, step by step, each step safe to be killed in:
 *
 *   pass over the plan ─▶ questions without an answer ─▶ parts ─▶ submit ─▶ look ─▶ answers into the run's journal ─▶ pass …
 *
 * A pass is the run itself, resumed: it grades what is answered and collects what is not, the next round of tools and
 * judgements too. The batch has ended when a pass collects nothing.
 */
import { BatchCalls } from '../../core/batch/batch-calls.ts';
import { isBatchFailure, type BatchEndpoint, type BatchPart, type BatchProgress } from '../../core/model/batch-endpoint.ts';
import {
  BATCH_SCHEMA,
  type BatchEnd,
  type BatchHead,
  type BatchState,
  type PartState,
  type RecordedFailure,
} from '../../core/batch/batch-log.ts';
import { ConfigurationError, ProviderError, isConfigurationError, isProviderError } from '../../core/problems/errors.ts';
import { usd } from '../../core/display/figures.ts';
import { sumKnown } from '../../core/collections/sum-known.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelCaller } from '../../core/calls/call-model.ts';
import { costOf } from '../../core/model/cost-of.ts';
import type { ModelClient } from '../../core/model/model-client.ts';
import { countSamples, type Plan } from '../../core/run/plan.ts';
import { activeCounts, sumCounts } from '../../core/results/case-counts.ts';
import type { RunReport } from '../../core/run/report.ts';
import { carriedKey } from '../../core/results/resume.ts';
import { capReached, type Stop } from '../../core/results/stop.ts';
import { ResponseCache } from '../storage/response-cache/response-cache.ts';
import { JournalFile } from '../storage/journal-file.ts';
import { journalToWrite } from '../storage/run-files.ts';
import { BatchFiles, readBatches, type RequestEntry } from './batch-files.ts';
import { refuseOpenRequests } from './open-requests.ts';
import { PartCollector } from './part-collector.ts';
import type { Judging } from './stored-plan.ts';
import { sha256 } from '../hash.ts';

declare const GOLDSET_VERSION: string;

export interface BatchWorld {
  readonly root: string;
  readonly plan: Plan;
  /** Of everybody who may be asked: candidates and judges. */
  readonly clients: readonly ModelClient[];
  /** One pass of the run with this id; `modelCaller` decides who calls the models. */
  readonly pass: (modelCaller: (live: ModelCaller) => ModelCaller) => Promise<RunReport>;
  /** Lets go of the run's journal, which the last pass has left open for its report. */
  readonly release: () => void;
  /** Removes a batch of which nothing was submitted, and its run. */
  readonly discard: () => void;
  /** Keeps what the report says beside the run, at most once for each time; the batch has not ended before it has. */
  readonly keep?: (report: RunReport, time: string) => void;
}

export type BatchStep =
  /** Something is at a provider. */
  | { readonly kind: 'waiting'; readonly state: BatchState }
  /** Nothing more can be submitted as things are. */
  | { readonly kind: 'stopped'; readonly state: BatchState; readonly stop: Stop; readonly report: RunReport }
  | { readonly kind: 'ended'; readonly state: BatchState; readonly end: BatchEnd; readonly report: RunReport | null };

/** A plan of which nothing would go into a batch. @throws {ConfigurationError} */
export function refuseUnbatched(clients: readonly ModelClient[]): void {
  if (clients.some(({ batch }) => batch !== undefined)) return;
  const names = [...new Set(clients.filter(({ given }) => given === undefined).map(({ id }) => id))];
  throw new ConfigurationError(
    'batch/unsupported',
    `${names.join(', ')} can’t run as a batch.`,
    'OpenAI, Anthropic and servers in goldset.yaml with `kind: openai` or `kind: anthropic` support batches. Leave --batch out to run now.',
  );
}

/** Writes down a new batch; nothing is sent yet. */
export function createBatch(
  root: string,
  id: string,
  stored: JsonObject,
  plan: Plan,
  { cap, refresh, judging = null }: Pick<BatchHead, 'cap' | 'refresh'> & { readonly judging?: Judging | null },
): BatchFiles {
  const files = BatchFiles.create(root, id, stored);
  files.append({
    kind: 'batch',
    schema: BATCH_SCHEMA,
    id,
    startedAt: new Date().toISOString(),
    toolVersion: GOLDSET_VERSION,
    prompts: judging === null ? [...new Set(plan.candidates.map(({ candidate }) => candidate.target.document.path))] : [judging.judge],
    models: judging === null ? [...new Set(plan.candidates.map(({ candidate }) => candidate.client.id))] : [judging.model],
    samples: countSamples(plan),
    seal: files.seal,
    cap,
    refresh,
    ...(judging === null ? {} : { judging: true }),
  });
  return files;
}

export class BatchJob {
  constructor(
    private readonly files: BatchFiles,
    private readonly world: BatchWorld,
    /** USD; null: none. */
    private readonly cap: number | null,
  ) {}

  /** Goes as far as it can now. @throws {ProviderError} when the provider cannot be asked; whatever was done stays done. */
  async advance(signal: AbortSignal): Promise<BatchStep> {
    for (;;) {
      const { end, isCancelling } = this.files.state;
      if (end !== null) return { kind: 'ended', state: this.files.state, end, report: null };
      if (isCancelling) await this.giveUp(signal);
      else await this.submitAll(signal);
      const isSettled = await this.lookAtAll(signal);
      const { state } = this.files;
      if (state.parts.some(({ collected }) => collected === null)) {
        // A job that turned out to be somebody else's leaves its part to be looked for again.
        if (!isSettled) continue;
        return { kind: 'waiting', state };
      }
      const passed = await this.pass(state);
      if (passed !== null) return passed;
    }
  }

  /** Asks the providers to stop; what is answered by then is graded by the next `advance`. */
  async cancel(signal: AbortSignal): Promise<void> {
    if (!this.files.state.isCancelling) this.files.append({ kind: 'cancelling', at: now() });
    const failed: unknown[] = [];
    for (const part of this.files.state.parts) {
      if (part.collected !== null || part.job === null || !part.isSure) continue;
      try {
        await this.endpointOf(part).cancel(part.job, signal);
      } catch (error) {
        // One that has ended cannot be cancelled, and one that is gone need not be; the others are told all the same.
        if (!(isProviderError(error) && ENDED_ALREADY.has(error.failure))) failed.push(error);
        if (isProviderError(error) && error.failure === 'not-found') this.close(part);
      }
    }
    if (failed.length > 0) throw failed[0];
  }

  /** Of a batch that is being cancelled: parts that are surely not at the provider are done; one that is found there is told. */
  private async giveUp(signal: AbortSignal): Promise<void> {
    for (const part of this.files.state.parts) {
      if (part.job !== null || part.collected !== null) continue;
      const job = await this.adopt(part, signal);
      // What was sent a moment ago may be there and not be seen yet.
      if (job === null && part.submittingAt !== null && this.isRecent(part.submittingAt, part)) continue;
      if (job === null) this.close(part);
      else if (this.endpointOf(part).namesParts) await this.endpointOf(part).cancel(job, signal);
    }
  }

  /** Nothing more comes of this part. */
  private close({ part }: PartState, answered = 0, failures: readonly RecordedFailure[] = []): void {
    this.files.append({ kind: 'collected', part, answered, failures });
    this.files.forgetRequests(part);
  }

  private async submitAll(signal: AbortSignal): Promise<void> {
    const { parts } = this.files.state;
    const isBusy = parts.some(({ job, collected }) => job !== null && collected === null);
    for (const part of parts) {
      if (part.job !== null || part.collected !== null) continue;
      if (part.postponedAt !== null && (isBusy || this.isRecent(part.postponedAt, part))) continue;
      if (part.submittingAt !== null) {
        if ((await this.adopt(part, signal)) !== null) continue;
        // Lists may be behind: what was sent a moment ago may be there and not be seen.
        if (this.isRecent(part.submittingAt, part)) continue;
      }
      await this.submit(part, signal);
    }
  }

  private async submit(part: PartState, signal: AbortSignal): Promise<void> {
    const at = now();
    const endpoint = this.endpointOf(part);
    this.files.append({ kind: 'submitting', part: part.part, at });
    try {
      const job = await endpoint.submit(this.partOf(part, at), signal);
      this.files.append({ kind: 'submitted', part: part.part, job, at: now(), isSure: true });
    } catch (error) {
      if (isProviderError(error) && REFUSED.has(error.failure))
        this.files.append({ kind: 'not-submitted', part: part.part, at: now(), reason: error.message });
      throw error;
    }
  }

  /** A part whose submission nobody saw end may be at the provider: then it is not submitted again. Null: it is not seen there. */
  private async adopt(part: PartState, signal: AbortSignal): Promise<string | null> {
    if (part.submittingAt === null) return null;
    const endpoint = this.endpointOf(part);
    const known = new Set([...part.notOurs, ...knownJobs(this.world.root)]);
    const job = (await endpoint.find(this.partOf(part, part.submittingAt), signal)).find((found) => !known.has(found));
    if (job === undefined) return null;
    this.files.append({ kind: 'submitted', part: part.part, job, at: now(), isSure: endpoint.namesParts });
    return job;
  }

  private isRecent(at: string, part: PartState): boolean {
    return Date.now() - Date.parse(at) < this.endpointOf(part).settleMs;
  }

  /** False: a job was not ours, so its part is to be looked for again. */
  private async lookAtAll(signal: AbortSignal): Promise<boolean> {
    let isSettled = true;
    for (const part of this.files.state.parts) {
      const { job, collected } = part;
      if (job === null || collected !== null) continue;
      const progress = await this.endpointOf(part).progress(job, signal);
      if (JSON.stringify(progress) !== JSON.stringify(part.progress))
        this.files.append({ kind: 'progress', part: part.part, at: now(), ...progress });
      const { state, reason } = progress;
      if (state === 'ended') isSettled = (await this.collect(part, job, progress, signal)) && isSettled;
      else if (state === 'full') this.files.append({ kind: 'not-submitted', part: part.part, at: now(), reason: reason ?? 'full' });
      else if (state !== 'running') this.failAll(part, reason ?? 'The provider abandoned the batch.');
    }
    return isSettled;
  }

  /** Answers go into the run's journal, each once, whatever an earlier attempt has taken in already. */
  private async collect(part: PartState, job: string, progress: BatchProgress, signal: AbortSignal): Promise<boolean> {
    const entries = new Map(this.files.entries(part.part).map((entry) => [entry.id, entry]));
    const client = this.clientOf(part);
    const failures: RecordedFailure[] = [];
    let answered = 0;
    let seen = 0;
    const taken = this.openAnswers(client);
    try {
      for await (const { id, outcome } of this.endpointOf(part).outcomes(job, part.lane, signal)) {
        const entry = entries.get(id);
        if (entry === undefined) {
          if (!part.isSure && !id.startsWith(part.tag)) {
            this.files.append({ kind: 'not-ours', part: part.part, job });
            return false;
          }
          continue;
        }
        entries.delete(id);
        seen++;
        if (isBatchFailure(outcome)) failures.push({ key: entry.key, ...outcome });
        else {
          answered++;
          taken.take(entry, outcome);
        }
      }
    } finally {
      taken.close();
    }
    // The results are paid for: a list that is cut short is read again, not asked for again.
    if (seen < progress.answered)
      throw new ProviderError('malformed', `The results of ${job} have ${seen} of ${progress.answered} answers so far.`);
    for (const { key } of entries.values())
      failures.push({ key, failure: 'server', message: 'The batch ended without an answer to this request.', mayGoAgain: true });
    this.close(part, answered, failures);
    return true;
  }

  private failAll(part: PartState, message: string): void {
    const failures = this.files
      .entries(part.part)
      .map(({ key }): RecordedFailure => ({ key, failure: 'bad-request', message, mayGoAgain: false }));
    this.close(part, 0, failures);
  }

  private openAnswers(client: ModelClient): { take(entry: RequestEntry, response: Parameters<typeof costOf>[1]): void; close(): void } {
    const { root, release } = this.world;
    release();
    const cache = new ResponseCache(root);
    const { journal, content } = JournalFile.resume(journalToWrite(root, this.files.state.head.id));
    const known = new Set(content.answers.map(({ sample, key }) => carriedKey(sample, key)));
    const { account } = client;
    return {
      take: ({ key, sample }, response) => {
        if (known.has(carriedKey(sample, key))) return;
        known.add(carriedKey(sample, key));
        journal.append({ kind: 'answer', sample, key, account, usd: costOf(client, response), response });
        cache.keep(key, account, response);
      },
      close: () => {
        journal.close();
        cache.close();
      },
    };
  }

  /** Null: there is more to do at once. */
  private async pass(state: BatchState): Promise<BatchStep | null> {
    const collector = new PartCollector(this.files, state.parts.length);
    let report: RunReport;
    try {
      const { failures, isCancelling: isClosed } = state;
      report = await this.world.pass(
        (live) => new BatchCalls(live, { hash: sha256, failures, isClosed, collect: (question) => collector.add(question) }),
      );
    } finally {
      collector.close();
    }
    if (report.complete || state.isCancelling) {
      const end = endOf(report, state);
      this.keep(report);
      this.files.append(end);
      return { kind: 'ended', state: this.files.state, end, report };
    }
    const stop = this.capStop(report.spend.countedUsd, collector.atMostUsd);
    if (stop !== null) return { kind: 'stopped', state, stop, report };
    if (collector.parts.length === 0 && report.stopped !== null) return { kind: 'stopped', state, stop: report.stopped, report };
    if (state.parts.length === 0 && !state.head.refresh) this.refuseTwice(collector.keys);
    collector.record();
    return null;
  }

  /** @throws {ConfigurationError} when another batch waits for answers to some of these requests; this one is gone then. */
  private refuseTwice(keys: ReadonlySet<string>): void {
    try {
      refuseOpenRequests(this.world.root, this.files.state.head.id, keys);
    } catch (error) {
      if (isConfigurationError(error)) this.world.discard();
      throw error;
    }
  }

  /** One that was killed while it kept goes on with the same time: what is kept already is recognised by it. */
  private keep(report: RunReport): void {
    const { keep } = this.world;
    if (keep === undefined) return;
    const time = this.files.state.keepingAt ?? now();
    if (this.files.state.keepingAt === null) this.files.append({ kind: 'keeping', at: time });
    keep(report, time);
  }

  /** Nothing is submitted that could pass the cap: a batch cannot be stopped half-way. Null: it may go. */
  private capStop(spentUsd: number, atMostUsd: number | null): Stop | null {
    const { cap } = this;
    if (cap === null || (atMostUsd !== null && spentUsd + atMostUsd <= cap)) return null;
    return atMostUsd === null ? unbounded(cap) : capReached(cap);
  }

  private partOf({ part, tag, lane, requests }: PartState, at: string): BatchPart {
    return { tag, lane, requests, at, file: this.files.requestsFile(part) };
  }

  private endpointOf(part: PartState): BatchEndpoint {
    const { batch } = this.clientOf(part);
    if (batch === undefined) throw noClient(part);
    return batch;
  }

  private clientOf(part: PartState): ModelClient {
    const client = this.world.clients.find(({ id, batch }) => batch !== undefined && id === part.model);
    if (client === undefined) throw noClient(part);
    if (client.endpoint === part.endpoint && client.account === part.account) return client;
    throw new ConfigurationError(
      'batch/account',
      `This batch was submitted to ${part.model} with another key or at another address.`,
      'Use the same key and address as at submission: only they can see the jobs.',
    );
  }
}

/** Jobs of all batches of the workspace. */
const knownJobs = (root: string): string[] => readBatches(root).states.flatMap(({ parts }) => parts.flatMap(({ job }) => job ?? []));

/** The provider has surely not taken it. */
const REFUSED: ReadonlySet<string> = new Set(['authentication', 'quota', 'rate-limit', 'bad-request', 'not-found', 'unreachable']);
const ENDED_ALREADY: ReadonlySet<string> = new Set(['bad-request', 'not-found']);

const unbounded = (cap: number): Stop => ({
  code: 'spend/cap',
  message: `These requests have no upper cost bound, so the spending limit of ${usd(cap)} can’t be enforced.`,
  hint: 'Set maxOutputTokens in the prompt, or run without a spending limit.',
});

const noClient = ({ model }: PartState): ConfigurationError =>
  new ConfigurationError(
    'batch/model',
    `${model} has answers in this batch, but goldset.yaml no longer defines how to fetch them.`,
    'Restore its provider, or the judge that used it, in goldset.yaml.',
  );

const now = (): string => new Date().toISOString();

function endOf({ verdict, candidates, spend, complete, results }: RunReport, { isCancelling, head }: BatchState): BatchEnd {
  const { passed, failed, errors } = activeCounts(sumCounts(candidates));
  return {
    kind: 'ended',
    at: now(),
    state: isCancelling && !complete ? 'cancelled' : 'graded',
    verdict,
    passed,
    cases: passed + failed,
    errors,
    // What production answered cost then; this batch paid for its judge alone.
    spentUsd: head.judging === true ? sumKnown([...results].map(({ judgePaidUsd = 0 }) => judgePaidUsd)) : spend.usd,
  };
}
