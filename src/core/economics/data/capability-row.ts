/** What a model accepts and offers, in the words of the capability table. `null` always means: not known. */

/** `rejected`: the provider answers 400. `ignored`: it answers as if the parameter were not there. */
export type Support = 'accepted' | 'rejected' | 'ignored';

/** From the least thinking to the most. */
export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof EFFORTS)[number];

export interface ParameterRule {
  readonly support: Support;
  /** It is accepted only at these efforts, and gets `support` at all others; absent: the effort does not matter. */
  readonly acceptedWith?: readonly Effort[];
  /** Values that are accepted whatever `support` says; they are the model's own default, so leaving them out changes nothing. */
  readonly except?: readonly number[];
  /** Limits of an accepted value, inclusive. */
  readonly min?: number;
  readonly max?: number;
}

/** Sampling parameters by Goldset's names for them. */
export const SAMPLING = ['temperature', 'topP', 'topK', 'frequencyPenalty', 'presencePenalty', 'logprobs', 'logitBias'] as const;
export type SamplingParameter = (typeof SAMPLING)[number];

export interface Thinking {
  /** `never`: the model has none. `off`, `on`: what it does unless the request says otherwise. `always`: it cannot be switched off. */
  readonly mode: 'never' | 'off' | 'on' | 'always';
  /** Tokens that a request may set as the limit of its thinking; null: a budget is rejected. */
  readonly budget: { readonly min: number; readonly max: number } | null;
}

/** The formats in which a model is sent a request. */
export const API_NAMES = ['chat', 'responses', 'messages', 'generate-content', 'converse'] as const;
export type ApiName = (typeof API_NAMES)[number];

export type ServiceName = 'flex' | 'priority' | 'batch';

export interface Capabilities {
  readonly sampling: Readonly<Record<SamplingParameter, ParameterRule | null>>;
  /** Of parameters that have no column; from the user's file. These come before the columns. */
  readonly parameters?: Readonly<Record<string, ParameterRule>>;
  readonly stop: ParameterRule | null;
  readonly seed: ParameterRule | null;
  /** A request may end with the beginning of the answer. */
  readonly prefill: Support | null;
  /** Efforts that exist; empty: the model rejects the parameter. */
  readonly efforts: readonly Effort[] | null;
  /** Without the parameter; null: not known, or there are no efforts. */
  readonly defaultEffort: Effort | null;
  readonly thinking: Thinking | null;
  /** JSON by a schema. */
  readonly structuredOutput: Support | null;
  /** Function tools, by the format of the request; a format that is absent is not known. */
  readonly tools: Readonly<Partial<Record<ApiName, ParameterRule>>>;
  readonly images: boolean | null;
  readonly pdf: boolean | null;
  readonly audio: boolean | null;
  /** Tokens. */
  readonly contextWindow: number | null;
  /** Largest limit of output that a request may set, thinking included. Tokens. */
  readonly outputLimit: number | null;
  /** Services beside the standard one. */
  readonly services: readonly ServiceName[] | null;
  /** Factors of the standard price, of this model; of a service that is absent no factor is known. */
  readonly serviceFactors: Readonly<Partial<Record<ServiceName, number>>>;
  /** Factors of all rates by the value of the request's field that chooses where it is answered (Claude's `inference_geo`). */
  readonly regionFactors: Readonly<Record<string, number>>;
  /** Who states services and factors, and on which day; null: the source of the row. */
  readonly servicesFrom: { readonly source: string; readonly date: string } | null;
  /** Announced: the day from which the model does not answer, `YYYY-MM-DD`. */
  readonly retirement: { readonly date: string; readonly successor: string | null } | null;
  readonly source: string;
  /** The day of the source, `YYYY-MM-DD`. */
  readonly date: string;
}

export const YES: ParameterRule = { support: 'accepted' };
export const NO: ParameterRule = { support: 'rejected' };
export const IGNORED: ParameterRule = { support: 'ignored' };
export const within = (min: number, max: number): ParameterRule => ({ support: 'accepted', min, max });

/** Nothing is known: what a row starts from. */
export const UNKNOWN_CAPABILITIES: Omit<Capabilities, 'source' | 'date'> = {
  sampling: {
    temperature: null,
    topP: null,
    topK: null,
    frequencyPenalty: null,
    presencePenalty: null,
    logprobs: null,
    logitBias: null,
  },
  stop: null,
  seed: null,
  prefill: null,
  efforts: null,
  defaultEffort: null,
  thinking: null,
  structuredOutput: null,
  tools: {},
  images: null,
  pdf: null,
  audio: null,
  contextWindow: null,
  outputLimit: null,
  services: null,
  serviceFactors: {},
  regionFactors: {},
  servicesFrom: null,
  retirement: null,
};

/** A row as it is looked up: one id with its dated snapshots, or a family by a regular expression. */
export type CapabilityRow = Capabilities & { readonly provider: string } & ({ readonly id: string } | { readonly family: string });
