/**
 * Runs a plan:
 *
 *   plan ─▶ render ─▶ known answer, or ask ─▶ grade ─▶ journal ─▶ event
 *
 * A result is in the journal before anybody hears of it, and its answer before it is graded. Cancelling keeps what is done.
 */
import type { ModelCaller } from '../calls/call-model.ts';
import { Answers, type CacheMode } from '../calls/answers.ts';
import { Calls } from '../calls/calls.ts';
import { SampleCancels } from '../calls/sample-cancels.ts';
import { SpendLedger } from '../calls/spend-ledger.ts';
import { forEachConcurrently } from './concurrency.ts';
import { observeResults } from '../economics/observed.ts';
import { lookUp } from '../collections/look-up.ts';
import { groupBy } from '../collections/group-by.ts';
import { EarlierAnswers } from './earlier-answers.ts';
import { AnswersToCompare } from './compare-answers.ts';
import { JOURNAL_SCHEMA, type JournalRecord, type PromptRecord, type RunSummary } from '../results/journal.ts';
import { comparedPairs, EarlyStops, inInformativeOrder } from './early-stops.ts';
import { countSamples, planIdentity, planItems, suiteIdentity, type Plan, type PlanItem } from './plan.ts';
import type { RunPorts } from './ports.ts';
import { RenderQueue } from './render-queue.ts';
import { reportRun, type RunReport } from './report.ts';
import { sampleKey, type Result } from '../results/result.ts';
import { KnownJudges } from '../results/judged-sample.ts';
import { outlineOf, ResultList, type ResultOutline } from '../results/result-list.ts';
import type { CarriedAnswer, Resumed } from '../results/resume.ts';
import { runSample } from './sample.ts';
import { INTERRUPTED, type Stop } from '../results/stop.ts';
import { headOf } from './candidate-head-of.ts';
import type { Gate } from '../config/gate.ts';
import type { LabelSource } from '../judge/calibration/judged-comparison.ts';
import type { Calibrations } from '../judge/calibration/judged-rate-of.ts';

export interface RunOptions {
  readonly id: string;
  readonly toolVersion: string;
  /** Calls at once per origin. */
  readonly concurrency: number;
  readonly gate: Gate;
  /** What people's labels say of the judges; absent: nothing is known. */
  readonly calibrations?: Calibrations;
  /** Labels of what is compared; absent: there are none. */
  readonly labels?: LabelSource;
  readonly cache: CacheMode;
  /** USD that the run may spend; null: no cap. */
  readonly cap: number | null;
  /** What was done before the run was interrupted; its head is in the journal. */
  readonly resumed: Resumed | null;
  /** Ends the run; so does the run itself when its journal cannot be written. */
  readonly abort: AbortController;
  /** Stop a comparison when it is decided. */
  readonly sequential?: boolean;
  /** Emit text as it streams; costs events, so only in interactive runs. */
  readonly streamText: boolean;
  /** Who asks instead of the run's own calls; absent: the run's own calls. */
  readonly modelCaller?: (live: ModelCaller) => ModelCaller;
  /** Cases that are cancelled while the run goes on. */
  readonly cancels?: SampleCancels;
}

/** Samples that are in work beyond those whose call is under way: being rendered and graded, or waiting for their turn. */
const IN_WORK = 64;

/** Runs to the end or until the signal aborts; the report says which (`complete`, `stopped`). */
export async function executeRun(given: Plan, ports: RunPorts, options: RunOptions): Promise<RunReport> {
  // A case that goes on from an answer comes after it.
  const isOrdered = given.candidates.some(({ cases }) => cases.some(({ goldenCase }) => goldenCase.earlier !== undefined));
  const plan = options.sequential === true && !isOrdered ? inInformativeOrder(given, ports.hash) : given;
  const { id, toolVersion, gate, resumed, cache, cap } = options;
  const startedAt = resumed?.startedAt ?? ports.date();
  const heads = plan.candidates.map(({ candidate }) => headOf(candidate));
  const samples = countSamples(plan);
  if (resumed === null) {
    ports.journal.append({
      kind: 'run',
      schema: JOURNAL_SCHEMA,
      id,
      startedAt,
      toolVersion,
      plan: planIdentity(plan, ports.hash),
      candidates: heads,
      cases: plan.candidates.map(({ candidate, cases }) => ({ candidate: candidate.id, ids: cases.map((item) => item.goldenCase.id) })),
      repeats: plan.repeats,
      suite: suiteIdentity(plan, ports.hash),
      shard: plan.shard,
      comparisons: plan.comparisons.map(({ a, b }) => ({ a: a.kind === 'candidate' ? a.id : a.side.head.id, b })),
    });
    for (const record of promptRecords(plan)) ports.journal.append(record);
  } else ports.journal.append({ kind: 'resumed', at: ports.date(), toolVersion });
  ports.emit({ type: 'started', id, plan, samples });
  const stops = options.sequential === true ? new EarlyStops(plan, gate) : null;
  const run = await runAll(plan, samples, ports, options, stops);
  const complete = run.outlines.length + (stops?.skipped ?? 0) === samples;
  const outlines = inPlanOrder(given, run.outlines);
  await ports.yieldToEventLoop();
  const report = reportRun({
    id,
    startedAt,
    toolVersion,
    heads,
    outlines,
    results: new ResultList(outlines, (position) => ports.journal.result(position)),
    complete,
    isPart: plan.shard !== null,
    // Nothing was asked, so every error is a recording that is missing.
    gate: cache === 'frozen' ? { ...gate, maxErrors: 0 } : gate,
    stopped: complete ? null : (run.stopped ?? INTERRUPTED),
    resumed: resumed?.done.size ?? 0,
    cap,
    unconfirmedUsd: run.unconfirmedUsd,
    countedUsd: run.countedUsd,
    compared: comparedPairs(plan, heads, outlines, stops, ({ position }) => ports.journal.result(position).output),
    ...(options.labels === undefined ? {} : { labels: options.labels }),
    ...(options.calibrations === undefined ? {} : { calibrations: options.calibrations }),
  });
  ports.journal.append({ kind: 'end', verdict: report.verdict, complete, endedAt: ports.date(), summary: summaryOf(report, run.outlines) });
  ports.emit({ type: 'ended', report });
  return report;
}

function promptRecords({ candidates }: Plan): PromptRecord[] {
  const targets = groupBy(candidates, ({ candidate }) => candidate.target);
  return [...targets].map(([{ document, partials }, sharing]) => ({
    kind: 'prompt',
    candidates: sharing.map(({ candidate }) => candidate.id),
    document: { ...document, embedded: { cases: [], assertions: [] } },
    partials,
  }));
}

/** `outlines`: in the order of the answers. */
function summaryOf({ candidates, spend }: RunReport, outlines: readonly ResultOutline[]): RunSummary {
  const byCandidate = groupBy(outlines, ({ candidate }) => candidate);
  return {
    spentUsd: spend.usd,
    candidates: candidates.map(({ id, cases, passed, failed, errors, unjudged, knownFailing, unverified, ...rest }) => {
      const { active, errorCauses, passRate, interval, costPerCallUsd } = rest;
      const own = byCandidate.get(id) ?? [];
      return {
        id,
        cases,
        passed,
        failed,
        errors,
        unjudged,
        knownFailing,
        unverified,
        ...(active === undefined ? {} : { active }),
        ...(errorCauses === undefined || errorCauses.length === 0 ? {} : { errorCauses }),
        passRate,
        interval,
        costPerCallUsd,
        results: own.length,
        observed: observeResults(own),
      };
    }),
  };
}

interface Ran {
  readonly outlines: ResultOutline[];
  readonly stopped: Stop | null;
  readonly unconfirmedUsd: number;
  readonly countedUsd: number;
}

async function runAll(plan: Plan, samples: number, ports: RunPorts, options: RunOptions, stops: EarlyStops | null): Promise<Ran> {
  const { cache, cap, concurrency, resumed, abort, streamText } = options;
  const { signal } = abort;
  const outlines: ResultOutline[] = [];
  const judges = new KnownJudges();
  const began = ports.now();
  const journal = (record: JournalRecord): void => void ports.journal.append(record);
  const ledger = new SpendLedger({ cap, spent: resumed?.spentUsd ?? 0, unconfirmed: resumed?.unconfirmedUsd ?? 0, journal });
  const cancels = options.cancels ?? new SampleCancels();
  const live = new Calls(ports, { concurrency, signal, began, streamText, ledger, cancels });
  const calls = options.modelCaller?.(live) ?? live;
  const answers = new Answers({
    store: ports.answers,
    mode: cache,
    carried: resumed?.carried ?? new Map<string, CarriedAnswer>(),
    paidFor: resumed?.answers ?? new Map<string, CarriedAnswer>(),
    journal,
    signal,
  });
  const renders = new RenderQueue(plan, ports.evaluator);
  const tell = (outline: ResultOutline, result: Result, isCarried: boolean): void => {
    outlines.push(outline);
    stops?.take(outline);
    ports.emit({ type: 'result', result, position: outline.position, done: outlines.length, samples, isCarried });
  };
  const compared = new AnswersToCompare(plan, signal);
  const earlier = new EarlierAnswers(plan, signal, renders, ports.code);
  for (const outline of resumed?.done.values() ?? []) {
    const result = ports.journal.result(outline.position);
    const sample = { candidate: outline.candidate, case: outline.case, repeat: outline.repeat };
    compared.answered(sample, result.output ?? '');
    if (result.output === null) earlier.leave(sample);
    else earlier.answered(sample, result.output, null);
    tell(outline, result, true);
  }
  const skip = ({ candidate, planned, repeat }: PlanItem): void => {
    stops?.skip(candidate.id);
    const sample = { candidate: candidate.id, case: planned.goldenCase.id, repeat };
    compared.leave(sample);
    earlier.leave(sample);
  };
  const work = async (item: PlanItem): Promise<void> => {
    const result = await runSample(item, renders, { ports, signal, calls, answers, cancels, compared, earlier });
    if (result !== null) tell(outlineOf(result, ports.journal.append({ kind: 'result', result }), judges), result, false);
  };
  const guarded = (item: PlanItem): Promise<void> =>
    work(item).catch((error: unknown) => {
      // The journal is full or gone: what is under way could not be kept.
      abort.abort();
      throw error;
    });
  const origins = new Set(plan.candidates.map(({ candidate }) => candidate.client.origin));
  // An origin that is slow or down must not keep another waiting.
  try {
    await Promise.all(
      [...origins].map((origin) =>
        forEachConcurrently(remaining(plan, origin, resumed, stops, skip), concurrency + IN_WORK, signal, guarded),
      ),
    );
  } finally {
    live.close();
  }
  return { outlines, stopped: calls.stopped, unconfirmedUsd: ledger.unconfirmedUsd, countedUsd: ledger.countedUsd };
}

function* remaining(
  plan: Plan,
  origin: string,
  resumed: Resumed | null,
  stops: EarlyStops | null,
  skip: (item: PlanItem) => void,
): Generator<PlanItem> {
  for (const item of planItems(plan)) {
    const { candidate, planned, repeat } = item;
    if (candidate.client.origin !== origin) continue;
    if (resumed?.done.has(sampleKey({ candidate: candidate.id, case: planned.goldenCase.id, repeat })) === true) continue;
    if (stops?.isDecided(candidate.id) === true) skip(item);
    else yield item;
  }
}

/** Results arrive as they end; a report lists them as they were planned. */
function inPlanOrder(plan: Plan, outlines: readonly ResultOutline[]): ResultOutline[] {
  const rank = new Map<string, number>();
  plan.candidates.forEach(({ candidate, cases }, c) =>
    cases.forEach(({ goldenCase }, i) => rank.set(`${candidate.id}\u0000${goldenCase.id}`, i * plan.candidates.length + c)),
  );
  const rankOf = ({ candidate, case: id }: ResultOutline): number => lookUp(rank, `${candidate}\u0000${id}`, `The case ${id} in the plan`);
  return outlines
    .map((outline) => ({ outline, at: rankOf(outline) * plan.repeats + outline.repeat }))
    .sort((a, b) => a.at - b.at)
    .map(({ outline }) => outline);
}
