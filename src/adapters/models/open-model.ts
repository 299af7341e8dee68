/** A model's name → the client that answers for it. The one place that knows all providers. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { BatchEndpoint } from '../../core/model/batch-endpoint.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import type { Permit } from '../../core/trust/execution.ts';
import { parseModelId } from '../../core/model-id.ts';
import { pathPatterns } from '../../core/files/path-pattern.ts';
import type { CachingRule } from '../../core/economics/data/caching-rules.ts';
import { pricingOf } from '../../core/economics/prices/price.ts';
import type { ModelClient } from '../../core/model/model-client.ts';
import { accountOf } from './account.ts';
import { DEFAULT_LIMIT } from './anthropic/messages-body.ts';
import { AnthropicBatches } from './batch/anthropic-batches.ts';
import { BatchHttp } from './batch/batch-http.ts';
import { OpenaiBatches } from './batch/openai-batches.ts';
import { answersAt, endpointOf, fitOf, wireOf, type Endpoint } from './endpoint.ts';
import { HttpModelClient, type Sdk } from './http-client.ts';
import { embeddingsWire } from './openai/embeddings-wire.ts';
import { ECHO, EchoClient } from './echo-client.ts';
import { openEditorModel, type EditorModels } from './editor/editor-client.ts';
import { EDITOR_PROVIDER } from './editor/editor-messages.ts';
import { OTHER_SERVER } from '../../core/prompt/promptfoo/providers.ts';
import { openPipeline, pipelineNamed, type PipelineOpener } from './pipeline/open-pipeline.ts';
import type { Wire } from './wire.ts';
import { OPENAI, type KeySource } from './keys.ts';
import { requireCapabilities, requirePrices } from './price-file.ts';
import { resolveFacts } from './resolve-facts.ts';
import { signIn, type SignInOptions } from './sign-in/sign-in.ts';
import { TokenHolders } from './sign-in/token-holder.ts';
import { ScriptedClient } from './scripted/client.ts';
import { loadScript } from './scripted/script-file.ts';
import { ScriptedModel, type ScriptMatcher } from './scripted/scripted-model.ts';
import { isAtOrWithin } from '../within.ts';
import { sha256 } from '../hash.ts';

export interface ModelOpener {
  /**
   * `from`: the folder that relative script paths are relative to. `isUsers`: the user named the model now; otherwise a scripted model
   * must be inside the workspace.
   * @throws {ConfigurationError} when the model cannot be used, with the way out.
   */
  open(id: string, from: string, isUsers?: boolean): Promise<ModelClient>;
  /** What turns text into vectors. @throws {ConfigurationError} */
  openEmbeddings(id: string): Promise<ModelClient>;
  /** Loads the client's code while others work; no ids: the prompts will name the models. */
  warmUp(ids: readonly string[]): Promise<void>;
}

export interface ModelOpenerOptions {
  /** Of the workspace. */
  readonly root: string;
  readonly config: GoldsetConfig;
  readonly keys: KeySource;
  readonly matcher: ScriptMatcher;
  readonly clock: { now(): number; sleep(ms: number, signal: AbortSignal): Promise<void> };
  /** Where programs run, and where the price file and other files of the settings are; absent: the root. */
  readonly settingsRoot?: string;
  /** Whether programs that the workspace names may be opened: in the editor, only where it is trusted. */
  readonly mayRunPrograms: () => boolean;
  /** Called before each run of a program. */
  readonly permit: Permit;
  /** How long one call may take, ms. */
  readonly deadlineMs?: number;
  /** Nothing will be asked, so no key is needed. */
  readonly isFrozen?: boolean;
  /** What token commands printed before; absent: each client fetches its own. */
  readonly tokens?: TokenHolders;
  /** The language models of the editor; absent: there is no editor. */
  readonly editorModels?: EditorModels;
}

/**
 * Servers that people run themselves (vLLM, SGLang, llama.cpp, `goldset serve`) keep prefixes without saying so. Only the
 * schedule assumes it: the first of many calls that share a long prefix goes ahead. No cost is projected from it.
 */
const ASSUMED_CACHING: CachingRule = {
  minimum: 1024,
  block: 1,
  ttlSeconds: 300,
  kind: 'best-effort',
  asOf: '2026-11-23',
  source: 'assumed',
};

/** No answer of a chat model takes longer; a server that hangs is an error, not a run without an end. ms. */
const DEADLINE = 300_000;

export function modelOpener(given: ModelOpenerOptions): ModelOpener {
  const options = { ...given, tokens: given.tokens ?? new TokenHolders() };
  const opened = new Map<string, Promise<ModelClient>>();
  return {
    open(id, from, isUsers = false) {
      const key = id.startsWith('scripted:') ? `scripted:${path.resolve(from, id.slice('scripted:'.length))}` : id;
      const known = opened.get(key) ?? openModel(id, from, options, isUsers);
      opened.set(key, known);
      return known;
    },
    openEmbeddings(id) {
      const key = `embeddings:${id}`;
      const known = opened.get(key) ?? openEmbedder(id, options);
      opened.set(key, known);
      return known;
    },
    async warmUp(ids) {
      if (ids.length > 0 && ids.every((id) => id.startsWith('scripted:'))) return;
      const claude = (id: string): boolean => parseModelId(id)?.provider === 'anthropic';
      await (ids.length > 0 && ids.every(claude) ? import('./anthropic/sdk.ts') : import('./openai/sdk.ts'));
    },
  };
}

async function openModel(id: string, from: string, options: ModelOpenerOptions, isUsers: boolean): Promise<ModelClient> {
  if (id.startsWith('scripted:'))
    return openScripted(id, path.resolve(from, id.slice('scripted:'.length)), options, isUsers ? null : rootOf(from, options));
  if (id === ECHO) return new EchoClient();
  const pipeline = pipelineNamed(id, options.config);
  if (pipeline !== null) return openPipeline(pipeline, pipelineOpener(options));
  const parsed = parseModelId(id);
  refusePromptfooProvider(id, options.config);
  if (parsed === null)
    throw new ConfigurationError('model/unknown', `"${id}" does not name a provider.`, 'Write provider:model, such as openai:gpt-6-luna.');
  if (parsed.provider === EDITOR_PROVIDER && !options.config.providers.has(EDITOR_PROVIDER)) {
    const { editorModels = null, clock, deadlineMs = DEADLINE } = options;
    return openEditorModel(parsed.model, editorModels, { deadlineMs, now: clock.now });
  }
  const endpoint = endpointOf(id, options.config, requireCapabilities(settingsRootOf(options), options.config));
  if (endpoint === null)
    throw new ConfigurationError(
      'model/unknown-provider',
      `There is no provider "${parsed.provider}" for the model ${id}.`,
      `Add it to goldset.yaml (providers: ${parsed.provider}: { ${parsed.provider === 'bedrock' ? 'kind: bedrock, region: us-east-1' : 'kind: openai-compatible, baseUrl: …'} }), or choose a model with --model.`,
    );
  return openServer(endpoint, wireOf(endpoint), from, options, endpoint.batches);
}

/** Providers of promptfoo that are programs, addresses, or servers that its config describes. @throws {ConfigurationError} */
function refusePromptfooProvider(id: string, { providers }: GoldsetConfig): void {
  const [, word = ''] = /^([\w-]+):/.exec(id) ?? [];
  if (providers.has(word)) return;
  if (id.startsWith(OTHER_SERVER))
    throw new ConfigurationError(
      'model/promptfoo-server',
      `The config of ${id.slice(OTHER_SERVER.length)} names a server or headers, which Goldset does not take from a promptfoo config.`,
      'Declare the server under `providers:` in goldset.yaml and use its name, or choose a model with --model.',
    );
  if (!/^(?:exec|python|file|golang|ruby|package|webhook|https?|wss?)$/.test(word) && id !== 'http' && id !== 'https') return;
  throw new ConfigurationError(
    'model/promptfoo-provider',
    `${id} is a program or an address of a promptfoo config, which Goldset does not run from there.`,
    'Declare it as a pipeline under `providers:` in goldset.yaml (`command:` or `http:`), or choose a model with --model.',
  );
}

const settingsRootOf = ({ root, settingsRoot = root }: ModelOpenerOptions): string => settingsRoot;

const signInOptions = (options: ModelOpenerOptions): SignInOptions => ({
  keys: options.keys,
  workspace: [settingsRootOf(options), options.root, ...repositoryOf(options.root)],
  mayRunPrograms: options.mayRunPrograms,
  permit: options.permit,
  tokens: options.tokens ?? new TokenHolders(),
  isFrozen: options.isFrozen === true,
  deadlineMs: options.deadlineMs ?? DEADLINE,
});

/** The work tree that the workspace is a part of: what it holds came with the repository too. */
function repositoryOf(root: string): string[] {
  for (let folder = root; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, '.git'))) return folder === root ? [] : [folder];
    if (path.dirname(folder) === folder) return [];
  }
}

const pipelineOpener = (options: ModelOpenerOptions): PipelineOpener => ({
  root: options.root,
  config: options.config,
  keys: options.keys,
  deadlineMs: options.deadlineMs ?? DEADLINE,
  codeRoot: settingsRootOf(options),
  mayRunPrograms: options.mayRunPrograms(),
  permit: options.permit,
  isFrozen: options.isFrozen === true,
  matches: (globs) => pathPatterns(globs, { dot: true }),
  now: options.clock.now,
});

/** promptfoo writes `openai:embedding:text-embedding-3-small`. */
async function openEmbedder(given: string, options: ModelOpenerOptions): Promise<ModelClient> {
  const id = given.replace(/:embeddings?:/, ':');
  const endpoint = endpointOf(id, options.config);
  if (endpoint === null || endpoint.format === 'messages' || endpoint.format === 'generate-content' || endpoint.format === 'converse')
    throw new ConfigurationError(
      'judge/embeddings',
      `${given} is not an embedding model.`,
      'Name a model with an embeddings endpoint, such as openai:text-embedding-3-small.',
    );
  return openServer(
    { ...endpoint, format: 'chat', marks: false },
    embeddingsWire(id, endpoint.model),
    settingsRootOf(options),
    options,
    false,
  );
}

async function openServer(
  endpoint: Endpoint,
  wire: Wire,
  from: string,
  options: ModelOpenerOptions,
  takesBatches: boolean,
): Promise<ModelClient> {
  const { root, config, clock } = options;
  const { id, baseUrl, official, format } = endpoint;
  const { sdk, apiKey, owner, executes } = await signIn(endpoint, signInOptions(options));
  const { price, caching } = await resolveFacts(id, from, config, requirePrices(settingsRootOf(options), config), root, root);
  const deadlineMs = options.deadlineMs ?? DEADLINE;
  return new HttpModelClient(
    {
      id,
      baseUrl,
      apiKey,
      account: owner === null ? null : accountOf(root, owner),
      endpoint: answersAt(endpoint),
      pricing: price === null ? null : pricingOf(price, () => new Date()),
      caching: caching?.kind === 'marked' && !endpoint.marks ? null : (caching ?? (official ? null : ASSUMED_CACHING)),
      takesCacheKeys: official === OPENAI && config.promptCache.keys,
      media: { id, api: format, accepts: endpoint.capabilities },
      ...(format === 'messages' ? { outputLimit: DEFAULT_LIMIT } : {}),
      ...(takesBatches ? { batch: batchesOf(endpoint, sdk, apiKey) } : {}),
      ...(executes === undefined ? {} : { executes }),
      deadlineMs,
      now: clock.now,
      fit: fitOf(endpoint),
    },
    wire,
    sdk,
  );
}

/** Uploads and results are larger than answers, but each request of a batch service is short: the deadline is that of a call. */
function batchesOf(endpoint: Endpoint, sdk: Sdk, apiKey: string | null): BatchEndpoint {
  const { id, baseUrl, model, format, cache, batchSize: size, batchSettleMs: settleMs } = endpoint;
  const http = new BatchHttp(sdk, { id, baseUrl, apiKey, ...(sdk.tokens === undefined ? {} : { tokens: sdk.tokens }) });
  // Nothing comes before a request of a batch that it could be compared with.
  const wire = wireOf({ ...endpoint, cache: { ...cache, diagnostics: false } });
  return format === 'messages'
    ? new AnthropicBatches(http, wire, { model, size, settleMs })
    : new OpenaiBatches(http, wire, { model, baseUrl, size, settleMs });
}

/** The root that a folder is in: of the work tree, or of the base whose files are used instead. */
function rootOf(folder: string, options: ModelOpenerOptions): string {
  const settingsRoot = settingsRootOf(options);
  return isAtOrWithin(settingsRoot, folder) ? settingsRoot : options.root;
}

async function openScripted(id: string, file: string, options: ModelOpenerOptions, within: string | null): Promise<ModelClient> {
  const script = await loadScript(file, within);
  const model = new ScriptedModel(script, options.matcher, options.clock.now);
  const { price, caching } = await resolveFacts(`scripted:${file}`, path.dirname(file), options.config, new Map(), within, options.root);
  return new ScriptedClient({
    id,
    pricing: price === null ? null : pricingOf(price, () => new Date()),
    caching,
    file,
    // Another text answers differently, wherever it stands.
    endpoint: `scripted#${sha256(JSON.stringify(script))}`,
    model,
    clock: options.clock,
  });
}
