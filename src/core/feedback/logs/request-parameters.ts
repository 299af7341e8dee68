/** The parameters of a request as logs keep it: what is left without what was said, and without how the answer travels. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';

/** What stands elsewhere in a record. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'input', 'tools', 'prompt', 'functions', 'system', 'instructions', 'contents'],
  ...['systemInstruction', 'system_instruction', 'stream', 'stream_options'],
]);

export const requestParameters = (request: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(request).filter(([name]) => !ELSEWHERE.has(name)));

/** Of a row that holds them beside other columns. */
const IN_A_ROW: ReadonlySet<string> = new Set([
  ...['temperature', 'top_p', 'top_k', 'max_tokens', 'max_completion_tokens', 'max_output_tokens', 'seed', 'stop', 'stop_sequences'],
  ...['frequency_penalty', 'presence_penalty', 'response_format', 'reasoning_effort', 'tool_choice', 'parallel_tool_calls'],
  ...['generationConfig', 'generation_config', 'thinking', 'verbosity', 'logit_bias'],
]);

export function parametersBeside(row: JsonObject): JsonObject {
  const isSaid = ([name, value]: [string, JsonValue]): boolean => IN_A_ROW.has(name) && value !== null && value !== '';
  return Object.fromEntries(Object.entries(row).filter(isSaid));
}

/** Whether an object is a request: it has messages under a name that requests have. */
export const isRequest = (value: JsonValue | undefined): value is JsonObject =>
  isJsonObject(value) &&
  (Array.isArray(value['messages']) ||
    Array.isArray(value['contents']) ||
    (typeof value['model'] === 'string' && (typeof value['input'] === 'string' || Array.isArray(value['input']))));
