/** The reader of answers in a provider's format. */
import { MessagesAnswer } from './anthropic/messages-answer.ts';
import { ContentAnswer } from './gemini/content-answer.ts';
import { ChatAnswer } from './openai/chat-answer.ts';
import { ResponsesAnswer } from './openai/responses-answer.ts';
import type { AnswerReader, ArrivingText } from './wire.ts';

/** Chat Completions, the Responses API, Anthropic's Messages, Gemini's `generateContent`. */
export type BodyFormat = 'chat' | 'responses' | 'messages' | 'generate-content';

/** `id`: what messages about a malformed answer call the model. */
export function answerReader(format: BodyFormat, id: string, arriving: ArrivingText): AnswerReader {
  const ignored = (): void => undefined;
  if (format === 'chat') return new ChatAnswer(id, arriving);
  if (format === 'generate-content') return new ContentAnswer(id, arriving);
  return format === 'messages' ? new MessagesAnswer(id, arriving, ignored) : new ResponsesAnswer(id, arriving, ignored);
}
