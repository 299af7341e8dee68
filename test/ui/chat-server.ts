/** What the walks of models ask instead of a provider. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that lists models, answers with the question's number, calls the tools that it is offered once, and keeps the keys that it was sent. */
export class ChatServer {
  readonly keys: (string | undefined)[] = [];
  private readonly server: Server = createServer((request, response) => {
    this.keys.push(request.headers.authorization);
    void bodyOf(request).then((body) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      if (request.url?.endsWith('/models') === true) return response.end(JSON.stringify({ data: [{ id: 'small' }, { id: 'large' }] }));
      const usage = { prompt_tokens: 20, completion_tokens: 2, total_tokens: 22 };
      const isDone = !body.includes('"tools"') || body.includes('"role":"tool"');
      const call = { id: 'call-1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } };
      const message = isDone
        ? { role: 'assistant', content: `answer ${/question (\d+)/.exec(body)?.[1] ?? ''}` }
        : { role: 'assistant', content: null, tool_calls: [call] };
      return response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: isDone ? 'stop' : 'tool_calls' }], usage }));
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** For a suite: each of its tests has a server of its own, which is `server`, at `url`. */
export function chatServers(): { readonly server: ChatServer; readonly url: string } {
  const current = { server: new ChatServer(), url: '' };
  beforeEach(async () => {
    current.server = new ChatServer();
    current.url = await current.server.listen();
  });
  afterEach(() => current.server.close());
  return current;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
