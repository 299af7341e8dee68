/** The request of a captured call, as it can be sent again: its messages verbatim, its tools, the format of its output and its parameters. */
import { isHumanError } from '../../problems/errors.ts';
import type { CaseMessage } from '../../golden/case-messages.ts';
import type { ToolMock } from '../../golden/tool-mocks.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import { readBuiltRequest } from '../../model/built-request.ts';
import type { OutputSpec, Parameters } from '../../prompt/document.ts';
import type { ToolDefinition } from '../../tool.ts';
import { CAPTURED_NAMES, capturedParameters } from './captured-request.ts';
import { capturedTurns, toolMocksOf } from './captured-turns.ts';
import type { Interaction } from './interaction.ts';

export interface CapturedCall {
  readonly turns: readonly CaseMessage[];
  /** What its tools returned. */
  readonly results: readonly ToolMock[];
  readonly tools: readonly ToolDefinition[];
  readonly output: OutputSpec;
  readonly parameters: Parameters;
  /** Why it cannot be sent again as it was, as a sentence; null: it can. */
  readonly problem: string | null;
  /** What is left out all the same, each a sentence. */
  readonly notes: readonly string[];
}

const TEXT: OutputSpec = { format: null, name: null, schema: null, strict: false };

/** No text of it is resolved: a message is what it says. */
export function capturedCall(interaction: Pick<Interaction, 'messages' | 'tools' | 'parameters'>): CapturedCall {
  const { turns, unread } = capturedTurns(interaction.messages);
  const { defined, hosted } = definedTools(interaction.tools);
  const known = capturedParameters(interaction.parameters);
  const given = Object.entries(interaction.parameters).filter(([name]) => !Object.hasOwn(CAPTURED_NAMES, name) && !OF_A_REQUEST.has(name));
  const notes = hosted.length === 0 ? [] : [`Tools that the provider runs are not sent: ${hosted.join(', ')}.`];
  const common = { turns, results: toolMocksOf(turns), notes };
  try {
    const { tools, output, parameters } = readBuiltRequest(
      { ...Object.fromEntries(given), messages: 'x', tools: [...defined] },
      'The call',
    );
    return {
      ...{ ...common, tools, output: output ?? TEXT, parameters: { ...parameters, ...known } },
      problem:
        unread !== null
          ? `Its messages have ${unread}, which is not sent again.`
          : turns.length === 0
            ? 'Its messages were not captured.'
            : null,
    };
  } catch (error) {
    if (!isHumanError(error)) throw error;
    return { ...common, tools: [], output: TEXT, parameters: known, problem: `The record cannot be read as a request: ${error.message}` };
  }
}

/** What a request has beside its parameters. */
const OF_A_REQUEST: ReadonlySet<string> = new Set(['messages', 'input', 'prompt', 'system', 'instructions', 'tools', 'model']);

/** Those with a schema; a tool without one is the provider's own. */
function definedTools(tools: readonly JsonValue[]): { readonly defined: readonly JsonObject[]; readonly hosted: readonly string[] } {
  const defined: JsonObject[] = [];
  const hosted: string[] = [];
  for (const tool of tools.flatMap(listed)) {
    const { type, name } = tool;
    const isHosted = typeof type === 'string' && !OWN_TYPES.has(type) && SCHEMAS.every((key) => tool[key] === undefined);
    if (isHosted) hosted.push(typeof name === 'string' ? name : type);
    else defined.push(tool);
  }
  return { defined, hosted };
}

const OWN_TYPES: ReadonlySet<string> = new Set(['function', 'custom', 'tool']);
const SCHEMAS = ['function', 'parameters', 'input_schema', 'inputSchema'];

/** Gemini lists functions in one tool; Bedrock has a wrapper around each. */
function listed(tool: JsonValue): JsonObject[] {
  if (!isJsonObject(tool)) return [];
  const { functionDeclarations: several, toolSpec: spec } = tool;
  if (Array.isArray(several)) return several.filter(isJsonObject);
  if (!isJsonObject(spec)) return [tool];
  const schema = isJsonObject(spec['inputSchema']) ? (spec['inputSchema']['json'] ?? spec['inputSchema']) : {};
  return [{ ...spec, inputSchema: schema }];
}
