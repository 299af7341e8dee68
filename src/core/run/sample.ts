/** One sample of a run: render, answer (known or asked), grade. Whatever goes wrong becomes an error in its result. */
import { HumanError, messageOf, isProviderError, isHumanError } from '../problems/errors.ts';
import type { AssertionSpec } from '../grade/assertion.ts';
import type { GradedResult } from '../grade/grade.ts';
import { gradeExternally, needsExternalGrade } from '../judge/external-grading.ts';
import type { EarlierAnswers } from './earlier-answers.ts';
import type { AnswersToCompare } from './compare-answers.ts';
import { judgeCosts } from '../judge/judge-costs.ts';
import type { Subject } from '../judge/judge-kind.ts';
import { resolvableVars } from '../golden/literal.ts';
import type { RenderedRequest } from '../prompt/request.ts';
import type { Answers } from '../calls/answers.ts';
import { callModel, requestKeyOf, type ModelCaller } from '../calls/call-model.ts';
import type { ModelCall } from '../calls/model-call.ts';
import type { SampleCancels } from '../calls/sample-cancels.ts';
import type { SampleId } from '../results/sample-id.ts';
import type { PlanItem, PlannedCase } from './plan.ts';
import type { RunPorts } from './ports.ts';
import type { RenderQueue } from './render-queue.ts';
import type { Attempt, Result, ResultError } from '../results/result.ts';
import { sendableRequest } from './sendable-request.ts';
import { runToolLoop, type ToolLoopResult } from './tool-loop.ts';
import { subjectOf } from './subject.ts';

export interface SampleContext {
  readonly ports: RunPorts;
  readonly signal: AbortSignal;
  readonly calls: ModelCaller;
  readonly answers: Answers;
  readonly cancels: SampleCancels;
  /** Where answers to the same case wait for each other, when something compares them. */
  readonly compared: AnswersToCompare;
  /** Where cases wait for the earlier answers that they go on from. */
  readonly earlier: EarlierAnswers;
}

/** The result, or null when the run was stopped before there was one. */
export async function runSample(item: PlanItem, renders: RenderQueue, context: SampleContext): Promise<Result | null> {
  const { candidate, planned, repeat } = item;
  const { ports, calls, answers, signal, cancels } = context;
  const sample: SampleId = { candidate: candidate.id, case: planned.goldenCase.id, repeat };
  const attempts: Attempt[] = [];
  let key: string | null = null;
  if (cancels.has(sample)) {
    context.compared.postpone(sample);
    context.earlier.postpone(sample);
    return null;
  }
  const filled = await context.earlier.filled(item);
  if (filled === null) {
    context.compared.postpone(sample);
    context.earlier.postpone(sample);
    return null;
  }
  ports.emit({ type: 'sample-started', sample });
  try {
    if ('problem' in filled) throw new HumanError('golden/earlier-answer', filled.problem);
    const { planned: sent } = filled;
    const outcome = await renders.outcome(candidate, sent);
    if ('problem' in outcome) throw new HumanError(outcome.code ?? 'template/render', outcome.problem, outcome.hint);
    const { client, parameters, target } = candidate;
    const { vars } = sent.goldenCase;
    const named = resolvableVars(sent.goldenCase);
    const request = await sendableRequest(outcome.request, {
      promptPath: target.document.path,
      client,
      vars: named,
      read: ports.readMedia,
    });
    const question = {
      client,
      parameters,
      version: target.version,
      request,
      variables: vars,
      repeat,
      sample,
      attempts,
      isOutput: true,
    };
    const asking = { calls, answers, hash: ports.hash };
    const answered = await runToolLoop(question, planned.goldenCase.tools ?? [], (each) => {
      key = requestKeyOf(each, ports.hash);
      return callModel(each, asking);
    });
    if (answered === null) {
      context.compared.postpone(sample);
      context.earlier.postpone(sample);
      if (cancels.has(sample)) ports.emit({ type: 'cancelled', sample });
      return null;
    }
    context.compared.answered(sample, answered.response.output);
    context.earlier.answered(sample, answered.response.output, outcome.request);
    return await gradeAnswer(item, sent, answered, request, attempts, context);
  } catch (error) {
    // What cannot be kept must not be paid for any more: this ends the run.
    if (isHumanError(error) && error.code === 'journal/write') throw error;
    const isCancelled = cancels.has(sample);
    const cancelled = (signal.aborted || isCancelled) && isProviderError(error) && error.failure === 'aborted';
    if (cancelled && isCancelled) ports.emit({ type: 'cancelled', sample });
    for (const waiting of [context.compared, context.earlier])
      if (cancelled) waiting.postpone(sample);
      else waiting.leave(sample);
    return cancelled ? null : { ...blank(item, key, attempts), verdict: 'error', error: resultError(error) };
  }
}

/** `sent`: the case with the earlier answers that it went on from. */
async function gradeAnswer(
  item: PlanItem,
  sent: PlannedCase,
  { key, response, reused, costUsd, rounds }: ToolLoopResult,
  request: RenderedRequest,
  attempts: readonly Attempt[],
  context: SampleContext,
): Promise<Result | null> {
  const { candidate } = item;
  const { output, toolCalls, finish, usage, ttftMs, latencyMs, reasoning: _reasoning, costUsd: reported, ...rest } = response;
  const source = reused ? 'cache' : response.service === 'batch' ? 'batch' : candidate.client.source;
  const answered: Result = {
    ...blank(item, key, attempts),
    output,
    toolCalls,
    finish,
    usage,
    costUsd,
    ttftMs,
    latencyMs,
    source,
    ...rest,
    ...(reported === undefined ? {} : { costReported: true }),
    ...(rounds.length === 0 ? {} : { rounds }),
  };
  const { goldenCase } = sent;
  const { vars } = goldenCase;
  const { tools } = candidate.target.document;
  const outputTokens = usage?.output ?? null;
  try {
    const assertions = await outsideGraded(item, subjectOf(goldenCase, response, request), context);
    if (assertions === null) return null;
    const graded = await context.ports.evaluator.grade({
      assertions,
      threshold: goldenCase.threshold,
      output: { output, toolCalls, finish, costUsd, ttftMs, latencyMs, outputTokens, vars, tools },
    });
    return { ...answered, ...graded, ...judgeCosts(graded.assertions), error: gradingError(graded) };
  } catch (error) {
    if (isHumanError(error) && error.code === 'journal/write') throw error;
    return { ...answered, verdict: 'error', error: resultError(error) };
  }
}

/** The assertions, those that need a judge or code with their grade. Null: the run was stopped. */
async function outsideGraded(item: PlanItem, subject: Subject, context: SampleContext): Promise<readonly AssertionSpec[] | null> {
  const { candidate, planned, repeat } = item;
  const { assertions, goldenCase } = planned;
  if (!assertions.some(needsExternalGrade)) return assertions;
  const { ports, calls, answers, compared } = context;
  const { hash, evaluator, judges } = ports;
  const sample: SampleId = { candidate: candidate.id, case: goldenCase.id, repeat };
  const question = { repeat, sample, attempts: [] };
  const judging =
    judges === null ? null : { judges, evaluator, hash, question, ask: (each: ModelCall) => callModel(each, { calls, answers, hash }) };
  return gradeExternally(assertions, subject, {
    judging,
    code: ports.code,
    compare: (spec) => (judging === null ? Promise.resolve(NO_JUDGE) : compared.grade(spec, sample, subject, judging)),
  });
}

const NO_JUDGE = { error: 'Judges are not available here.' };

/** An assertion that cannot be judged makes the case an error; its reason is the error's. */
function gradingError(graded: GradedResult): ResultError | null {
  if (graded.verdict !== 'error') return null;
  const culprit = graded.assertions.find((assertion) => assertion.error === true);
  return { code: 'assert/not-judged', message: culprit?.reason ?? 'An assertion could not be graded.' };
}

function blank({ candidate, planned, repeat }: PlanItem, request: string | null, attempts: readonly Attempt[]): Result {
  const { id, description, status, kind, critical, group, vars, expected, metadata, prefix, suffix, messages } = planned.goldenCase;
  return {
    candidate: candidate.id,
    case: id,
    repeat,
    description,
    // What a pipeline finds says nothing about the prompt, so it does not gate it.
    status: kind === 'retrieval' && status === 'active' ? 'unverified' : status,
    ...(kind === undefined ? {} : { kind }),
    critical: critical && kind !== 'retrieval',
    group,
    vars,
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    ...(prefix === '' ? {} : { prefix }),
    ...(suffix === '' ? {} : { suffix }),
    ...(messages === undefined ? {} : { messages }),
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
  if (isHumanError(error)) return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  return { code: 'internal', message: messageOf(error), hint: 'This is a defect in Goldset; please report it.' };
}
