/** What an action costs besides answers: embeddings, images, and what the application reports itself. Their texts are not recorded. */
import { costInHeaders } from '../core/economics/prices/reported-cost.ts';
import { operationUsage } from '../core/economics/prices/operation-usage.ts';
import type { Interaction, Operation } from '../core/feedback/interactions/interaction.ts';
import { newInteraction } from '../core/feedback/interactions/record-fields.ts';
import { responseFactsIn } from '../core/feedback/interactions/response-facts.ts';
import { copyJson } from '../core/json/json-copy.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json/json.ts';
import { nameAnswer } from './answer-names.ts';
import { callContext, textOr } from './call-context.ts';
import { callError } from './call-errors.ts';
import { newInteractionId } from './interaction-id.ts';
import { observeCall } from './observed-answer.ts';
import { attempt } from './report-once.ts';
import { requestsSentFor } from './sent-requests.ts';
import { recordWriter, targetOf, type CallSetting } from './start-call.ts';

/** A record of an operation with nothing known of it yet. */
export const operationRecord = (now: number, operation: Operation, of: Partial<Interaction>): Interaction =>
  newInteraction({ id: newInteractionId(now), time: new Date(now).toISOString(), operation, ...of });

/** Listens to a call of an operation. `result`: what the client gave. */
export function observeOperation(operation: Operation, setting: CallSetting, given: readonly unknown[], result: unknown): void {
  const { client, options, host } = setting;
  const [body, requestOptions] = given;
  const began = performance.now();
  const { value } = copyJson(scalarsOf(body));
  const { model, user: named, ...parameters } = isJsonObject(value) ? value : {};
  const target = targetOf(client, options, typeof model === 'string' ? model : null);
  const user = textOr(options.user) ?? textOr(named);
  const record = operationRecord(Date.now(), operation, {
    ...callContext(options),
    user: user === null ? null : host.hashUser(user),
    model: target.model,
    parameters,
  });
  const write = recordWriter(setting, requestOptions, 0);
  attempt(() => options.onId?.(record.id));
  let isEnded = false;
  let headerCost: number | null = null;
  let attempts: number | undefined;
  const end = (of: Partial<Interaction>): void => {
    if (isEnded) return;
    isEnded = true;
    attempt(() => write(newInteraction({ ...record, ...of, attempts, latencyMs: performance.now() - began })));
  };
  const whole = (answer: unknown): void => {
    const usage = isJsonObject(answer) ? operationUsage(answer['usage']) : null;
    const response = isJsonObject(answer) ? responseFactsIn(answer) : undefined;
    end({ usage, costUsd: headerCost, ...(response === undefined ? {} : { response }) });
  };
  observeCall(result, {
    client,
    call: {
      headers: (get) => (headerCost = costInHeaders(get)),
      sent: (requests) => (attempts = requests ?? attempts),
      whole,
      add: (event) => {
        // The last event of a stream of images has the usage of all.
        if (isJsonObject(event) && event['usage'] !== undefined) whole(event);
      },
      end: () => end({ costUsd: headerCost }),
      abandon: () => end({ costUsd: headerCost }),
      unread: () => end({ costUsd: headerCost }),
    },
    fail: (error) => {
      attempts = requestsSentFor(error) ?? attempts;
      end({ error: callError(error, target) });
    },
    onAnswer: (answer) => nameAnswer(answer, record.id),
  });
}

/** Of the body what says how it was made; inputs and files are not recorded. */
function scalarsOf(body: unknown): JsonObject {
  if (typeof body !== 'object' || body === null) return {};
  const isText = new Set(['input', 'prompt', 'query']);
  return Object.fromEntries<JsonValue>(
    Object.entries(body).filter(([name, value]) => !isText.has(name) && ['string', 'number', 'boolean'].includes(typeof value)),
  );
}
