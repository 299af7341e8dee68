/** The analysis of a prompt given as text, for tests: everything that adapters would have read is an argument. */
import { analysePrompt, type PromptAnalysis } from '../../src/core/economics/analyse-prompt.ts';
import type { Calibration } from '../../src/core/economics/tokens/calibration.ts';
import type { CachingRule } from '../../src/core/economics/data/caching-rules.ts';
import { findAll } from '../../src/core/economics/findings/find.ts';
import type { Evidence, Finding } from '../../src/core/economics/findings/finding.ts';
import { suggestFixes, type Fix } from '../../src/core/economics/fixes/fix.ts';
import type { ModelFacts } from '../../src/core/economics/model-facts.ts';
import type { ObservedRun } from '../../src/core/economics/observed.ts';
import { NO_SERVICES } from '../../src/core/economics/prices/price.ts';
import { Counters } from '../../src/core/economics/tokens/counters.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import type { JsonValue } from '../../src/core/json/json.ts';
import { readAgain } from '../../src/core/prompt/code/code-prompt-reading.ts';
import { NO_CONTEXT } from '../../src/core/prompt/formats/text-prompt.ts';
import type { Traffic } from '../../src/core/config/traffic.ts';

export const RULE: CachingRule = { minimum: 64, block: 1, ttlSeconds: 300, kind: 'automatic', asOf: '2026-11-23', source: 'a rule' };

export const FACTS: ModelFacts = {
  id: 'test:model',
  model: 'gpt-4o',
  price: {
    info: { asOf: '2026-11-23', source: 'test', basis: 'exact', basedOn: null },
    rates: { input: 2, cacheRead: 0.2, cacheWriteShort: 2.5, cacheWriteLong: null, output: 10 },
    tiers: [],
    service: { ...NO_SERVICES, batch: 0.5 },
  },
  caching: RULE,
  tokenizer: { exact: true, factor: 1, band: 0, source: 'o200k_base' },
  capabilities: null,
  api: null,
  contextWindow: 4000,
};

export const OBSERVED: ObservedRun = {
  run: 'r1',
  model: 'test:model',
  version: 'v',
  calls: 10,
  parameters: {},
  output: { p50: 200, p95: 300, mean: 210 },
  answer: { p50: 200, p95: 300, mean: 210 },
  thinking: [],
  cut: 0,
  limitEaten: 0,
  ttftMs: { p50: 400, p95: 1500 },
  latencyMs: { p50: 2000, p95: 4000 },
  tokensPerSecond: 100,
  inputs: [],
  outputs: [],
};

export interface Situation {
  readonly path?: string;
  readonly prompt: string;
  readonly cases?: readonly { readonly vars: Readonly<Record<string, JsonValue>>; readonly expected?: JsonValue }[];
  readonly facts?: Partial<ModelFacts>;
  readonly observed?: Partial<ObservedRun>;
  readonly traffic?: Traffic;
  readonly learnt?: ReadonlyMap<string, Calibration>;
  /** The prompt at HEAD. */
  readonly previous?: string;
  readonly off?: readonly string[];
  readonly today?: string;
}

const counters = new Counters();
await counters.load([]);

export interface Analysed {
  readonly analysis: PromptAnalysis;
  readonly findings: readonly Finding[];
  readonly fixOf: (finding: Finding) => Fix | null;
  readonly evidence: Evidence;
}

export function analyse({
  path = 'p.prompt',
  prompt,
  cases = [],
  facts,
  observed,
  traffic,
  learnt,
  previous,
  off,
  today = '2026-11-29',
}: Situation): Analysed {
  const reading = readAgain(path, prompt, [], NO_CONTEXT);
  const golden = readGoldenSet('p.golden.json', JSON.stringify(cases)).cases;
  const analysis = analysePrompt(
    {
      reading,
      partials: [],
      cases: [...reading.document.embedded.cases, ...golden],
      models: [{ ...FACTS, ...facts }],
      observed: observed ? [{ ...OBSERVED, ...observed }] : [],
      learnt: learnt ?? new Map(),
      traffic: traffic ?? null,
      previous: previous === undefined ? null : { ref: 'HEAD', document: readAgain(path, previous, [], NO_CONTEXT).document, partials: [] },
      version: 'v',
    },
    counters,
  );
  const evidence: Evidence = {
    reading,
    text: prompt,
    partials: [],
    cases: golden,
    analysis,
    model: analysis.models[0] ?? null,
    counter: analysis.counter,
    today,
  };
  return { analysis, findings: findAll(evidence, off ?? []), fixOf: (finding) => suggestFixes(finding, evidence), evidence };
}
