/** Where the requests of a model go, and in which format: from its name and goldset.yaml. */
import { DIALECTS, dialectOfUrl, GEMINI_API, type Dialect, type DialectName } from '../../core/config/dialects.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { parseModelId } from '../../core/model-id.ts';
import { resolveModelName } from '../../core/model-name.ts';
import { BATCH_SETTLE, isServer, providerOfModel, type ServerConfig, type TokenCommand } from '../../core/config/providers.ts';
import { converseWire, takesCachePoints } from './bedrock/converse-wire.ts';
import type { BodyFormat } from './answer-reader.ts';
import { messagesWire } from './anthropic/messages-wire.ts';
import { contentWire } from './gemini/content-wire.ts';
import { ANTHROPIC, GOOGLE, OFFICIAL_PROVIDERS, OPENAI, type KeySource, type OfficialProvider } from './keys.ts';
import { isOwnPair, type KeyPair } from '../../core/config/key-pair.ts';
import type { SentCache } from '../../core/economics/model-facts.ts';
import { takesBreakpoints } from '../../core/economics/data/caching-rules.ts';
import { chatWire } from './openai/chat-wire.ts';
import { responsesWire } from './openai/responses-wire.ts';
import { capabilitiesOf, type CapabilityOverrides, type KnownCapabilities } from '../../core/economics/capabilities.ts';
import { fitParameters } from '../../core/model/sent-without.ts';
import { fittedWire, type Fit } from './fitted-wire.ts';
import type { Wire } from './wire.ts';

export interface Endpoint {
  /** `provider:model`. */
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly format: BodyFormat | 'converse';
  /** The address below which the format's paths are. */
  readonly baseUrl: string;
  /** The provider itself, not another server that speaks its format; null: another server. */
  readonly official: OfficialProvider | null;
  /** The environment variable that holds the key, as configured or the provider's own; null: none is needed. */
  readonly keyVariable: string | null;
  /** The program that prints a token instead of a key; null: none. */
  readonly signIn: TokenCommand | null;
  /** That its requests are signed for; null: they are not signed. */
  readonly region: string | null;
  readonly dialect: Dialect;
  /** Whether its requests carry marks for the provider's cache. */
  readonly marks: boolean;
  readonly streams: boolean;
  /** It takes batches: the providers do, and servers that are said to be like them. */
  readonly batches: boolean;
  /** Requests of one batch at most; null: as many as the provider takes. */
  readonly batchSize: number | null;
  /** ms within which a batch that was submitted can be found. */
  readonly batchSettleMs: number;
  readonly cache: GoldsetConfig['promptCache'];
  /** What the model accepts; null: not known. */
  readonly capabilities: KnownCapabilities | null;
}

/** Null: no provider is named, it is not configured, or it is no server. `own`: what the user's price file says about models. */
export function endpointOf(
  id: string,
  config: Pick<GoldsetConfig, 'providers' | 'promptCache'>,
  own?: CapabilityOverrides,
): Endpoint | null {
  const parsed = parseModelId(id);
  if (parsed === null) return null;
  const { provider } = parsed;
  const name = resolveModelName(id);
  // promptfoo's names choose the format: openai:chat:gpt-6-luna.
  const { model, named } = name?.api ? { model: name.hostModel, named: name.api } : { model: parsed.model, named: null };
  const configured = providerOfModel(config.providers, parsed);
  if (configured !== null && !isServer(configured)) return null;
  const official = officialOf(id, provider, configured);
  const given = configured?.baseUrl ?? official?.baseUrl ?? null;
  if (given === null) return null;
  const format = formatOf(official, configured, named === 'chat' || named === 'responses' ? named : null);
  const { promptCache } = config;
  const mayMark =
    format === 'messages' || (official === OPENAI && takesBreakpoints(model)) || (format === 'converse' && takesCachePoints(model));
  const signIn = configured?.signIn ?? null;
  const dialect = format === 'generate-content' ? GEMINI_API : dialectFor(configured, official, given);
  return {
    id: `${provider}:${model}`,
    provider,
    model,
    format,
    // Anthropic's paths begin with the version.
    baseUrl: (format === 'messages' ? given.replace(/\/v1\/*$/, '') : given).replace(/\/+$/, ''),
    official,
    keyVariable: configured?.apiKeyEnv ?? (signIn === null ? (official?.variable ?? null) : null),
    signIn,
    region: configured?.region ?? null,
    // A header for keys takes no token (Azure: `api-key`).
    dialect: signIn === null ? dialect : { ...dialect, keyHeader: 'authorization' },
    marks: promptCache.breakpoints && mayMark,
    streams: configured?.stream ?? true,
    batches: (official !== null && format !== 'generate-content') || configured?.kind === 'openai' || configured?.kind === 'anthropic',
    batchSize: configured?.batchSize ?? null,
    batchSettleMs: (configured?.batchSettle ?? BATCH_SETTLE) * 1000,
    cache: promptCache,
    capabilities: capabilitiesOf(id, own),
  };
}

/** `named`: the format that the model's name itself chooses; null: it chooses none. */
function formatOf(
  official: OfficialProvider | null,
  configured: ServerConfig | null,
  named: 'chat' | 'responses' | null,
): Endpoint['format'] {
  if (configured?.kind === 'bedrock') return 'converse';
  if (configured?.kind === 'anthropic' || official === ANTHROPIC) return 'messages';
  if (configured?.kind === 'gemini' || official === GOOGLE) return 'generate-content';
  return named ?? configured?.api ?? (official !== null && configured?.kind !== 'openai-compatible' ? 'responses' : 'chat');
}

/** Genkit's `googleai/…` and `vertexai/…`, promptfoo's `vertex:…`: without an address in goldset.yaml, each is Gemini's own API. */
function isGemini(id: string): boolean {
  const name = resolveModelName(id);
  return name?.provider === GOOGLE.name && (name.host === GOOGLE.name || name.host === 'vertex');
}

/** The provider itself, with settings: goldset.yaml has no address, or writes the provider's own out. */
function officialOf(id: string, provider: string, configured: ServerConfig | null): OfficialProvider | null {
  if (configured === null) return OFFICIAL_PROVIDERS.find(({ name }) => name === (isGemini(id) ? GOOGLE.name : provider)) ?? null;
  if (configured.kind === 'bedrock') return null;
  const itself = configured.kind === 'anthropic' ? ANTHROPIC : configured.kind === 'gemini' ? GOOGLE : OPENAI;
  return configured.baseUrl === null || new URL(configured.baseUrl).origin === itself.origin ? itself : null;
}

function dialectFor(configured: ServerConfig | null, official: OfficialProvider | null, baseUrl: string): Dialect {
  const named = configured?.server ?? null;
  const dialect = named !== null ? DIALECTS[named as DialectName] : official === OPENAI ? DIALECTS.openai : dialectOfUrl(baseUrl);
  return configured?.stream === false ? { ...dialect, streams: false } : dialect;
}

/** The format of its requests, which leaves out parameters that the model is known to reject. */
export const wireOf = (endpoint: Endpoint): Wire => fittedWire(plainWireOf(endpoint), fitOf(endpoint));

/** Parameters of a request as the model of an endpoint accepts them. */
export const fitOf =
  ({ capabilities, format }: Pick<Endpoint, 'capabilities' | 'format'>): Fit =>
  ({ parameters, tools }) =>
    fitParameters(parameters, capabilities, { api: format, hasTools: tools.length > 0 });

function plainWireOf({ id, model, format, dialect, marks, streams, cache }: Endpoint): Wire {
  const { ttl, diagnostics: diagnose } = cache;
  if (format === 'messages') return messagesWire({ id, model, diagnose, streams, ttl: marks ? (ttl === '1h' ? '1h' : '5m') : null });
  if (format === 'converse') return converseWire({ id, model, streams, ttl: marks ? (ttl === '1h' ? '1h' : '5m') : null });
  if (format === 'generate-content') return contentWire({ id, model, streams });
  const options = { id, model, dialect, breakpoint: marks };
  if (format === 'chat') return chatWire(options);
  return responsesWire({ ...options, diagnose, ttl: marks && (ttl === '30m' || ttl === '12h') ? ttl : null, streams });
}

/** What the requests of an endpoint ask of the provider's cache. */
export function sentCache({ format, marks, cache: { ttl } }: Pick<Endpoint, 'format' | 'marks' | 'cache'>): SentCache {
  const name = marks ? markedTtl(format, ttl) : null;
  return { marks, ttlSeconds: name === null ? null : TTL_SECONDS[name], isLong: name === '1h' };
}

type Ttl = NonNullable<GoldsetConfig['promptCache']['ttl']>;

const TTL_SECONDS: Readonly<Record<Ttl, number>> = { '5m': 300, '30m': 1800, '1h': 3600, '12h': 43_200 };

/** The lifetime that a format has for a mark; null: as the provider does by itself. */
function markedTtl(format: Endpoint['format'], ttl: Ttl | null): Ttl | null {
  if (format === 'messages' || format === 'converse') return ttl === '1h' ? '1h' : '5m';
  return format === 'responses' && (ttl === '30m' || ttl === '12h') ? ttl : null;
}

/** What answers, for the response cache: the address, the model, and where a model can be asked in two formats which of them. */
export const answersAt = ({ baseUrl, model, format }: Pick<Endpoint, 'baseUrl' | 'model' | 'format'>): string =>
  `${baseUrl}#${model}${format === 'responses' ? '#responses' : ''}`;

/** The variable for a command that others may run, `TOKEN` where a command prints it; null: no key is needed, or the variable may not go there. */
export function shareableVariable({ baseUrl, keyVariable, signIn }: Endpoint, { isAllowed }: Pick<KeySource, 'isAllowed'>): string | null {
  if (signIn !== null) return 'TOKEN';
  if (keyVariable === null) return null;
  return mayGo({ variable: keyVariable, origin: new URL(baseUrl).origin }, { isAllowed }) ? keyVariable : null;
}

/** Whether a command that others may run can name this variable for this origin. */
export const mayGo = (pair: KeyPair, { isAllowed }: Pick<KeySource, 'isAllowed'>): boolean => isOwnPair(pair) || isAllowed(pair);
