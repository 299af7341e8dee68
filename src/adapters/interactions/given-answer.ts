/** An answer that is there already, as a model: what production said is graded like an answer of today, and nothing is sent for it. */
import type { ModelClient } from '../../core/model/model-client.ts';

/** `id`: as results name it. Free, and never cached beyond its own text. */
export const givenAnswer = (id: string, output: string, endpoint: string): ModelClient => ({
  id,
  source: 'scripted',
  pricing: null,
  caching: null,
  takesCacheKeys: false,
  // It gets retrieval cases too.
  takesVariables: true,
  origin: `given:${id}`,
  given: output,
  endpoint,
  account: null,
  complete: () => Promise.resolve({ output, toolCalls: [], finish: 'stop', usage: null, ttftMs: null, latencyMs: null } as const),
});
