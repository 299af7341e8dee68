/** A server of this machine that takes every request of Goldset's commands and keeps what a thief would keep: each header and each address. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const CHAT = {
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1 },
};

export class RecordingServer {
  readonly requests: RecordedRequest[] = [];
  url = '';
  /** Where every request is sent on to; null: it is answered. */
  redirect: string | null = null;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      this.requests.push({ method: request.method ?? '', url: request.url ?? '', headers });
      request.resume().on('end', () => {
        if (this.redirect !== null) return response.writeHead(307, { location: this.redirect }).end();
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answerTo(request.url ?? '')));
      });
    });
  }

  async listen(host = '127.0.0.1'): Promise<string> {
    this.server.listen(0, host);
    await new Promise((resolve) => this.server.once('listening', resolve));
    this.url = `http://${host.includes(':') ? `[${host}]` : host}:${(this.server.address() as AddressInfo).port}`;
    return this.url;
  }

  /** Every header and address that came, as one text. */
  get heard(): string {
    return JSON.stringify(this.requests);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function answerTo(url: string): object {
  if (url.startsWith('/api/public/')) return { data: [], meta: {} };
  if (url.includes('/models')) return { data: [{ id: 'small' }] };
  if (url.includes('/embeddings')) return { data: [{ index: 0, embedding: [1, 0] }], usage: { prompt_tokens: 1, total_tokens: 1 } };
  return url.includes('/chat/completions') ? CHAT : { output: 'ok' };
}
