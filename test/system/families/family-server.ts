/** A local server that accepts and rejects what a family of models does, written from the published answers of the live APIs. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Body = Readonly<Record<string, unknown>>;

export interface Family {
  readonly name: string;
  readonly model: string;
  /** How goldset.yaml reaches it, without its address. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The provider's own words for why it answers 400; null: it accepts the request. */
  readonly refusal: (path: string, body: Body) => string | null;
}

const effortIn = ({ reasoning_effort: chat, reasoning }: Body): string | undefined =>
  (chat ?? (reasoning as Body | undefined)?.['effort']) as string | undefined;
const has = (body: Body, ...names: readonly string[]): string | undefined => names.find((name) => body[name] !== undefined);

/** OpenAI's models that think. `none`: they have the effort `none`, at which they accept sampling and, on Chat Completions, tools. */
const openai =
  (efforts: readonly string[], rejects: { readonly stop: boolean }) =>
  (path: string, body: Body): string | null => {
    const effort = effortIn(body);
    if (effort !== undefined && !efforts.includes(effort))
      return `Unsupported value: 'reasoning_effort' does not support '${effort}' with this model.`;
    const sampling = has(body, 'temperature', 'top_p', 'logprobs');
    if (sampling !== undefined && effort !== 'none') return `Unsupported parameter: '${sampling}' is not supported with this model.`;
    const never = has(body, 'top_k', 'presence_penalty', 'frequency_penalty', 'max_tokens');
    if (never !== undefined) return `Unsupported parameter: '${never}' is not supported with this model.`;
    if (rejects.stop && body['stop'] !== undefined) return "Unsupported parameter: 'stop' is not supported with this model.";
    if (path.endsWith('/responses')) {
      const unknown = has(body, 'stop', 'seed', 'maxOutputTokens', 'max_completion_tokens');
      return unknown === undefined ? null : `Unknown parameter: '${unknown}'.`;
    }
    if (body['tools'] !== undefined && effort !== 'none')
      return "Function tools with reasoning_effort are not supported for this model in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.";
    return null;
  };

const MESSAGES_FIELDS = [
  ...[
    'model',
    'max_tokens',
    'messages',
    'system',
    'tools',
    'tool_choice',
    'stream',
    'stop_sequences',
    'output_config',
    'thinking',
    'metadata',
  ],
  ...['temperature', 'top_p', 'top_k', 'diagnostics', 'service_tier', 'cache_control'],
];

/** The Messages API, which refuses every field that it does not know. */
const claude =
  ({ samples, efforts, disables }: { samples: boolean; efforts: readonly string[]; disables: boolean }) =>
  (_path: string, body: Body): string | null => {
    const unknown = Object.keys(body).find((name) => !MESSAGES_FIELDS.includes(name));
    if (unknown !== undefined) return `${unknown}: Extra inputs are not permitted`;
    const sampling = has(body, 'temperature', 'top_p', 'top_k');
    if (!samples && sampling !== undefined) return `\`${sampling}\` is deprecated for this model.`;
    const { temperature, output_config: config, thinking, messages } = body;
    if (typeof temperature === 'number' && temperature > 1) return 'temperature: range: 0..1';
    const effort = (config as Body | undefined)?.['effort'] as string | undefined;
    if (effort !== undefined && !efforts.includes(effort)) return `output_config.effort: '${effort}' is not supported by this model.`;
    const { type, budget_tokens: budget } = (thinking ?? {}) as Body;
    if (!samples && budget !== undefined) return 'thinking.budget_tokens is not supported for this model.';
    if (!disables && type === 'disabled') return 'thinking.type: disabled is not supported for this model.';
    const last = (messages as readonly Body[]).at(-1);
    return !samples && last?.['role'] === 'assistant' ? 'This model does not support assistant message prefill.' : null;
  };

/** Gemini 4 through its compatible endpoint: sampling is ignored, penalties and budgets are refused. */
const gemini = (_path: string, body: Body): string | null => {
  const refused = has(body, 'frequency_penalty', 'presence_penalty', 'thinking_budget', 'logit_bias');
  if (refused !== undefined) return `Invalid JSON payload received. Unknown name "${refused}": not supported by this model.`;
  const effort = effortIn(body);
  return effort === undefined || ['low', 'medium', 'high'].includes(effort) ? null : `reasoning_effort ${effort} is not supported.`;
};

/** Gemini 4 by its own API: `generateContent` refuses fields that it does not know, sampling is ignored, penalties and budgets are refused. */
const generateContent = (_path: string, body: Body): string | null => {
  const known = [
    'contents',
    'systemInstruction',
    'tools',
    'toolConfig',
    'generationConfig',
    'safetySettings',
    'cachedContent',
    'serviceTier',
  ];
  const config = (body['generationConfig'] ?? {}) as Body;
  const thinking = (config['thinkingConfig'] ?? {}) as Body;
  const unknown = Object.keys(body).find((name) => !known.includes(name)) ?? has(config, 'frequencyPenalty', 'presencePenalty');
  if (unknown !== undefined) return `Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`;
  if (thinking['thinkingBudget'] !== undefined) return 'Thinking budget is not supported for this model.';
  const level = JSON.stringify(thinking['thinkingLevel']) as string | undefined;
  return level === undefined || ['"LOW"', '"MEDIUM"', '"HIGH"'].includes(level) ? null : `Thinking level ${level} is not supported.`;
};

const OPENAI = { kind: 'openai', api: 'responses', server: 'openai' } as const;
const CLAUDE = { kind: 'anthropic' } as const;
const FROM_LOW = ['low', 'medium', 'high', 'xhigh', 'max'];

export const FAMILIES: readonly Family[] = [
  { name: 'gpt-6 luna', model: 'gpt-6-luna', config: OPENAI, refusal: openai(['none', ...FROM_LOW], { stop: false }) },
  { name: 'gpt-6 astra', model: 'gpt-6-astra', config: OPENAI, refusal: openai(FROM_LOW, { stop: true }) },
  { name: 'gpt-5.6', model: 'gpt-5.6-sol', config: OPENAI, refusal: openai(['none', ...FROM_LOW], { stop: false }) },
  { name: 'Claude 4.6', model: 'claude-sonnet-4-6', config: CLAUDE, refusal: claude({ samples: true, efforts: FROM_LOW, disables: true }) },
  { name: 'Claude Opus 5', model: 'claude-opus-5', config: CLAUDE, refusal: claude({ samples: false, efforts: FROM_LOW, disables: true }) },
  {
    name: 'Claude Sonnet 5.5',
    model: 'claude-sonnet-5-5',
    config: CLAUDE,
    refusal: claude({ samples: false, efforts: FROM_LOW, disables: true }),
  },
  {
    name: 'Claude Opus 5.5',
    model: 'claude-opus-5-5',
    config: CLAUDE,
    refusal: claude({ samples: false, efforts: FROM_LOW, disables: false }),
  },
  { name: 'Gemini 4', model: 'gemini-4-argon', config: { kind: 'openai-compatible', server: 'gemini' }, refusal: gemini },
  { name: 'Gemini 4, own API', model: 'gemini-4-argon', config: { kind: 'gemini' }, refusal: generateContent },
];

export class FamilyServer {
  readonly received: { readonly path: string; readonly body: Body }[] = [];
  readonly refusals: string[] = [];
  private readonly server: Server;

  /** `reply`: the text of an answer. */
  constructor(
    private readonly family: Family,
    private readonly reply: (body: Body) => string = replyTo,
  ) {
    this.server = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        const path = request.url ?? '';
        const body = JSON.parse(text) as Body;
        this.received.push({ path, body });
        const refusal = this.family.refusal(path, body);
        if (refusal !== null) this.refusals.push(refusal);
        const [status, sent] = refusal === null ? [200, answer(path, this.reply(body))] : [400, errorOf(path, refusal)];
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(sent));
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${this.family.config['kind'] === 'anthropic' ? '' : '/v1'}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const errorOf = (path: string, message: string): Body =>
  path.endsWith('/messages')
    ? { type: 'error', error: { type: 'invalid_request_error', message } }
    : { error: { message, type: 'invalid_request_error', param: null, code: null } };

/** Thinking is part of the output. Tokens. */
const OUTPUT = 306;
const THINKING = 300;

function answer(path: string, text: string): Body {
  if (path.includes('enerateContent'))
    return {
      candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }],
      // Thoughts are reported beside the candidates' tokens.
      usageMetadata: {
        promptTokenCount: 60,
        candidatesTokenCount: OUTPUT - THINKING,
        thoughtsTokenCount: THINKING,
        totalTokenCount: 60 + OUTPUT,
      },
    };
  if (path.endsWith('/messages'))
    return {
      ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'm', stop_reason: 'end_turn', stop_sequence: null },
      content: [{ type: 'text', text }],
      usage: { input_tokens: 60, output_tokens: OUTPUT, output_tokens_details: { thinking_tokens: THINKING } },
    };
  if (path.endsWith('/responses'))
    return {
      ...{ id: 'resp_1', object: 'response', status: 'completed', error: null, incomplete_details: null },
      output: [
        { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text, annotations: [] }] },
      ],
      usage: { input_tokens: 60, output_tokens: OUTPUT, total_tokens: 60 + OUTPUT, output_tokens_details: { reasoning_tokens: THINKING } },
    };
  return {
    ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm' },
    choices: [{ index: 0, message: { role: 'assistant', content: text, refusal: null }, finish_reason: 'stop' }],
    usage: {
      prompt_tokens: 60,
      completion_tokens: OUTPUT,
      total_tokens: 60 + OUTPUT,
      completion_tokens_details: { reasoning_tokens: THINKING },
    },
  };
}

/** The smallest value that the schema of the request allows; without one, `refund`. */
function replyTo({ text, response_format: chat, output_config: config, generationConfig }: Body): string {
  const { responseJsonSchema } = (generationConfig ?? {}) as Body;
  if (responseJsonSchema !== undefined) return JSON.stringify(instanceOf(responseJsonSchema as Body));
  const formats = [(text as Body | undefined)?.['format'], chat, (config as Body | undefined)?.['format']] as (Body | undefined)[];
  const format = formats.find((item) => item !== undefined);
  const schema = format?.['schema'] ?? (format?.['json_schema'] as Body | undefined)?.['schema'];
  return schema === undefined ? 'refund' : JSON.stringify(instanceOf(schema as Body));
}

function instanceOf({ type, enum: values, properties, minimum }: Body): unknown {
  if (Array.isArray(values)) return values[0];
  const kind: unknown = Array.isArray(type) ? type[0] : type;
  if (kind === 'object')
    return Object.fromEntries(Object.entries((properties ?? {}) as Record<string, Body>).map(([name, value]) => [name, instanceOf(value)]));
  return { string: 'ok', boolean: true, integer: minimum ?? 1, number: minimum ?? 1, array: [], null: null }[String(kind)] ?? 'ok';
}
