/** What a prompt costs and how well it caches, for each model, without sending anything. goldset.cost/1. */
import type { GoldenCase } from '../golden/case.ts';
import type { BuiltAnswers } from '../prompt/built/built-answer.ts';
import { fileOfPrompt } from '../prompt/formats/prompt-name.ts';
import type { PartialSource, PromptDocument } from '../prompt/document.ts';
import { localPathOf } from '../prompt/media.ts';
import type { SegmentSource } from '../prompt/document.ts';
import type { Part, RenderedRequest } from '../prompt/request.ts';
import type { PromptReading } from '../prompt/read-prompt.ts';
import { calibrate, calibrated, type Calibration } from './tokens/calibration.ts';
import { analyseCache, type CacheAnalysis, type CachedRequests } from './cache-analysis.ts';
import type { CachedPrefix } from './prefix/caching.ts';
import { runTokens } from './prefix/cache-outlook.ts';
import { runCost, type RunCost } from './run-cost.ts';
import type { TokenizerFact } from './data/tokenizers.ts';
import type { Invalidation, PreviousPrompt } from './prefix/invalidation.ts';
import type { ModelFacts } from './model-facts.ts';
import type { ObservedRun } from './observed.ts';
import { expectedAnswer, expectedOutput, type OutputEstimate } from './output-estimate.ts';
import { atMost, estimateReasoning, type MeasuredCall, type ReasoningEstimate } from './thinking/reasoning-estimate.ts';
import { measuredCalls, runsThinkingAlike, thinkingOutlook } from './thinking/thinking-outlook.ts';
import type { PrefixAnalysis } from './prefix/prefix.ts';
import { meanCost, NO_CACHE, projectCost, type OutputRange, type ProjectedCost } from './projected-cost.ts';
import { chargesOfRequest, type Charged } from './prices/charges.ts';
import { inRegion, requestedRegion, requestedService, type Service } from './prices/price.ts';
import { renderCases, type RenderedCase } from './rendered-cases.ts';
import { SharedAnalysis } from './shared-requests.ts';
import { countRequest, type RequestTokens } from './tokens/request-tokens.ts';
import { requestPieces, type MediaDescription } from './tokens/request-stream.ts';
import type { Counters } from './tokens/counters.ts';
import type { TextCounter } from './tokens/token-counter.ts';
import { ToolsAtStart } from './tokens/tools-at-start.ts';
import type { Traffic } from '../config/traffic.ts';

export interface AnalysisInput {
  readonly reading: PromptReading;
  readonly partials: readonly PartialSource[];
  readonly cases: readonly GoldenCase[];
  /** What the function of the prompt returned; absent: it has none. */
  readonly built?: BuiltAnswers;
  readonly models: readonly ModelFacts[];
  /** Runs of the prompt, newest first. */
  readonly observed: readonly ObservedRun[];
  readonly learnt: ReadonlyMap<string, Calibration>;
  readonly traffic: Traffic | null;
  /** The prompt as it is at a git ref; null: no commit, or the same. */
  readonly previous: PreviousPrompt | null;
  readonly version: string;
  /** What is known about a file that a prompt names by its path; null: nothing. Absent: files are not read. */
  readonly describe?: (url: string) => Partial<MediaDescription> | null;
}

export interface ModelAnalysis {
  readonly facts: ModelFacts;
  /** With the band of this prompt's texts. Without its factor: every count here is of the model's own tokens. */
  readonly tokenizer: Omit<TokenizerFact, 'factor'>;
  readonly counter: TextCounter;
  /** What its requests have in common. */
  readonly sharing: PrefixAnalysis;
  readonly invalidation: Invalidation | null;
  /** `longest`: the longest case at least; `max`, at most: the pages of a file may not be known. */
  readonly input: { readonly p50: number; readonly min: number; readonly max: number; readonly longest: number; readonly mean: number };
  readonly isExact: boolean;
  /** Share by which the input may differ: the vocabulary, and what is estimated of tools, files and the schema. */
  readonly band: number;
  /** Thinking and answer: what is billed as output. */
  readonly output: OutputEstimate;
  /** Tokens of the answer alone. */
  readonly answer: OutputEstimate;
  readonly reasoning: ReasoningEstimate;
  /** Answers of the newest run with these parameters whose limit thinking used up. */
  readonly limitEaten: number;
  /** In the model's own tokens. */
  readonly stableTokens: number;
  /** Tokens by which they may differ, the wider side; 0: they are exact. */
  readonly stableBand: number;
  readonly prefix: CachedPrefix;
  /** The requests that the cache was replayed with, for what a change of them would give. */
  readonly cached: CachedRequests;
  /** Null: text was not read, so that no prefix can be promised. */
  readonly cache: CacheAnalysis | null;
  /** What the calls of a run cost, case by case. */
  readonly run: RunCost;
  /** That the prompt names. */
  readonly service: Service;
  /** What the request may be charged for besides tokens. */
  readonly charges: readonly Charged[];
  readonly cost: ProjectedCost;
  readonly observed: ObservedRun | null;
  /** Mean cached tokens that the newest run of this version reported, against what is predicted; null: nothing to compare. */
  readonly cacheCheck: { readonly reported: number; readonly predicted: number } | null;
  readonly learnt: Calibration | null;
}

export interface PromptAnalysis {
  readonly models: readonly ModelAnalysis[];
  /** Counted for the first model; without a model, in tokens of o200k_base. */
  readonly counter: TextCounter;
  readonly prefix: PrefixAnalysis;
  readonly invalidation: Invalidation | null;
  /** The messages of the first case, with where they begin in the prompt's own file, or in the file that all of their text is from. */
  readonly messages: readonly PlacedMessage[];
  readonly requests: readonly RenderedRequest[];
  /** Golden cases that were counted, of all. */
  readonly counted: number;
  readonly traffic: Traffic | null;
}

/** `counters`: what the tokenizers of the models need is loaded. */
export function analysePrompt(input: AnalysisInput, counters: Counters): PromptAnalysis {
  const { document } = input.reading;
  const rendered = describeFiles(renderCases(document, input.partials, input.cases, input.built), input.describe);
  const requests = rendered.map(({ request }) => request);
  const shared = new SharedAnalysis({ document, cases: input.cases, previous: input.previous, rendered }, counters);
  const models = input.models.map((facts) => analyseModel(facts, input, rendered, shared, counters));
  const { counter, sharing, invalidation } = models[0] ?? shared.by(null);
  return {
    models,
    counter,
    prefix: sharing,
    invalidation,
    messages: messagesOf(requests[0], models[0], counter, fileOfPrompt(document.path)),
    requests,
    counted: rendered.filter(({ goldenCase }) => goldenCase !== null).length,
    traffic: input.traffic,
  };
}

/** The requests with what is known about their files: the pages of a PDF, the length of audio. */
function describeFiles(rendered: readonly RenderedCase[], describe: AnalysisInput['describe']): readonly RenderedCase[] {
  if (describe === undefined) return rendered;
  const described = (part: Part): Part => {
    const path = 'media' in part && part.media.isLiteral !== true ? localPathOf(part.media.url) : null;
    return path === null || !('media' in part) ? part : { media: { ...part.media, ...describe(path) } };
  };
  return rendered.map(({ goldenCase, request }) => ({
    goldenCase,
    request: { ...request, messages: request.messages.map((message) => ({ ...message, content: message.content.map(described) })) },
  }));
}

const UNCACHED = { cold: NO_CACHE, warm: NO_CACHE, inOrder: NO_CACHE, expected: NO_CACHE };

/** Cases whose scripts decide how wide the band of a prompt is. */
const BAND_CASES = 20;

/** The texts of an even spread of the cases. */
function* textsOf(rendered: readonly RenderedCase[]): Generator<string> {
  const step = Math.max(1, Math.ceil(rendered.length / BAND_CASES));
  for (const item of rendered.filter((_one, i) => i % step === 0)) {
    for (const piece of requestPieces(item.request)) if ('text' in piece) yield piece.text;
  }
}

function analyseModel(
  model: ModelFacts,
  { observed, learnt, traffic, cases, reading, version }: AnalysisInput,
  rendered: readonly RenderedCase[],
  shared: SharedAnalysis,
  counters: Counters,
): ModelAnalysis {
  const { parameters } = reading.document;
  const service = requestedService(parameters);
  const facts = model.price === null ? model : { ...model, price: inRegion(model.price, requestedRegion(parameters)) };
  const alike = runsThinkingAlike(facts, parameters, observed);
  const run = alike[0] ?? observed.find((item) => item.model === facts.id) ?? null;
  const guess = counters.of(facts.tokenizer);
  const base = rendered.map(({ request }) => countRequest(request, facts.model, facts.tokenizer, (text) => guess.count(text)));
  const lesson = run?.version === version ? calibrate(pairs(rendered, base, run)) : null;
  const known = lesson ?? learnt.get(facts.id) ?? null;
  const tokenizer = calibrated(known === null ? counters.withBand(facts.tokenizer, textsOf(rendered)) : facts.tokenizer, known);
  const { counter, trees, ...alikeCounted } = shared.by(tokenizer, facts.model);
  const tools = rendered[0]?.request.tools ?? [];
  const atStart = new ToolsAtStart(facts.model, counter);
  const asRead = (tokens: number): number => atStart.tokensRead(tokens, tools);
  const sharing = tools.length === 0 ? alikeCounted.sharing : sharingRead(alikeCounted.sharing, asRead);
  const invalidation = tools.length === 0 ? alikeCounted.invalidation : invalidationRead(alikeCounted.invalidation, asRead);
  const correction = tokenizer.correction ?? 1;
  // Images and what a provider adds by itself have sizes of their own, whatever the vocabulary.
  const counted = base.map((item) => ({ ...item, total: (item.total - item.fixed) * correction + item.fixed }));
  const totals = counted.map(({ total }) => total).sort((a, b) => a - b);
  const input = {
    p50: Math.round(totals[Math.floor((totals.length - 1) / 2)] ?? 0),
    min: Math.round(counted.length === 0 ? 0 : Math.min(...counted.map(({ total, band }) => total - band))),
    max: Math.round(counted.length === 0 ? 0 : Math.max(...counted.map(({ total, band, above }) => total + band + above))),
    longest: Math.round(counted.length === 0 ? 0 : Math.max(...counted.map(({ total, band }) => total - band))),
    mean: totals.length === 0 ? 0 : totals.reduce((a, b) => a + b, 0) / totals.length,
  };
  const answer = expectedAnswer({
    run,
    other: observed[0] ?? null,
    document: reading.document,
    cases,
    count: (text) => counter.count(text),
  });
  const outlook = thinkingOutlook(facts, parameters);
  const calls = measuredCalls(facts, alike);
  const reasoning = estimateReasoning(outlook, calls);
  const output = expectedOutput({ answer, reasoning, run: alike[0] ?? null, calls, limit: outlook.limit });
  const range = outputRange(reasoning, calls, outlook.limit);
  const stable = Math.round(sharing.stableTokens);
  const { unread } = reading.document;
  const inputs = counted.map(({ total }) => total);
  const cached: CachedRequests = { ...shared.same, facts, inputs, trees, tools: atStart, traffic };
  const cache = unread ? null : analyseCache(cached, stable);
  const prefix = cache?.prefix ?? { tokens: 0, cacheable: false, reason: unread?.message ?? '' };
  return {
    facts,
    tokenizer,
    counter,
    sharing,
    invalidation,
    input,
    isExact: tokenizer.exact && base.every((item) => item.exact) && !hasUnknownTokens(reading.document),
    band: Math.max(0, ...counted.map((item) => bandOf(item, tokenizer.band))),
    output,
    answer,
    reasoning,
    limitEaten: alike[0]?.parameters.maxOutputTokens === parameters.maxOutputTokens ? (alike[0]?.limitEaten ?? 0) : 0,
    stableTokens: stable,
    stableBand: Math.ceil(stable * tokenizer.band + atStart.band(alikeCounted.sharing.stableTokens, tools)),
    prefix,
    cached,
    cache,
    run: runCost({
      facts,
      cases: rendered.map(({ goldenCase }) => goldenCase?.id ?? null),
      inputs,
      outputTokens: output.mean,
      run: cache?.run ?? null,
      service,
    }),
    service,
    charges: chargesOfRequest(parameters, facts.model),
    cost: meanCost(
      counted.map(({ total, band, above }, i) =>
        projectCost({
          facts,
          inputTokens: total,
          mediaBand: band,
          mediaAbove: above,
          outputTokens: output.mean,
          reasoningTokens: Math.min(reasoning.mean ?? 0, output.mean ?? 0),
          outputRange: range,
          band: tokenizer.band,
          prefix,
          traffic,
          service,
          use: cache?.uses?.[i] ?? UNCACHED,
          ...(facts.cache === undefined ? {} : { cache: facts.cache }),
        }),
      ),
    ),
    observed: run,
    cacheCheck: run?.version === version ? cacheCheck(run, cache === null || cache.run === null ? 0 : runTokens(cache.run)) : null,
    learnt: lesson,
  };
}

/** What requests share, in tokens as the model reads them. */
const sharingRead = ({ stableTokens, breaks }: PrefixAnalysis, asRead: (tokens: number) => number): PrefixAnalysis => ({
  stableTokens: asRead(stableTokens),
  breaks: breaks.map((item) => ({ ...item, tokensBefore: Math.round(asRead(item.tokensBefore)) })),
});

function invalidationRead(found: Invalidation | null, asRead: (tokens: number) => number): Invalidation | null {
  if (found === null) return null;
  const shared = Math.round(asRead(found.shared));
  return { ...found, shared, tokens: Math.round(asRead(found.tokens + found.shared)) - shared };
}

/** Of one request: the wider side. */
const bandOf = ({ total, fixed, band, above }: RequestTokens, vocabulary: number): number =>
  total === 0 ? 0 : ((total - fixed) * vocabulary + band + above) / total;

/** What the application adds to the request, or fills in, is in no file. */
const hasUnknownTokens = ({ external, unread }: PromptDocument): boolean => (external ?? []).length > 0 || (unread ?? null) !== null;

/** Output tokens that a call has at least and at most, where it may think; null: it does not, so the estimate stands alone. */
function outputRange({ basis, thinks }: ReasoningEstimate, calls: readonly MeasuredCall[], limit: number | null): OutputRange | null {
  if (basis === 'none' || (basis === 'unknown' && thinks === null && calls.length === 0)) return null;
  if (basis !== 'observed') return { least: 0, most: limit };
  const outputs = calls.map(({ output, requests }) => atMost(output, limit, requests));
  return { least: Math.min(...outputs), most: Math.max(...outputs) };
}

function pairs(
  rendered: readonly RenderedCase[],
  base: readonly RequestTokens[],
  run: ObservedRun,
): { reported: number; counted: number }[] {
  const reported = new Map(run.inputs.map((item) => [item.case, item.input]));
  return rendered.flatMap(({ goldenCase }, i) => {
    const input = goldenCase === null ? undefined : reported.get(goldenCase.id);
    const { total = 0, fixed = 0 } = base[i] ?? {};
    return input === undefined ? [] : [{ reported: input - fixed, counted: total - fixed }];
  });
}

/** The first call of a run is cold, so it says nothing. */
function cacheCheck(run: ObservedRun, predicted: number): ModelAnalysis['cacheCheck'] {
  const warm = run.inputs.slice(1);
  if (warm.length < 3) return null;
  return { reported: warm.reduce((sum, item) => sum + item.cacheRead, 0) / warm.length, predicted };
}

export interface PlacedMessage {
  readonly role: string;
  readonly tokens: number;
  /** Its first part in that file; null: no file holds any of it. */
  readonly source: SegmentSource | null;
  /** Where its last part in the same file ends. */
  readonly end: number | null;
}

function messagesOf(
  request: RenderedRequest | undefined,
  model: ModelAnalysis | undefined,
  counter: TextCounter,
  file: string,
): PromptAnalysis['messages'] {
  if (!request) return [];
  const tokens = countRequest(request, model?.facts.model ?? '', { exact: model?.tokenizer.exact ?? true }, (text) => counter.count(text));
  return request.messages.map(({ role }, i) => {
    const origins = request.origins[i]?.flat() ?? [];
    const shown = origins.find(({ source }) => source.path === file) ?? origins[0];
    const ends = origins.flatMap(({ source }) => (source.path === shown?.source.path ? [source.range.end] : []));
    return { role, tokens: tokens.messages[i] ?? 0, source: shown?.source ?? null, end: ends.length === 0 ? null : Math.max(...ends) };
  });
}
