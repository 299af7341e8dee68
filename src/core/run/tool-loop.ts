/** A model that calls tools gets the results that its golden case says, and goes on, a bounded number of times. */
import { addCharges, chargesField, type Charges } from '../economics/prices/charges.ts';
import { addUsage, type Usage } from '../economics/prices/usage.ts';
import { mockedResult, type ToolMock } from '../golden/tool-mocks.ts';
import { sumKnown } from '../collections/sum-known.ts';
import type { Message, Part } from '../prompt/request.ts';
import type { ToolCall, ToolResult, ToolRound } from '../tool.ts';
import type { AnsweredCall } from '../calls/call-model.ts';
import type { ModelCall } from '../calls/model-call.ts';
import type { ModelResponse } from '../model/model-request.ts';

/** Answers that a case may take; the last stands, whatever it is. */
export const MAX_ROUNDS = 8;

export interface ToolLoopResult extends AnsweredCall {
  /** Empty: no tool was called whose result the case knows. */
  readonly rounds: readonly ToolRound[];
}

/**
 * Asks until the model calls nothing that the case has a result for. The answer has the last text, every tool call, and
 * the usage, cost and time of all rounds. Null: the run was stopped.
 */
export async function runToolLoop(
  question: ModelCall,
  mocks: readonly ToolMock[],
  ask: (question: ModelCall) => Promise<AnsweredCall | null>,
): Promise<ToolLoopResult | null> {
  const answers: AnsweredCall[] = [];
  const rounds: ToolRound[] = [];
  let { messages } = question.request;
  for (;;) {
    const answered = await ask({ ...question, request: { ...question.request, messages } });
    if (answered === null) return null;
    answers.push(answered);
    const { response } = answered;
    const results = resultsOf(response.toolCalls, mocks);
    if (results === null || answers.length === MAX_ROUNDS) return { ...together(answers), rounds };
    rounds.push({ calls: response.toolCalls, results });
    messages = [...messages, answerMessage(response), { role: 'tool', content: results.map((toolResult) => ({ toolResult })) }];
  }
}

/** Null: nothing was called, or something that the case does not know. */
function resultsOf(calls: readonly ToolCall[], mocks: readonly ToolMock[]): ToolResult[] | null {
  if (calls.length === 0) return null;
  const results = calls.map((call): ToolResult | null => {
    const text = mockedResult(call, mocks);
    return text === null ? null : { id: call.id, name: call.name, text };
  });
  const known = results.filter((result) => result !== null);
  return known.length === results.length ? known : null;
}

/** What a model said, as the message that its next request has. */
export function answerMessage({ output, toolCalls, reasoning = [] }: ModelResponse): Message {
  const content: Part[] = [
    ...reasoning.map((item) => ({ reasoning: item })),
    ...(output === '' ? [] : [{ text: output }]),
    ...toolCalls.map((toolCall) => ({ toolCall })),
  ];
  return { role: 'model', content };
}

function together(answers: readonly AnsweredCall[]): AnsweredCall {
  const last = answers.at(-1);
  if (last === undefined) throw new Error('A conversation has at least one answer. This is a defect in Goldset; please report it.');
  if (answers.length === 1) return last;
  const responses = answers.map(({ response }) => response);
  const before = sumKnown([0, ...responses.slice(0, -1).map(({ latencyMs }) => latencyMs)]);
  const { ttftMs, latencyMs } = last.response;
  const usage = responses.map((response) => response.usage);
  // The cost is a reported one only if every round reports its own.
  const { costUsd: _cost, charges: _charges, usageUnknown: _unknown, ...rest } = last.response;
  const unknown = responses.find(({ usageUnknown }) => usageUnknown !== undefined)?.usageUnknown;
  const reported = responses.map((response) => response.costUsd);
  const isReported = reported.every((item) => item !== undefined);
  const charges = responses.reduce<Charges>((sum, response) => addCharges(sum, response.charges ?? {}), {});
  return {
    key: last.key,
    response: {
      ...rest,
      ...(isReported ? { costUsd: reported.reduce((sum, item) => sum + item, 0) } : {}),
      ...chargesField(charges),
      ...(unknown === undefined ? {} : { usageUnknown: unknown }),
      toolCalls: responses.flatMap(({ toolCalls }) => toolCalls),
      usage: usage.every((item): item is Usage => item !== null) ? usage.reduce(addUsage) : null,
      // What a person waits for is the first word of the last answer.
      ttftMs: sumKnown([before, ttftMs]),
      latencyMs: sumKnown([before, latencyMs]),
    },
    reused: answers.every(({ reused }) => reused),
    costUsd: sumKnown(answers.map(({ costUsd }) => costUsd)),
  };
}
