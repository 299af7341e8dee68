/** An answer as it is kept and shown. */
import type { Evaluator } from '../evaluation/evaluator.ts';
import type { JsonObject } from '../json/json.ts';
import type { ModelClient } from '../model/model-client.ts';
import { changeText } from '../model/sent-without.ts';
import type { SentLane } from './send-lane.ts';
import type { TriedAnswer } from './tried.ts';

/** `schema`: what is wrong with the output, as `checkedOutput` says. */
export function triedAnswer(
  { answered, last }: SentLane,
  client: Pick<ModelClient, 'source'>,
  thinking: string,
  schema: TriedAnswer['schema'],
): TriedAnswer {
  const { response, reused, costUsd } = answered;
  const { usage } = response;
  return {
    text: response.output,
    thinking,
    toolCalls: last.toolCalls.map(({ name, arguments: given }) => ({ name, arguments: given })),
    schema,
    finish: response.finish,
    source: reused ? 'cache' : client.source,
    tokens:
      usage === null
        ? null
        : {
            input: usage.input,
            cacheRead: usage.cacheRead,
            output: usage.output,
            reasoning: usage.reasoning,
            basis: response.usageEstimated === true ? 'estimated' : 'reported',
          },
    costUsd,
    wouldCost: client.source === 'scripted',
    ttftMs: response.ttftMs,
    latencyMs: response.latencyMs,
    sentWithout: (response.sentWithout ?? []).map(changeText),
  };
}

/** An answer that did not come, or not whole: with what had arrived. */
export const brokenAnswer = (text: string, thinking: string, client: Pick<ModelClient, 'source'>, ttftMs: number | null): TriedAnswer => ({
  ...{ text, thinking, ttftMs, toolCalls: [], schema: null, finish: null, source: client.source, tokens: null, costUsd: null },
  wouldCost: client.source === 'scripted',
  latencyMs: null,
  sentWithout: [],
});

/** Whether a text is JSON that the schema accepts; null: there is no schema. The check runs where it can be killed. */
export async function checkedOutput(text: string, schema: JsonObject | null, evaluator: Evaluator): Promise<TriedAnswer['schema']> {
  if (schema === null) return null;
  const output = {
    output: text,
    finish: null,
    toolCalls: [],
    costUsd: null,
    ttftMs: null,
    latencyMs: null,
    outputTokens: null,
    vars: {},
    tools: [],
  };
  const { assertions } = await evaluator.grade({
    assertions: [{ type: 'is-json', value: schema, verbatim: [[]] }],
    threshold: null,
    output,
  });
  const [checked] = assertions;
  return checked === undefined ? null : { valid: checked.pass, message: checked.reason };
}
