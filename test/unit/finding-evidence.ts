/** Evidence for one detector of findings: all that it looks at is an argument. */
import assert from 'node:assert/strict';
import { type Detector, type Evidence, type Finding } from '../../src/core/economics/findings/finding.ts';
import type { ModelAnalysis } from '../../src/core/economics/analyse-prompt.ts';
import { estimateReasoning } from '../../src/core/economics/thinking/reasoning-estimate.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { FACTS, OBSERVED } from './analyse.ts';

export interface Given {
  readonly text?: string;
  readonly budget?: object | null;
  readonly document?: object;
  readonly schema?: JsonObject | null;
  readonly format?: string | null;
  readonly model?: Partial<Record<keyof ModelAnalysis, unknown>> | null;
  readonly cost?: object;
  readonly analysis?: object;
  readonly cases?: readonly object[];
}

/** Of a model that does not think. */
const NO_THINKING = estimateReasoning({ effort: null, thinks: false, limit: null, limitOf: null, stated: null }, []);

/** 2 USD per million tokens of input, 0.2 from the cache, 2.5 written, 10 of output; 100 tokens a second. */
export function evidence({
  text = '',
  budget: limits = null,
  document = {},
  schema = null,
  format = null,
  model = {},
  cost = {},
  analysis = {},
  cases = [],
}: Given = {}): Evidence {
  const range = { start: 0, end: text.length };
  return {
    reading: {
      diagnostics: [],
      document: {
        path: 'p.prompt',
        format: 'dotprompt',
        metadata: {},
        isPartial: false,
        model: { id: 'test:model', range: { start: 4, end: 9 } },
        parameters: {},
        settings: { budget: limits },
        output: { schema, format },
        ...document,
      },
    },
    text,
    partials: [],
    cases,
    analysis: {
      requests: [{ origins: [[[{ kind: 'literal', text, source: { path: 'p.prompt', range } }]]] }],
      prefix: { breaks: [] },
      invalidation: null,
      traffic: null,
      ...analysis,
    },
    model:
      model === null
        ? null
        : {
            facts: FACTS,
            tokenizer: FACTS.tokenizer,
            answer: { ...OBSERVED.answer, basis: 'observed' },
            reasoning: NO_THINKING,
            limitEaten: 0,
            output: { p50: 200, p95: 300, mean: 210, basis: 'observed' },
            stableTokens: 100,
            prefix: { tokens: 0 },
            observed: OBSERVED,
            cost: { costPerCallUsd: { expected: 0.002, batch: 0.001 }, hitShare: null, ...cost },
            ...model,
          },
    counter: { count: (one: string) => one.length },
  } as unknown as Evidence;
}
export const only = (detect: Detector, given: Given = {}): Finding | null => {
  const [first = null, ...others] = detect(evidence(given));
  assert.equal(others.length, 0);
  return first;
};
export const near = (actual: number | null | undefined, expected: number): void =>
  assert.ok(typeof actual === 'number' && Math.abs(actual - expected) < 1e-9, `${actual} instead of ${expected}`);
