import { isJsonObject, parseJson } from '../../json/json.ts';
import { excerpt } from '../../text/text.ts';
import { failed, passed, type AssertionKind, type GradedOutput } from '../assertion.ts';
import type { ToolCall } from '../../tool.ts';
import { schemaViolation } from '../schema.ts';
import { quantity } from '../../display/figures.ts';

/** Every tool call names a tool of the prompt and its arguments fit that tool's schema. */
export const isValidOpenaiToolsCall: AssertionKind = {
  check: () => null,
  grade(_spec, output) {
    if (output.toolCalls.length === 0) return failed(`Expected a tool call, found "${excerpt(output.output, 160)}".`);
    const problem = output.toolCalls.map((call) => callProblem(call, output)).find((item) => item !== null);
    return problem === undefined ? passed(`${quantity(output.toolCalls.length, 'valid tool call')}.`) : failed(problem);
  },
};

function callProblem(call: ToolCall, { tools }: GradedOutput): string | null {
  const tool = tools.find((item) => item.name === call.name);
  if (!tool)
    return `Expected a tool of the prompt (${tools.map((item) => item.name).join(', ') || 'it has none'}), found \`${excerpt(call.name, 60)}\`.`;
  const args = parseJson(call.arguments === '' ? '{}' : call.arguments);
  if (!isJsonObject(args))
    return `Expected the arguments of \`${call.name}\` to be a JSON object, found "${excerpt(call.arguments, 120)}".`;
  const violation = schemaViolation(tool.parameters, args);
  return violation === null ? null : `The arguments of \`${call.name}\` violate its schema: ${violation}`;
}
