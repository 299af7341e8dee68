/** One sample of a run: render, answer (known or asked), grade. Whatever goes wrong becomes an error in its result. */
import type { Usage } from '../economics/usage.ts';
import { HumanError, messageOf, ProviderError } from '../errors.ts';
import type { GradedResult } from '../grade/grade.ts';
import type { Answers, KnownAnswer } from './calls/answers.ts';
import type { Calls } from './calls/calls.ts';
import type { SampleCancels } from './calls/sample-cancels.ts';
import { requestKey } from './calls/request-key.ts';
import type { SampleId } from './events.ts';
import type { PlanItem } from './plan.ts';
import type { RunPorts } from './ports.ts';
import type { RenderQueue } from './render-queue.ts';
import type { Attempt, Result, ResultError } from './result.ts';

export interface SampleContext {
  readonly ports: RunPorts;
  readonly signal: AbortSignal;
  readonly calls: Calls;
  readonly answers: Answers;
  readonly cancels: SampleCancels;
}

/** The result, or null when the run was stopped before there was one. */
export async function runSample(item: PlanItem, renders: RenderQueue, context: SampleContext): Promise<Result | null> {
  const { candidate, planned, repeat } = item;
  const { ports, calls, answers, signal, cancels } = context;
  const sample: SampleId = { candidate: candidate.id, case: planned.goldenCase.id, repeat };
  const attempts: Attempt[] = [];
  let key: string | null = null;
  if (cancels.has(sample)) return null;
  ports.emit({ type: 'sample-started', sample });
  try {
    const unsupported = planned.goldenCase.unsupported;
    if (unsupported !== null) throw new HumanError('golden/unsupported', unsupported);
    const outcome = await renders.outcome(candidate, planned);
    if ('problem' in outcome) throw new HumanError('template/render', outcome.problem);
    const { messages, tools, output } = outcome.request;
    const { client, parameters } = candidate;
    key = requestKey(client.endpoint, { messages, tools, output, parameters, repeat }, ports.hash);
    const costUsd = (usage: Usage): number | null => client.pricing?.costUsd(usage) ?? null;
    const request = { sample, key, account: client.account, costUsd };
    const known = await answers.get(request, () => calls.ask(item, outcome.request, sample, attempts));
    if (known === null && cancels.has(sample)) ports.emit({ type: 'cancelled', sample });
    return known === null ? null : await gradeAnswer(item, key, known, attempts, context);
  } catch (error) {
    // What cannot be kept must not be paid for any more: this ends the run.
    if (error instanceof HumanError && error.code === 'journal/write') throw error;
    const isCancelled = cancels.has(sample);
    const cancelled = (signal.aborted || isCancelled) && error instanceof ProviderError && error.failure === 'aborted';
    if (cancelled && isCancelled) ports.emit({ type: 'cancelled', sample });
    return cancelled ? null : { ...blank(item, key, attempts), verdict: 'error', error: resultError(error) };
  }
}

async function gradeAnswer(
  item: PlanItem,
  key: string,
  { response, reused }: KnownAnswer,
  attempts: readonly Attempt[],
  { ports }: SampleContext,
): Promise<Result> {
  const { planned, candidate } = item;
  const { output, toolCalls, finish, usage, ttftMs, latencyMs } = response;
  const costUsd = usage === null ? null : (candidate.client.pricing?.costUsd(usage) ?? null);
  const source = reused ? 'cache' : candidate.client.source;
  const answered: Result = { ...blank(item, key, attempts), output, toolCalls, finish, usage, costUsd, ttftMs, latencyMs, source };
  const { goldenCase, assertions } = planned;
  const { vars } = goldenCase;
  const { tools } = candidate.target.document;
  const outputTokens = usage?.output ?? null;
  try {
    const graded = await ports.evaluator.grade({
      assertions,
      threshold: goldenCase.threshold,
      output: { output, toolCalls, finish, costUsd, ttftMs, latencyMs, outputTokens, vars, tools },
    });
    return { ...answered, ...graded, error: gradingError(graded) };
  } catch (error) {
    return { ...answered, verdict: 'error', error: resultError(error) };
  }
}

/** An assertion that cannot be judged makes the case an error; its reason is the error's. */
function gradingError(graded: GradedResult): ResultError | null {
  if (graded.verdict !== 'error') return null;
  const culprit = graded.assertions.find((assertion) => assertion.error === true);
  return { code: 'assert/not-judged', message: culprit?.reason ?? 'An assertion could not be judged.' };
}

function blank({ candidate, planned, repeat }: PlanItem, request: string | null, attempts: readonly Attempt[]): Result {
  const { id, description, status, critical, group, vars, expected, metadata, prefix, suffix } = planned.goldenCase;
  return {
    candidate: candidate.id,
    case: id,
    repeat,
    description,
    status,
    critical,
    group,
    vars,
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    ...(prefix === '' ? {} : { prefix }),
    ...(suffix === '' ? {} : { suffix }),
    expected: expected ?? null,
    verdict: 'error',
    score: null,
    output: null,
    toolCalls: [],
    assertions: [],
    error: null,
    attempts: attempts.length,
    attemptLog: attempts,
    usage: null,
    costUsd: null,
    ttftMs: null,
    latencyMs: null,
    finish: null,
    source: candidate.client.source,
    request,
  };
}

function resultError(error: unknown): ResultError {
  if (error instanceof HumanError)
    return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  return { code: 'internal', message: messageOf(error), hint: 'This is a defect in Goldset; please report it.' };
}
