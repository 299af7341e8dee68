/** What the head of a column says: counts, cost, time and cache of one candidate. */
import { NO_SERVICES, splitCost, type CostSplit } from '../../core/economics/prices/price.ts';
import type { Usage } from '../../core/economics/prices/usage.ts';
import type { CandidateHead } from '../../core/results/candidate-head.ts';
import { withJudgedRate, type Calibrations } from '../../core/judge/calibration/judged-rate-of.ts';
import { judgedSentences } from '../../core/results/judged-rate.ts';
import { costSource, judgeText, reportCandidate, type CandidateReport } from '../../core/results/candidate-report.ts';
import type { CaseCounts } from '../../core/results/case-counts.ts';
import { errorAction } from '../../core/problems/error-actions.ts';
import { caseVerdicts } from '../../core/results/case-outcomes.ts';
import type { ResultsColumn } from '../../protocol/results.ts';
import type { TableColumn } from './run-table.ts';
import type { JudgedBy } from '../../core/results/judged-sample.ts';
import type { SampleFacts } from './sample-facts.ts';

/** What the files of the workspace say about a candidate; null where its version is another by now. */
export interface ColumnContext {
  readonly action: { readonly name: string; readonly callsPerAction: number } | null;
  readonly cacheable: ResultsColumn['cacheable'];
  /** Its version is no longer the one in its file. */
  readonly isEarlier: boolean;
  /** What judges it as the files are now; null: not known. */
  readonly judgedNow?: readonly JudgedBy[] | null;
}

export const samplesIn = ({ cells }: TableColumn): SampleFacts[] => cells.flat();

export function columnReport(column: TableColumn, calibrations: Calibrations): CandidateReport {
  const samples = samplesIn(column);
  return withJudgedRate(reportCandidate(column.head, samples, caseVerdicts(samples)), samples, calibrations);
}

export function showColumn(
  report: CandidateReport,
  planned: number,
  run: string | null,
  context: ColumnContext | undefined,
): ResultsColumn {
  const { price, budget, usage, costPerCallUsd } = report;
  const action = context?.action ?? null;
  return {
    id: report.id,
    ...(report.name === undefined ? {} : { name: report.name }),
    prompt: report.prompt.path,
    version: report.prompt.version.slice(0, 8),
    ref: report.prompt.ref,
    run,
    model: report.model,
    parameters: Object.keys(report.parameters).length === 0 ? '' : JSON.stringify(report.parameters),
    counts: countsOf(report),
    fix: fixOf(report),
    isEarlier: context?.isEarlier ?? false,
    cases: Math.max(planned, report.cases),
    passRate: report.passRate,
    interval: report.interval,
    costPerCallUsd,
    judgeCostUsd: report.judgeCostUsd,
    judge: judgeOf(report),
    costPerAction: action === null || costPerCallUsd === null ? null : { action: action.name, usd: costPerCallUsd * action.callsPerAction },
    tokens: usage === null ? null : tokensOf(report, usage),
    price: costSource(report, price === null ? 'price unknown' : `price as of ${price.asOf}, ${price.source}, ${price.basis}`),
    cacheable: context?.cacheable ?? null,
    ttftMs: report.ttftMs,
    latencyMs: report.latencyMs,
    ttftBudgetMs: budget?.ttftMs ?? null,
    costBudgetUsd: budget?.costUsd ?? null,
  };
}

function judgeOf(report: CandidateReport): ResultsColumn['judge'] {
  const text = judgeText(report);
  if (text === null) return null;
  const { judged } = report;
  return {
    text,
    details: judged === undefined ? [] : judgedSentences(judged),
    isCalibrated: judged?.status === 'calibrated' && judged.value !== null,
  };
}

const countsOf = ({ passed, failed, errors, unjudged, knownFailing, unverified, active, errorCauses }: CandidateReport): CaseCounts => ({
  ...{ passed, failed, errors, unjudged, knownFailing, unverified },
  ...(active === undefined ? {} : { active }),
  ...(errorCauses === undefined ? {} : { errorCauses }),
});

function fixOf({ errorCauses: [first] = [] }: CandidateReport): ResultsColumn['fix'] {
  const action = first === undefined ? null : errorAction(first.code);
  return action === null || first === undefined ? null : { title: action.title, code: first.code };
}

const tokensOf = (
  { reasoningTokens, limitEaten }: CandidateReport,
  { input, cacheRead, output, reasoning }: Usage,
): ResultsColumn['tokens'] => ({
  input,
  cacheRead,
  output,
  reasoning,
  reasoningPerCall: reasoning === 0 ? null : reasoningTokens,
  limitEaten,
});

/** USD of one call by what it is for, at the price of the run; null: not known. */
export function splitOf({ rates, price }: CandidateHead, usage: Usage | null): CostSplit | null {
  if (rates === undefined || rates === null || price === null || usage === null) return null;
  return splitCost({ info: price, ...rates, service: NO_SERVICES }, usage);
}
