/** ModelRequest → the body of an OpenAI chat completion. Also what `goldset render --format openai` and Preview Request show. */
import type { JsonObject, JsonValue } from '../../../core/json.ts';
import type { OutputSpec, Parameters } from '../../../core/prompt/document.ts';
import type { ToolDefinition } from '../../../core/prompt/tool.ts';
import { textOf, type Message, type Part } from '../../../core/prompt/request.ts';

export interface ChatInput {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly output: OutputSpec;
  readonly parameters: Parameters;
  readonly cacheKey?: string;
  /** Mark the end of the leading system messages for the provider's cache. */
  readonly breakpoint?: boolean;
}

/** `official`: OpenAI itself, whose newer models take only `max_completion_tokens`; other servers know `max_tokens`. */
export function chatBody(
  model: string,
  { messages, tools, output, parameters, cacheKey, breakpoint }: ChatInput,
  official: boolean,
): JsonObject {
  return {
    model,
    messages: breakpoint === true ? withBreakpoint(messages) : messages.flatMap(chatMessage),
    ...(tools.length > 0 ? { tools: tools.map(chatTool) } : {}),
    ...responseFormat(output),
    ...(cacheKey === undefined ? {} : { prompt_cache_key: cacheKey }),
    // What the prompt says comes last, and so first.
    ...chatParameters(parameters, official),
  };
}

/** OpenAI, Prompt caching (gpt-5.6 and later): a prefix is found again at marks that an earlier request had too. */
function withBreakpoint(messages: readonly Message[]): JsonObject[] {
  const first = messages.findIndex(({ role }) => role !== 'system');
  const end = (first === -1 ? messages.length : first) - 1;
  return messages.flatMap((message, i) => {
    const written = chatMessage(message);
    const [only] = written;
    if (i !== end || only === undefined) return written;
    return [{ ...only, content: [{ type: 'text', text: textOf(message), prompt_cache_breakpoint: { mode: 'explicit' } }] }];
  });
}

function chatMessage(message: Message): JsonObject[] {
  const content = message.content.filter((part) => !('metadata' in part));
  if (content.length === 0) return [];
  const role = message.role === 'model' ? 'assistant' : message.role;
  const onlyText = content.every((part) => 'text' in part);
  return [{ role, content: onlyText || role !== 'user' ? textOf(message) : content.map(chatPart) }];
}

function chatPart(part: Part): JsonObject {
  if ('media' in part) return { type: 'image_url', image_url: { url: part.media.url } };
  return { type: 'text', text: 'text' in part ? part.text : '' };
}

const chatTool = ({ name, description, parameters }: ToolDefinition): JsonObject => ({
  type: 'function',
  function: { name, ...(description === null ? {} : { description }), parameters },
});

function responseFormat({ format, schema, name, strict }: OutputSpec): JsonObject {
  if (format !== 'json') return {};
  if (schema === null) return { response_format: { type: 'json_object' } };
  return { response_format: { type: 'json_schema', json_schema: { name: name ?? 'output', schema, ...(strict ? { strict } : {}) } } };
}

const NAMES: Readonly<Record<string, string>> = { topP: 'top_p', topK: 'top_k' };

function chatParameters(parameters: Parameters, official: boolean): JsonObject {
  const body: JsonObject = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    const limit = official ? 'max_completion_tokens' : 'max_tokens';
    body[name === 'maxOutputTokens' ? limit : (NAMES[name] ?? name)] = value as JsonValue;
  }
  return body;
}

/** Earlier models refuse the field. */
export const takesBreakpoints = (model: string): boolean => /^gpt-(5\.[6-9]|[6-9])/.test(model);
