/** What of a request's body an interaction says, in each provider's form; keys and names of users are left out. */
import type { BodyFormat } from '../adapters/models/answer-reader.ts';
import { userIn } from '../core/feedback/redaction/persons.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json/json.ts';

export interface RequestFacts {
  readonly model: string | null;
  readonly messages: readonly JsonValue[];
  readonly tools: readonly JsonValue[];
  readonly parameters: JsonObject;
  /** The user as the request names them, not hashed. */
  readonly user: string | null;
}

/** How an answer travels, not what it says. */
const TRANSPORT = new Set(['stream', 'stream_options', 'user', 'safety_identifier']);
const HIDDEN = /^(authorization|authorization_token|api[-_]?key|token|secret|password)$/i;

export function requestFacts(format: BodyFormat, body: JsonObject): RequestFacts {
  const { model, messages, input, system, instructions, tools, ...rest } = body;
  const said = format === 'responses' ? input : messages;
  const before = format === 'messages' ? system : format === 'responses' ? instructions : undefined;
  const parameters: JsonObject = {};
  for (const [name, value] of Object.entries(rest)) if (!TRANSPORT.has(name)) parameters[name] = value;
  return {
    model: typeof model === 'string' ? model : null,
    messages: [...(before === undefined || before === null ? [] : [{ role: 'system', content: before }]), ...listOf(said)],
    tools: withoutKeys(Array.isArray(tools) ? tools : []) as JsonValue[],
    parameters: withoutKeys(withoutUser(parameters)) as JsonObject,
    user: userIn(body),
  };
}

/** The Responses API takes a text alone for a message of the user. */
const listOf = (said: JsonValue | undefined): JsonValue[] =>
  typeof said === 'string' ? [{ role: 'user', content: said }] : Array.isArray(said) ? said : [];

function withoutUser({ metadata, ...rest }: JsonObject): JsonObject {
  if (metadata === undefined) return rest;
  if (!isJsonObject(metadata)) return { ...rest, metadata };
  const { user_id: _user, ...kept } = metadata;
  return Object.keys(kept).length === 0 ? rest : { ...rest, metadata: kept };
}

/** Servers of tools (MCP) are named with the keys that they want. */
function withoutKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutKeys);
  if (!isJsonObject(value)) return value;
  const isServer = value['server_url'] !== undefined || value['url'] !== undefined;
  const isKey = (name: string, item: JsonValue): boolean =>
    (typeof item === 'string' && HIDDEN.test(name)) || (isServer && name === 'headers');
  const copy: JsonObject = {};
  for (const [name, item] of Object.entries(value)) if (!isKey(name, item)) copy[name] = withoutKeys(item);
  return copy;
}
