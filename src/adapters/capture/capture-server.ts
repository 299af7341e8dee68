/** The receiver over HTTP: POST /v1/traces, /v1/logs, /v1/metrics (taken and left), /signals. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { messageOf } from '../../core/problems/errors.ts';
import type { CaptureDesk } from './capture-desk.ts';
import { CONTENT_TYPES, errorAnswer, takenAnswer, type Encoding } from './otlp-answer.ts';
import { checkSender, RefusedRequest, isRefusedRequest } from './refused-request.ts';
import { RequestBodies } from './request-body.ts';
import { checkToken } from './sending-token.ts';

const PATHS: ReadonlySet<string> = new Set(['/v1/traces', '/v1/logs', '/v1/metrics', '/signals']);

export interface ServerOptions {
  /** The address that it listens on. */
  readonly host: string;
  /** What senders must show; null: nothing, on an address that only this machine can reach. */
  readonly token: string | null;
  readonly onChange: () => void;
  /** Something of ours failed, such as a full disk; the sender is told to try again. */
  readonly onFailure: (error: unknown) => void;
}

/** Does not listen yet. */
export function captureServer(desk: CaptureDesk, options: ServerOptions): Server {
  const bodies = new RequestBodies();
  return createServer((request, response) => {
    const encoding = encodingOf(request);
    answerTo(request, encoding, desk, bodies, options)
      .then(
        (body) => {
          send(response, 200, encoding, body);
          options.onChange();
        },
        (error: unknown) => {
          // A request that its sender broke off is not a failure.
          if (response.destroyed) return;
          const status = isRefusedRequest(error) ? error.status : 503;
          if (!isRefusedRequest(error)) options.onFailure(error);
          if (status === 503) response.setHeader('retry-after', '1');
          if (status === 401) response.setHeader('www-authenticate', 'Bearer');
          if (status === 405) response.setHeader('allow', 'POST');
          // The rest of a body that is not read may never end.
          if (!request.complete) response.setHeader('connection', 'close');
          send(response, status, encoding, errorAnswer(encoding ?? 'json', status, messageOf(error)));
        },
      )
      .catch(options.onFailure);
  });
}

async function answerTo(
  request: IncomingMessage,
  encoding: Encoding | null,
  desk: CaptureDesk,
  bodies: RequestBodies,
  { host, token }: ServerOptions,
): Promise<Buffer> {
  checkSender(request, host, token !== null);
  checkToken(request, token);
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (!PATHS.has(path)) throw new RefusedRequest(404, `There is no ${path.slice(0, 80)}: use ${[...PATHS].join(', ')}.`);
  if (request.method !== 'POST') throw new RefusedRequest(405, `${path} accepts only POST.`);
  if (encoding === null || (path === '/signals' && encoding !== 'json'))
    throw new RefusedRequest(
      415,
      `The Content-Type must be ${path === '/signals' ? '' : `${CONTENT_TYPES.protobuf} or `}${CONTENT_TYPES.json}.`,
    );
  const body = await bodies.read(request);
  if (path === '/signals') return Buffer.from(JSON.stringify(await desk.takeSignals(body)));
  if (path === '/v1/metrics') return takenAnswer(encoding, 'rejectedDataPoints', { count: 0, first: null });
  const kind = path === '/v1/traces' ? 'traces' : 'logs';
  return takenAnswer(encoding, kind === 'traces' ? 'rejectedSpans' : 'rejectedLogRecords', await desk.takeTelemetry(kind, encoding, body));
}

function encodingOf({ headers }: IncomingMessage): Encoding | null {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  return type === CONTENT_TYPES.protobuf ? 'protobuf' : type === CONTENT_TYPES.json ? 'json' : null;
}

function send(response: ServerResponse, status: number, encoding: Encoding | null, body: Buffer): void {
  response.writeHead(status, { 'content-type': CONTENT_TYPES[encoding ?? 'json'], 'content-length': body.length }).end(body);
}
