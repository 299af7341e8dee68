/** A client for a server of a test, as goldset.yaml would make it. */
import { anthropicSdk } from '../../src/adapters/models/anthropic/sdk.ts';
import { answersAt, endpointOf, fitOf, wireOf } from '../../src/adapters/models/endpoint.ts';
import { HttpModelClient } from '../../src/adapters/models/http-client.ts';
import { openaiSdk } from '../../src/adapters/models/openai/sdk.ts';
import { EMPTY_CONFIG, type PromptCacheConfig } from '../../src/core/config/goldset-yaml.ts';
import type { ServerConfig } from '../../src/core/config/providers.ts';

export interface ServerClientOptions {
  readonly baseUrl: string;
  readonly apiKey?: string | null;
  readonly model?: string;
  readonly config?: Partial<ServerConfig>;
  readonly promptCache?: Partial<PromptCacheConfig>;
  readonly deadlineMs?: number;
}

export function serverClient(options: ServerClientOptions): HttpModelClient {
  const { baseUrl, apiKey = null, model = 'm', config = {}, promptCache = {}, deadlineMs = 60_000 } = options;
  const server: ServerConfig = {
    kind: 'openai-compatible',
    baseUrl,
    apiKeyEnv: null,
    api: null,
    server: null,
    stream: true,
    batchSize: null,
    batchSettle: 0,
    ...config,
  };
  const endpoint = endpointOf(`local:${model}`, {
    providers: new Map([['local', server]]),
    promptCache: { ...EMPTY_CONFIG.promptCache, ...promptCache },
  });
  if (endpoint === null) throw new Error('no endpoint');
  const sdk =
    endpoint.format === 'messages'
      ? anthropicSdk({ baseUrl: endpoint.baseUrl, apiKey, deadlineMs })
      : openaiSdk({ baseUrl: endpoint.baseUrl, apiKey, keyHeader: endpoint.dialect.keyHeader, deadlineMs });
  return new HttpModelClient(
    {
      id: endpoint.id,
      baseUrl: endpoint.baseUrl,
      apiKey,
      account: null,
      endpoint: answersAt(endpoint),
      pricing: null,
      caching: null,
      takesCacheKeys: false,
      deadlineMs,
      now: () => performance.now(),
      fit: fitOf(endpoint),
    },
    wireOf(endpoint),
    sdk,
  );
}
