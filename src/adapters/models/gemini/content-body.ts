/** ModelRequest → the body of Gemini's `generateContent`, as the Gemini API and Vertex AI take it. */
import { ProviderError } from '../../../core/problems/errors.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../../core/json/json.ts';
import type { ModelRequest } from '../../../core/model/model-request.ts';
import type { OutputSpec, Parameters } from '../../../core/prompt/document.ts';
import { reasoningOf, textOf, toolCallsOf, toolResultsOf, type Message, type Part } from '../../../core/prompt/request.ts';
import { dataUrlOf } from '../../../core/files/data-url.ts';
import { contentTypeOf } from '../../../core/files/media-type.ts';
import type { ToolCall, ToolDefinition } from '../../../core/tool.ts';

type Input = Pick<ModelRequest, 'messages' | 'tools' | 'output' | 'parameters'>;

/**
 * System text stands apart from the contents. What an explicit cache (`cachedContent`) holds is not sent again: the API refuses a
 * request that names a cache and has system text or tools of its own.
 * @throws {ProviderError} `bad-request` for a request that names a cache beside system text or tools, or a file of an unknown type.
 */
export function contentBody(model: string, { messages, tools, output, parameters }: Input): JsonObject {
  const system = messages.filter(({ role }) => role === 'system').flatMap((message) => textParts(textOf(message)));
  const { config, rest } = splitParameters(model, parameters);
  if (rest['cachedContent'] !== undefined && (system.length > 0 || tools.length > 0)) throw cachedTwice();
  const generation: JsonObject = { ...outputFormat(output), ...config };
  return {
    contents: messages.filter(({ role }) => role !== 'system').flatMap((message) => contentOf(message, model)),
    ...(system.length === 0 ? {} : { systemInstruction: { parts: system } }),
    ...(tools.length === 0 ? {} : { tools: [{ functionDeclarations: tools.map(declarationOf) }] }),
    ...(Object.keys(generation).length === 0 ? {} : { generationConfig: generation }),
    ...rest,
  };
}

const cachedTwice = (): ProviderError =>
  new ProviderError(
    'bad-request',
    'The prompt names an explicit cache (`cachedContent`) and also has system text or tools, which Gemini refuses: they must be in the cache.',
    null,
    null,
    'Remove the system text and the tools from the prompt, or remove `cachedContent`.',
  );

const textParts = (text: string): JsonObject[] => (text === '' ? [] : [{ text }]);

const declarationOf = ({ name, description, parameters }: ToolDefinition): JsonObject => ({
  name,
  ...(description === null ? {} : { description }),
  parametersJsonSchema: parameters,
});

function contentOf(message: Message, model: string): JsonObject[] {
  const results = toolResultsOf(message);
  if (results.length > 0) {
    const parts = results.map(({ id, name, text }): JsonObject => ({
      functionResponse: { ...(id === null ? {} : { id }), name, response: responseOf(text) },
    }));
    return [{ role: 'user', parts }];
  }
  const parts = [...message.content.flatMap(partOf), ...calledParts(message, model)];
  return parts.length === 0 ? [] : [{ role: message.role === 'model' ? 'model' : 'user', parts }];
}

/** An object is the response itself; anything else is its `output` (FunctionResponse, API reference). */
function responseOf(text: string): JsonObject {
  const value = parseJson(text);
  return isJsonObject(value) ? value : { output: value ?? text };
}

/** The model's thoughts come first, as it signed them; a call that it signed goes back with its signature, or the API refuses it. */
function calledParts(message: Message, model: string): JsonObject[] {
  const own = reasoningOf(message);
  const signed = own.filter((part) => part['functionCall'] !== undefined);
  const calls = toolCallsOf(message).map((call): JsonObject => {
    const at = signed.findIndex((part) => isCallOf(part, call));
    const [part] = at === -1 ? [] : signed.splice(at, 1);
    return part ?? { functionCall: { ...(call.id === null ? {} : { id: call.id }), name: call.name, args: argumentsOf(call) } };
  });
  const [first, ...others] = calls;
  const needsSignature = first !== undefined && !isBeforeGemini3(model) && calls.every((part) => part['thoughtSignature'] === undefined);
  return [
    ...own.filter((part) => part['functionCall'] === undefined),
    ...(needsSignature ? [{ ...first, thoughtSignature: FROM_ELSEWHERE }, ...others] : calls),
  ];
}

/** What Google says to send for a call that another model made, such as one of a golden case (Gemini API, Thought signatures). */
const FROM_ELSEWHERE = 'skip_thought_signature_validator';

const isBeforeGemini3 = (model: string): boolean => /gemini-[12]\./.test(model);

function isCallOf({ functionCall: found }: JsonObject, { id, name }: ToolCall): boolean {
  return isJsonObject(found) && found['name'] === name && (found['id'] ?? null) === id;
}

const argumentsOf = ({ arguments: text }: ToolCall): JsonObject => {
  const value = parseJson(text);
  return isJsonObject(value) ? value : {};
};

/** A file of the workspace is in the request; an address is read by Google. */
function partOf(part: Part): JsonObject[] {
  if ('text' in part) return textParts(part.text);
  if (!('media' in part)) return [];
  const { url } = part.media;
  const held = dataUrlOf(url);
  // Google's name for MP3.
  if (held !== null) return [{ inlineData: { mimeType: held.type === 'audio/mpeg' ? 'audio/mp3' : held.type, data: held.base64 } }];
  const mimeType = contentTypeOf(part.media);
  if (mimeType === null)
    throw new ProviderError(
      'bad-request',
      `Gemini needs the type of ${url.slice(0, 200)}, which its address does not show.`,
      null,
      null,
      'Write the type: {{media url=… contentType="image/png"}}.',
    );
  return [{ fileData: { fileUri: url, mimeType } }];
}

function outputFormat({ format, schema }: OutputSpec): JsonObject {
  if (format !== 'json') return {};
  return { responseMimeType: 'application/json', ...(schema === null ? {} : { responseJsonSchema: schema }) };
}

/** Fields of the request itself; every other parameter is one of `generationConfig`. */
const TOP_LEVEL = new Set(['cachedContent', 'safetySettings', 'toolConfig', 'serviceTier', 'labels']);

const NAMES: Readonly<Record<string, string>> = {
  stop: 'stopSequences',
  n: 'candidateCount',
  frequency_penalty: 'frequencyPenalty',
  presence_penalty: 'presencePenalty',
  top_p: 'topP',
  top_k: 'topK',
  service_tier: 'serviceTier',
};

function splitParameters(model: string, parameters: Parameters): { config: JsonObject; rest: JsonObject } {
  const config: JsonObject = {};
  const rest: JsonObject = {};
  let effort: unknown;
  for (const [given, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    const name = NAMES[given] ?? given;
    if (given === 'reasoningEffort' || given === 'reasoning_effort') effort = value;
    else if (TOP_LEVEL.has(name)) rest[name] = value as JsonValue;
    else config[name] = name === 'stopSequences' && typeof value === 'string' ? [value] : (value as JsonValue);
  }
  if (effort === undefined) return { config, rest };
  const written = isJsonObject(config['thinkingConfig']) ? config['thinkingConfig'] : {};
  return { config: { ...config, thinkingConfig: { ...thinkingOf(model, effort), ...written } }, rest };
}

/** Tokens of thought by effort for models before Gemini 3 (Gemini API, OpenAI compatibility: Thinking). */
const BUDGETS: Readonly<Record<string, number>> = { none: 0, minimal: 1024, low: 1024, medium: 8192, high: 24_576 };

/** Gemini 3 and later have levels, earlier models a budget in tokens. */
function thinkingOf(model: string, given: unknown): JsonObject {
  const effort = typeof given === 'string' ? given : JSON.stringify(given);
  const budget = isBeforeGemini3(model) ? BUDGETS[effort] : undefined;
  return budget === undefined ? { thinkingLevel: effort.toUpperCase() } : { thinkingBudget: budget };
}
