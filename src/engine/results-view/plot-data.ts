/** The numbers behind the plots. */
import { classSentences } from '../../core/report/class-text.ts';
import { candidateClasses } from '../../core/results/classes/class-metrics.ts';
import { failureGroups, MOST_GROUPED, type FailureGroups } from '../../core/results/failures/failure-groups.ts';
import type { CandidateReport } from '../../core/results/candidate-report.ts';
import type { PlotColumn, PlotData, PlotRun } from '../../protocol/detail.ts';
import { samplesIn, splitOf } from './show-column.ts';
import type { Result } from '../../core/results/result.ts';
import type { SampleFacts } from './sample-facts.ts';
import type { TableColumn } from './run-table.ts';

const BINS = 24;

export function plotData(
  columns: readonly { readonly column: TableColumn; readonly report: CandidateReport; readonly name: string }[],
  history: readonly PlotRun[],
  readResult: (facts: SampleFacts) => Result | null,
): PlotData {
  const values = columns.map(({ column }) => {
    const samples = samplesIn(column);
    return { ttftMs: known(samples.map(({ ttftMs }) => ttftMs)), latencyMs: known(samples.map(({ latencyMs }) => latencyMs)) };
  });
  const budgets = columns.flatMap(({ report }) => report.budget?.ttftMs ?? []);
  const edges = {
    ttftMs: edgesOf([...values.flatMap(({ ttftMs }) => ttftMs), ...budgets]),
    latencyMs: edgesOf(values.flatMap(({ latencyMs }) => latencyMs)),
  };
  const points = columns.map(({ report }) => ({ rate: report.passRate, cost: report.costPerCallUsd }));
  return {
    edges,
    history,
    columns: columns.map(({ column, report, name }, i): PlotColumn => ({
      id: report.id,
      name,
      passRate: report.passRate,
      interval: report.interval,
      costPerCallUsd: report.costPerCallUsd,
      reasoningTokens: report.reasoningTokens,
      onFront: isOnFront(points, i),
      failureGroups: failureGroupsOf(column, readResult),
      ...classesOf(column),
      ttftMs: inBins(values[i]?.ttftMs ?? [], edges.ttftMs),
      latencyMs: inBins(values[i]?.latencyMs ?? [], edges.latencyMs),
      ttftBudgetMs: report.budget?.ttftMs ?? null,
      split: meanSplit(column),
    })),
  };
}

function failureGroupsOf(column: TableColumn, readResult: (facts: SampleFacts) => Result | null): FailureGroups | null {
  const failing = samplesIn(column).filter(({ verdict, status }) => verdict === 'fail' && status === 'active');
  return failureGroups(failing.slice(0, MOST_GROUPED).flatMap((facts) => readResult(facts) ?? []));
}

function classesOf(column: TableColumn): Pick<PlotColumn, 'classes' | 'fieldErrors'> {
  const { fields = [], errors = [] } = candidateClasses(samplesIn(column)) ?? {};
  return { classes: fields, fieldErrors: classSentences({ fieldErrors: errors }) };
}

/** Nothing is at least as good in both and better in one. */
function isOnFront(points: readonly { readonly rate: number | null; readonly cost: number | null }[], at: number): boolean {
  const own = points[at];
  if (own === undefined || own.rate === null || own.cost === null) return false;
  const { rate, cost } = own;
  return !points.some(
    (other) =>
      other.rate !== null && other.cost !== null && other.rate >= rate && other.cost <= cost && (other.rate > rate || other.cost < cost),
  );
}

const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);

/** Edges at equal ratios, since times spread over orders of magnitude. Upper edges; the first bin begins at 0. */
function edgesOf(values: readonly number[]): number[] {
  if (values.length === 0) return [];
  let least = Infinity;
  let most = 0;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const from = Math.max(1, least);
  const ratio = Math.max(1.05, (Math.max(from * 1.05, most) / from) ** (1 / BINS));
  return Array.from({ length: BINS }, (_, i) => from * ratio ** (i + 1));
}

function inBins(values: readonly number[], edges: readonly number[]): number[] {
  const bins = edges.map(() => 0);
  for (const value of values) {
    const found = edges.findIndex((edge) => value <= edge);
    const at = found === -1 ? edges.length - 1 : found;
    bins[at] = (bins[at] ?? 0) + 1;
  }
  return bins;
}

function meanSplit(column: TableColumn): PlotColumn['split'] {
  const total = { fresh: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };
  let calls = 0;
  for (const { usage, answered } of samplesIn(column)) {
    if (!answered) continue;
    const split = splitOf(column.head, usage);
    if (split === null) return null;
    for (const name of ['fresh', 'cacheRead', 'cacheWrite', 'output', 'reasoning'] as const) total[name] += split[name];
    calls++;
  }
  if (calls === 0) return null;
  return {
    fresh: total.fresh / calls,
    cacheRead: total.cacheRead / calls,
    cacheWrite: total.cacheWrite / calls,
    output: total.output / calls,
    reasoning: total.reasoning / calls,
  };
}
