/** What was sent to a model and what it said, wherever a convention keeps it: attributes, flattened lists, events of spans or of logs. */
import { structured } from '../json-in-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import { below, firstOf, flatList } from './attributes.ts';
import { reasonOf } from './call-figures.ts';
import { answerText } from '../../interactions/answer-text.ts';
import { contentText, messagesOf, toolCallsIn } from '../chat-messages.ts';
import { NAMES } from './names.ts';
import type { OtlpAttributes, LogRecord, Span } from './telemetry.ts';

export interface RecordedConversation {
  readonly messages: readonly JsonValue[];
  readonly output: string | null;
  /** Why it ended, in the word of the answer itself; null: it does not say. */
  readonly reason: string | null;
  readonly callsTools: boolean;
}

/** `logs`: the events that were sent apart from the span. */
export function conversationOf({ attributes, events }: Span, logs: readonly LogRecord[]): RecordedConversation {
  const said = [
    ...events.map(({ name, attributes: of }): Said => ({ name, attributes: of, body: bodyOf(of) })),
    ...logs.map(({ eventName, attributes: of, body }): Said => ({ name: eventName ?? '', attributes: of, body })),
  ];
  // The newest conventions may say in an event what they say in attributes else.
  const details = said.find(({ name }) => name === 'gen_ai.client.inference.operation.details')?.attributes;
  const all = details === undefined ? attributes : new Map([...details, ...attributes]);
  const answers = outputsIn(all, said);
  const [first] = answers.flatMap((answer) => messagesOf(answer, 'assistant'));
  const beside = structured(firstOf(all, NAMES.outputCalls));
  const calls = [...toolCallsIn(first), ...toolCallsIn({ tool_calls: Array.isArray(beside) ? beside : [] })];
  const reasons = answers.map((answer) => (isJsonObject(answer) ? reasonOf(answer['finish_reason']) : null));
  return {
    messages: [...systemIn(all), ...inputsIn(all, said)],
    output: answerText(contentText(first), calls),
    reason: reasons.find((reason) => reason !== null) ?? null,
    callsTools: calls.length > 0,
  };
}

interface Said {
  readonly name: string;
  readonly attributes: OtlpAttributes;
  readonly body: JsonValue;
}

const LEGACY = /^gen_ai\.(system|user|assistant|tool)\.message$/;

/** Span events of 1.36 and before have attributes instead of a body. */
function bodyOf(attributes: OtlpAttributes): JsonValue {
  if (attributes.size === 0) return null;
  const message = structured(attributes.get('message'));
  return { ...below(attributes, ''), ...(isJsonObject(message) ? { message } : {}) };
}

function systemIn(attributes: OtlpAttributes): JsonObject[] {
  const value = structured(firstOf(attributes, NAMES.system));
  if (value === undefined) return [];
  return Array.isArray(value) ? messagesOf({ role: 'system', parts: value }, 'system') : messagesOf(value, 'system');
}

function inputsIn(attributes: OtlpAttributes, said: readonly Said[]): JsonObject[] {
  const newest = attributes.get('gen_ai.input.messages');
  const flat = newest === undefined ? flatList(attributes, NAMES.flatInput) : [];
  if (flat.length > 0) return flat.flatMap((message) => messagesOf(message, 'user'));
  const legacy = said.flatMap(({ name, body }): JsonObject[] => {
    const role = LEGACY.exec(name)?.[1];
    return role === undefined ? [] : messagesOf(body, role);
  });
  if (legacy.length > 0) return legacy;
  const prompt = said.find(({ name }) => name === 'gen_ai.content.prompt')?.attributes;
  const value = firstOf(attributes, NAMES.plainInput) ?? (prompt && firstOf(prompt, NAMES.plainInput)) ?? firstOf(attributes, NAMES.input);
  return listed(newest ?? value, ['messages', 'input', 'prompt', 'contents']).flatMap((message) => messagesOf(message, 'user'));
}

/** The answers, one a choice. */
function outputsIn(attributes: OtlpAttributes, said: readonly Said[]): JsonValue[] {
  const newest = attributes.get('gen_ai.output.messages');
  const flat = newest === undefined ? flatList(attributes, NAMES.flatOutput) : [];
  if (flat.length > 0) return [...flat];
  const legacy = said.flatMap(({ name, body }) => (name === 'gen_ai.choice' ? [body] : []));
  if (legacy.length > 0) return legacy;
  const completion = said.find(({ name }) => name === 'gen_ai.content.completion')?.attributes;
  const value =
    firstOf(attributes, NAMES.plainOutput) ?? (completion && firstOf(completion, NAMES.plainOutput)) ?? firstOf(attributes, NAMES.output);
  return listed(newest ?? value, ['choices', 'messages', 'output', 'outputs']);
}

/** Messages of what may be a list, an object that holds one (a whole request or response), a message, or a text. */
function listed(given: JsonValue | undefined, holders: readonly string[]): JsonValue[] {
  const value = structured(given);
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? [value.join('\n')] : value;
  if (!isJsonObject(value)) return [String(value)];
  if (value['role'] !== undefined || value['content'] !== undefined || value['parts'] !== undefined) return [value];
  const holder = holders.find((name) => Object.hasOwn(value, name) && (Array.isArray(value[name]) || typeof value[name] === 'string'));
  if (holder !== undefined) return listed(value[holder], []);
  // Some object that the application gave: its JSON is the text.
  return [typeof given === 'string' ? given : JSON.stringify(value)];
}
