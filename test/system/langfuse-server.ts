/**
 * A server with Langfuse's read API as far as an import uses it: pages with a cursor, newest first, Basic authorization. It can break off,
 * ask to wait and answer nonsense. The form is that of Langfuse's documentation; no answer of a real server was at hand.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LangfuseAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The connection ends in the middle of the answer. */
  readonly breaks?: boolean;
}

export interface SeenRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string;
}

export class LangfuseServer {
  readonly seen: SeenRequest[] = [];
  observations: unknown[] = [];
  scores: unknown[] = [];
  pageSize = 10;
  /** Instead of the page; null: the page. */
  answer: (request: SeenRequest) => LangfuseAnswer | null = () => null;
  private readonly server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://here');
    const seen: SeenRequest = { path: url.pathname, query: url.searchParams, authorization: request.headers.authorization ?? '' };
    this.seen.push(seen);
    const given = this.answer(seen) ?? {};
    const body = given.body ?? JSON.stringify(this.page(seen));
    response.writeHead(given.status ?? 200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...given.headers,
    });
    if (given.breaks === true) response.write(body.slice(0, body.length / 2), () => request.socket.destroy());
    else response.end(body);
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private page({ path, query }: SeenRequest): { data: unknown[]; meta: { cursor?: string } } {
    const rows = path === '/api/public/v2/observations' ? this.observations : path === '/api/public/v3/scores' ? this.scores : [];
    const at = Number(query.get('cursor') ?? 0);
    const next = at + this.pageSize;
    return { data: rows.slice(at, next), meta: next < rows.length ? { cursor: String(next) } : {} };
  }
}
