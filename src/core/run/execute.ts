/**
 * Runs a plan:
 *
 *   plan ─▶ render ─▶ ask (retries) ─▶ grade ─▶ journal ─▶ event
 *
 * A result is in the journal before anybody hears of it. Cancelling keeps what is done.
 */
import { forEachConcurrently } from './concurrency.ts';
import { JOURNAL_SCHEMA } from './journal.ts';
import { countSamples, planItems, type Plan, type PlanItem } from './plan.ts';
import type { RunPorts } from './ports.ts';
import { RenderQueue } from './render-queue.ts';
import { headOf } from './candidate-report.ts';
import { reportRun, type RunReport } from './report.ts';
import type { Result } from './result.ts';
import { runSample } from './sample.ts';
import type { Gate } from './verdict.ts';

export interface RunOptions {
  readonly id: string;
  readonly toolVersion: string;
  readonly concurrency: number;
  readonly gate: Gate;
  readonly signal: AbortSignal;
  /** Emit text as it streams; costs events, so only where somebody watches. */
  readonly streamText: boolean;
}

/** Runs to the end or until the signal aborts; the report says which (`complete`). */
export async function executeRun(plan: Plan, ports: RunPorts, options: RunOptions): Promise<RunReport> {
  const { id, toolVersion, gate } = options;
  const startedAt = ports.date();
  const heads = plan.candidates.map(({ candidate }) => headOf(candidate));
  const samples = countSamples(plan);
  await ports.journal.append({
    kind: 'run',
    schema: JOURNAL_SCHEMA,
    id,
    startedAt,
    toolVersion,
    candidates: heads,
    cases: plan.candidates.map(({ candidate, cases }) => ({ candidate: candidate.id, ids: cases.map((item) => item.goldenCase.id) })),
    repeats: plan.repeats,
  });
  ports.emit({ type: 'started', id, plan, samples });
  const results = await runAll(plan, samples, ports, options);
  const complete = results.length === samples;
  const ordered = inPlanOrder(plan, results);
  await ports.turn();
  const report = reportRun({ id, startedAt, toolVersion, heads, results: ordered, complete, gate });
  await ports.journal.append({ kind: 'end', verdict: report.verdict, complete, endedAt: ports.date() });
  ports.emit({ type: 'ended', report });
  return report;
}

async function runAll(plan: Plan, samples: number, ports: RunPorts, options: RunOptions): Promise<Result[]> {
  const results: Result[] = [];
  const began = ports.now();
  const renders = new RenderQueue(plan, ports.evaluator);
  const depart = departures(ports);
  await forEachConcurrently(planItems(plan), options.concurrency, options.signal, async (item: PlanItem) => {
    const result = await runSample(item, renders, { ports, signal: options.signal, began, streamText: options.streamText, depart });
    if (result === null) return;
    await ports.journal.append({ kind: 'result', result });
    results.push(result);
    ports.emit({ type: 'result', result, done: results.length, samples });
  });
  return results;
}

/** One request leaves a turn: building a burst of them would hold up the first bytes of the first, and its TTFT with them. */
function departures({ turn }: RunPorts): () => Promise<void> {
  let last = Promise.resolve();
  return () => (last = last.then(turn));
}

/** Results arrive as they end; a report lists them as they were planned. */
function inPlanOrder(plan: Plan, results: readonly Result[]): Result[] {
  const rank = new Map<string, number>();
  plan.candidates.forEach(({ candidate, cases }, c) =>
    cases.forEach(({ goldenCase }, i) => rank.set(`${candidate.id}\u0000${goldenCase.id}`, i * plan.candidates.length + c)),
  );
  return results
    .map((result) => ({ result, at: (rank.get(`${result.candidate}\u0000${result.case}`) ?? 0) * plan.repeats + result.repeat }))
    .sort((a, b) => a.at - b.at)
    .map(({ result }) => result);
}
