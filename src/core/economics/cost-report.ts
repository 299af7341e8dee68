/** goldset.cost/1, field by field as in the design's contract. */
import type { TextRange } from '../text/text.ts';
import { invalidatedRange } from './prefix/invalidation.ts';
import type { KnownCapabilities } from './capabilities.ts';
import type { ModelAnalysis, PromptAnalysis } from './analyse-prompt.ts';
import type { Finding, FindingCode } from './findings/finding.ts';
import type { OutputEstimate } from './output-estimate.ts';
import type { ReasoningEstimate } from './thinking/reasoning-estimate.ts';
import type { Charged } from './prices/charges.ts';
import { factorOf, type CostSplit } from './prices/price.ts';
import type { PriceInfo, Rates, ServiceFactors } from './prices/price-table.ts';
import { priceNotes, type PriceNotes } from './prices/price-notes.ts';
import type { ProjectedCost } from './projected-cost.ts';
import type { ExternalKind } from '../prompt/external.ts';
import type { RunTarget } from '../prompt/run-target.ts';

export interface CostReport {
  readonly schema: 'goldset.cost/1';
  readonly prompt: { readonly path: string; readonly name: string; readonly version: string };
  /** Golden cases, and how many of them were counted. */
  readonly cases: number;
  readonly counted: number;
  readonly traffic: { readonly callsPerDay: number; readonly action: string; readonly callsPerAction: number } | null;
  /** What the application's code adds to the request, so that its tokens are in no count. */
  readonly uncounted: readonly { readonly kind: ExternalKind; readonly name: string }[];
  readonly models: readonly ModelCost[];
  readonly findings: readonly Finding[];
}

export interface ModelCost {
  readonly model: string;
  /**
   * Null: the price is not known. Rates in USD per million tokens. `service`: factors of them; `standard` is that of the service that the
   * prompt names, 1 where it names none.
   */
  readonly price:
    | (PriceInfo & PriceNotes & { readonly rates: Rates; readonly service: ServiceFactors & { readonly standard: number | null } })
    | null;
  /** What the request may be charged for besides tokens, by its fields; not in the cost, because nothing tells how often. */
  readonly charges: readonly { readonly kind: Charged; readonly usd: number | null }[];
  readonly contextWindow: number | null;
  /** The row of the capability table; null: the table does not have the model. */
  readonly capabilities: KnownCapabilities | null;
  readonly tokens: {
    readonly input: { readonly p50: number; readonly min: number; readonly max: number };
    /** Thinking and answer: what is billed as output. */
    readonly output: Pick<OutputEstimate, 'p50' | 'p95' | 'basis'>;
    /** The answer alone. */
    readonly answer: Pick<OutputEstimate, 'p50' | 'p95' | 'basis'>;
    /** `exact`: the model's own vocabulary, text alone. */
    readonly basis: 'exact' | 'estimated';
    /** Share by which the input may differ. */
    readonly band: number;
    /** False: the model's vocabulary is not published, and no usage has been reported yet. */
    readonly isMeasured: boolean;
    readonly source: string;
  };
  /** `efforts`: those that the model has, from the least thinking to the most; null: not known. */
  readonly reasoning: ReasoningEstimate & { readonly efforts: readonly string[] | null };
  readonly costPerCallUsd: ProjectedCost['costPerCallUsd'];
  readonly inputPerCallUsd: number | null;
  readonly split: CostSplit | null;
  readonly hitShare: number | null;
  readonly perThousandUsd: number | null;
  readonly perDayUsd: number | null;
  readonly perActionUsd: number | null;
  readonly prefix: {
    readonly stableTokens: number;
    /** Tokens by which they may differ, either way. */
    readonly band: number;
    /** Of the input, that a warm call reads from the cache. */
    readonly share: number;
    readonly minimum: number | null;
    readonly cacheable: boolean;
    readonly reason: string;
    readonly breaks: readonly {
      readonly variable: string | null;
      readonly code: FindingCode | null;
      readonly path: string;
      readonly range: TextRange;
      readonly tokensBefore: number;
      readonly tokensAfter: number;
    }[];
    readonly invalidatedSince: {
      readonly ref: string;
      readonly tokens: number;
      readonly shared: number;
      readonly range: TextRange | null;
    } | null;
    readonly check: ModelAnalysis['cacheCheck'];
  };
  readonly latency: {
    readonly ttftMs: { readonly p50: number; readonly p95: number } | null;
    readonly totalMs: { readonly p50: number; readonly p95: number } | null;
    readonly tokensPerSecond: number | null;
  };
}

/** `at`: now, for what is said about the price. */
export function costReport(
  { document, version, cases }: RunTarget,
  analysis: PromptAnalysis,
  findings: readonly Finding[],
  at: Date,
): CostReport {
  return {
    schema: 'goldset.cost/1',
    prompt: { path: document.path, name: document.name, version },
    cases: cases.length,
    counted: analysis.counted,
    traffic: analysis.traffic,
    uncounted: uncounted(document),
    models: analysis.models.map((model) => modelCost(model, findings, at)),
    findings,
  };
}

const uncounted = ({ external }: RunTarget['document']): CostReport['uncounted'] => [
  ...new Map((external ?? []).map(({ kind, name }) => [`${kind} ${name}`, { kind, name }])).values(),
];

function modelCost(model: ModelAnalysis, findings: readonly Finding[], at: Date): ModelCost {
  const { facts, tokenizer, input, output, answer, reasoning, cost, observed, service, sharing, invalidation } = model;
  return {
    model: facts.id,
    price:
      facts.price === null
        ? null
        : {
            ...facts.price.info,
            ...priceNotes(facts.price, at),
            rates: facts.price.rates,
            service: { ...facts.price.service, standard: factorOf(facts.price, service) },
          },
    charges: model.charges.map((kind) => ({ kind, usd: facts.price?.perUse?.[kind] ?? null })),
    contextWindow: facts.contextWindow,
    capabilities: facts.capabilities,
    tokens: {
      input: { p50: input.p50, min: input.min, max: input.max },
      output: { p50: output.p50, p95: output.p95, basis: output.basis },
      answer: { p50: answer.p50, p95: answer.p95, basis: answer.basis },
      basis: model.isExact ? 'exact' : 'estimated',
      band: model.isExact ? 0 : Number(model.band.toFixed(3)),
      isMeasured: tokenizer.isMeasured ?? true,
      source: tokenizer.source,
    },
    reasoning: { ...reasoning, efforts: facts.capabilities?.efforts ?? null },
    costPerCallUsd: cost.costPerCallUsd,
    inputPerCallUsd: cost.inputPerCallUsd,
    split: cost.split,
    hitShare: cost.hitShare,
    perThousandUsd: cost.perThousandUsd,
    perDayUsd: cost.perDayUsd,
    perActionUsd: cost.perActionUsd,
    prefix: {
      stableTokens: model.stableTokens,
      band: model.stableBand,
      share: input.mean === 0 ? 0 : Math.min(1, model.prefix.tokens / input.mean),
      minimum: facts.caching?.minimum ?? null,
      cacheable: model.prefix.cacheable,
      reason: model.prefix.reason,
      breaks: sharing.breaks.map(({ variable, source, tokensBefore, staticTokensAfter }) => ({
        variable,
        code:
          findings.find((item) => item.path === source.path && item.range?.start === source.range.start && item.code.startsWith('prefix/'))
            ?.code ?? null,
        path: source.path,
        range: source.range,
        tokensBefore,
        tokensAfter: staticTokensAfter,
      })),
      invalidatedSince:
        invalidation === null
          ? null
          : {
              ref: invalidation.ref,
              tokens: invalidation.tokens,
              shared: invalidation.shared,
              range: invalidatedRange(invalidation),
            },
      check: model.cacheCheck,
    },
    latency: { ttftMs: observed?.ttftMs ?? null, totalMs: observed?.latencyMs ?? null, tokensPerSecond: observed?.tokensPerSecond ?? null },
  };
}
