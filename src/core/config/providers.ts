/** `providers` of goldset.yaml: servers that answer for models, and pipelines that answer for prompts. */
import type { ModelId } from '../model-id.ts';
import { hostNamed } from '../model-name.ts';
import type { JsonObject, JsonValue } from '../json/json.ts';
import { LOCAL_SERVERS } from './dialects.ts';
import { addressProblem, isTokenOwner, isVariableName } from './key-pair.ts';
import type { Fields } from '../yaml/yaml-fields.ts';

/** A server that speaks a provider's format. */
export interface ServerConfig {
  readonly kind: 'openai-compatible' | 'openai' | 'anthropic' | 'gemini' | 'bedrock';
  /** Null: the provider's own. */
  readonly baseUrl: string | null;
  /** The environment variable that holds the key; null: none is needed, or the provider's own. */
  readonly apiKeyEnv: string | null;
  /** Which of OpenAI's formats; null: Responses for OpenAI itself, Chat Completions for the others. */
  readonly api: 'chat' | 'responses' | null;
  /** What it is, where its address does not tell; null: told from the address. */
  readonly server: string | null;
  /** False: it answers in one piece, so there is no time to first token. */
  readonly stream: boolean;
  /** Requests of one batch at most; null: as many as the provider takes. */
  readonly batchSize: number | null;
  /** Seconds within which a batch that was submitted can be found there. */
  readonly batchSettle: number;
  /** The program that prints a token for each request, instead of a key; absent: none. */
  readonly signIn?: TokenCommand;
  /** The region that Bedrock's requests are signed for; absent: another kind. */
  readonly region?: string;
}

/** `tokenCommand` and `tokenEnv`. */
export interface TokenCommand {
  /** The program and its arguments; no shell. */
  readonly command: readonly string[];
  /** Environment variables that it gets beyond PATH, HOME, USERPROFILE and APPDATA. */
  readonly env: readonly string[];
}

/** Any pipeline behind an address: variables go in; output, retrieved chunks and usage come out. */
export interface HttpTargetConfig {
  readonly kind: 'http';
  readonly url: string;
  readonly apiKeyEnv: string | null;
}

/** Any pipeline as a program: a request as JSON on its standard input, an answer as JSON on its standard output. */
export interface CommandTargetConfig {
  readonly kind: 'command';
  /** The program and its arguments; no shell. */
  readonly command: readonly string[];
  /** Environment variables that it may see beyond PATH. */
  readonly env: readonly string[];
  /** How long one call may take, seconds. */
  readonly timeout: number;
}

export type ProviderConfig = ServerConfig | HttpTargetConfig | CommandTargetConfig;

/** Seconds. */
const COMMAND_TIMEOUT = 120;
/** Seconds: lists of jobs may be a little behind. */
export const BATCH_SETTLE = 120;

const KINDS = ['openai-compatible', 'openai', 'anthropic', 'gemini', 'bedrock', 'http', 'command'] as const;
const SERVER_KEYS = [
  ...['kind', 'baseUrl', 'apiKeyEnv', 'api', 'server', 'stream', 'batchSize', 'batchSettle'],
  ...['tokenCommand', 'tokenEnv', 'region'],
];

/** What is wrong is reported; a provider that cannot be used is not in the list. */
export function readProviders(fields: Fields, providers: JsonObject, servers: readonly string[]): Map<string, ProviderConfig> {
  return new Map(
    Object.keys(providers).flatMap((name): [string, ProviderConfig][] => {
      const path = ['providers', name];
      const value = fields.object(providers, path);
      if (value === null) return [];
      const kind = fields.oneOf(value, [...path, 'kind'], KINDS) ?? 'openai-compatible';
      const reader = new ProviderReader(fields, value, name);
      const provider = kind === 'http' ? reader.http() : kind === 'command' ? reader.command() : reader.server(kind, servers);
      return provider === null ? [] : [[name.toLowerCase(), provider]];
    }),
  );
}

class ProviderReader {
  private readonly path: readonly string[];

  constructor(
    private readonly fields: Fields,
    private readonly value: JsonObject,
    private readonly name: string,
  ) {
    this.path = ['providers', name];
  }

  server(kind: ServerConfig['kind'], servers: readonly string[]): ServerConfig | null {
    const { fields, value, name } = this;
    fields.unknownKeys(value, SERVER_KEYS, [...this.path]);
    const { signIn, isWrong } = this.signIn();
    const region = kind === 'bedrock' ? this.region() : null;
    if (isWrong || (kind === 'bedrock' && region === null)) return null;
    const baseUrl = this.address('baseUrl') ?? (value['baseUrl'] === undefined && region !== null ? bedrockUrl(region) : null);
    if (baseUrl === null && (kind === 'openai-compatible' || value['baseUrl'] !== undefined)) {
      fields.report(
        [...this.path, 'baseUrl'],
        `The provider \`${name}\` needs a \`baseUrl\` that starts with http:// or https://${this.problemOf('baseUrl')}.`,
      );
      return null;
    }
    return {
      kind,
      baseUrl,
      apiKeyEnv: this.variable('apiKeyEnv'),
      api: fields.oneOf(value, this.at('api'), ['chat', 'responses']),
      server: fields.oneOf(value, this.at('server'), servers),
      stream: this.boolean('stream') ?? true,
      batchSize: fields.number(value, this.at('batchSize'), 1),
      batchSettle: fields.number(value, this.at('batchSettle'), 0) ?? BATCH_SETTLE,
      ...(signIn === null ? {} : { signIn }),
      ...(region === null ? {} : { region }),
    };
  }

  /** `isWrong`: what is written cannot be used, and without it requests would go out unsigned. */
  private signIn(): { readonly signIn: TokenCommand | null; readonly isWrong: boolean } {
    const { fields, value, name } = this;
    const { tokenCommand, tokenEnv } = value;
    const wrong = (key: string, message: string): { signIn: null; isWrong: true } => {
      fields.report(this.at(key), message);
      return { signIn: null, isWrong: true };
    };
    if (tokenCommand === undefined)
      return tokenEnv === undefined
        ? { signIn: null, isWrong: false }
        : wrong('tokenEnv', `\`tokenEnv\` of the provider \`${name}\` needs a \`tokenCommand\`.`);
    if (!isTexts(tokenCommand) || tokenCommand.length === 0)
      return wrong(
        'tokenCommand',
        '`tokenCommand` must be a list of texts, the program and its arguments, such as [gcloud, auth, print-access-token].',
      );
    const env = tokenEnv ?? [];
    if (!isTexts(env) || !env.every(isVariableName))
      return wrong('tokenEnv', '`tokenEnv` must be a list of names of environment variables: letters, digits and `_`.');
    if (value['apiKeyEnv'] !== undefined)
      return wrong('tokenCommand', `The provider \`${name}\` has both \`apiKeyEnv\` and \`tokenCommand\`. Keep one of them.`);
    if (!isTokenOwner(name))
      return wrong(
        'tokenCommand',
        `A provider with a \`tokenCommand\` needs a name of letters, digits, \`.\`, \`_\` and \`-\`, not "${name}".`,
      );
    return { signIn: { command: tokenCommand, env }, isWrong: false };
  }

  /** Of Bedrock: as written, or as its address has it. */
  private region(): string | null {
    const { fields, value, name } = this;
    const given = fields.string(value, this.at('region')) ?? regionOf(this.address('baseUrl'));
    if (given !== null && /^[a-z]{2,}(?:-[a-z]+)+-\d+$/.test(given)) return given;
    fields.report(
      this.at('region'),
      given === null
        ? `The provider \`${name}\` needs a \`region\`, such as us-east-1.`
        : `\`region\` of the provider \`${name}\` must be a region of AWS, such as us-east-1, not "${given}".`,
    );
    return null;
  }

  http(): HttpTargetConfig | null {
    const { fields, value, name } = this;
    fields.unknownKeys(value, ['kind', 'url', 'apiKeyEnv'], [...this.path]);
    const url = this.address('url');
    if (url === null) {
      fields.report(
        [...this.path, 'url'],
        `The pipeline \`${name}\` needs a \`url\` that starts with http:// or https://${this.problemOf('url')}.`,
      );
      return null;
    }
    return { kind: 'http', url, apiKeyEnv: this.variable('apiKeyEnv') };
  }

  command(): CommandTargetConfig | null {
    const { fields, value, name } = this;
    fields.unknownKeys(value, ['kind', 'command', 'env', 'timeout'], [...this.path]);
    const command = this.texts('command');
    if (command.length === 0) {
      fields.report(
        [...this.path, 'command'],
        `The pipeline \`${name}\` needs a \`command\`, a list of the program and its arguments, such as [python3, answer.py].`,
      );
      return null;
    }
    return { kind: 'command', command, env: this.texts('env'), timeout: fields.number(value, this.at('timeout'), 0) ?? COMMAND_TIMEOUT };
  }

  private at(key: string): string[] {
    return [...this.path, key];
  }

  private address(key: string): string | null {
    const text = this.fields.string(this.value, this.at(key));
    return text !== null && addressProblem(text) === null ? text : null;
  }

  /** What is wrong with an address that is there, as the end of a sentence; empty: the sentence says it. */
  private problemOf(key: string): string {
    const text = this.value[key];
    const problem = typeof text === 'string' && /^https?:\/\//i.test(text) ? addressProblem(text) : null;
    return problem === null ? '' : `; ${problem}`;
  }

  private variable(key: string): string | null {
    const name = this.fields.string(this.value, this.at(key));
    if (name === null || isVariableName(name)) return name;
    // The text may be a key that was written here by mistake, so the message does not repeat it.
    this.fields.report(this.at(key), `\`${key}\` must be the name of an environment variable: letters, digits and \`_\`.`);
    return null;
  }

  private boolean(key: string): boolean | null {
    const value = this.value[key];
    if (value === undefined || typeof value === 'boolean') return value ?? null;
    this.fields.report(this.at(key), `\`${key}\` must be true or false.`);
    return null;
  }

  private texts(key: string): string[] {
    const list = this.fields.list(this.value, this.at(key));
    return list.filter((item): item is string => typeof item === 'string' && item !== '');
  }
}

const isTexts = (value: JsonValue): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');

const bedrockUrl = (region: string): string => `https://bedrock-runtime.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/** `us-east-1` of `https://bedrock-runtime.us-east-1.amazonaws.com`, also of a private endpoint in a VPC; null: the address does not say. */
function regionOf(baseUrl: string | null): string | null {
  const host = baseUrl === null ? '' : new URL(baseUrl).hostname;
  return /(?:^|\.)bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\./.exec(host)?.[1] ?? null;
}

/** As goldset.yaml has it, or a server that people run themselves, at its usual address under its own name. Null: neither. */
export function providerNamed(providers: ReadonlyMap<string, ProviderConfig>, name: string): ProviderConfig | null {
  const local = LOCAL_SERVERS.find(({ dialect }) => dialect === name);
  return providers.get(name) ?? (local === undefined ? null : localServer(local.baseUrl, local.dialect));
}

/** The provider that a model's name means: under the name as written, else under another name of the same host (`googleai`, `google`). */
export function providerOfModel(providers: ReadonlyMap<string, ProviderConfig>, { provider, model }: ModelId): ProviderConfig | null {
  const own = providerNamed(providers, provider);
  if (own !== null) return own;
  const host = hostNamed(provider);
  const hosts = host === 'vertex' && model.startsWith('gemini-') ? [host, 'google'] : [host];
  for (const wanted of hosts) for (const [name, found] of providers) if (hostNamed(name) === wanted) return found;
  return null;
}

export const localServer = (baseUrl: string, server: string): ServerConfig => ({
  kind: 'openai-compatible',
  baseUrl,
  apiKeyEnv: null,
  api: null,
  server,
  stream: true,
  batchSize: null,
  batchSettle: BATCH_SETTLE,
});

export const isServer = (provider: ProviderConfig): provider is ServerConfig => provider.kind !== 'http' && provider.kind !== 'command';
