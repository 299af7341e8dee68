/** What was sent, as people read it, whichever provider's form it was captured in. */
import { isJsonObject, readable, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { Parameters } from '../../prompt/document.ts';

export interface CapturedMessage {
  readonly role: string;
  readonly text: string;
}

export const capturedMessages = (messages: readonly JsonValue[]): CapturedMessage[] =>
  messages.map((message) => {
    if (!isJsonObject(message)) return { role: 'message', text: readable(message) };
    const { role, content, parts, tool_calls: calls } = message;
    const said = contentText(content ?? parts ?? null);
    const called = Array.isArray(calls) ? calls.map(callText) : [];
    const text = [said, ...called].filter((item) => item !== '').join('\n');
    // What has none of these is shown as it is.
    return { role: typeof role === 'string' ? role : 'message', text: text === '' && content === undefined ? readable(message) : text };
  });

function contentText(content: JsonValue): string {
  if (content === null) return '';
  if (!Array.isArray(content)) return readable(content);
  return content.map(partText).join('\n');
}

function partText(part: JsonValue): string {
  if (!isJsonObject(part)) return readable(part);
  const { text, content, type } = part;
  if (typeof text === 'string') return text;
  if (typeof content === 'string' && (type === 'text' || type === 'input_text')) return content;
  return JSON.stringify(part);
}

function callText(call: JsonValue): string {
  const asked = isJsonObject(call) && isJsonObject(call['function']) ? call['function'] : call;
  if (!isJsonObject(asked)) return readable(asked);
  const { name, arguments: given } = asked;
  return `→ ${typeof name === 'string' ? name : 'tool'} ${given === undefined ? '' : readable(given)}`;
}

/** Providers' names of what a prompt can say itself. */
export const CAPTURED_NAMES: Readonly<Record<string, string>> = {
  temperature: 'temperature',
  top_p: 'topP',
  topP: 'topP',
  top_k: 'topK',
  topK: 'topK',
  max_tokens: 'maxOutputTokens',
  max_completion_tokens: 'maxOutputTokens',
  max_output_tokens: 'maxOutputTokens',
  maxOutputTokens: 'maxOutputTokens',
  stop: 'stop',
  stop_sequences: 'stop',
  seed: 'seed',
};

/** The sampling parameters of a captured call, by the names that prompts use; the rest belongs to the prompt's version. */
export function capturedParameters(parameters: JsonObject): Parameters {
  const known: JsonObject = {};
  for (const [name, value] of Object.entries(parameters)) {
    const own = Object.hasOwn(CAPTURED_NAMES, name) ? CAPTURED_NAMES[name] : undefined;
    if (own !== undefined && value !== null) known[own] = own === 'stop' && typeof value === 'string' ? [value] : value;
  }
  return known;
}

/** The model to ask: the captured one by its full name, else the version's own, of which providers report dated names. */
export function capturedModel(captured: string | null, own: string | null): string | null {
  if (captured === null || own === null) return captured ?? own;
  if (isCapturedModel(captured, own)) return own;
  return /^[\w-]+[:/]./.test(captured) ? captured : own;
}

/** Whether a captured name means this model: providers report dated names, and some logs leave the provider out. */
export function isCapturedModel(captured: string, id: string): boolean {
  const bare = (name: string): string => name.replace(/^(?!\.\/)[^:/]+[:/]/, '').replace(/^\.\//, '');
  return captured === id || bare(captured) === bare(id) || bare(captured).startsWith(`${bare(id)}-`);
}
