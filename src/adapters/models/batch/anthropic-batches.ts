/**
 * Anthropic's Message Batches: one request with all of them, results as lines in any order (Message Batches, API
 * reference). A job has no name of ours: one whose id was lost is known by its size and time, and surely by its first result.
 */
import { MAX_STORE, readText } from '../../bounded-file.ts';
import type { BatchEndpoint, BatchLimits, BatchOutcome, BatchPart, BatchProgress } from '../../../core/model/batch-endpoint.ts';
import { HumanError, ProviderError } from '../../../core/problems/errors.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../../core/json/json.ts';
import type { ModelRequest } from '../../../core/model/model-request.ts';
import type { Wire } from '../wire.ts';
import { batchAnswer, batchBody, refused } from './batch-answer.ts';
import { countIn, nonEmptyText, type BatchHttp } from './batch-http.ts';

/** 100,000 requests or 256 MB (Message Batches). */
const LIMITS = { requests: 100_000, bytes: 250_000_000 };
const PATH = '/v1/messages/batches';
const PAGE = 100;
const MAX_PAGES = 20;
/** Clocks differ. ms. */
const SKEW = 5 * 60_000;

const KINDS = ['processing', 'succeeded', 'errored', 'canceled', 'expired'] as const;

export class AnthropicBatches implements BatchEndpoint {
  readonly limits: BatchLimits;
  readonly settleMs: number;
  readonly namesParts = false;

  constructor(
    private readonly http: BatchHttp,
    private readonly wire: Wire,
    private readonly options: { readonly model: string; readonly size: number | null; readonly settleMs: number },
  ) {
    this.settleMs = options.settleMs;
    this.limits = { ...LIMITS, requests: Math.min(options.size ?? Infinity, LIMITS.requests) };
  }

  lane(): string {
    return `${PATH} ${this.options.model}`;
  }

  line(id: string, request: ModelRequest): string {
    return JSON.stringify({ custom_id: id, params: batchBody(this.wire, request) });
  }

  async submit({ file, requests: wanted }: BatchPart, signal: AbortSignal): Promise<string> {
    // Lines end at \n alone: a text may hold what others take for the end of one.
    const requests = (await readText(file, MAX_STORE * 2)).split('\n').flatMap((line) => {
      const request = line === '' ? undefined : parseJson(line);
      return isJsonObject(request) ? [request] : [];
    });
    if (requests.length !== wanted) throw new HumanError('batch/damaged', `${file} should contain ${wanted} requests but does not.`);
    return idOf(await this.http.post(PATH, { requests }, signal));
  }

  async find({ requests, at }: BatchPart, signal: AbortSignal): Promise<string[]> {
    const found: string[] = [];
    const since = Date.parse(at) - SKEW;
    let after = '';
    for (let page = 0; page < MAX_PAGES; page++) {
      const list = await this.http.get(`${PATH}?limit=${PAGE}${after}`, signal);
      const jobs = Array.isArray(list['data']) ? list['data'].filter(isJsonObject) : [];
      for (const job of jobs) {
        if (createdAt(job) >= since && countIn(job['request_counts'], ...KINDS) === requests) found.unshift(idOf(job));
      }
      const last = jobs.at(-1);
      // Newest first: what comes next is older still.
      if (list['has_more'] !== true || last === undefined || createdAt(last) < since) return found;
      after = `&after_id=${encodeURIComponent(idOf(last))}`;
    }
    throw new ProviderError('malformed', 'The provider has too many batches to search: the last submitted one was not found.');
  }

  async progress(job: string, signal: AbortSignal): Promise<BatchProgress> {
    const batch = await this.http.get(pathOf(job), signal);
    const counts = batch['request_counts'];
    const isGone = batch['archived_at'] !== undefined && batch['archived_at'] !== null;
    return {
      state: isGone ? 'gone' : batch['processing_status'] === 'ended' ? 'ended' : 'running',
      answered: countIn(counts, 'succeeded'),
      failed: countIn(counts, 'errored', 'canceled', 'expired'),
      total: countIn(counts, ...KINDS),
      reason: isGone ? 'Its results were deleted after 29 days.' : null,
    };
  }

  async *outcomes(job: string, _lane: string, signal: AbortSignal): AsyncGenerator<BatchOutcome> {
    // A message has no time of its own.
    const ended = Date.parse(nonEmptyText(await this.http.get(pathOf(job), signal), 'ended_at') ?? '');
    // Not at `results_url`: the key goes where it belongs, whatever an answer says.
    for await (const { custom_id: id, result } of this.http.lines(`${pathOf(job)}/results`, signal)) {
      if (typeof id !== 'string') throw new ProviderError('malformed', 'A result line has no custom_id.');
      yield { id, outcome: this.outcomeOf(isJsonObject(result) ? result : {}, ended) };
    }
  }

  async cancel(job: string, signal: AbortSignal): Promise<void> {
    await this.http.post(`${pathOf(job)}/cancel`, {}, signal);
  }

  private outcomeOf(result: JsonObject, ended: number): BatchOutcome['outcome'] {
    const { type, message, error } = result;
    if (type === 'succeeded' && isJsonObject(message)) return batchAnswer(this.wire, LIKE, message, ended);
    if (type === 'errored') return refused(error, null);
    if (type === 'expired') return { failure: 'timeout', message: 'The request was not processed within 24 hours.', mayGoAgain: true };
    return { failure: 'aborted', message: 'The request was cancelled before it reached the model.', mayGoAgain: false };
  }
}

const LIKE: ModelRequest = {
  messages: [],
  tools: [],
  output: { format: null, name: null, schema: null, strict: false },
  parameters: {},
  repeat: 0,
};

const pathOf = (job: string): string => `${PATH}/${encodeURIComponent(job)}`;
const createdAt = (job: JsonObject): number => Date.parse(nonEmptyText(job, 'created_at') ?? '');

function idOf({ id }: JsonObject): string {
  if (typeof id === 'string' && id !== '') return id;
  throw new ProviderError('malformed', 'Anthropic’s response has no id.');
}
