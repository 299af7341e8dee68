/** What of a case and its answer a judge may see. */
import type { GoldenCase } from '../golden/case.ts';
import { ownValue } from '../json/json.ts';
import { textOf, type RenderedRequest } from '../prompt/request.ts';
import type { ModelResponse } from '../model/model-request.ts';
import { type Subject, readableJson } from '../judge/judge-kind.ts';

/** What of a case and its answer a judge may see. */
export function subjectOf(
  { vars, expected }: Pick<GoldenCase, 'vars' | 'expected'>,
  { output, context }: Pick<ModelResponse, 'output' | 'context'>,
  { messages }: Pick<RenderedRequest, 'messages'>,
): Subject {
  const asked = messages.findLast(({ role }) => role === 'user');
  const given = ownValue(vars, 'context');
  const own = given === undefined ? null : Array.isArray(given) ? given.map(readableJson).join('\n\n') : readableJson(given);
  return {
    output,
    vars,
    expected: expected ?? null,
    input: asked === undefined ? '' : textOf(asked),
    // What was really retrieved counts more than what the case says.
    context: context === undefined || context.length === 0 ? own : context.join('\n\n'),
  };
}
