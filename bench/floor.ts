/** The floor: a bare streaming loop of the openai SDK, at the same concurrency, that does nothing with the answers but read them. */
import OpenAI from 'openai';

async function main(): Promise<void> {
  const [url = '', count = '1', concurrency = '1'] = process.argv.slice(2);
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
          { role: 'system', content: 'Reply with a label.' },
          { role: 'user', content: `Ticket number ${i}: the parcel has not come yet, where is it?` },
        ],
      });
      let text = '';
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      if (text === '') throw new Error('empty answer');
    }
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, worker));
}

void main();
