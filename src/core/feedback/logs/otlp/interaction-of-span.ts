/** The interaction that a span of a call of a model is. Its id is the span's. */
import { structured } from '../json-in-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json.ts';
import type { Interaction } from '../../interactions/interaction.ts';
import { userIn, type PersonHash } from '../../redaction/persons.ts';
import { below, firstOf, flatList, objectIn, attributeText } from './attributes.ts';
import { costIn, latencyOf, reasonIn, ttftIn, usageIn } from './call-figures.ts';
import { recordedEnding } from '../recorded-ending.ts';
import { chunksIn } from './chunks.ts';
import { conversationOf } from './conversation.ts';
import { NAMES, PARAMETERS } from './names.ts';
import type { OtlpAttributes, LogRecord, Span } from './telemetry.ts';

/** `time`: when it began. `hash`: for a user's name is not kept. */
export function interactionOfSpan(span: Span, time: string, logs: readonly LogRecord[], hash: PersonHash): Interaction {
  const { attributes } = span;
  const { messages, output, reason, callsTools } = conversationOf(span, logs);
  const ending = recordedEnding(reasonIn(attributes) ?? reason ?? (callsTools ? 'tool-calls' : null));
  const parameters = parametersIn(attributes);
  const user = attributeText(attributes, NAMES.user) ?? attributeText(span.resource, NAMES.user) ?? userIn(parameters);
  return {
    id: span.spanId,
    time,
    action: actionIn(attributes),
    conversation: attributeText(attributes, NAMES.conversation),
    trace: span.traceId,
    responseId: attributeText(attributes, NAMES.responseId),
    user: user === null ? null : hash(user),
    prompt: promptIn(attributes),
    variables: variablesIn(attributes),
    model: modelIn(attributes),
    parameters,
    messages,
    tools: toolsIn(attributes),
    chunks: chunksIn(attributes),
    output,
    finish: ending.finish,
    usage: usageIn(attributes, output !== null && output !== ''),
    costUsd: costIn(attributes),
    ttftMs: ttftIn(span),
    latencyMs: latencyOf(span),
    error: errorOf(span) ?? ending.error,
    environment: attributeText(attributes, NAMES.environment) ?? attributeText(span.resource, NAMES.environment),
    signals: [],
    triage: null,
  };
}

/** What the user did, as the application says it on any of its spans. */
export function actionIn(attributes: OtlpAttributes): Interaction['action'] {
  const type = attributeText(attributes, NAMES.actionType);
  const id = attributeText(attributes, NAMES.actionId);
  return type === null || id === null ? null : { type, id };
}

function promptIn(attributes: OtlpAttributes): Interaction['prompt'] {
  const name = attributeText(attributes, NAMES.promptName);
  return name === null
    ? null
    : { name, version: attributeText(attributes, NAMES.promptVersion), contentHash: attributeText(attributes, NAMES.contentHash) };
}

function variablesIn(attributes: OtlpAttributes): JsonObject {
  const whole = objectIn(attributes, NAMES.variables);
  const flat = NAMES.flatVariables.map((name) => below(attributes, name.replace(/\*$/, '')));
  const found = flat.find((variables) => Object.keys(variables).length > 0);
  return found ?? whole ?? {};
}

/** `provider:model` in small letters before the colon; null: no model is named. */
function modelIn(attributes: OtlpAttributes): string | null {
  const model = attributeText(attributes, NAMES.model);
  const provider = attributeText(attributes, NAMES.provider);
  if (model === null || provider === null) return model;
  const name = provider.toLowerCase();
  return `${Object.hasOwn(PROVIDERS, name) ? (PROVIDERS[name] ?? name) : name.replace(/\.(chat|responses|messages|completion)$/, '')}:${model}`;
}

/** Providers that Goldset knows by another name than the conventions. */
const PROVIDERS: Readonly<Record<string, string>> = {
  'azure.ai.openai': 'azure',
  'az.ai.openai': 'azure',
  az_ai_openai: 'azure',
  'aws.bedrock': 'aws',
  aws_bedrock: 'aws',
  'gcp.gemini': 'google',
  'gcp.vertex_ai': 'google',
  'gcp.gen_ai': 'google',
  vertex_ai: 'google',
  gemini: 'google',
  mistral_ai: 'mistral',
  mistralai: 'mistral',
  x_ai: 'x-ai',
};

function parametersIn(attributes: OtlpAttributes): JsonObject {
  const given = objectIn(attributes, NAMES.parameters) ?? {};
  const found = new Map<string, JsonValue>();
  for (const [name, value] of Object.entries(given)) if (!NO_PARAMETERS.has(name)) found.set(name, value);
  for (const [name, value] of attributes) {
    const parameter = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    if (parameter !== undefined && value !== null && !found.has(parameter)) found.set(parameter, value);
  }
  if (!found.has('response_format') && attributeText(attributes, ['gen_ai.output.type']) === 'json')
    found.set('response_format', { type: 'json_object' });
  return Object.fromEntries(found);
}

/** What some instrumentations put among the parameters, and stands elsewhere in an interaction. */
const NO_PARAMETERS: ReadonlySet<string> = new Set(['model', 'messages', 'input', 'tools', 'prompt']);

function toolsIn(attributes: OtlpAttributes): JsonValue[] {
  const whole = structured(firstOf(attributes, NAMES.tools));
  const tools = Array.isArray(whole) ? whole : flatList(attributes, NAMES.flatTools);
  return tools.map((tool) => {
    const inner = isJsonObject(tool) && isJsonObject(tool['tool']) ? tool['tool']['json_schema'] : tool;
    const value = structured(inner) ?? tool;
    if (!isJsonObject(value) || value['function'] !== undefined || typeof value['name'] !== 'string') return value;
    const { name, description, parameters, input_schema: schema } = value;
    const fn = { name, ...(description === undefined ? {} : { description }), parameters: structured(parameters ?? schema) ?? {} };
    return { type: 'function', function: fn };
  });
}

function errorOf({ attributes, events, isError, statusMessage }: Span): Interaction['error'] {
  const exception = events.find(({ name }) => name === 'exception')?.attributes;
  const type = attributeText(attributes, NAMES.errorType) ?? (exception && isError ? attributeText(exception, ['exception.type']) : null);
  if (type === null && !isError) return null;
  return { type: type ?? 'error', message: statusMessage ?? (exception ? attributeText(exception, ['exception.message']) : null) ?? '' };
}
