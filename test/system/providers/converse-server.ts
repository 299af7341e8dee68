/** Bedrock's runtime on this machine: Converse and ConverseStream (API reference, November 2026), with real frames and checked signatures. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Validator } from '@cfworker/json-schema';
import { signatureProblem } from './aws-signature.ts';
import { event, exception } from './event-frames.ts';
import { constant, exactly, integer, letters, oneOf, sceneIn, text, type Json } from './provider-server.ts';

const name = { type: 'string', minLength: 1 };
const image = exactly({ format: { enum: ['png', 'jpeg', 'gif', 'webp'] }, source: exactly({ bytes: name }) });
const block = oneOf(
  exactly({ text: name }),
  exactly({ image }),
  exactly({ toolUse: exactly({ toolUseId: name, name, input: { type: 'object' } }) }),
  exactly({ toolResult: exactly({ toolUseId: name, content: { type: 'array', items: exactly({ text }) } }) }),
  exactly({ reasoningContent: exactly({ reasoningText: exactly({ text, signature: name }) }) }),
);
const cachePoint = exactly({ cachePoint: exactly({ type: constant('default'), ttl: { enum: ['5m', '1h'] } }, ['type']) });
const schema = exactly(
  {
    messages: {
      type: 'array',
      minItems: 1,
      items: exactly({ role: { enum: ['user', 'assistant'] }, content: { type: 'array', items: block, minItems: 1 } }),
    },
    system: { type: 'array', items: oneOf(exactly({ text: name }), cachePoint), minItems: 1 },
    inferenceConfig: exactly(
      {
        maxTokens: { type: 'integer', minimum: 1 },
        temperature: { type: 'number' },
        topP: { type: 'number' },
        stopSequences: { type: 'array', items: text },
      },
      [],
    ),
    toolConfig: exactly({
      tools: {
        type: 'array',
        minItems: 1,
        items: oneOf(
          exactly({ toolSpec: exactly({ name, description: name, inputSchema: exactly({ json: { type: 'object' } }) }) }),
          cachePoint,
        ),
      },
    }),
    outputConfig: exactly({
      textFormat: exactly({
        type: constant('json_schema'),
        structure: exactly({ jsonSchema: exactly({ schema: text, name: text, description: text }, ['schema']) }),
      }),
    }),
    serviceTier: exactly({ type: { enum: ['priority', 'default', 'flex', 'reserved'] } }),
    // What Claude has beyond Converse.
    additionalModelRequestFields: exactly({ top_k: integer, thinking: { type: 'object' }, output_config: exactly({ effort: text }) }, []),
  },
  ['messages'],
);

const USAGE = {
  inputTokens: 112,
  outputTokens: 30,
  totalTokens: 1230,
  cacheReadInputTokens: 1024,
  cacheWriteInputTokens: 64,
  cacheDetails: [{ ttl: '1h', inputTokens: 64 }],
};
const REASON: Readonly<Record<string, string>> = {
  tool: 'tool_use',
  length: 'max_tokens',
  guarded: 'guardrail_intervened',
  malformed: 'malformed_tool_use',
};
const SAID: Readonly<Record<string, string>> = { length: 'cut', json: '{"label":"refund"}', 'after-tool': 'It is sunny.' };

const contentOf = (scene: string): Json[] =>
  scene === 'tool'
    ? [
        { reasoningContent: { reasoningText: { text: 'Use the tool.', signature: 'c2lnbmVk' } } },
        { toolUse: { toolUseId: 'call_1', name: 'weather', input: { city: 'Rome' } } },
      ]
    : [{ text: SAID[scene] ?? 'Hello, wörld.' }];

function framesOf(scene: string): Buffer[] {
  const p = 'abcdefgh';
  const deltas = contentOf(scene).flatMap((content, contentBlockIndex): Buffer[] => {
    const delta = (of: Json): Buffer => event('contentBlockDelta', { contentBlockIndex, delta: of, p });
    const end = event('contentBlockStop', { contentBlockIndex, p });
    if (typeof content['text'] === 'string') return [...letters(content['text']).map((letter) => delta({ text: letter })), end];
    if (content['reasoningContent'] !== undefined)
      return [
        delta({ reasoningContent: { text: 'Use the ' } }),
        delta({ reasoningContent: { text: 'tool.' } }),
        delta({ reasoningContent: { signature: 'c2lnbmVk' } }),
        end,
      ];
    const start = event('contentBlockStart', { contentBlockIndex, start: { toolUse: { toolUseId: 'call_1', name: 'weather' } }, p });
    return [start, ...['', '{"ci', 'ty":"Rome"}'].map((input) => delta({ toolUse: { input } })), end];
  });
  const thrown = /^throws-(\w+)$/.exec(scene)?.[1];
  return [
    event('messageStart', { role: 'assistant', p }),
    ...deltas,
    ...(thrown === undefined ? [] : [exception(thrown, `no more: ${thrown}`)]),
    event('messageStop', { stopReason: REASON[scene] ?? 'end_turn', p }),
    event('metadata', { usage: USAGE, metrics: { latencyMs: 12 }, serviceTier: { type: 'flex' }, p }),
  ];
}

export const ACCESS_KEY = 'AKIDEXAMPLE';
export const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

export interface ConverseRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Json;
}

export class ConverseServer {
  readonly received: ConverseRequest[] = [];
  /** Answers to the next requests, each an error. */
  readonly failures: { readonly status: number; readonly type: string; readonly message: string }[] = [];
  /** What a request has to be signed with, or a Bedrock API key. */
  credentials: { readonly secret: string; readonly sessionToken: string | null } | { readonly bearer: string } = {
    secret: SECRET,
    sessionToken: null,
  };
  /** Bytes that the network gives at a time. */
  piece = 64;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => void this.answer(request, response, Buffer.concat(parts)));
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

  private async answer(request: IncomingMessage, response: ServerResponse, bytes: Buffer): Promise<void> {
    const body = JSON.parse(bytes.toString()) as Json;
    const path = request.url ?? '';
    this.received.push({ path, headers: request.headers, body });
    const refused = this.failures.shift() ?? this.problemOf(request, bytes, body);
    if (refused !== null) {
      const { status, type, message } = refused;
      response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/` });
      return void response.end(JSON.stringify({ message }));
    }
    const scene = sceneOf(body);
    if (path.endsWith('/converse')) {
      const message = { role: 'assistant', content: contentOf(scene) };
      const answer = {
        output: { message },
        stopReason: REASON[scene] ?? 'end_turn',
        usage: USAGE,
        metrics: { latencyMs: 12 },
        serviceTier: { type: 'flex' },
      };
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    }
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    const stream = Buffer.concat(framesOf(scene));
    const end = scene === 'cut' ? stream.length >> 1 : stream.length;
    for (let at = 0; at < end; at += this.piece) {
      response.write(stream.subarray(at, Math.min(end, at + this.piece)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (scene === 'cut') response.destroy();
    else response.end();
  }

  private problemOf(request: IncomingMessage, bytes: Buffer, body: Json): ConverseServer['failures'][number] | null {
    const path = request.url ?? '';
    if (!/^\/model\/[\w.%-]+\/converse(-stream)?$/.test(path))
      return { status: 404, type: 'UnknownOperationException', message: `unknown address ${path}` };
    const { credentials } = this;
    const denied = (message: string): ConverseServer['failures'][number] => ({ status: 403, type: 'AccessDeniedException', message });
    if ('bearer' in credentials) {
      if (request.headers.authorization !== `Bearer ${credentials.bearer}`) return denied('The API key is not valid');
    } else {
      if ((request.headers['x-amz-security-token'] ?? null) !== credentials.sessionToken) return denied('The security token is not valid');
      const problem = signatureProblem({ method: 'POST', path, headers: request.headers, body: bytes }, credentials.secret, new Date());
      if (problem !== null) return { ...denied(problem), type: 'InvalidSignatureException' };
    }
    const roles = (body['messages'] as Json[]).map(({ role }) => role);
    if (roles.some((role, i) => role === roles[i - 1]))
      return { status: 400, type: 'ValidationException', message: 'roles must alternate' };
    const { valid, errors } = new Validator(schema, '7', false).validate(body);
    const deepest = errors.filter(({ keyword }) => keyword === 'additionalProperties' || keyword === 'false').at(-1) ?? errors.at(-1);
    if (valid) return null;
    return {
      status: 400,
      type: 'ValidationException',
      message: `invalid request: ${deepest?.instanceLocation ?? ''} ${deepest?.error ?? ''}`,
    };
  }
}

function sceneOf({ messages }: Json): string {
  const content = ((messages as Json[]).at(-1)?.['content'] ?? []) as Json[];
  return sceneIn(JSON.stringify(content), content[0]?.['toolResult'] !== undefined);
}
