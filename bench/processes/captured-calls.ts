/**
 * What `withCapture` adds to a call: CPU of the whole process, writing included, over bare calls of the same client against a `fetch`
 * in memory. Prints a `CapturedCalls`. Arguments: CALLS bare|captured whole|stream FOLDER.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import OpenAI from 'openai';
import { flush, withCapture } from '../../src/runtime/index.ts';

export interface CapturedCalls {
  /** Of a call. */
  readonly cpuUs: number;
  /** Interactions on disk at the end. */
  readonly written: number;
  /** Calls that were made, those to warm up included. */
  readonly made: number;
}

const SYSTEM = 'You sort tickets of a shop into labels and answer with JSON. '.repeat(40);
const USER = 'I bought this 45 days ago and want my money back, for it came broken. '.repeat(10);
const TOKENS = 100;
const usage = { prompt_tokens: 900, completion_tokens: TOKENS, total_tokens: 1000, prompt_tokens_details: { cached_tokens: 512 } };
const head = { id: 'chatcmpl-1', created: 1, model: 'm' };
const message = { role: 'assistant', content: 'word '.repeat(TOKENS), refusal: null };
const whole = JSON.stringify({ ...head, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }], usage });
const delta = (content: string, finish: string | null): string =>
  `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
const stream = `${delta('word ', null).repeat(TOKENS)}${delta('', 'stop')}data: [DONE]\n\n`;

const [calls = '1000', kind = 'bare', form = 'whole', folder = ''] = process.argv.slice(2);
const isStream = form === 'stream';
const type = isStream ? 'text/event-stream' : 'application/json';
const answer = (): Promise<Response> => Promise.resolve(new Response(isStream ? stream : whole, { headers: { 'content-type': type } }));
const bare = new OpenAI({ apiKey: 'sk-bench', maxRetries: 0, fetch: answer });
const client =
  kind === 'bare'
    ? bare
    : withCapture(bare, { sink: { folder }, prompt: { name: 'triage', version: '4' }, conversation: 'c', user: 'ana' });

async function call(i: number): Promise<void> {
  // Another turn of the event loop, as while a network answers.
  await new Promise((resolve) => setImmediate(resolve));
  const messages = [
    { role: 'system' as const, content: SYSTEM },
    { role: 'user' as const, content: USER },
  ];
  const own = kind === 'bare' ? client : withCapture(client, { action: { type: 'ticket', id: `t-${i}` }, variables: { ticket: USER } });
  if (!isStream) {
    await own.chat.completions.create({ model: 'm', messages, temperature: 0 });
    return;
  }
  for await (const _chunk of await own.chat.completions.create({ model: 'm', messages, temperature: 0, stream: true }));
}

async function main(): Promise<void> {
  const count = Number(calls);
  // What is measured is an application that has been up for a moment, its code compiled.
  const warm = count / 2;
  for (let i = 0; i < warm; i++) await call(i);
  await flush();
  const began = process.cpuUsage();
  for (let i = 0; i < count; i++) await call(i);
  await flush();
  const { user, system } = process.cpuUsage(began);
  const measured: CapturedCalls = { cpuUs: (user + system) / count, written: linesIn(folder), made: warm + count };
  process.stdout.write(JSON.stringify(measured));
}

/** Of all stored interactions. */
const linesIn = (root: string): number =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .reduce((sum, name) => sum + readFileSync(path.join(root, name), 'utf8').split('\n').length - 1, 0);

void main();
