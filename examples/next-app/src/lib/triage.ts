import OpenAI from 'openai';
import { TONE } from './tone';

const client = new OpenAI();

export const TRIAGE_PROMPT = `You sort the mail of a web shop.
Answer with one word: refund, account or other.
${TONE}`;

export interface Ticket {
  readonly subject: string;
  readonly body: string;
}

/** The queue that a ticket belongs to. */
export async function classify(ticket: Ticket): Promise<string> {
  const completion = await client.chat.completions.create({
    model: 'gpt-6-luna',
    max_completion_tokens: 16,
    messages: [
      { role: 'system', content: TRIAGE_PROMPT },
      { role: 'user', content: `Subject: ${ticket.subject}\n\n${ticket.body}` },
    ],
  });
  return completion.choices[0]?.message.content ?? 'other';
}
