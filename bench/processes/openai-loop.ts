/** The floor: a bare streaming loop of the openai SDK, at the same concurrency, that does nothing with the answers but read them. */
import { readFileSync } from 'node:fs';
import OpenAI from 'openai';

/** Tokens of all calls together. */
export interface OpenaiLoopUsage {
  readonly input: number;
  readonly cached: number;
}

async function main(): Promise<void> {
  const [url = '', count = '1', concurrency = '1', systemFile] = process.argv.slice(2);
  const system = systemFile === undefined ? 'Reply with a label.' : readFileSync(systemFile, 'utf8');
  const used = { input: 0, cached: 0 };
  const client = new OpenAI({ apiKey: 'none', baseURL: url, maxRetries: 0 });
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < Number(count)) {
      const i = next++;
      const stream = await client.chat.completions.create({
        model: 'm',
        stream: true,
        stream_options: { include_usage: true },
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: `Ticket number ${i}: the parcel has not come yet, where is it?` },
        ],
      });
      let text = '';
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? '';
        used.input += chunk.usage?.prompt_tokens ?? 0;
        used.cached += chunk.usage?.prompt_tokens_details?.cached_tokens ?? 0;
      }
      if (text === '') throw new Error('empty answer');
    }
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, worker));
  if (systemFile !== undefined) process.stdout.write(JSON.stringify(used));
}

void main();
