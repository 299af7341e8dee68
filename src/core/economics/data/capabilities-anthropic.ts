/**
 * Anthropic's models, by the Messages API, which refuses every field that it does not know. Sources: platform.claude.com (What's new,
 * migration guides, overviews of 2026-10 and 2026-11, deprecations of 2026-11-26), onyx#12735, dust#28308, sim#5328 (live API).
 */
import { NO, UNKNOWN_CAPABILITIES, within, YES, type Capabilities, type CapabilityRow } from './capability-row.ts';

/** Up to Claude 4.6: sampling is accepted, and thinking has a budget. */
const SAMPLED: Capabilities = {
  ...UNKNOWN_CAPABILITIES,
  sampling: {
    temperature: within(0, 1),
    topP: within(0, 1),
    topK: YES,
    frequencyPenalty: NO,
    presencePenalty: NO,
    logprobs: NO,
    logitBias: NO,
  },
  stop: YES,
  seed: NO,
  prefill: 'accepted',
  efforts: [],
  thinking: { mode: 'off', budget: { min: 1024, max: 64_000 } },
  structuredOutput: null,
  tools: { messages: YES, converse: YES },
  images: true,
  pdf: true,
  audio: false,
  contextWindow: 200_000,
  services: ['batch'],
  serviceFactors: { batch: 0.5 },
  source: 'Anthropic: Messages API, Models overview',
  date: '2026-11-23',
};

/** Claude 4.5 and 4.6. */
const FOUR_FIVE: Capabilities = { ...SAMPLED, structuredOutput: 'accepted', outputLimit: 64_000 };

/** `inference_geo: us` costs 1.1 × of every rate on Claude Opus 4.6 and newer (Anthropic: Pricing, Data residency). */
const US_ONLY = { us: 1.1 } as const;

/** The response has `speed: fast`; the price is a multiple of the standard one (Anthropic: Fast mode). */
const FAST = {
  services: ['batch', 'priority'],
  serviceFactors: { batch: 0.5, priority: 2 },
  servicesFrom: { source: 'Anthropic: Fast mode', date: '2026-11-28' },
} as const;

/** From Claude 4.7: sampling, budgets and prefilled answers are rejected. */
const ADAPTIVE: Capabilities = {
  ...FOUR_FIVE,
  sampling: { ...SAMPLED.sampling, temperature: { support: 'rejected', except: [1] }, topP: NO, topK: NO },
  prefill: 'rejected',
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  defaultEffort: 'high',
  thinking: { mode: 'off', budget: null },
  contextWindow: 1_000_000,
  outputLimit: 128_000,
  regionFactors: US_ONLY,
  source: 'Anthropic: migration guides; onyx#12735, dust#28308, sim#5328: live API',
};

const THINKS: Capabilities = { ...ADAPTIVE, thinking: { mode: 'on', budget: null }, source: 'Anthropic: What’s new, migration guides' };
const ALWAYS_THINKS: Capabilities = { ...THINKS, thinking: { mode: 'always', budget: null } };

const provider = 'anthropic';

export const ANTHROPIC_CAPABILITIES: readonly CapabilityRow[] = [
  { provider, id: 'claude-haiku-5-5', ...THINKS, defaultEffort: 'medium', source: 'Anthropic: Claude Haiku 5.5', date: '2026-10-08' },
  // It thinks between tool calls at least.
  { provider, id: 'claude-sonnet-5-5', ...THINKS, source: 'Anthropic: Claude Sonnet 5.5', date: '2026-11-09' },
  {
    provider,
    id: 'claude-opus-5-5',
    ...ALWAYS_THINKS,
    defaultEffort: 'medium',
    ...FAST,
    source: 'Anthropic: Models overview',
    date: '2026-11-09',
  },
  // Fast mode exists, and no source has its price.
  { provider, family: '^claude-(fable|mythos)-5-2', ...ALWAYS_THINKS, services: ['batch', 'priority'] },
  { provider, family: '^claude-(fable|mythos)', ...ALWAYS_THINKS },
  { provider, id: 'claude-opus-5', ...THINKS, ...FAST },
  { provider, family: '^claude-(opus|sonnet|haiku)-[5-9]', ...THINKS },
  // Its fast mode ends on 30 November 2026; what was answered fast until then cost twice the standard price.
  { provider, id: 'claude-opus-4-8', ...ADAPTIVE, ...FAST },
  { provider, family: '^claude-opus-4-[78]', ...ADAPTIVE },
  {
    provider,
    id: 'claude-opus-4-6',
    ...FOUR_FIVE,
    prefill: 'rejected',
    efforts: ['low', 'medium', 'high', 'max'],
    defaultEffort: 'high',
    thinking: { mode: 'off', budget: { min: 1024, max: 128_000 } },
    outputLimit: 128_000,
    regionFactors: US_ONLY,
  },
  { provider, id: 'claude-sonnet-4-6', ...FOUR_FIVE, prefill: null, efforts: null, regionFactors: US_ONLY },
  {
    provider,
    id: 'claude-opus-4-5',
    ...FOUR_FIVE,
    efforts: ['low', 'medium', 'high'],
    defaultEffort: 'high',
    retirement: { date: '2027-01-22', successor: 'claude-opus-5-5' },
    source: 'Anthropic: Model deprecations',
    date: '2026-11-26',
  },
  { provider, family: '^claude-(sonnet|haiku)-4-5', ...FOUR_FIVE },
  { provider, family: '^claude-', ...SAMPLED, efforts: null },
];
