/**
 * A run whose answers are made by batch, step by step, each step safe to be killed in:
 *
 *   pass over the plan ─▶ questions without an answer ─▶ parts ─▶ submit ─▶ look ─▶ answers into the run's journal ─▶ pass …
 *
 * A pass is the run itself, resumed: it grades what is answered and collects what is not, the next round of tools and
 * judgements too. The batch has ended when a pass collects nothing.
 */
import { BatchCalls } from '../../core/batch/batch-calls.ts';
import { isBatchFailure, type BatchEndpoint, type BatchPart } from '../../core/batch/batch-endpoint.ts';
import {
  BATCH_SCHEMA,
  type BatchEnd,
  type BatchHead,
  type BatchState,
  type PartState,
  type RecordedFailure,
} from '../../core/batch/batch-log.ts';
import { ConfigurationError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Asker } from '../../core/run/calls/ask.ts';
import { costOf } from '../../core/run/cost-of.ts';
import type { ModelClient } from '../../core/run/model-client.ts';
import { countSamples, type Plan } from '../../core/run/plan.ts';
import type { RunReport } from '../../core/run/report.ts';
import { capReached, type Stop } from '../../core/run/stop.ts';
import { sha256 } from '../workspace/golden-hash.ts';
import { ResponseCache } from '../storage/response-cache/response-cache.ts';
import { JournalFile } from '../storage/journal-file.ts';
import { journalFile } from '../storage/run-files.ts';
import { BatchFiles, type RequestEntry } from './batch-files.ts';
import { PartCollector } from './part-collector.ts';

declare const GOLDSET_VERSION: string;

export interface BatchWorld {
  readonly root: string;
  readonly plan: Plan;
  /** Of everybody who may be asked: candidates and judges. */
  readonly clients: readonly ModelClient[];
  /** One pass of the run with this id; `asker` decides who asks. */
  readonly pass: (asker: (live: Asker) => Asker) => Promise<RunReport>;
  /** Lets go of the run's journal, which the last pass has left open for its report. */
  readonly release: () => void;
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
  const names = [...new Set(clients.map(({ id }) => id))];
  throw new ConfigurationError(
    'batch/unsupported',
    `${names.join(', ')} cannot be asked by batch.`,
    'OpenAI and Anthropic can, and servers of goldset.yaml with `kind: openai` or `kind: anthropic`. Without --batch it runs at once.',
  );
}

/** Writes down a new batch; nothing is sent yet. */
export function createBatch(
  root: string,
  id: string,
  stored: JsonObject,
  plan: Plan,
  { cap, refresh }: Pick<BatchHead, 'cap' | 'refresh'>,
): BatchFiles {
  const files = BatchFiles.create(root, id, stored);
  files.append({
    kind: 'batch',
    schema: BATCH_SCHEMA,
    id,
    startedAt: new Date().toISOString(),
    toolVersion: GOLDSET_VERSION,
    prompts: [...new Set(plan.candidates.map(({ candidate }) => candidate.target.document.path))],
    models: [...new Set(plan.candidates.map(({ candidate }) => candidate.client.id))],
    samples: countSamples(plan),
    cap,
    refresh,
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
      const { end } = this.files.state;
      if (end !== null) return { kind: 'ended', state: this.files.state, end, report: null };
      await this.submitAll(signal);
      await this.lookAtAll(signal);
      const { state } = this.files;
      if (state.parts.some(({ collected }) => collected === null)) {
        // A job that turned out to be somebody else's leaves its part to be submitted.
        if (state.parts.some(({ job, collected }) => job === null && collected === null)) continue;
        return { kind: 'waiting', state };
      }
      const passed = await this.pass(state);
      if (passed !== null) return passed;
    }
  }

  /** Asks the providers to stop; what is answered by then is graded by the next `advance`. */
  async cancel(signal: AbortSignal): Promise<void> {
    if (!this.files.state.isCancelling) this.files.append({ kind: 'cancelling', at: now() });
    for (const part of this.files.state.parts) {
      if (part.collected !== null) continue;
      const found = part.job ?? (await this.adopt(part, signal));
      if (found === null) this.files.append({ kind: 'collected', part: part.part, answered: 0, failures: [] });
      else await this.endpointOf(part).cancel(found, signal);
    }
  }

  private async submitAll(signal: AbortSignal): Promise<void> {
    const { parts, isCancelling } = this.files.state;
    for (const part of parts) {
      if (part.job !== null || part.collected !== null || isCancelling) continue;
      if (await this.adopt(part, signal)) continue;
      const at = now();
      this.files.append({ kind: 'submitting', part: part.part, at });
      const job = await this.endpointOf(part).submit(this.partOf(part, at), signal);
      this.files.append({ kind: 'submitted', part: part.part, job, at: now(), isSure: true });
    }
  }

  /** A part whose submission nobody saw end may be at the provider: then it is not submitted again. Null: it is not there. */
  private async adopt(part: PartState, signal: AbortSignal): Promise<string | null> {
    if (part.submittingAt === null) return null;
    const endpoint = this.endpointOf(part);
    const known = new Set([...part.notOurs, ...this.files.state.parts.flatMap(({ job }) => job ?? [])]);
    const job = (await endpoint.find(this.partOf(part, part.submittingAt), signal)).find((found) => !known.has(found));
    if (job === undefined) return null;
    this.files.append({ kind: 'submitted', part: part.part, job, at: now(), isSure: endpoint.namesParts });
    return job;
  }

  private async lookAtAll(signal: AbortSignal): Promise<void> {
    for (const part of this.files.state.parts) {
      const { job, collected } = part;
      if (job === null || collected !== null) continue;
      const progress = await this.endpointOf(part).progress(job, signal);
      if (JSON.stringify(progress) !== JSON.stringify(part.progress))
        this.files.append({ kind: 'progress', part: part.part, at: now(), ...progress });
      if (progress.state === 'ended') await this.collect(part, job, signal);
      else if (progress.state !== 'running') this.failAll(part, progress.reason ?? 'The provider has given the batch up.');
    }
  }

  /** Answers go into the run's journal, each once, whatever an earlier attempt has taken in already. */
  private async collect(part: PartState, job: string, signal: AbortSignal): Promise<void> {
    const entries = new Map(this.files.entries(part.part).map((entry) => [entry.id, entry]));
    const client = this.clientOf(part);
    const failures: RecordedFailure[] = [];
    let answered = 0;
    const taken = this.openAnswers(client);
    try {
      for await (const { id, outcome } of this.endpointOf(part).outcomes(job, part.lane, signal)) {
        const entry = entries.get(id);
        if (entry === undefined) {
          if (!part.isSure && !id.startsWith(part.tag)) {
            this.files.append({ kind: 'not-ours', part: part.part, job });
            return;
          }
          continue;
        }
        entries.delete(id);
        if (isBatchFailure(outcome)) failures.push({ key: entry.key, ...outcome });
        else {
          answered++;
          taken.take(entry, outcome);
        }
      }
    } finally {
      taken.close();
    }
    for (const { key } of entries.values())
      failures.push({ key, failure: 'server', message: 'The batch ended without an answer to it.', mayGoAgain: true });
    this.files.append({ kind: 'collected', part: part.part, answered, failures });
    this.files.forgetRequests(part.part);
  }

  private failAll(part: PartState, message: string): void {
    const failures = this.files
      .entries(part.part)
      .map(({ key }): RecordedFailure => ({ key, failure: 'bad-request', message, mayGoAgain: false }));
    this.files.append({ kind: 'collected', part: part.part, answered: 0, failures });
    this.files.forgetRequests(part.part);
  }

  private openAnswers(client: ModelClient): { take(entry: RequestEntry, response: Parameters<typeof costOf>[1]): void; close(): void } {
    const { root, release } = this.world;
    release();
    const cache = new ResponseCache(root);
    const { journal, content } = JournalFile.resume(journalFile(root, this.files.state.head.id));
    const known = new Set(content.answers.map(({ key }) => key));
    const { account } = client;
    return {
      take: ({ key, sample }, response) => {
        if (known.has(key)) return;
        known.add(key);
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
      const end = endOf(report, state.isCancelling && !report.complete);
      this.files.append(end);
      return { kind: 'ended', state: this.files.state, end, report };
    }
    const atMostUsd = collector.atMostUsd;
    if (this.cap !== null && report.spend.countedUsd + (atMostUsd ?? 0) > this.cap)
      return { kind: 'stopped', state, stop: capReached(this.cap), report };
    if (collector.parts.length === 0 && report.stopped !== null) return { kind: 'stopped', state, stop: report.stopped, report };
    collector.record();
    return null;
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
    return client;
  }
}

const noClient = ({ model }: PartState): ConfigurationError =>
  new ConfigurationError(
    'batch/model',
    `${model} has answers in this batch, but nothing here can ask for them any more.`,
    'Bring its provider, or the judge that used it, back into goldset.yaml.',
  );

const now = (): string => new Date().toISOString();

function endOf({ verdict, candidates, spend }: RunReport, isCancelled: boolean): BatchEnd {
  const sum = (of: (candidate: RunReport['candidates'][number]) => number): number =>
    candidates.reduce((total, item) => total + of(item), 0);
  return {
    kind: 'ended',
    at: now(),
    state: isCancelled ? 'cancelled' : 'graded',
    verdict,
    passed: sum(({ passed }) => passed),
    cases: sum(({ cases }) => cases),
    spentUsd: spend.usd,
  };
}
