import { generateText } from 'ai';
import { openai } from '@ai-sdk/openai';
import { TONE } from './tone';

export async function reply(name: string, question: string): Promise<string> {
  const { text } = await generateText({
    model: openai('gpt-6-luna'),
    system: `You answer customers of a web shop. ${TONE}`,
    // goldset: REPLY
    prompt: `Customer: ${name}\nQuestion: ${question}`,
  });
  return text;
}
