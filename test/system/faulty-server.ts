/** A chat-completions server that misbehaves as told, and remembers what it was asked and what it answered. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The text of the last user message. */
  readonly user: string;
  /** How often this very text was asked, from 1. */
  readonly attempt: number;
}

export type Behaviour = (call: Call) => void;

const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 0, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const usage = (input: number, output: number): string =>
  `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 0, model: 'm', choices: [], usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output } })}\n\n`;

/** A whole, good answer: `ok`. */
export function answer(response: ServerResponse, { withUsage = true, delayMs = 0 } = {}): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const end = (): void => {
    response.end(`${chunk({ content: 'ok' })}${chunk({}, 'stop')}${withUsage ? usage(100, 10) : ''}data: [DONE]\n\n`);
  };
  if (delayMs === 0) end();
  else setTimeout(end, delayMs);
}

export const piece = chunk;

/** Lets the first answers out, and holds the others until it is opened: what a test looks at stays as it is, on a busy machine too. */
export class Gate {
  private readonly held: (() => void)[] = [];
  private isOpen = false;

  constructor(private first: number) {}

  pass(send: () => void): void {
    if (this.isOpen || this.first-- > 0) send();
    else this.held.push(send);
  }

  /** Lets out what is held now. */
  release(): void {
    for (const send of this.held.splice(0)) send();
  }

  open(): void {
    this.isOpen = true;
    this.release();
  }
}

export class FaultyServer {
  readonly asked: string[] = [];
  readonly answered: string[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(behaviour: Behaviour) {
    const attempts = new Map<string, number>();
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        const { messages } = JSON.parse(body) as { messages: { content: string }[] };
        const user = messages.at(-1)?.content ?? '';
        attempts.set(user, (attempts.get(user) ?? 0) + 1);
        this.asked.push(user);
        response.once('finish', () => this.answered.push(user));
        behaviour({ request, response, user, attempt: attempts.get(user) ?? 1 });
      });
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  get connections(): number {
    return this.sockets.size;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}
