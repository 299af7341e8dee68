/** `client` of a BAML function → a model and its parameters. Addresses and keys of a client are never used: Goldset has its own. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { Parameters, PromptDocument } from '../document.ts';
import { parameterName } from '../formats/parameters.ts';
import type { BamlClient, BamlFunction } from './declarations.ts';

export interface BamlModel {
  readonly model: PromptDocument['model'];
  readonly parameters: Parameters;
  readonly defaultRole: string;
  readonly notes: readonly { readonly severity: 'error' | 'info'; readonly message: string; readonly hint?: string; readonly at: number }[];
}

/** What concerns the transport, the key, or BAML's own work. */
const NOT_SENT = [
  ...['model', 'api_key', 'base_url', 'headers', 'default_role', 'allowed_roles', 'allowed_role_metadata', 'supports_streaming'],
  ...[
    'resource_name',
    'deployment_id',
    'api_version',
    'finish_reason_allow_list',
    'finish_reason_deny_list',
    'strategy',
    'http',
    'query_params',
  ],
  ...[
    'region',
    'access_key_id',
    'secret_access_key',
    'session_token',
    'profile',
    'location',
    'project_id',
    'credentials',
    'client_response_type',
  ],
  ...['media_url_handler', 'proxy_url', 'anthropic_version', 'remap_roles', 'start'],
];
const SAME_MODELS = ['fallback', 'round-robin', 'baml-fallback', 'baml-round-robin', 'baml-roundrobin'];
const OPENAI = ['openai', 'openai-responses', 'baml-openai-chat', 'openai-generic'];
const MOST_STEPS = 10;

export function bamlModel({ client }: BamlFunction, clients: readonly BamlClient[]): BamlModel {
  const none: BamlModel = { model: null, parameters: {}, defaultRole: 'user', notes: [] };
  if (client === null || client.name === '') return none;
  const range = { start: client.at, end: client.at + client.name.length };
  if (client.name.includes('/')) return { ...none, model: { id: client.name.replace('/', ':'), range } };
  let own = clients.find(({ name }) => name === client.name);
  const notes: BamlModel['notes'][number][] = [];
  for (let step = 0; own !== undefined && SAME_MODELS.includes(own.provider ?? '') && step < MOST_STEPS; step++) {
    const strategy = isJsonObject(own.options) ? own.options['strategy'] : null;
    const first: JsonValue | undefined = Array.isArray(strategy) ? strategy[0] : undefined;
    if (typeof first !== 'string') break;
    notes.push({
      severity: 'info',
      message: `\`${client.name}\` changes between models: Goldset sends to the first one, \`${first}\`.`,
      hint: 'Name another one for a run with --model.',
      at: client.at,
    });
    if (first.includes('/')) return { ...none, notes, model: { id: first.replace('/', ':'), range } };
    own = clients.find(({ name }) => name === first);
  }
  if (own === undefined)
    return { ...none, notes: [...notes, { severity: 'error', message: `There is no client \`${client.name}\`.`, at: client.at }] };
  const options = isJsonObject(own.options) ? own.options : {};
  const model = options['model'] ?? options['deployment_id'];
  const role = options['default_role'];
  return {
    model: typeof model === 'string' ? { id: idOf(own, model, options, notes, client.at), range } : null,
    parameters: parametersOf(options),
    defaultRole: typeof role === 'string' ? role : 'user',
    notes,
  };
}

/** A client with an address of its own is a server that goldset.yaml declares under the client's name. */
function idOf({ name, provider }: BamlClient, model: string, options: JsonObject, notes: BamlModel['notes'][number][], at: number): string {
  const known = provider === null ? 'openai' : OPENAI.includes(provider) ? 'openai' : provider;
  if (options['base_url'] === undefined) return `${known}:${model}`;
  notes.push({
    severity: 'info',
    message: `The address of the client \`${name}\` is not used: Goldset sends to servers that you declare.`,
    hint: `Declare it in goldset.yaml: providers: { ${name}: { kind: openai-compatible, baseUrl: … } }, or name a model with --model.`,
    at,
  });
  return `${name}:${model}`;
}

function parametersOf(options: JsonObject): Parameters {
  const found: Record<string, JsonValue> = {};
  const own = isJsonObject(options['generationConfig']) ? options['generationConfig'] : {};
  for (const [key, value] of Object.entries({ ...options, ...own })) {
    if (NOT_SENT.includes(key) || key === 'generationConfig' || key === '__proto__' || value === null) continue;
    found[parameterName(key) ?? key] = value;
  }
  return found;
}
