/**
 * OpenAI's models. Sources: API reference and deprecations page (copied with the `shutdown_date` of GET /v1/models, 2026-10-28), answers of the
 * live API that maintainers published: inspect_ai#5242 (2026-09-04), bolna#1019 (2026-09-05), litellm-docs#1173 (2026-09-03),
 * genkit#6303 (2026-09-08), onyx#15008 (2026-09-23), Vane#1173, models.dev#6639.
 */
import {
  NO,
  UNKNOWN_CAPABILITIES,
  within,
  YES,
  type Capabilities,
  type CapabilityRow,
  type Effort,
  type ParameterRule,
} from './capability-row.ts';

/** The model's own default is the one value that is accepted. */
const ONLY_ONE: ParameterRule = { support: 'rejected', except: [1] };
const WITHOUT_THINKING: ParameterRule = { support: 'rejected', acceptedWith: ['none'] };

/** gpt-4o and gpt-4.1: no thinking, every sampling parameter. */
const PLAIN: Capabilities = {
  ...UNKNOWN_CAPABILITIES,
  sampling: {
    temperature: within(0, 2),
    topP: within(0, 1),
    topK: NO,
    frequencyPenalty: within(-2, 2),
    presencePenalty: within(-2, 2),
    logprobs: YES,
    logitBias: YES,
  },
  stop: YES,
  seed: YES,
  prefill: 'accepted',
  efforts: [],
  thinking: { mode: 'never', budget: null },
  structuredOutput: 'accepted',
  tools: { chat: YES, responses: YES },
  images: true,
  pdf: true,
  audio: false,
  services: ['batch', 'priority'],
  serviceFactors: { batch: 0.5 },
  source: 'OpenAI: API reference, Models',
  date: '2026-11-23',
};

/** Services whose price is published, as multiples of the standard price. Batch and flex are half of it. */
const offers = (priority: number | null, flex: boolean, from: Capabilities['servicesFrom']): ServiceColumns => ({
  services: ['batch', ...(flex ? (['flex'] as const) : []), ...(priority === null ? [] : (['priority'] as const))],
  serviceFactors: { batch: 0.5, ...(flex ? { flex: 0.5 } : {}), ...(priority === null ? {} : { priority }) },
  servicesFrom: from,
});
type ServiceColumns = Pick<Capabilities, 'services' | 'serviceFactors' | 'servicesFrom'>;

/** $4.25 of $2.50, $3.50 of $2.00, … per million input tokens; the rates of output and of cached input have the same factors. */
const PRIORITY_PAGE = { source: 'OpenAI: Priority processing, Flex processing, Pricing', date: '2026-11-23' } as const;
/** "The same model costs half as much through the Batch API and twice as much in Fast mode." */
const FAST_MODE = { source: 'OpenAI: Pricing, Fast mode', date: '2026-08-27' } as const;

/** Models that always think: o-series and gpt-5. */
const THINKING: Capabilities = {
  ...PLAIN,
  sampling: {
    temperature: ONLY_ONE,
    topP: ONLY_ONE,
    topK: NO,
    frequencyPenalty: { support: 'rejected', except: [0] },
    presencePenalty: { support: 'rejected', except: [0] },
    logprobs: NO,
    logitBias: NO,
  },
  stop: NO,
  seed: null,
  efforts: ['low', 'medium', 'high'],
  defaultEffort: 'medium',
  thinking: { mode: 'always', budget: null },
  services: ['batch'],
};

const GPT_5: Capabilities = {
  ...THINKING,
  ...offers(2, true, PRIORITY_PAGE),
  efforts: ['minimal', 'low', 'medium', 'high'],
  contextWindow: 400_000,
  outputLimit: 128_000,
  retirement: { date: '2026-12-11', successor: 'gpt-5.6-sol' },
};

/** Sampling is accepted while the model does not think. */
const SWITCHED = {
  ...THINKING.sampling,
  temperature: { ...WITHOUT_THINKING, except: [1] },
  topP: { ...WITHOUT_THINKING, except: [1] },
  logprobs: WITHOUT_THINKING,
};

const FROM_NONE: readonly Effort[] = ['none', 'low', 'medium', 'high', 'xhigh'];

/** gpt-5.1 to 5.4 do not think unless the request sets an effort. */
const GPT_5_1: Capabilities = {
  ...GPT_5,
  sampling: SWITCHED,
  stop: null,
  efforts: FROM_NONE,
  defaultEffort: 'none',
  thinking: { mode: 'off', budget: null },
  retirement: null,
  source: 'inspect_ai#5242: live API, 2026-09-04',
  date: '2026-09-04',
};

/** gpt-5.5 and later think at `medium` unless the request sets an effort. */
const GPT_5_5: Capabilities = {
  ...GPT_5_1,
  // $12.50 of $5.00 and $75 of $30.
  ...offers(2.5, true, { source: 'OpenAI: Pricing, priority of gpt-5.5', date: '2026-07-02' }),
  defaultEffort: 'medium',
  thinking: { mode: 'on', budget: null },
  tools: { chat: WITHOUT_THINKING, responses: YES },
};

const GPT_5_6: Capabilities = {
  ...GPT_5_5,
  ...offers(2, true, FAST_MODE),
  efforts: [...FROM_NONE, 'max'],
  contextWindow: 1_050_000,
  source: 'inspect_ai#5242, Vane#1173, omi#11285: live API',
};

const GPT_6: Capabilities = {
  ...GPT_5_6,
  source: 'ai-memory#851, onyx#15008: live API; LiteLLM: GPT-6 sol and luna',
  date: '2026-09-23',
};

/** It has no effort `none`, so nothing that needs one is ever accepted. */
const GPT_6_ASTRA: Capabilities = {
  ...GPT_6,
  sampling: THINKING.sampling,
  stop: NO,
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  defaultEffort: null,
  thinking: { mode: 'always', budget: null },
  tools: { chat: NO, responses: YES },
  source: 'bolna#1019, litellm-docs#1173, genkit#6303: live API',
  date: '2026-09-08',
};

/** No price of flex or fast is known. */
const ONLY_BATCH: ServiceColumns = {
  services: null,
  serviceFactors: { batch: 0.5 },
  servicesFrom: { source: 'OpenAI: Batch', date: '2026-11-23' },
};

/** Since gpt-6.2 there is no flex service. */
const GPT_6_2 = {
  ...offers(2, false, null),
  source: 'release notes that cite the price page',
  date: '2026-11-28',
} as const;

const PLAIN_4O = {
  retirement: { date: '2027-01-14', successor: 'gpt-6-luna' },
  date: '2026-10-28',
  source: 'OpenAI: Deprecations',
} as const;
const GPT_4O: Capabilities = { ...PLAIN, ...PLAIN_4O, contextWindow: 128_000, outputLimit: 16_384 };
const GPT_4_1: Capabilities = { ...PLAIN, contextWindow: 1_047_576, outputLimit: 32_768 };
const O_SERIES: Capabilities = { ...THINKING, contextWindow: 200_000, outputLimit: 100_000 };
const ENDS_2027_04 = {
  retirement: { date: '2027-04-01', successor: null },
  date: '2026-10-28',
  source: 'OpenAI: Deprecations; inspect_ai#5242',
} as const;

const provider = 'openai';

export const OPENAI_CAPABILITIES: readonly CapabilityRow[] = [
  // $8.75 of $5.00.
  { provider, id: 'gpt-4o-2024-05-13', ...GPT_4O, ...offers(1.75, false, PRIORITY_PAGE) },
  { provider, id: 'gpt-4o', ...GPT_4O, ...offers(1.7, false, PRIORITY_PAGE) },
  // $0.25 of $0.15.
  { provider, id: 'gpt-4o-mini', ...GPT_4O, ...offers(5 / 3, false, PRIORITY_PAGE) },
  { provider, id: 'gpt-4.1', ...GPT_4_1, ...PLAIN_4O, ...offers(1.75, false, PRIORITY_PAGE) },
  { provider, id: 'gpt-4.1-mini', ...GPT_4_1, ...PLAIN_4O, ...offers(1.75, false, PRIORITY_PAGE) },
  { provider, id: 'gpt-4.1-nano', ...GPT_4_1, ...offers(2, false, PRIORITY_PAGE) },
  { provider, family: String.raw`^(gpt-4o|gpt-4\.1|gpt-4\.5|gpt-[345]\S*-chat|chatgpt-)`, ...PLAIN, services: null },
  { provider, id: 'o3', ...O_SERIES, ...offers(1.75, true, PRIORITY_PAGE), retirement: GPT_5.retirement },
  // $2.00 of $1.10.
  { provider, id: 'o4-mini', ...O_SERIES, ...offers(20 / 11, true, PRIORITY_PAGE) },
  {
    provider,
    id: 'o3-pro',
    ...O_SERIES,
    retirement: { date: '2026-12-11', successor: null },
  },
  { provider, family: '^o[1-9]', ...O_SERIES },
  { provider, id: 'gpt-5', ...GPT_5 },
  // $0.45 of $0.25.
  { provider, id: 'gpt-5-mini', ...GPT_5, ...offers(1.8, true, PRIORITY_PAGE), retirement: { date: '2026-12-11', successor: null } },
  { provider, id: 'gpt-5-nano', ...GPT_5, ...offers(null, true, PRIORITY_PAGE), retirement: { date: '2026-12-11', successor: null } },
  {
    provider,
    id: 'gpt-5-pro',
    ...GPT_5,
    ...ONLY_BATCH,
    efforts: ['high'],
    defaultEffort: 'high',
    retirement: { date: '2026-12-11', successor: null },
  },
  { provider, id: 'gpt-5-codex', ...GPT_5, ...offers(2, false, PRIORITY_PAGE), retirement: null },
  { provider, family: '^gpt-5(-|$)', ...GPT_5, ...ONLY_BATCH, retirement: null },
  { provider, id: 'gpt-5.1', ...GPT_5_1, ...ENDS_2027_04, efforts: ['none', 'low', 'medium', 'high'] },
  { provider, id: 'gpt-5.4-nano', ...GPT_5_1, ...offers(null, true, PRIORITY_PAGE), ...ENDS_2027_04 },
  {
    provider,
    id: 'gpt-5.3-codex',
    ...GPT_5_1,
    ...ENDS_2027_04,
    efforts: ['low', 'medium', 'high', 'xhigh'],
    defaultEffort: null,
    thinking: null,
  },
  {
    provider,
    family: String.raw`^gpt-5\.[1-4]-?\S*-pro`,
    ...GPT_5_1,
    ...ONLY_BATCH,
    sampling: THINKING.sampling,
    efforts: ['medium', 'high', 'xhigh'],
    defaultEffort: null,
    thinking: { mode: 'always', budget: null },
  },
  { provider, family: String.raw`^gpt-5\.4`, ...GPT_5_1, tools: { chat: WITHOUT_THINKING, responses: YES } },
  { provider, family: String.raw`^gpt-5\.[1-3](-codex)?(-\d{4}-\d{2}-\d{2})?$`, ...GPT_5_1 },
  { provider, family: String.raw`^gpt-5\.[1-3]`, ...GPT_5_1, ...ONLY_BATCH },
  { provider, id: 'gpt-5.5', ...GPT_5_5 },
  { provider, family: String.raw`^gpt-5\.5`, ...GPT_5_5, ...ONLY_BATCH },
  { provider, family: String.raw`^gpt-5\.[6-9]`, ...GPT_5_6 },
  { provider, id: 'gpt-6.2-astra', ...GPT_6_ASTRA, ...GPT_6_2 },
  { provider, family: String.raw`^gpt-6(\.\d+)?-astra`, ...GPT_6_ASTRA },
  { provider, id: 'gpt-6.2-sol', ...GPT_6, ...GPT_6_2 },
  { provider, family: '^gpt-6-(sol|luna|terra)', ...GPT_6 },
  { provider, family: '^gpt-6', ...GPT_6, ...ONLY_BATCH },
];
