/**
 * The answer of a model in whatever envelope a log keeps it: OpenAI's chat, completions and Responses, Anthropic's messages, Gemini, Bedrock,
 * LangChain's generations and messages, or a text.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import { answerText } from '../interactions/answer-text.ts';
import { contentText, messagesOf, toolCallsIn } from './chat-messages.ts';
import { jsonIn } from './json-in-text.ts';
import { isLogMessage, isResponsesItem, logMessage } from './log-message.ts';

export interface EnvelopeAnswer {
  /** The text and the tools that it calls; null: there is none. */
  readonly output: string | null;
  /** Why it ended, in the provider's own word; null: the envelope does not say. */
  readonly finish: string | null;
}

const NO_ANSWER: EnvelopeAnswer = { output: null, finish: null };

/** The answer as text. What is in no known form stays JSON. */
export function answerIn(given: JsonValue | undefined): EnvelopeAnswer {
  if (given === undefined || given === null || given === '') return NO_ANSWER;
  if (typeof given === 'number' || typeof given === 'boolean') return { ...NO_ANSWER, output: String(given) };
  const value = typeof given === 'string' ? jsonIn(given) : given;
  const known = value === undefined ? null : knownAnswer(value, 0);
  if (known !== null) return known;
  return { ...NO_ANSWER, output: typeof given === 'string' ? given : JSON.stringify(given) };
}

/** The text of `answerIn`. */
export const outputIn = (given: JsonValue | undefined): string | null => answerIn(given).output;

/** Whether an object or list is the answer of a model in a known form. */
export const isKnownAnswer = (value: JsonValue): boolean => knownAnswer(value, 0) !== null;

const MAX_DEPTH = 5;

/** Null: it is in no known form. */
function knownAnswer(value: JsonValue, depth: number): EnvelopeAnswer | null {
  if (depth > MAX_DEPTH) return null;
  if (Array.isArray(value)) return listAnswer(value, depth);
  if (!isJsonObject(value)) return null;
  const own = wordIn(value, ['finish_reason', 'finishReason', 'stop_reason', 'stopReason']);
  const inner = innerAnswer(value, depth);
  if (inner !== null) return { ...inner, finish: inner.finish ?? own ?? statusOf(value) };
  const message = isLogMessage(value) ? messageAnswer(value) : null;
  if (message !== null) return { ...message, finish: message.finish ?? own };
  return onlyText(value);
}

/** What holds answers, or the parts of one. */
function innerAnswer(value: JsonObject, depth: number): EnvelopeAnswer | null {
  for (const key of ['choices', 'candidates', 'generations']) {
    const inner = value[key];
    if (Array.isArray(inner) && inner.length > 0) return knownAnswer(inner, depth + 1);
  }
  const { output, message, messages, parts, content } = value;
  if (Array.isArray(output) && output.some(isResponsesItem)) return knownAnswer(output, depth + 1);
  if (isJsonObject(output) && isJsonObject(output['message'])) return knownAnswer(output['message'], depth + 1);
  if (isJsonObject(message)) return knownAnswer(message, depth + 1);
  if (Array.isArray(messages) && messages.every(isLogMessage)) return knownAnswer(messages, depth + 1);
  if (Array.isArray(parts) && parts.every(isJsonObject)) return messageAnswer(value);
  // Gemini's candidate, and Anthropic's message, which says that it is one.
  if (isJsonObject(content) && Array.isArray(content['parts'])) return messageAnswer(content);
  return Array.isArray(content) && content.every(isPart) ? messageAnswer(value) : null;
}

function listAnswer(given: readonly JsonValue[], depth: number): EnvelopeAnswer | null {
  const list = given.length === 1 && Array.isArray(given[0]) ? given[0] : given;
  const [first] = list;
  if (!isJsonObject(first) || !list.every(isJsonObject)) return null;
  if (list.some(isResponsesItem)) {
    const items = list.flatMap((item) => (item['type'] === 'message' && Array.isArray(item['content']) ? item['content'] : [item]));
    return messageAnswer({ role: 'assistant', content: items });
  }
  // Answers side by side: the first is the one that was used.
  const isChoice = ['message', 'delta', 'finish_reason', 'finishReason', 'generationInfo', 'generation_info'].some((key) =>
    Object.hasOwn(first, key),
  );
  if (isChoice) return choiceAnswer(first, depth);
  if (list.every(isLogMessage)) return messageAnswer(list.at(-1) ?? {});
  return list.every(isPart) ? messageAnswer({ role: 'assistant', content: [...list] }) : null;
}

function choiceAnswer(choice: JsonObject, depth: number): EnvelopeAnswer | null {
  const info = choice['generationInfo'] ?? choice['generation_info'];
  const finish = wordIn(choice, ['finish_reason', 'finishReason']) ?? (isJsonObject(info) ? wordIn(info, ['finish_reason']) : null);
  const inner = choice['message'] ?? choice['content'] ?? null;
  const answer = isJsonObject(inner) ? knownAnswer(inner, depth + 1) : null;
  const { text } = choice;
  const said = answer?.output ?? (typeof text === 'string' && text !== '' ? text : null);
  return { output: said, finish: finish ?? answer?.finish ?? null };
}

function messageAnswer(given: JsonObject): EnvelopeAnswer {
  const value = logMessage(given);
  const messages = messagesOf(value, 'assistant');
  const message = messages.at(-1);
  const about = isJsonObject(value) ? value['response_metadata'] : undefined;
  return {
    output: answerText(contentText(message), toolCallsIn(message)),
    finish: isJsonObject(about) ? wordIn(about, ['finish_reason', 'stop_reason', 'finishReason']) : null,
  };
}

/** An answer under one name; an object of several may be the JSON that the model was asked for. */
function onlyText(value: JsonObject): EnvelopeAnswer | null {
  const [entry, ...more] = Object.entries(value);
  if (entry === undefined || more.length > 0 || typeof entry[1] !== 'string') return null;
  return /^(output|text|answer|completion|response|output_text|result|content)$/.test(entry[0]) ? { ...NO_ANSWER, output: entry[1] } : null;
}

const isPart = (value: JsonValue): boolean =>
  isJsonObject(value) &&
  value['role'] === undefined &&
  (typeof value['type'] === 'string' || ['text', 'functionCall', 'toolUse', 'thought'].some((key) => Object.hasOwn(value, key)));

/** OpenAI's Responses say how an answer is, not why it ended. */
const statusOf = (value: JsonObject): string | null => {
  const { status, output, incomplete_details: details } = value;
  if (typeof status !== 'string' || !Array.isArray(output)) return null;
  return (isJsonObject(details) ? wordIn(details, ['reason']) : null) ?? status;
};

function wordIn(value: JsonObject, names: readonly string[]): string | null {
  for (const name of names) {
    const word = value[name];
    if (typeof word === 'string' && word !== '') return word;
  }
  return null;
}
