/** The body of a chat completion → what the scripted model looks at. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json/json.ts';
import type { OutputSpec, Parameters } from '../../../core/prompt/document.ts';
import type { ToolDefinition } from '../../../core/tool.ts';
import type { Message, Part } from '../../../core/prompt/request.ts';
import type { ScriptedRequest } from './match.ts';

export interface ChatRequest {
  readonly request: ScriptedRequest;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

const NAMES: Readonly<Record<string, string>> = {
  top_p: 'topP',
  top_k: 'topK',
  max_tokens: 'maxOutputTokens',
  max_completion_tokens: 'maxOutputTokens',
};
const NOT_PARAMETERS = new Set(['model', 'messages', 'tools', 'response_format', 'stream', 'stream_options']);

/** The request, or what is wrong with the body. */
export function readChatRequest(body: JsonObject): ChatRequest | string {
  const { model, messages } = body;
  if (typeof model !== 'string' || model === '') return 'you must provide a model parameter';
  if (!Array.isArray(messages) || messages.length === 0) return "'messages' must be a list with at least one message";
  if (!messages.every((item) => isJsonObject(item) && typeof item['role'] === 'string'))
    return "each of 'messages' must be an object with a role";
  if (typeof body['n'] === 'number' && body['n'] > 1) return "'n' above 1 is not supported: send another request with another seed";
  const options = body['stream_options'];
  return {
    request: {
      model,
      messages: messages.flatMap(readMessage),
      tools: Array.isArray(body['tools']) ? body['tools'].flatMap(readTool) : [],
      output: readOutput(body['response_format']),
      parameters: readParameters(body),
    },
    stream: body['stream'] === true,
    includeUsage: isJsonObject(options) && options['include_usage'] === true,
  };
}

function readMessage(value: JsonValue): Message[] {
  if (!isJsonObject(value) || typeof value['role'] !== 'string') return [];
  const role = value['role'] === 'assistant' ? 'model' : value['role'] === 'developer' ? 'system' : value['role'];
  return [{ role, content: readContent(value['content'] ?? null) }];
}

function readContent(content: JsonValue): Part[] {
  if (typeof content === 'string') return [{ text: content }];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part): Part[] => {
    if (!isJsonObject(part)) return [];
    if (typeof part['text'] === 'string') return [{ text: part['text'] }];
    const image = part['image_url'];
    return isJsonObject(image) && typeof image['url'] === 'string' ? [{ media: { url: image['url'] } }] : [];
  });
}

function readTool(value: JsonValue): ToolDefinition[] {
  const tool = isJsonObject(value) ? value['function'] : undefined;
  if (!isJsonObject(tool) || typeof tool['name'] !== 'string') return [];
  const { name, description, parameters } = tool;
  return [
    { name, description: typeof description === 'string' ? description : null, parameters: isJsonObject(parameters) ? parameters : {} },
  ];
}

function readOutput(format: JsonValue | undefined): OutputSpec {
  const none: OutputSpec = { format: null, name: null, schema: null, strict: false };
  if (!isJsonObject(format) || format['type'] === 'text') return none;
  const wrapper = format['json_schema'];
  const schema = isJsonObject(wrapper) && isJsonObject(wrapper['schema']) ? wrapper['schema'] : null;
  return { ...none, format: 'json', schema };
}

function readParameters(body: JsonObject): Parameters {
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => !NOT_PARAMETERS.has(name))
      .map(([name, value]) => [NAMES[name] ?? name, value]),
  );
}
