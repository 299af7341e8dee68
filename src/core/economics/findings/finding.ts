/** A finding: a valid prompt that costs more, answers later or risks more than it has to, with what the cheapest change saves. */
import type { TextRange } from '../../text/text.ts';
import type { Severity } from '../../problems/diagnostics.ts';
import type { PromptReading } from '../../prompt/read-prompt.ts';
import type { PartialSource } from '../../prompt/document.ts';
import type { GoldenCase } from '../../golden/case.ts';
import type { ModelAnalysis, PromptAnalysis } from '../analyse-prompt.ts';
import type { TextCounter } from '../tokens/token-counter.ts';

export const FINDING_CODES = [
  'prefix/volatile-first',
  'prefix/edited',
  'prefix/nondeterministic',
  'prefix/order',
  'prefix/unmarked',
  'prefix/mark-costs',
  'output/limit-eaten-by-thinking',
  'output/no-limit',
  'output/no-brevity',
  'output/reasoning-before-answer',
  'output/prose-for-data',
  'output/verbose-schema',
  'output/unused-field',
  'input/object-as-text',
  'input/repeated-text',
  'input/unused-variable',
  'input/context-near-limit',
  'budget/cost',
  'budget/ttft',
  'budget/output-tokens',
  'model/too-slow',
  'model/unsupported-parameter',
  'model/retirement',
  'batch/eligible',
] as const;

export type FindingCode = (typeof FINDING_CODES)[number];

export interface Finding {
  readonly code: FindingCode;
  /** Null: whatever the model. */
  readonly model: string | null;
  readonly severity: Severity;
  readonly message: string;
  readonly hint: string;
  /** The file that `range` is in. */
  readonly path: string;
  readonly range: TextRange | null;
  /** What the change saves; null: not known, or nothing in money. USD. */
  readonly savingPerThousandUsd: number | null;
  /** ms; null: not known. */
  readonly savingMsPerCall: number | null;
}

/** All that a finding may look at. */
export interface Evidence {
  readonly reading: PromptReading;
  readonly text: string;
  readonly partials: readonly PartialSource[];
  readonly cases: readonly GoldenCase[];
  readonly analysis: PromptAnalysis;
  /** The model that the prompt runs with; null: none is named. */
  readonly model: ModelAnalysis | null;
  /** Counts the model's tokens. */
  readonly counter: Pick<TextCounter, 'count'>;
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

export type Detector = (evidence: Evidence) => readonly Finding[];

/**
 * USD per thousand calls below which a saving is not reported: a prompt that is called 10,000 times a day would save less than 37 USD a year,
 * which does not pay for reading the finding, editing the prompt and running its golden set again.
 */
export const LEAST_SAVING_PER_THOUSAND = 0.01;

/** Findings whose only reason is what they save; the others name a defect or a limit that the author has set. */
const ABOUT_SAVING: ReadonlySet<FindingCode> = new Set([
  'prefix/volatile-first',
  'prefix/nondeterministic',
  'prefix/unmarked',
  'prefix/mark-costs',
  'output/no-brevity',
  'output/reasoning-before-answer',
  'output/verbose-schema',
  'input/repeated-text',
  'batch/eligible',
]);

/** Whether a finding saves enough, in money or in time, to be said. What is not known is not nothing. */
export const isWorthReporting = ({ code, savingPerThousandUsd, savingMsPerCall }: Finding): boolean =>
  !ABOUT_SAVING.has(code) ||
  savingPerThousandUsd === null ||
  savingPerThousandUsd >= LEAST_SAVING_PER_THOUSAND ||
  (savingMsPerCall ?? 0) >= WORTH_MS;

/** USD per thousand calls from which a saving is worth a warning; with traffic, USD per day. */
const WORTH_PER_THOUSAND = 0.05;
const WORTH_PER_DAY = 1;
/** ms per call from which a saving is worth a warning. */
const WORTH_MS = 200;

export function severityOf({ analysis }: Evidence, perThousandUsd: number | null, ms: number | null): Severity {
  const perDay = analysis.traffic === null || perThousandUsd === null ? null : (perThousandUsd / 1000) * analysis.traffic.callsPerDay;
  const isMoney = perDay === null ? (perThousandUsd ?? 0) >= WORTH_PER_THOUSAND : perDay >= WORTH_PER_DAY;
  return isMoney || (ms ?? 0) >= WORTH_MS ? 'warning' : 'info';
}

export const inputSaving = (model: ModelAnalysis | null, tokens: number): number | null => {
  const rates = model?.facts.price?.rates;
  return rates ? (tokens * rates.input) / 1000 : null;
};

export const outputSaving = (model: ModelAnalysis | null, tokens: number): number | null => {
  const rates = model?.facts.price?.rates;
  return rates ? (tokens * rates.output) / 1000 : null;
};

/** ms that so many output tokens take, at the speed of past runs; null: no run has shown one. */
export const outputTime = (model: ModelAnalysis | null, tokens: number): number | null => {
  const speed = model?.observed?.tokensPerSecond;
  return speed ? (tokens / speed) * 1000 : null;
};

/** A finding about the prompt's own file. */
export function finding(
  evidence: Evidence,
  code: FindingCode,
  fields: Pick<Finding, 'message' | 'hint'> & Partial<Omit<Finding, 'code' | 'message' | 'hint'>>,
): Finding {
  const { savingPerThousandUsd = null, savingMsPerCall = null } = fields;
  return {
    code,
    model: evidence.model?.facts.id ?? null,
    severity: severityOf(evidence, savingPerThousandUsd, savingMsPerCall),
    path: evidence.reading.document.path,
    range: null,
    ...fields,
    savingPerThousandUsd,
    savingMsPerCall,
  };
}
