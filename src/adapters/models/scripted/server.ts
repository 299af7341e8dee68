/** The scripted model over HTTP with OpenAI's protocol: `goldset serve FILE`. Chat completions (streaming too) and the models list. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../../core/json/json.ts';
import type { Usage } from '../../../core/economics/prices/usage.ts';
import { readChatRequest } from './chat-request.ts';
import { streamChunks, type ScriptedModel, type ScriptedTurn } from './scripted-model.ts';
import type { Failure } from './script.ts';

/** A request body beyond this is refused. Bytes. */
const MAX_BODY = 64 * 1024 * 1024;

type Answered = Extract<ScriptedTurn, { kind: 'answer' }>;

export function scriptedServer(name: string, model: ScriptedModel, sleep: (ms: number) => Promise<void>): Server {
  return createServer((request, response) => {
    handle(name, model, sleep, request, response).catch((error: unknown) => {
      sendError(response, 500, 'server_error', error instanceof Error ? error.message : String(error));
    });
  });
}

async function handle(
  name: string,
  model: ScriptedModel,
  sleep: (ms: number) => Promise<void>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname.replace(/\/$/, '');
  if (request.method === 'GET' && path === '/v1/models') {
    return sendJson(response, 200, { object: 'list', data: [{ id: name, object: 'model', created: 0, owned_by: 'goldset' }] });
  }
  if (path !== '/v1/chat/completions')
    return sendError(
      response,
      404,
      'invalid_request_error',
      `Unknown address ${path}: this server has /v1/chat/completions and /v1/models.`,
    );
  if (request.method !== 'POST') return sendError(response, 405, 'invalid_request_error', 'Use POST.');
  const text = await readBody(request);
  if (text === null) return sendError(response, 413, 'invalid_request_error', 'The request body is too large.');
  const body = parseJson(text);
  const chat = isJsonObject(body) ? readChatRequest(body) : 'The body must be a JSON object.';
  if (typeof chat === 'string') return sendError(response, 400, 'invalid_request_error', chat);
  const turn = await model.next(chat.request, null);
  if (turn.kind === 'fail') return sendFailure(response, turn.failure);
  const envelope: JsonObject = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model: chat.request.model };
  if (chat.stream) await sendStream(response, envelope, turn, chat.includeUsage, sleep);
  else {
    await sleep(turn.ttftMs + turn.streamMs);
    sendJson(response, 200, {
      ...envelope,
      object: 'chat.completion',
      choices: [{ index: 0, message: messageOf(turn), finish_reason: finishOf(turn) }],
      usage: usageJson(turn.usage),
    });
  }
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const buffer = chunk as Buffer;
    size += buffer.length;
    if (size > MAX_BODY) return null;
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function sendStream(
  response: ServerResponse,
  envelope: JsonObject,
  turn: Answered,
  includeUsage: boolean,
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const send = (choices: JsonValue, usage?: JsonValue): void => {
    const chunk: JsonObject = { ...envelope, object: 'chat.completion.chunk', choices, ...(includeUsage ? { usage: usage ?? null } : {}) };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  const delta = (content: JsonObject, finish: string | null = null): void => send([{ index: 0, delta: content, finish_reason: finish }]);
  delta({ role: 'assistant' });
  if (turn.ttftMs > 0) await sleep(turn.ttftMs);
  const field = turn.answer.finish === 'refusal' ? 'refusal' : 'content';
  for (const piece of streamChunks(turn.text, turn.streamMs)) {
    if (response.destroyed) return;
    if (piece.text !== '') delta({ [field]: piece.text });
    if (piece.delayMs > 0) await sleep(piece.delayMs);
  }
  turn.answer.toolCalls.forEach((call, index) =>
    delta({ tool_calls: [{ index, id: `call_${index}`, type: 'function', function: { ...call } }] }),
  );
  delta({}, finishOf(turn));
  if (includeUsage) send([], usageJson(turn.usage));
  response.end('data: [DONE]\n\n');
}

function messageOf(turn: Answered): JsonObject {
  const calls = turn.answer.toolCalls.map((call, i) => ({ id: `call_${i}`, type: 'function', function: { ...call } }));
  const refused = turn.answer.finish === 'refusal';
  return {
    role: 'assistant',
    content: refused || turn.text === '' ? null : turn.text,
    refusal: refused ? turn.text : null,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
}

/** A refusal ends with `stop` in this protocol; its text is in `refusal`. */
const finishOf = (turn: Answered): string => (turn.answer.finish === 'refusal' ? 'stop' : turn.answer.finish.replace('-', '_'));

const usageJson = ({ input, cacheRead, output, reasoning }: Usage): JsonObject => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  prompt_tokens_details: { cached_tokens: cacheRead },
  completion_tokens_details: { reasoning_tokens: reasoning },
});

function sendFailure(response: ServerResponse, { status, retryAfter, drop }: Failure): void {
  if (drop || status === null) {
    response.destroy();
    return;
  }
  if (retryAfter !== null) response.setHeader('retry-after', String(retryAfter));
  const type = status === 429 ? 'rate_limit_exceeded' : status >= 500 ? 'server_error' : 'invalid_request_error';
  sendError(response, status, type, `The scripted model answered with status ${status}.`);
}

function sendError(response: ServerResponse, status: number, type: string, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendJson(response, status, { error: { message, type, param: null, code: type } });
}

function sendJson(response: ServerResponse, status: number, body: JsonValue): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
