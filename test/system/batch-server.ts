/**
 * A server that speaks OpenAI's Batch API (files and batches) and Anthropic's Message Batches, as documented. It refuses a
 * wrong field, keeps every job that it was sent, and answers each request with the number in its question.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;

export interface BatchRequest {
  readonly id: string;
  readonly body: Json;
}

export interface Job {
  readonly id: string;
  readonly format: 'openai' | 'anthropic';
  readonly requests: readonly BatchRequest[];
  readonly createdAt: number;
  readonly metadata: Json;
  readonly bytes: number;
  looks: number;
  isCancelled: boolean;
}

/** What becomes of a request; absent: it is answered. */
export type Fate = 'answer' | 'expired' | 'refused' | 'server-error' | 'missing';

export interface BatchBehaviour {
  /** Whether jobs may end yet; absent: they may. */
  readonly isOpen?: () => boolean;
  /** How often a job is looked at before it has ended. */
  readonly looks?: number;
  readonly fate?: (question: string, job: Job) => Fate;
  readonly answer?: (question: string, body: Json) => string | Json;
  /** Too much is waiting already: refuses this job for now. */
  readonly isFull?: (job: Job) => boolean;
  /** Gives half of the results, as if they were all. */
  readonly cutsResults?: (job: Job) => boolean;
  /** What becomes of a job that is to be made; absent: it is made. */
  readonly onSubmit?: (count: number) => 'make' | 'refuse' | 'hang up';
  /** Refuses the file as a whole. */
  readonly refuseAll?: string;
  /** Called before a job is answered for: the place to kill whoever asked. */
  readonly onCreated?: (job: Job) => void | Promise<void>;
  /** Called before a job's results are given: another such place. */
  readonly onResults?: (job: Job) => void | Promise<void>;
  readonly model?: string;
}

export const BATCH_KEY = 'sk-batch-planted-77';

export class BatchServer {
  readonly jobs: Job[] = [];
  readonly problems: string[] = [];
  uploads = 0;
  private submissions = 0;
  private readonly files = new Map<string, { readonly text: string; readonly bytes: number }>();
  private readonly server: Server;

  constructor(readonly behaviour: BatchBehaviour = {}) {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.handle(request, Buffer.concat(chunks), response).catch((error: unknown) => {
          this.problems.push(String(error));
          reply(response, 400, { error: { type: 'invalid_request_error', message: String(error) } });
        });
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Every request of every job, as the provider would bill it. */
  get submitted(): BatchRequest[] {
    return this.jobs.flatMap(({ requests }) => requests);
  }

  private async handle({ method, url = '', headers }: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    if (headers.authorization !== `Bearer ${BATCH_KEY}`) return reply(response, 401, { error: { message: `no key for ${url}` } });
    const { pathname, searchParams } = new URL(url, 'http://x');
    const path = pathname.split('/').slice(2);
    if (pathname === '/v1/files' && method === 'POST') return reply(response, 200, this.upload(headers['content-type'] ?? '', body));
    if (path[0] === 'files' && path[2] === 'content') return this.content(path[1] ?? '', response);
    if (path[0] === 'batches') return this.openai(method ?? '', path.slice(1), json(body), searchParams, response);
    if (path[0] === 'messages' && path[1] === 'batches') return this.anthropic(method ?? '', path.slice(2), body, searchParams, response);
    throw new Error(`unknown address ${method ?? ''} ${url}`);
  }

  private upload(type: string, body: Buffer): Json {
    const boundary = /boundary=(.+)$/.exec(type)?.[1];
    if (boundary === undefined) throw new Error(`no form: ${type}`);
    const parts = body.toString('utf8').split(`--${boundary}`);
    const purpose = parts.find((part) => part.includes('name="purpose"'));
    const file = parts.find((part) => part.includes('name="file"'));
    if (purpose?.split('\r\n\r\n')[1]?.trim() !== 'batch') throw new Error('the purpose is not batch');
    const text = file?.slice(file.indexOf('\r\n\r\n') + 4).trimEnd() ?? '';
    const id = `file-${++this.uploads}`;
    this.files.set(id, { text, bytes: Buffer.byteLength(text) });
    return { id, object: 'file', purpose: 'batch', bytes: text.length };
  }

  private async openai(
    method: string,
    [id, action]: readonly string[],
    given: Json,
    query: URLSearchParams,
    response: ServerResponse,
  ): Promise<void> {
    if (id === undefined && method === 'POST') {
      exactly(given, ['input_file_id', 'endpoint', 'completion_window', 'metadata']);
      if (given['completion_window'] !== '24h') throw new Error('completion_window');
      const file = this.files.get(String(given['input_file_id']));
      if (file === undefined) throw new Error('no such file');
      const requests = file.text.split('\n').map((line) => this.openaiRequest(json(Buffer.from(line)), String(given['endpoint'])));
      return this.created('openai', requests, given['metadata'] as Json, file.bytes, response);
    }
    if (id === undefined)
      return reply(
        response,
        200,
        this.page('openai', query.get('after'), (job) => this.openaiJob(job)),
      );
    const job = this.jobs.find((item) => item.id === id);
    if (job === undefined) return reply(response, 404, { error: { message: 'no such batch' } });
    if (action === 'cancel') job.isCancelled = true;
    else job.looks++;
    return reply(response, 200, this.openaiJob(job));
  }

  private openaiRequest(line: Json, endpoint: string): BatchRequest {
    exactly(line, ['custom_id', 'method', 'url', 'body']);
    const body = line['body'] as Json;
    if (line['method'] !== 'POST' || line['url'] !== endpoint) throw new Error(`another endpoint: ${String(line['url'])}`);
    if (!['/v1/responses', '/v1/chat/completions'].includes(endpoint)) throw new Error(`endpoint ${endpoint}`);
    if ('stream' in body || 'stream_options' in body) throw new Error('a batch cannot stream');
    if (this.behaviour.model !== undefined && body['model'] !== this.behaviour.model) throw new Error('two models in one file');
    return { id: String(line['custom_id']), body };
  }

  private openaiJob(job: Job): Json {
    const isFull = this.behaviour.isFull?.(job) === true;
    const refuseAll = isFull ? 'Enqueued token limit reached.' : this.behaviour.refuseAll;
    const ended = this.hasEnded(job);
    const fates = ended ? job.requests.map((request) => this.fateOf(request, job)) : [];
    const is = (...wanted: readonly Fate[]): number => fates.filter((fate) => wanted.includes(fate)).length;
    const status =
      refuseAll !== undefined
        ? 'failed'
        : !ended
          ? 'in_progress'
          : job.isCancelled
            ? 'cancelled'
            : is('expired') > 0
              ? 'expired'
              : 'completed';
    const hasErrors = is('refused', 'server-error', 'expired') > 0;
    return {
      id: job.id,
      object: 'batch',
      status,
      metadata: job.metadata,
      request_counts: { total: job.requests.length, completed: is('answer'), failed: is('refused', 'server-error') },
      ...(status === 'failed'
        ? { errors: { object: 'list', data: [{ code: isFull ? 'token_limit_exceeded' : 'invalid', message: refuseAll, line: 1 }] } }
        : {}),
      ...(ended && status !== 'failed'
        ? { output_file_id: `out-${job.id}`, ...(hasErrors ? { error_file_id: `err-${job.id}` } : {}) }
        : {}),
    };
  }

  private async content(file: string, response: ServerResponse): Promise<void> {
    const job = this.jobs.find(({ id }) => file.endsWith(id));
    if (job === undefined) return reply(response, 404, { error: { message: 'no such file' } });
    const wantsErrors = file.startsWith('err-');
    const lines = this.given(job).flatMap((request) => {
      const fate = this.fateOf(request, job);
      if ((fate === 'answer') === wantsErrors || fate === 'missing') return [];
      return [JSON.stringify({ id: `r-${request.id}`, custom_id: request.id, ...this.openaiOutcome(fate, request) })];
    });
    await this.behaviour.onResults?.(job);
    send(response, shuffled(lines));
  }

  private openaiOutcome(fate: Fate, { body }: BatchRequest): Json {
    if (fate === 'expired')
      return {
        response: null,
        error: { code: 'batch_expired', message: 'This request could not be executed before the completion window expired.' },
      };
    if (fate !== 'answer') {
      const status = fate === 'refused' ? 400 : 500;
      return { response: { status_code: status, body: { error: { message: `${fate} by the server` } } }, error: null };
    }
    return { response: { status_code: 200, request_id: 'x', body: this.openaiAnswer(body) }, error: null };
  }

  private openaiAnswer(body: Json): Json {
    const answer = this.answerTo(body);
    const text = typeof answer === 'string' ? answer : null;
    const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
    if ('input' in body) {
      const output =
        text === null
          ? (answer as { output: unknown }).output
          : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }];
      return {
        id: 'resp',
        object: 'response',
        status: 'completed',
        output,
        usage: { input_tokens: 100, output_tokens: 10, total_tokens: 110 },
      };
    }
    const message = text === null ? answer : { role: 'assistant', content: text };
    return {
      id: 'c',
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: text === null ? 'tool_calls' : 'stop' }],
      usage,
    };
  }

  private async anthropic(
    method: string,
    [id, action]: readonly string[],
    body: Buffer,
    query: URLSearchParams,
    response: ServerResponse,
  ): Promise<void> {
    if (id === undefined && method === 'POST') {
      const given = json(body);
      exactly(given, ['requests']);
      const requests = (given['requests'] as Json[]).map((request): BatchRequest => {
        exactly(request, ['custom_id', 'params']);
        const params = request['params'] as Json;
        if ('stream' in params || typeof params['max_tokens'] !== 'number') throw new Error('invalid params');
        if (!/^[a-zA-Z0-9_-]{1,64}$/.test(String(request['custom_id']))) throw new Error('custom_id');
        return { id: String(request['custom_id']), body: params };
      });
      return this.created('anthropic', requests, {}, body.length, response);
    }
    if (id === undefined)
      return reply(
        response,
        200,
        this.page('anthropic', query.get('after_id'), (job) => this.anthropicJob(job)),
      );
    const job = this.jobs.find((item) => item.id === id);
    if (job === undefined) return reply(response, 404, { type: 'error', error: { type: 'not_found_error', message: 'no such batch' } });
    if (action === 'results') {
      const lines = this.given(job).flatMap((request) => {
        const fate = this.fateOf(request, job);
        return fate === 'missing' ? [] : [JSON.stringify({ custom_id: request.id, result: this.anthropicResult(fate, request) })];
      });
      await this.behaviour.onResults?.(job);
      return send(response, shuffled(lines));
    }
    if (action === 'cancel') job.isCancelled = true;
    else job.looks++;
    return reply(response, 200, this.anthropicJob(job));
  }

  private anthropicJob(job: Job): Json {
    const ended = this.hasEnded(job);
    const fates = ended ? job.requests.map((request) => this.fateOf(request, job)) : [];
    const is = (fate: Fate): number => fates.filter((item) => item === fate).length;
    return {
      id: job.id,
      type: 'message_batch',
      processing_status: ended ? 'ended' : 'in_progress',
      created_at: new Date(job.createdAt).toISOString(),
      archived_at: null,
      request_counts: {
        processing: ended ? 0 : job.requests.length,
        succeeded: is('answer'),
        errored: is('refused') + is('server-error') + is('missing'),
        canceled: 0,
        expired: is('expired'),
      },
      results_url: 'http://elsewhere.invalid/steal-the-key',
    };
  }

  private anthropicResult(fate: Fate, { body }: BatchRequest): Json {
    if (fate === 'expired') return { type: 'expired' };
    if (fate !== 'answer')
      return {
        type: 'errored',
        error: {
          type: 'error',
          error: { type: fate === 'refused' ? 'invalid_request_error' : 'api_error', message: `${fate} by the server` },
        },
      };
    const answer = this.answerTo(body);
    const content = typeof answer === 'string' ? [{ type: 'text', text: answer }] : answer['content'];
    return {
      type: 'succeeded',
      message: {
        id: 'm',
        type: 'message',
        role: 'assistant',
        content,
        stop_reason: 'end_turn',
        usage: { input_tokens: 100, output_tokens: 10 },
      },
    };
  }

  private async created(
    format: Job['format'],
    requests: readonly BatchRequest[],
    metadata: Json,
    bytes: number,
    response: ServerResponse,
  ): Promise<void> {
    const job: Job = {
      id: `batch-${this.jobs.length + 1}`,
      format,
      requests,
      metadata,
      bytes,
      createdAt: Date.now(),
      looks: 0,
      isCancelled: false,
    };
    this.submissions++;
    const what = this.behaviour.onSubmit?.(this.submissions) ?? 'make';
    if (what === 'refuse') return reply(response, 400, { error: { message: 'This account cannot have another batch.' } });
    if (what === 'hang up') return void response.destroy();
    this.jobs.push(job);
    await this.behaviour.onCreated?.(job);
    reply(response, 200, format === 'openai' ? this.openaiJob(job) : this.anthropicJob(job));
  }

  /** Newest first, two a page, so that pages matter. */
  private page(format: Job['format'], after: string | null, shown: (job: Job) => Json): Json {
    const all = this.jobs.filter((job) => job.format === format).reverse();
    const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
    return { object: 'list', data: all.slice(from, from + 2).map(shown), has_more: all.length > from + 2 };
  }

  private hasEnded({ looks, isCancelled }: Job): boolean {
    return isCancelled || (looks > (this.behaviour.looks ?? 0) && (this.behaviour.isOpen?.() ?? true));
  }

  private given(job: Job): readonly BatchRequest[] {
    return this.behaviour.cutsResults?.(job) === true ? job.requests.slice(0, job.requests.length / 2) : job.requests;
  }

  private fateOf({ body }: BatchRequest, job: Job): Fate {
    return this.behaviour.fate?.(questionIn(body), job) ?? 'answer';
  }

  private answerTo(body: Json): string | Json {
    return this.behaviour.answer?.(questionIn(body), body) ?? `answer ${/\d+/.exec(questionIn(body))?.[0] ?? ''}`;
  }
}

/** The text of the last message. */
export function questionIn(body: Json): string {
  const messages = (body['input'] ?? body['messages']) as Json[];
  const content = messages.at(-1)?.['content'] ?? '';
  return typeof content === 'string' ? content : JSON.stringify(content);
}

const json = (body: Buffer): Json => (body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as Json));

function exactly(object: Json, names: readonly string[]): void {
  const other = Object.keys(object).filter((name) => !names.includes(name));
  const missing = names.filter((name) => !(name in object));
  if (other.length > 0 || missing.length > 0) throw new Error(`fields: ${other.join(', ')} too many, ${missing.join(', ')} missing`);
}

function reply(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Results come in any order, cut anywhere. */
function send(response: ServerResponse, lines: readonly string[]): void {
  const text = lines.map((line) => `${line}\n`).join('');
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  const cut = Math.floor(text.length / 3);
  response.write(text.slice(0, cut));
  response.end(text.slice(cut));
}

const shuffled = (lines: readonly string[]): string[] => [...lines].reverse();
