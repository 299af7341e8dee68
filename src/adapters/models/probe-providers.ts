/** Which providers can be reached, and which models they offer: each is asked for its list of models, none for an answer. */
import { LOCAL_SERVERS } from '../../core/config/dialects.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { isServer, localServer } from '../../core/config/providers.ts';
import { isHumanError, messageOf } from '../../core/problems/errors.ts';
import { isJsonObject, parseJson } from '../../core/json/json.ts';
import { excerpt } from '../../core/text/text.ts';
import { ANTHROPIC_VERSION } from './anthropic/messages-body.ts';
import { endpointOf, type Endpoint } from './endpoint.ts';
import { keepAliveFetch } from '../http/keep-alive-fetch.ts';
import { hideKey } from './hide-key.ts';
import { keyFor, OFFICIAL_PROVIDERS, type KeySource } from './keys.ts';

export interface ProviderStatus {
  readonly name: string;
  /** Where it is; a program's command line for a pipeline that is one. */
  readonly address: string;
  /**
   * `reachable`: it has listed its models. `no-key`: it was not asked. `refused`: it answered, but not with a list.
   * `unreachable`: there was no answer. `not-asked`: a pipeline or Bedrock, which have no list, a provider with a token command, or one that is not set up.
   */
  readonly state: 'reachable' | 'no-key' | 'refused' | 'unreachable' | 'not-asked';
  /** Why, in one sentence; null: it is reachable. */
  readonly reason: string | null;
  /** What to do about it; null: nothing is known to do. */
  readonly hint: string | null;
  readonly models: readonly string[];
  /** What to know before its numbers are trusted. */
  readonly note: string | null;
  /** `local`: it runs on this machine, and goldset.yaml does not name it. */
  readonly from: 'goldset.yaml' | 'built-in' | 'local';
}

export interface ProbeOptions {
  readonly config: Pick<GoldsetConfig, 'providers' | 'promptCache'>;
  readonly keys: KeySource;
  /** Where to look for servers of this machine; absent: at their usual ports. */
  readonly localServers?: typeof LOCAL_SERVERS;
}

/** A list of models comes at once, or not at all. ms. */
const TIMEOUT = 4000;
const MAX_MODELS = 2000;

/** Providers in the order of goldset.yaml, then OpenAI, Anthropic and Google, then local servers that answer. */
export async function probeProviders(options: ProbeOptions): Promise<ProviderStatus[]> {
  const { providers } = options.config;
  const configured = [...providers].map(([name, provider]): Promise<ProviderStatus> => {
    if (isServer(provider)) return statusOf(name, 'goldset.yaml', options);
    const address = provider.kind === 'http' ? provider.url : provider.command.join(' ');
    const reason = 'A pipeline has no list of models. It is called when a prompt runs.';
    return Promise.resolve({ name, address, state: 'not-asked', reason, hint: null, models: [], note: null, from: 'goldset.yaml' });
  });
  const builtIn = OFFICIAL_PROVIDERS.filter(({ name }) => !providers.has(name)).map(({ name }) => statusOf(name, 'built-in', options));
  const [known, local] = await Promise.all([Promise.all([...configured, ...builtIn]), findLocalServers(options)]);
  return [...known, ...local];
}

/** Servers at their usual ports of this machine that goldset.yaml does not name; only those that answer like one. */
export async function findLocalServers(options: ProbeOptions): Promise<ProviderStatus[]> {
  const { config, localServers = LOCAL_SERVERS } = options;
  const { providers } = config;
  const taken = new Set(
    [...providers.values()].flatMap((provider) => (isServer(provider) && provider.baseUrl ? [originOf(provider.baseUrl)] : [])),
  );
  const asked = localServers.filter(({ dialect, baseUrl }) => !providers.has(dialect) && !taken.has(originOf(baseUrl)));
  const named = { ...config, providers: new Map(asked.map(({ dialect, baseUrl }) => [dialect, localServer(baseUrl, dialect)] as const)) };
  const statuses = await Promise.all(asked.map(({ dialect }) => statusOf(dialect, 'local', { ...options, config: named })));
  return statuses.filter(({ state, models }) => state === 'reachable' && models.length > 0);
}

const originOf = (url: string): string => new URL(url).origin.replace('localhost', '127.0.0.1');

async function statusOf(name: string, from: ProviderStatus['from'], { config, keys }: ProbeOptions): Promise<ProviderStatus> {
  const endpoint = endpointOf(`${name}:any`, config);
  if (endpoint === null) throw new Error(`${name} is not a server. This is a defect in Goldset; please report it.`);
  const { baseUrl, dialect } = endpoint;
  const base = { name, address: baseUrl, hint: null, models: [], note: dialect.note, from };
  if (endpoint.signIn !== null || endpoint.format === 'converse') {
    const reason = endpoint.signIn === null ? 'Bedrock’s runtime has no list of models.' : 'Its token command runs only for a prompt.';
    return { ...base, state: 'not-asked', reason };
  }
  let key: string | null = null;
  try {
    // A list is no answer that the user waits for, so there is no question whether a key may leave its origin.
    key = await keyFor(endpoint, { keyForOrigin: keys.keyForOrigin, variable: keys.variable, isAllowed: keys.isAllowed });
  } catch (error) {
    if (!isHumanError(error)) throw error;
    return { ...base, state: 'no-key', reason: error.message, hint: error.hint ?? null };
  }
  return { ...base, ...(await listOf(endpoint, key)) };
}

/** Below the base URL, where it is not `/models`. */
const LISTS: Readonly<Partial<Record<Endpoint['format'], string>>> = {
  messages: '/v1/models?limit=1000',
  'generate-content': '/models?pageSize=1000',
};

async function listOf(endpoint: Endpoint, key: string | null): Promise<Pick<ProviderStatus, 'state' | 'reason' | 'models'>> {
  const url = `${endpoint.baseUrl}${LISTS[endpoint.format] ?? '/models'}`;
  const hidden = (text: string): string => (key === null ? text : text.replaceAll(key, '[key]'));
  try {
    const response = await keepAliveFetch(url, { headers: headersOf(endpoint, key), signal: AbortSignal.timeout(TIMEOUT) });
    const text = hideKey(await response.text(), key);
    if (!response.ok) return { state: 'refused', reason: `Status ${response.status}: ${hidden(excerpt(text.trim(), 200))}`, models: [] };
    const models = modelsIn(text);
    if (models === null) return { state: 'refused', reason: 'The server’s answer is not a list of models.', models: [] };
    return { state: 'reachable', reason: null, models };
  } catch (error) {
    return { state: 'unreachable', reason: hidden(messageOf(error)), models: [] };
  }
}

function headersOf({ format, dialect }: Endpoint, key: string | null): Record<string, string> {
  const version: Record<string, string> = format === 'messages' ? { 'anthropic-version': ANTHROPIC_VERSION } : {};
  if (key === null) return version;
  const { keyHeader } = dialect;
  return keyHeader === 'authorization' ? { ...version, authorization: `Bearer ${key}` } : { [keyHeader]: key };
}

/** OpenAI's and Anthropic's lists are alike, `{ data: [{ id }] }`; Gemini's is `{ models: [{ name: 'models/ID' }] }`. */
function modelsIn(text: string): string[] | null {
  const body = parseJson(text);
  const data = isJsonObject(body) ? (body['data'] ?? body['models']) : undefined;
  if (!Array.isArray(data)) return null;
  return data
    .slice(0, MAX_MODELS)
    .flatMap((item) => {
      const name = isJsonObject(item) ? (item['id'] ?? item['name']) : undefined;
      return typeof name === 'string' ? [name.replace(/^models\//, '')] : [];
    })
    .sort();
}
