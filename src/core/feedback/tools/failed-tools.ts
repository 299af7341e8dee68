/** Results of tools in the messages of a call, in the forms of OpenAI, Anthropic, Gemini, Bedrock and the AI SDK, and which of them failed. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import { toolFailure } from './tool-failed.ts';

const RESULT_ROLES: ReadonlySet<unknown> = new Set(['tool', 'function', 'ipython', 'tool_result']);
/** `function_call_output`, `local_shell_call_output`, `mcp_call`: items of OpenAI's responses. */
const RESULT_ITEM = /^(?:\w+_call_output|mcp_call)$/;
const RESULT_PART = /^(?:tool[_-]result|tool_call_response|function_call_output|mcp_tool_result)$/;

/** What the first failed tool said, among the results that this call is the first to see; null: none failed. */
export function failedTool(messages: readonly JsonValue[]): string | null {
  for (const message of newest(messages)) {
    const reason = failureInMessage(message);
    if (reason !== null) return reason;
  }
  return null;
}

/** After the model's last turn: earlier results belong to earlier calls. An answer that was appended is the call's own. */
function newest(messages: readonly JsonValue[]): readonly JsonValue[] {
  let end = messages.length;
  while (end > 0 && isOfModel(messages[end - 1])) end--;
  let start = end;
  while (start > 0 && !isOfModel(messages[start - 1])) start--;
  return messages.slice(start, end);
}

function isOfModel(message: JsonValue | undefined): boolean {
  if (!isJsonObject(message)) return false;
  const { role, type } = message;
  if (role === 'assistant' || role === 'model' || type === 'ai') return true;
  return role === undefined && typeof type === 'string' && /^(?:reasoning|\w+_call)$/.test(type) && type !== 'mcp_call';
}

/** What one message says of a tool that failed; null: it is not a result, or of a tool that worked. */
export function failureInMessage(message: JsonValue): string | null {
  if (!isJsonObject(message)) return null;
  const { role, type, content, parts } = message;
  if (RESULT_ROLES.has(role) || (type === 'tool' && role === undefined)) {
    const own = flagged(message) ?? toolFailure(content);
    if (own !== null) return own;
  }
  if (typeof type === 'string' && role === undefined && RESULT_ITEM.test(type))
    return flagged(message) ?? toolFailure(type === 'mcp_call' ? { error: message['error'] ?? null } : (message['output'] ?? null));
  for (const part of [...listOf(content), ...listOf(parts)]) {
    const reason = failureInPart(part);
    if (reason !== null) return reason;
  }
  return null;
}

function failureInPart(part: JsonValue): string | null {
  if (!isJsonObject(part)) return null;
  const bedrock = part['toolResult'] ?? part['functionResponse'] ?? part['function_response'];
  if (isJsonObject(bedrock)) return flagged(bedrock) ?? toolFailure(bedrock['content'] ?? bedrock['response'] ?? null);
  const { type } = part;
  if (typeof type !== 'string' || !RESULT_PART.test(type)) return null;
  if (part['is_error'] === false || part['isError'] === false) return null;
  return flagged(part) ?? toolFailure(part['response'] ?? part['result'] ?? part['output'] ?? part['content'] ?? null);
}

/** What a message or a part says of its result, beside it. */
function flagged(given: JsonObject): string | null {
  const { is_error: isError, isError: isErrorToo, status, content, result } = given;
  if (isError !== true && isErrorToo !== true && status !== 'error') return null;
  return (
    toolFailure(content ?? result ?? null) ?? (typeof content === 'string' && content !== '' ? content : 'it says that it is an error')
  );
}

const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);
