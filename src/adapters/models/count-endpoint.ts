/** What a provider itself counts for a request, by its free count endpoint. The key goes to that provider's origin only. */
import { HumanError, messageOf, ProviderError } from '../../core/errors.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../core/json.ts';
import { textOf, type Message, type RenderedRequest } from '../../core/prompt/request.ts';
import { parseModelId } from '../../core/config/model-id.ts';
import { ANTHROPIC, OPENAI, officialKey, type KeySource, type OfficialProvider } from './keys.ts';
import { failureOfStatus } from './provider-failure.ts';

export interface CountEndpoints {
  readonly openai: OfficialProvider;
  readonly anthropic: OfficialProvider;
}

export const OFFICIAL: CountEndpoints = { openai: OPENAI, anthropic: ANTHROPIC };

/** ms. */
const TIMEOUT = 20_000;

type Request = Pick<RenderedRequest, 'messages' | 'tools' | 'output'>;

/**
 * Input tokens as the provider counts them, or null when it has no such endpoint that Goldset knows.
 * @throws {ConfigurationError} without a key. @throws {ProviderError} when the provider refuses.
 */
export async function providerCount(id: string, request: Request, keys: KeySource, endpoints = OFFICIAL): Promise<number | null> {
  const parsed = parseModelId(id);
  if (parsed?.provider === 'openai') {
    const key = await officialKey(endpoints.openai, keys);
    return ask(
      id,
      `${endpoints.openai.baseUrl}/responses/input_tokens`,
      { authorization: `Bearer ${key}` },
      openaiBody(parsed.model, request),
      key,
    );
  }
  if (parsed?.provider === 'anthropic') {
    const key = await officialKey(endpoints.anthropic, keys);
    const headers = { 'x-api-key': key, 'anthropic-version': '2023-06-01' };
    return ask(id, `${endpoints.anthropic.baseUrl}/messages/count_tokens`, headers, anthropicBody(parsed.model, request), key);
  }
  return null;
}

async function ask(id: string, url: string, headers: Record<string, string>, body: JsonObject, key: string): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const answer = parseJson(await response.text());
    if (!response.ok) {
      const error = isJsonObject(answer) ? answer['error'] : undefined;
      const message = isJsonObject(error) && typeof error['message'] === 'string' ? error['message'] : `status ${response.status}`;
      throw new ProviderError(failureOfStatus(response.status), `${id}: ${message.replaceAll(key, '…')}`, response.status);
    }
    const tokens = isJsonObject(answer) ? answer['input_tokens'] : undefined;
    if (typeof tokens !== 'number') throw new ProviderError('malformed', `${id}: the answer has no \`input_tokens\`.`);
    return tokens;
  } catch (error) {
    if (error instanceof HumanError) throw error;
    throw new ProviderError('connection', `No connection to ${new URL(url).origin}: ${messageOf(error).replaceAll(key, '…')}`);
  }
}

/** OpenAI, Responses: POST /responses/input_tokens. */
function openaiBody(model: string, { messages, tools, output }: Request): JsonObject {
  return {
    model,
    input: messages.map((message) => ({
      role: message.role === 'model' ? 'assistant' : message.role,
      content: message.role === 'model' ? textOf(message) : message.content.flatMap((part) => openaiPart(part)),
    })),
    ...(tools.length > 0
      ? { tools: tools.map(({ name, description, parameters }) => ({ type: 'function', name, description, parameters, strict: false })) }
      : {}),
    ...(output.schema === null
      ? {}
      : { text: { format: { type: 'json_schema', name: output.name ?? 'output', schema: output.schema, strict: output.strict } } }),
  };
}

function openaiPart(part: Message['content'][number]): JsonObject[] {
  if ('text' in part) return [{ type: 'input_text', text: part.text }];
  return 'media' in part ? [{ type: 'input_image', image_url: part.media.url, detail: 'auto' }] : [];
}

/** Anthropic: POST /v1/messages/count_tokens. System text stands apart; images only as data. */
function anthropicBody(model: string, { messages, tools }: Request): JsonObject {
  const system = messages
    .filter(({ role }) => role === 'system')
    .map(textOf)
    .join('\n\n');
  return {
    model,
    ...(system === '' ? {} : { system }),
    messages: messages
      .filter(({ role }) => role !== 'system')
      .map(({ role, content }) => ({ role: role === 'model' ? 'assistant' : 'user', content: content.flatMap(anthropicPart) })),
    ...(tools.length > 0
      ? {
          tools: tools.map(({ name, description, parameters }) => ({
            name,
            ...(description === null ? {} : { description }),
            input_schema: parameters,
          })),
        }
      : {}),
  };
}

function anthropicPart(part: Message['content'][number]): JsonObject[] {
  if ('text' in part) return [{ type: 'text', text: part.text }];
  const data = 'media' in part ? /^data:(image\/[a-z]+);base64,(.+)$/s.exec(part.media.url) : null;
  return data ? [{ type: 'image', source: { type: 'base64', media_type: data[1] ?? '', data: data[2] ?? '' } }] : [];
}
