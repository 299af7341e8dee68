/** goldset.try/1: one try for machines. Unknown is null. */
import { hintOf, messageOf, type HumanError } from '../../core/problems/errors.ts';
import type { Plan } from '../../core/run/plan.ts';
import type { SentLane } from '../../core/try/send-lane.ts';
import type { TriedAnswer } from '../../core/try/tried.ts';
import type { TryValues } from '../try/try-input.ts';

export interface TryForMachines {
  readonly plan: Plan;
  readonly values: TryValues;
  readonly answer: TriedAnswer;
  /** Null: no answer came. */
  readonly sent: SentLane | null;
  readonly saved: { readonly case: string; readonly file: string } | null;
  readonly error: HumanError | null;
  /** The answer is whole. */
  readonly isComplete: boolean;
}

export function tryJson({ plan, values, answer, sent, saved, error, isComplete }: TryForMachines): unknown {
  const [planned] = plan.candidates;
  const { target, client, parameters } = planned?.candidate ?? { target: null, client: null, parameters: {} };
  const { answered = null } = sent ?? {};
  const usage = answered?.response.usage ?? null;
  return {
    schema: 'goldset.try/1',
    prompt: { path: target?.document.path ?? null, version: target?.version ?? null },
    model: client?.id ?? null,
    parameters,
    vars: values.input.vars,
    output: answer.text,
    thinking: answer.thinking === '' ? null : answer.thinking,
    toolCalls: answered?.response.toolCalls ?? [],
    rounds: answered?.rounds ?? [],
    schemaCheck: answer.schema,
    finish: answer.finish,
    source: answer.source,
    usage: usage === null ? null : { ...usage, basis: answer.tokens?.basis ?? 'reported' },
    costUsd: answer.costUsd,
    price: client?.pricing?.info ?? null,
    ttftMs: answer.ttftMs,
    latencyMs: answer.latencyMs,
    sentWithout: answer.sentWithout,
    saved,
    complete: isComplete,
    error: error === null ? null : { code: error.code, message: messageOf(error), hint: hintOf(error) ?? null },
  };
}
