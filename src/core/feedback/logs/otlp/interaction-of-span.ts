/** The interaction that a span of a call of a model is. Its id is the span's. */
import { structured } from '../json-in-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import { providerOfHost } from '../../../economics/provider-hosts.ts';
import type { Interaction } from '../../interactions/interaction.ts';
import { newInteraction, recordedPrompt } from '../../interactions/record-fields.ts';
import { isUserHash, userIn, type PersonHash } from '../../redaction/persons.ts';
import { actionIn, applicationFacts, joinedFacts } from './application-facts.ts';
import type { ApplicationFacts } from '../said-facts.ts';
import { attemptsIn, idIn, isStreamIn, operationIn, priceIn, rawAnswer, responseIn, servedIn } from './answer-facts.ts';
import { amountIn, below, firstOf, flatList, objectIn, attributeText } from './attributes.ts';
import { costIn, embeddedTokens, latencyOf, reasonIn, ttftIn, usageIn } from './call-figures.ts';
import { recordedEnding } from '../recorded-ending.ts';
import { chunksIn } from './chunks.ts';
import { conversationOf } from './conversation.ts';
import { NAMES, PARAMETERS } from './names.ts';
import type { OtlpAttributes, LogRecord, Span } from './telemetry.ts';

/** `time`: when it began. `around`: what the spans around it say, the nearest first. `hash`: for a user's name is not kept. */
export function interactionOfSpan(
  span: Span,
  time: string,
  logs: readonly LogRecord[],
  hash: PersonHash,
  around: readonly Span[] = [],
): Interaction {
  const { attributes } = span;
  const { messages, output, reason, callsTools } = conversationOf(span, logs);
  const ending = recordedEnding(reasonIn(attributes) ?? reason ?? (callsTools ? 'tool-calls' : null));
  const parameters = parametersIn(attributes);
  const nearestFirst = [span, ...around];
  const { said, attributes: own } = joinedFacts(nearestFirst.map(applicationFacts));
  const first = (names: readonly string[]): string | null => firstSaid(nearestFirst, names);
  const hashed = attributeText(attributes, NAMES.ownUser);
  const user = first(NAMES.user) ?? said.get('user') ?? userIn(parameters);
  const answer = rawAnswer(attributes);
  const response = responseIn(attributes, answer);
  return newInteraction({
    id: attributeText(attributes, NAMES.ownId) ?? span.spanId,
    time,
    action: actionIn(attributes),
    conversation: first(NAMES.conversation) ?? said.get('conversation'),
    trace: span.traceId,
    responseId: attributeText(attributes, NAMES.responseId) ?? idIn(answer),
    user: hashed !== null && isUserHash(hashed) ? hashed : user === null ? null : hash(user),
    prompt: promptIn(attributes, first, said),
    variables: filledVariablesIn(attributes),
    model: modelIn(attributes),
    parameters,
    messages,
    tools: toolsIn(attributes),
    chunks: chunksIn(attributes),
    output,
    finish: ending.finish,
    usage: usageIn(attributes, output !== null && output !== ''),
    served: servedIn(attributes, response),
    costUsd: amountIn(attributes, NAMES.ownCost) ?? costIn(attributes),
    price: priceIn(attributes),
    response,
    attempts: attemptsIn(attributes),
    operation: operationIn(attributes),
    attributes: own,
    ttftMs: ttftIn(span),
    latencyMs: latencyOf(span),
    error: errorOf(span) ?? ending.error,
    environment: first(NAMES.environment) ?? said.get('environment'),
    isStream: isStreamIn(attributes),
  });
}

/** Embeddings, for what they cost. What was embedded is not kept, and what becomes known of their trace is not about them. */
export function embeddingOfSpan(span: Span, time: string, hash: PersonHash, around: readonly Span[]): Interaction {
  const record = interactionOfSpan(span, time, [], hash, around);
  const { variables: _variables, chunks: _chunks, tools: _tools, messages: _messages, output: _output, ...kept } = record;
  return newInteraction({
    ...kept,
    trace: null,
    finish: null,
    usage: embeddedTokens(span.attributes),
    operation: record.operation ?? { type: 'embeddings', name: null },
  });
}

/** Of the nearest span that says it, or its resource. */
function firstSaid(spans: readonly Span[], names: readonly string[]): string | null {
  for (const { attributes } of spans) {
    const found = attributeText(attributes, names);
    if (found !== null) return found;
  }
  for (const { resource } of spans) {
    const found = attributeText(resource, names);
    if (found !== null) return found;
  }
  return null;
}

function promptIn(
  attributes: OtlpAttributes,
  first: (names: readonly string[]) => string | null,
  said: ApplicationFacts['said'],
): Interaction['prompt'] {
  const named = first(NAMES.promptName) ?? said.get('promptName') ?? null;
  const name = named ?? first(NAMES.functionName);
  if (name === null) return null;
  const version = named === null ? null : (first(NAMES.promptVersion) ?? said.get('promptVersion') ?? null);
  return recordedPrompt(name, version, attributeText(attributes, NAMES.contentHash));
}

/** What filled the prompt's template. */
export function filledVariablesIn(attributes: OtlpAttributes): JsonObject {
  const whole = objectIn(attributes, NAMES.variables);
  const flat = NAMES.flatVariables.map((name) => below(attributes, name.replace(/\*$/, '')));
  const found = flat.find((variables) => Object.keys(variables).length > 0);
  return found ?? whole ?? {};
}

/** `provider:model` in small letters before the colon; null: no model is named. */
function modelIn(attributes: OtlpAttributes): string | null {
  const model =
    attributeText(attributes, ['gen_ai.request.model', 'llm.request.model_name']) ??
    requestedModel(attributes) ??
    attributeText(attributes, NAMES.model);
  const provider = providerIn(attributes);
  if (model === null || provider === null) return model;
  const name = provider.toLowerCase();
  return `${Object.hasOwn(PROVIDERS, name) ? (PROVIDERS[name] ?? name) : name.replace(/\.(chat|responses|messages|completion)$/, '')}:${model}`;
}

/** OpenInference has the model of the request among its parameters, and elsewhere the one that answered. */
function requestedModel(attributes: OtlpAttributes): string | null {
  const model = objectIn(attributes, ['llm.invocation_parameters'])?.['model'];
  return typeof model === 'string' && model !== '' ? model : null;
}

/** By the host that was asked, where that is known: OpenAI's client calls other providers, too. LangChain says it among its own metadata. */
function providerIn(attributes: OtlpAttributes): string | null {
  const server = attributeText(attributes, NAMES.server);
  const byHost = server === null ? null : providerOfHost(URL.canParse(server) && server.includes('//') ? new URL(server).hostname : server);
  if (byHost !== null) return byHost;
  const own = attributeText(attributes, NAMES.provider);
  const provider = objectIn(attributes, ['metadata'])?.['ls_provider'];
  return own ?? (typeof provider === 'string' && provider !== '' ? provider : null);
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
  // Our own spans have all of them there.
  if (attributes.has('goldset.parameters')) return Object.fromEntries(found);
  for (const [name, value] of attributes) {
    const parameter = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    if (parameter !== undefined && value !== null && !found.has(parameter)) found.set(parameter, value);
  }
  if (!found.has('response_format') && attributeText(attributes, ['gen_ai.output.type']) === 'json')
    found.set('response_format', { type: 'json_object' });
  return Object.fromEntries(found);
}

/** What some instrumentations put among the parameters, and stands elsewhere in an interaction. */
const NO_PARAMETERS: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'input', 'tools', 'prompt', 'functions', 'system', 'instructions'],
  // How an answer travels, not what it says.
  ...['stream', 'stream_options'],
]);

function toolsIn(attributes: OtlpAttributes): JsonValue[] {
  const whole = structured(firstOf(attributes, NAMES.tools));
  const tools = Array.isArray(whole) ? whole : flatList(attributes, NAMES.flatTools);
  return tools.map((tool) => {
    const inner = isJsonObject(tool) && isJsonObject(tool['tool']) ? tool['tool']['json_schema'] : tool;
    const value = structured(inner) ?? tool;
    if (!isJsonObject(value) || value['function'] !== undefined || typeof value['name'] !== 'string') return value;
    const { name, description, parameters, input_schema: schema, inputSchema } = value;
    const given = structured(parameters ?? schema ?? inputSchema);
    const fn = { name, ...(description === undefined ? {} : { description }), parameters: given ?? {} };
    return { type: 'function', function: fn };
  });
}

function errorOf({ attributes, events, isError, statusMessage }: Span): Interaction['error'] {
  const exception = events.find(({ name }) => name === 'exception')?.attributes;
  const type = attributeText(attributes, NAMES.errorType) ?? (exception && isError ? attributeText(exception, ['exception.type']) : null);
  if (type === null && !isError) return null;
  return { type: type ?? 'error', message: statusMessage ?? (exception ? attributeText(exception, ['exception.message']) : null) ?? '' };
}
