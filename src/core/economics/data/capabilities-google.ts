/**
 * Google's models. Sources: ai.google.dev and docs.cloud.google.com (latest models, Gemini 4, thinking, deprecations), and for how the API answers
 * aihubmix on dev.to (2026-10 and 2026-11). Gemini 4 ignores sampling parameters, so a run only looks repeatable.
 */
import { IGNORED, NO, UNKNOWN_CAPABILITIES, within, YES, type Capabilities, type CapabilityRow } from './capability-row.ts';

const GEMINI_2: Capabilities = {
  ...UNKNOWN_CAPABILITIES,
  sampling: {
    temperature: within(0, 2),
    topP: within(0, 1),
    topK: YES,
    frequencyPenalty: within(-2, 2),
    presencePenalty: within(-2, 2),
    logprobs: null,
    logitBias: NO,
  },
  stop: YES,
  seed: YES,
  prefill: 'accepted',
  efforts: ['none', 'low', 'medium', 'high'],
  thinking: { mode: 'on', budget: { min: 0, max: 24_576 } },
  structuredOutput: 'accepted',
  tools: { chat: YES, 'generate-content': YES },
  images: true,
  pdf: true,
  audio: true,
  contextWindow: 1_048_576,
  outputLimit: 65_536,
  services: ['batch', 'flex', 'priority'],
  // Priority costs 75 % to 100 % more; a row states it where the price of its model is published.
  serviceFactors: { batch: 0.5, flex: 0.5 },
  servicesFrom: { source: 'Gemini API: Optimization (batch and flex 50 % off)', date: '2026-11-23' },
  source: 'Gemini API: Models, Thinking',
  date: '2026-11-23',
};

const GEMINI_3: Capabilities = {
  ...GEMINI_2,
  efforts: ['minimal', 'low', 'medium', 'high'],
  defaultEffort: 'medium',
  thinking: { mode: 'always', budget: { min: 128, max: 32_768 } },
};

const GEMINI_4: Capabilities = {
  ...GEMINI_3,
  sampling: {
    temperature: IGNORED,
    topP: IGNORED,
    topK: IGNORED,
    frequencyPenalty: NO,
    presencePenalty: NO,
    logprobs: null,
    logitBias: NO,
  },
  seed: null,
  prefill: 'rejected',
  efforts: ['low', 'medium', 'high'],
  thinking: { mode: 'always', budget: null },
  source: 'Gemini API: Gemini 4; aihubmix on dev.to',
  date: '2026-11-20',
};

/** With the published price of priority. */
const PRIORITY = {
  serviceFactors: { batch: 0.5, flex: 0.5, priority: 1.8 },
  servicesFrom: { source: 'Gemini API: Pricing, priority', date: '2026-11-28' },
} as const;

const provider = 'google';

export const GOOGLE_CAPABILITIES: readonly CapabilityRow[] = [
  { provider, id: 'gemini-4-argon', ...GEMINI_4 },
  { provider, id: 'gemini-4-neon', ...GEMINI_4, ...PRIORITY, defaultEffort: 'high' },
  { provider, id: 'gemini-4-hydrogen', ...GEMINI_4, ...PRIORITY, defaultEffort: null },
  { provider, family: '^gemini-[4-9]', ...GEMINI_4, defaultEffort: null },
  {
    provider,
    id: 'gemini-3.1-flash-lite',
    ...GEMINI_3,
    defaultEffort: null,
    retirement: { date: '2027-05-07', successor: null },
    source: 'Gemini API: Deprecations',
  },
  { provider, family: String.raw`^gemini-3(\.1)?-pro`, ...GEMINI_3, efforts: ['low', 'high'], defaultEffort: 'high' },
  { provider, family: String.raw`^gemini-3\.[78]-flash`, ...GEMINI_3, ...PRIORITY },
  { provider, family: '^gemini-3', ...GEMINI_3 },
  {
    provider,
    family: String.raw`^gemini-2\.5-pro`,
    ...GEMINI_2,
    efforts: ['low', 'medium', 'high'],
    thinking: { mode: 'always', budget: { min: 128, max: 32_768 } },
  },
  { provider, family: String.raw`^gemini-2\.5-flash-lite`, ...GEMINI_2, thinking: { mode: 'off', budget: { min: 512, max: 24_576 } } },
  { provider, family: String.raw`^gemini-2\.5`, ...GEMINI_2 },
  {
    provider,
    family: '^gemini-2',
    ...GEMINI_2,
    efforts: [],
    thinking: { mode: 'never', budget: null },
    outputLimit: 8192,
    services: ['batch'],
    serviceFactors: { batch: 0.5 },
  },
];
