/**
 * OpenAI's Batch API: a file of requests, each with its own id, becomes a job; answers and refusals come back as files
 * (Batch, API reference). A job carries the part's tag as metadata, so that one is found again by whoever lost its id.
 */
import { openAsBlob } from 'node:fs';
import type { BatchEndpoint, BatchLimits, BatchOutcome, BatchPart, BatchProgress } from '../../../core/model/batch-endpoint.ts';
import { ProviderError } from '../../../core/problems/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json/json.ts';
import type { ModelRequest } from '../../../core/model/model-request.ts';
import type { Wire } from '../wire.ts';
import { batchAnswer, batchBody, refused } from './batch-answer.ts';
import { countIn, nonEmptyText, type BatchHttp } from './batch-http.ts';

/** 50,000 requests and 200 MB (Batch guide), with room for what a form adds. */
const LIMITS = { requests: 50_000, bytes: 195_000_000 };
const TAG = 'goldset_part';
const PAGE = 100;
/** Pages of jobs that are looked through for one that was lost. */
const MAX_PAGES = 20;

export class OpenaiBatches implements BatchEndpoint {
  readonly limits: BatchLimits;
  readonly settleMs: number;
  readonly namesParts = true;

  constructor(
    private readonly http: BatchHttp,
    private readonly wire: Wire,
    private readonly options: { readonly model: string; readonly baseUrl: string; readonly size: number | null; readonly settleMs: number },
  ) {
    this.settleMs = options.settleMs;
    this.limits = { ...LIMITS, requests: Math.min(options.size ?? Infinity, LIMITS.requests) };
  }

  /** A file holds requests to one model and one address. */
  lane(request: ModelRequest): string {
    return `${this.addressOf(request)} ${this.options.model}`;
  }

  line(id: string, request: ModelRequest): string {
    return JSON.stringify({ custom_id: id, method: 'POST', url: this.addressOf(request), body: batchBody(this.wire, request) });
  }

  async submit({ file, lane, tag }: BatchPart, signal: AbortSignal): Promise<string> {
    const form = new FormData();
    form.set('purpose', 'batch');
    form.set('file', await openAsBlob(file, { type: 'application/jsonl' }), `${tag}.jsonl`);
    const uploaded = await this.http.post('/files', form, signal);
    const [endpoint = ''] = lane.split(' ');
    const job = await this.http.post(
      '/batches',
      { input_file_id: idOf(uploaded), endpoint, completion_window: '24h', metadata: { [TAG]: tag } },
      signal,
    );
    return idOf(job);
  }

  async find({ tag }: BatchPart, signal: AbortSignal): Promise<string[]> {
    let after = '';
    for (let page = 0; page < MAX_PAGES; page++) {
      const list = await this.http.get(`/batches?limit=${PAGE}${after}`, signal);
      const jobs = Array.isArray(list['data']) ? list['data'].filter(isJsonObject) : [];
      const own = jobs.find(({ metadata }) => isJsonObject(metadata) && metadata[TAG] === tag);
      if (own !== undefined) return [idOf(own)];
      const last = jobs.at(-1);
      if (list['has_more'] !== true || last === undefined) return [];
      after = `&after=${encodeURIComponent(idOf(last))}`;
    }
    throw new ProviderError('malformed', TOO_MANY);
  }

  async progress(job: string, signal: AbortSignal): Promise<BatchProgress> {
    const batch = await this.http.get(pathOf(job), signal);
    const { status, request_counts: counts } = batch;
    const state = status === 'failed' ? (isFull(batch) ? 'full' : 'failed') : ENDED.has(status) ? 'ended' : 'running';
    return {
      state,
      answered: countIn(counts, 'completed'),
      failed: countIn(counts, 'failed'),
      total: countIn(counts, 'total'),
      reason: status === 'failed' ? reasonIn(batch) : status === 'expired' ? 'The request was not processed within 24 hours.' : null,
    };
  }

  /** Answers are in one file, refusals and what was not reached in time in another. */
  async *outcomes(job: string, lane: string, signal: AbortSignal): AsyncGenerator<BatchOutcome> {
    const batch = await this.http.get(pathOf(job), signal);
    for (const name of ['output_file_id', 'error_file_id']) {
      const file = nonEmptyText(batch, name);
      if (file === null) continue;
      for await (const line of this.http.lines(`/files/${encodeURIComponent(file)}/content`, signal))
        yield this.outcomeOf(line, lane, secondsOf(batch['completed_at']));
    }
  }

  async cancel(job: string, signal: AbortSignal): Promise<void> {
    await this.http.post(`${pathOf(job)}/cancel`, {}, signal);
  }

  /** `completed`: when the last request was answered, ms since 1970. */
  private outcomeOf({ custom_id: id, response, error }: JsonObject, lane: string, completed: number | null): BatchOutcome {
    if (typeof id !== 'string') throw new ProviderError('malformed', 'A result line has no custom_id.');
    if (isJsonObject(response)) {
      const { status_code: status, body } = response;
      if (status === 200 && isJsonObject(body)) {
        const answered = secondsOf(body['created_at']) ?? secondsOf(body['created']) ?? completed;
        return { id, outcome: batchAnswer(this.wire, likeOf(lane), body, answered) };
      }
      const error = isJsonObject(body) ? (body['error'] ?? body) : body;
      return { id, outcome: refused(error, typeof status === 'number' && status !== 200 ? status : null) };
    }
    const code = isJsonObject(error) ? error['code'] : null;
    const message = isJsonObject(error) && typeof error['message'] === 'string' ? error['message'] : 'The request was not answered.';
    return { id, outcome: { failure: code === 'batch_expired' ? 'timeout' : 'server', message, mayGoAgain: code === 'batch_expired' } };
  }

  private addressOf(request: ModelRequest): string {
    return `${new URL(this.options.baseUrl).pathname.replace(/\/+$/, '')}${this.wire.path(request)}`;
  }
}

/** OpenAI's times are seconds. Gives ms; null: no time is given. */
const secondsOf = (value: JsonValue | undefined): number | null => (typeof value === 'number' && value > 0 ? value * 1000 : null);

const TOO_MANY = 'The provider has too many batches to search: the last submitted one was not found. Check again, or cancel it.';
const ENDED: ReadonlySet<unknown> = new Set(['completed', 'expired', 'cancelled']);

const pathOf = (job: string): string => `/batches/${encodeURIComponent(job)}`;

/** A request that is read by the same format: one with a parameter that only Chat Completions has was sent there. */
const likeOf = (lane: string): ModelRequest => ({
  messages: [],
  tools: [],
  output: { format: null, name: null, schema: null, strict: false },
  parameters: lane.split(' ')[0]?.endsWith('/chat/completions') === true ? { seed: 0 } : {},
  repeat: 0,
});

function idOf({ id }: JsonObject): string {
  if (typeof id === 'string' && id !== '') return id;
  throw new ProviderError('malformed', 'OpenAI’s response has no id.');
}

const errorsIn = ({ errors }: JsonObject): JsonObject[] =>
  isJsonObject(errors) && Array.isArray(errors['data']) ? errors['data'].filter(isJsonObject) : [];

/** Too many tokens are waiting already: it may be submitted when others have ended. */
const isFull = (batch: JsonObject): boolean => errorsIn(batch).some(({ code }) => code === 'token_limit_exceeded');

function reasonIn(batch: JsonObject): string {
  const [first] = errorsIn(batch);
  const message = first === undefined ? null : nonEmptyText(first, 'message');
  return message ?? 'OpenAI rejected the whole batch without a reason.';
}
