/** What a provider itself counts for a request, by its free count endpoint. The key goes to that provider's origin only. */
import { isHumanError, messageOf, ProviderError } from '../../core/problems/errors.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../core/json/json.ts';
import type { RenderedRequest } from '../../core/prompt/request.ts';
import { parseModelId } from '../../core/model-id.ts';
import { ANTHROPIC, OPENAI, officialKey, type KeySource, type OfficialProvider } from './keys.ts';
import { keepAliveFetch } from '../http/keep-alive-fetch.ts';
import { ANTHROPIC_VERSION, messagesBody } from './anthropic/messages-body.ts';
import { responsesBody } from './openai/responses-body.ts';
import { failureOfError } from './provider-failure.ts';

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
    const headers = { authorization: `Bearer ${key}`, 'anthropic-version': ANTHROPIC_VERSION };
    return ask(id, `${endpoints.anthropic.baseUrl}/messages/count_tokens`, headers, anthropicBody(parsed.model, request), key);
  }
  return null;
}

async function ask(id: string, url: string, headers: Record<string, string>, body: JsonObject, key: string): Promise<number> {
  try {
    const response = await keepAliveFetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const answer = parseJson(await response.text());
    if (!response.ok) {
      const error = isJsonObject(answer) ? answer['error'] : undefined;
      const message = isJsonObject(error) && typeof error['message'] === 'string' ? error['message'] : `status ${response.status}`;
      throw new ProviderError(failureOfError(error, response.status), `${id}: ${message.replaceAll(key, '…')}`, response.status);
    }
    const tokens = isJsonObject(answer) ? answer['input_tokens'] : undefined;
    if (typeof tokens !== 'number') throw new ProviderError('malformed', `${id}: the answer has no \`input_tokens\`.`);
    return tokens;
  } catch (error) {
    if (isHumanError(error)) throw error;
    throw new ProviderError('connection', `No connection to ${new URL(url).origin}: ${messageOf(error).replaceAll(key, '…')}`);
  }
}

/** OpenAI, Responses: POST /responses/input_tokens takes what makes up the input. */
function openaiBody(model: string, request: Request): JsonObject {
  const body = responsesBody(model, { ...request, parameters: {} }, { ttl: null, comparedWith: null, store: false });
  return fieldsOf(body, ['model', 'input', 'tools', 'text']);
}

/** Anthropic: POST /v1/messages/count_tokens, the same. */
const anthropicBody = (model: string, request: Request): JsonObject =>
  fieldsOf(messagesBody(model, { ...request, parameters: {} }, { ttl: null, comparedWith: null }), [
    'model',
    'system',
    'messages',
    'tools',
    'output_config',
  ]);

const fieldsOf = (body: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)));
