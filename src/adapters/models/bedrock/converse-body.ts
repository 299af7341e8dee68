/** ModelRequest → the body of Bedrock's Converse and ConverseStream (API reference, read in November 2026). */
import { ProviderError } from '../../../core/problems/errors.ts';
import { parseJson, type JsonObject, type JsonValue } from '../../../core/json/json.ts';
import type { ModelRequest } from '../../../core/model/model-request.ts';
import type { OutputSpec, Parameters } from '../../../core/prompt/document.ts';
import { cutAtMarks, markedTexts, marksIn, systemEnd, type MarkedText } from '../../../core/economics/prefix/prefix-ends.ts';
import { reasoningOf, toolCallsOf, toolResultsOf, type CacheMark, type Message, type Part } from '../../../core/prompt/request.ts';

/** How long a marked prefix is kept; null: nothing is marked. */
export type ConverseCache = '5m' | '1h' | null;

type Input = Pick<ModelRequest, 'messages' | 'tools' | 'output' | 'parameters' | 'marks'>;

/** @throws {ProviderError} `bad-request` for an image that Converse does not take. */
export function converseBody(model: string, { messages, tools, output, parameters, marks }: Input, cache: ConverseCache): JsonObject {
  const mark: JsonObject[] = cache === null ? [] : [{ cachePoint: { type: 'default', ...(cache === '1h' ? { ttl: '1h' } : {}) } }];
  const places = cache === null ? [] : (marks ?? systemEnd(messages));
  const block = ({ text, isMarked }: MarkedText): JsonObject[] => [{ text }, ...(isMarked ? mark : [])];
  const system = messages.flatMap((message, i) => (message.role === 'system' ? markedTexts(message, i, places).flatMap(block) : []));
  const written: JsonObject[] = tools.map(({ name, description, parameters: schema }) => ({
    toolSpec: { name, ...(description === null ? {} : { description }), inputSchema: { json: schema } },
  }));
  const { inference, additional, direct } = sorted(model, parameters);
  const format = textFormat(output);
  return {
    // Tools come first, then system text, then messages: a mark behind covers what stands before it.
    ...(written.length === 0 ? {} : { toolConfig: { tools: places.length === 0 ? [...written, ...mark] : written } }),
    ...(system.length === 0 ? {} : { system }),
    messages: joined(messages.flatMap((message, i) => (message.role === 'system' ? [] : messageOf(message, i, places, block)))),
    ...(format === null ? {} : { outputConfig: { textFormat: format } }),
    ...(isEmpty(inference) ? {} : { inferenceConfig: inference }),
    ...(isEmpty(additional) ? {} : { additionalModelRequestFields: additional }),
    ...direct,
  };
}

const isEmpty = (object: JsonObject): boolean => Object.keys(object).length === 0;

interface ConverseMessage {
  readonly role: 'user' | 'assistant';
  readonly content: readonly JsonObject[];
}

function messageOf(
  message: Message,
  at: number,
  marks: readonly CacheMark[],
  block: (text: MarkedText) => JsonObject[],
): ConverseMessage[] {
  const results = toolResultsOf(message).map(({ id, text }): JsonObject => ({
    toolResult: { toolUseId: id ?? '', content: [{ text }] },
  }));
  if (results.length > 0) return [{ role: 'user', content: results }];
  const calls = toolCallsOf(message).map(({ id, name, arguments: text }): JsonObject => ({
    toolUse: { toolUseId: id ?? '', name, input: parseJson(text) ?? {} },
  }));
  const parts = message.content.flatMap((part, p) =>
    'text' in part && part.text !== '' ? cutAtMarks(part.text, marksIn(marks, at, p)).flatMap(block) : blockOf(part),
  );
  const content = [...reasoningOf(message), ...parts, ...calls];
  return content.length === 0 ? [] : [{ role: message.role === 'model' ? 'assistant' : 'user', content }];
}

/** Roles must alternate, and the results of tools that were called together belong into one message. */
function joined(messages: readonly ConverseMessage[]): JsonObject[] {
  const all: ConverseMessage[] = [];
  for (const message of messages) {
    const last = all.at(-1);
    if (last?.role === message.role) all.splice(-1, 1, { ...last, content: [...last.content, ...message.content] });
    else all.push(message);
  }
  return all.map(({ role, content }) => ({ role, content: [...content] }));
}

const IMAGE = /^data:image\/(png|jpe?g|gif|webp);base64,(.+)$/s;

function blockOf(part: Part): JsonObject[] {
  if (!('media' in part)) return [];
  const { url } = part.media;
  const [, format = '', bytes = ''] = IMAGE.exec(url) ?? [];
  if (bytes === '')
    throw new ProviderError(
      'bad-request',
      `Bedrock takes images as data (PNG, JPEG, GIF, WebP), not as ${/^data:[\w/+.-]*/.exec(url)?.[0] ?? 'an address'}.`,
      null,
      null,
      'Name a local file with file:// or a path.',
    );
  return [{ image: { format: format === 'jpg' ? 'jpeg' : format, source: { bytes } } }];
}

/** The schema is a text. Converse has no mode for JSON of any shape, which the prompt itself must ask for. */
function textFormat({ format, name, schema }: OutputSpec): JsonObject | null {
  if (format !== 'json' || schema === null) return null;
  return { type: 'json_schema', structure: { jsonSchema: { schema: JSON.stringify(schema), name: name ?? 'output' } } };
}

/** Fields of the request itself. */
const DIRECT = [
  ...['guardrailConfig', 'performanceConfig', 'serviceTier', 'requestMetadata', 'promptVariables', 'additionalModelResponseFieldPaths'],
];
const INFERENCE: Readonly<Record<string, string>> = {
  maxOutputTokens: 'maxTokens',
  temperature: 'temperature',
  topP: 'topP',
  stop: 'stopSequences',
};

/** By where Converse has them; what it has no field for is the model's own. */
function sorted(
  model: string,
  parameters: Parameters,
): { readonly inference: JsonObject; readonly additional: JsonObject; readonly direct: JsonObject } {
  const inference: JsonObject = {};
  const direct: JsonObject = {};
  let additional: JsonObject = {};
  for (const [name, value] of Object.entries(parameters) as [string, JsonValue | undefined][]) {
    if (value === undefined) continue;
    const field = Object.hasOwn(INFERENCE, name) ? INFERENCE[name] : undefined;
    if (field !== undefined) inference[field] = value;
    else if (DIRECT.includes(name)) direct[name] = value;
    else if (name === 'additionalModelRequestFields') additional = { ...additional, ...(value as JsonObject) };
    else additional = { ...additional, ...ownField(model, name, value) };
  }
  return { inference, additional, direct };
}

/** A parameter in the words of the model's vendor. */
function ownField(model: string, name: string, value: JsonValue): JsonObject {
  const isEffort = name === 'reasoningEffort' || name === 'reasoning_effort';
  if (/(^|[./])amazon\.nova/.test(model)) {
    if (name === 'topK') return { inferenceConfig: { topK: value } };
    if (isEffort) return { reasoningConfig: value === 'none' ? { type: 'disabled' } : { type: 'enabled', maxReasoningEffort: value } };
  }
  if (isEffort) return /(^|[./])anthropic\./.test(model) ? { output_config: { effort: value } } : { reasoning_effort: value };
  return { [name === 'topK' ? 'top_k' : name]: value };
}
