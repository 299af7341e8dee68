/** A server whose answers never end, and what it got rid of before its reader hung up. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface EndlessAnswer {
  readonly status: number;
  readonly type: string;
  /** Sent once. */
  readonly start: string;
  /** Sent again and again. */
  readonly more: string;
}

export class EndlessServer {
  /** Bytes that were taken by readers, with what stands in the buffers of the system. */
  sent = 0;
  answer: EndlessAnswer = { status: 200, type: 'application/json', start: '', more: ' ' };
  /** Resolves when the last reader hung up. */
  hungUp: Promise<void> = Promise.resolve();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const { status, type, start, more } = this.answer;
      request.resume();
      response.writeHead(status, { 'content-type': type });
      response.write(start);
      const piece = Buffer.from(more.repeat(Math.ceil(65_536 / more.length)));
      this.hungUp = new Promise((resolve) => void response.once('close', resolve));
      const send = (): void => {
        while (!response.destroyed) {
          this.sent += piece.length;
          if (!response.write(piece)) return void response.once('drain', send);
        }
      };
      response.on('error', () => undefined);
      send();
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
