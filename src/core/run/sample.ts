/** One sample of a run: render, ask with retries, grade. Whatever goes wrong becomes an error in its result. */
import { HumanError, messageOf, ProviderError } from '../errors.ts';
import type { GradedResult } from '../grade/grade.ts';
import type { RenderedRequest } from '../prompt/request.ts';
import type { SampleId } from './events.ts';
import type { ModelResponse } from './model-client.ts';
import type { PlanItem } from './plan.ts';
import type { RunPorts } from './ports.ts';
import type { RenderQueue } from './render-queue.ts';
import type { Attempt, Result, ResultError } from './result.ts';
import { retryDelay } from './retry.ts';

export interface SampleContext {
  readonly ports: RunPorts;
  readonly signal: AbortSignal;
  /** `now()` when the run began. */
  readonly began: number;
  readonly streamText: boolean;
  /** Resolves when it is this request's turn to leave. */
  readonly depart: () => Promise<void>;
}

/** The result, or null when the run was cancelled before there was one. */
export async function runSample(item: PlanItem, renders: RenderQueue, context: SampleContext): Promise<Result | null> {
  const { candidate, planned, repeat } = item;
  const sample: SampleId = { candidate: candidate.id, case: planned.goldenCase.id, repeat };
  const attempts: Attempt[] = [];
  context.ports.emit({ type: 'sample-started', sample });
  try {
    const unsupported = planned.goldenCase.unsupported;
    if (unsupported !== null) throw new HumanError('golden/unsupported', unsupported);
    const outcome = await renders.outcome(candidate, planned);
    if ('problem' in outcome) throw new HumanError('template/render', outcome.problem);
    const response = await ask(item, outcome.request, sample, attempts, context);
    if (response === null) return null;
    return await gradeResponse(item, response, attempts, context);
  } catch (error) {
    return context.signal.aborted && isAborted(error) ? null : { ...blank(item, attempts), verdict: 'error', error: resultError(error) };
  }
}

/** Null when the run was cancelled meanwhile. */
async function ask(
  item: PlanItem,
  request: RenderedRequest,
  sample: SampleId,
  attempts: Attempt[],
  context: SampleContext,
): Promise<ModelResponse | null> {
  const { candidate, repeat } = item;
  const { ports, signal, began } = context;
  const onText = context.streamText ? (text: string): void => ports.emit({ type: 'text', sample, text }) : undefined;
  const { messages, tools, output } = request;
  for (let attempt = 1; ; attempt++) {
    await context.depart();
    if (signal.aborted) return null;
    const started = ports.now();
    const log = (status: number | null, error: string | null): void => {
      attempts.push({ startedMs: started - began, durationMs: ports.now() - started, status, error });
    };
    try {
      const response = await candidate.client.complete(
        { messages, tools, output, parameters: candidate.parameters, repeat },
        { signal, ...(onText ? { onText } : {}) },
      );
      log(200, null);
      return response;
    } catch (error) {
      log(error instanceof ProviderError ? error.status : null, messageOf(error));
      const delayMs = signal.aborted ? null : retryDelay(error, attempt, ports.random());
      if (delayMs === null) throw error;
      ports.emit({ type: 'retry', sample, attempt, delayMs, reason: messageOf(error) });
      await ports.sleep(delayMs, signal);
    }
  }
}

async function gradeResponse(
  item: PlanItem,
  response: ModelResponse,
  attempts: readonly Attempt[],
  { ports }: SampleContext,
): Promise<Result> {
  const { planned, candidate } = item;
  const { output, toolCalls, finish, usage, ttftMs, latencyMs } = response;
  const costUsd = usage === null ? null : (candidate.client.pricing?.costUsd(usage) ?? null);
  const answered = { ...blank(item, attempts), output, toolCalls, finish, usage, costUsd, ttftMs, latencyMs };
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

function blank({ candidate, planned, repeat }: PlanItem, attempts: readonly Attempt[]): Result {
  const { id, description, status, critical, vars, expected } = planned.goldenCase;
  return {
    candidate: candidate.id,
    case: id,
    repeat,
    description,
    status,
    critical,
    vars,
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
  };
}

const isAborted = (error: unknown): boolean => error instanceof ProviderError && error.failure === 'aborted';

function resultError(error: unknown): ResultError {
  if (error instanceof HumanError)
    return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  return { code: 'internal', message: messageOf(error), hint: 'This is a defect in Goldset; please report it.' };
}
