/** A local server that speaks one provider's documented format: it refuses a request with a wrong field, and answers by what the user says. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Validator } from '@cfworker/json-schema';

export type Json = Record<string, unknown>;

/** What the last user message, or the result of a tool, asks the server to do. */
export type Scene = 'text' | 'tool' | 'after-tool' | 'json' | 'refusal' | 'length' | 'cached' | 'image' | 'hang' | 'cut' | 'late-error';

export interface ProviderServer {
  readonly name: string;
  /** How goldset.yaml reaches it. */
  readonly config: Json;
  readonly path: string;
  /** The address of a stream, where that is another one; absent: the body asks for it (`stream`). */
  readonly streamPath?: string;
  readonly schema: Json;
  /** The header and value that carry the key. */
  readonly key: readonly [string, string];
  sceneOf(body: Json): Scene;
  /** Events of a stream, each as it is written. */
  events(scene: Scene, body: Json): string[];
  whole(scene: Scene, body: Json): Json;
  error(status: number, message: string): Json;
  readonly expected: Expected;
}

/** What differs between the formats, as their documentation has it. */
export interface Expected {
  /** Of the scene `cached`. */
  readonly usage: Json;
  readonly service: string;
  /** What a request for JSON by a schema, at low effort, contains. */
  readonly structured: readonly RegExp[];
  /** Items of reasoning that go back with the result of a tool. */
  readonly reasoning: number;
  /** Text and finish of the scene `refusal`. */
  readonly refusal: readonly [string, string];
  /** A prefix can be marked, and a miss is explained. */
  readonly marks: boolean;
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Json;
}

export const KEY = 'sk-planted-4711-secret';

export class RunningServer {
  readonly received: Received[] = [];
  /** The next request gets this instead of an answer. */
  fail: { readonly status: number; readonly message: string; readonly headers?: Record<string, string> } | null = null;
  closed = 0;
  private readonly server: Server;

  constructor(private readonly provider: ProviderServer) {
    this.server = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => this.answer(request, response, JSON.parse(text) as Json));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(request: IncomingMessage, response: ServerResponse, body: Json): void {
    const { provider } = this;
    response.once('close', () => this.closed++);
    this.received.push({ path: request.url ?? '', headers: request.headers, body });
    const problem = this.problemOf(request, body);
    if (this.fail !== null || problem !== null) {
      const { status, message, headers = {} } = this.fail ?? { status: 400, message: problem ?? '' };
      this.fail = null;
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(provider.error(status, message)));
      return;
    }
    const scene = provider.sceneOf(body);
    if (provider.streamPath === undefined ? body['stream'] !== true : request.url !== provider.streamPath) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(provider.whole(scene, body)));
      return;
    }
    const events = provider.events(scene, body);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    // Cut anywhere, as networks do.
    const stream = events.join('');
    const cut = Math.floor(stream.length / 2);
    response.write(stream.slice(0, cut));
    if (scene === 'hang') return;
    setImmediate(() => (scene === 'cut' ? response.destroy() : response.end(stream.slice(cut))));
  }

  private problemOf({ url, headers }: IncomingMessage, body: Json): string | null {
    const { path, streamPath = path, key, schema } = this.provider;
    if (url !== path && url !== streamPath) return `unknown address ${url ?? ''}`;
    const [header, value] = key;
    if (headers[header] !== value) return `no key in ${header}`;
    const { valid, errors } = new Validator(schema, '7', false).validate(body);
    const deepest = errors.filter(({ keyword }) => keyword === 'additionalProperties' || keyword === 'false').at(-1) ?? errors.at(-1);
    return valid ? null : `invalid request: ${deepest?.instanceLocation ?? ''} ${deepest?.error ?? ''}`;
  }
}

/** What OpenAI's and Anthropic's servers of these tests report for the scene `cached`. */
export const CACHED_USAGE: Json = { input: 1200, cacheRead: 1024, cacheWriteShort: 64, cacheWriteLong: 0, output: 30, reasoning: 12 };

/** An object with exactly these fields. */
export const exactly = (properties: Json, required: readonly string[] = Object.keys(properties)): Json => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
export const text = { type: 'string' };
export const integer = { type: 'integer', minimum: 0 };
export const oneOf = (...schemas: readonly Json[]): Json => ({ anyOf: schemas });
export const constant = (value: unknown): Json => ({ const: value });

/** `data:` events, as OpenAI writes them. */
export const data = (value: Json): string => `data: ${JSON.stringify(value)}\n\n`;
/** Named events, as Anthropic and the Responses API write them. */
export const named = (value: Json): string => `event: ${String(value['type'])}\n${data(value)}`;

export function sceneIn(content: string, isToolResult: boolean): Scene {
  if (isToolResult) return 'after-tool';
  const scene = /scene:([\w-]+)/.exec(content)?.[1];
  return (scene ?? 'text') as Scene;
}

/** A text in the pieces in which it is streamed. */
export const letters = (value: unknown): string[] => (typeof value === 'string' ? Array.from(value) : []);
