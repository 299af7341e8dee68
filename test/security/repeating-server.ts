/** A server of this machine that repeats every token that it was sent, in answers and in errors. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that repeats what it was sent, and refuses what is queued. */
export class RepeatingServer {
  readonly requests: IncomingHttpHeaders[] = [];
  readonly statuses: number[] = [];
  redirect: string | null = null;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      this.requests.push(request.headers);
      request.resume().on('end', () => {
        const said = this.requests.map((headers) => headers.authorization ?? 'none').join(' ');
        const status = this.statuses.shift() ?? 200;
        if (this.redirect !== null) return response.writeHead(307, { location: this.redirect }).end();
        if (status !== 200)
          return response
            .writeHead(status, { 'content-type': 'application/json' })
            .end(JSON.stringify({ error: { message: `refused: ${said}` } }));
        const choice = (delta: object, finish_reason: string | null) =>
          `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
        const text = Array.from(`You sent ${said}.`, (content) => choice({ content }, null)).join('');
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`${text}${choice({}, 'stop')}data: [DONE]\n\n`);
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
}
