/** A month of made-up interactions, in the files that Goldset stores them in. */
import { appendFileSync, closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';

const DAYS = 30;
const DAY = 86_400_000;
const START = Date.parse('2026-10-01T00:00:00Z');

/** Writes so many, over the month. */
export function writeInteractions(folder: string, count: number): void {
  let day = '';
  let file: number | null = null;
  let waiting = '';
  const flush = (): void => {
    if (file !== null) writeSync(file, waiting);
    waiting = '';
  };
  for (const { time, line } of linesOf(count, 0, count)) {
    if (time.slice(0, 10) !== day) {
      flush();
      if (file !== null) closeSync(file);
      day = time.slice(0, 10);
      file = openSync(path.join(folder, `${day}.jsonl`), 'a');
    }
    waiting += line;
    if (waiting.length > 1 << 20) flush();
  }
  flush();
  if (file !== null) closeSync(file);
}

/** Appends the interactions from `from` up to `to` to the last day. */
export function appendInteractions(folder: string, count: number, from: number, to: number): void {
  appendFileSync(path.join(folder, '2026-10-30.jsonl'), [...linesOf(count, from, to)].map(({ line }) => line).join(''));
}

function* linesOf(count: number, from: number, to: number): Generator<{ time: string; line: string }> {
  for (let i = from; i < to; i++) {
    const made = interaction(count, i);
    yield { time: made.time, line: `${JSON.stringify(made)}\n` };
    if (i % 50 !== 0) continue;
    const signals = [{ kind: 'explicit', name: 'thumb', value: i % 150 === 0 ? -1 : 1 }];
    const of = { interaction: `i-${Math.max(0, i - 40).toString(36)}` };
    yield { time: made.time, line: `${JSON.stringify({ of, time: made.time, signals })}\n` };
  }
}

/** Two calls a document, users that ask again, a version that broke its prefix, thumbs in one call of fifty. */
function interaction(count: number, i: number): { readonly time: string } {
  const at = START + Math.floor((i / count) * DAYS * DAY);
  const isBroken = i > count * 0.8;
  const input = 2000 + ((i * 7919) % 3000);
  const question = `Where is parcel ${(i * 31) % 60_000}, which was promised for last ${['Monday', 'Friday', 'week'][i % 3] ?? ''}?`;
  const made = {
    schema: 'goldset.interaction/1',
    id: `i-${i.toString(36)}`,
    time: new Date(at).toISOString(),
    action: { type: 'document', id: `d${i >> 1}` },
    user: `u${(i * 17) % 5000}`,
    responseId: `chatcmpl-${i.toString(36)}`,
    prompt: { name: 'answer', version: isBroken ? '4' : '3', contentHash: null },
    model: 'openai:gpt-6-sol',
    messages: [
      {
        role: 'system',
        content: `${isBroken ? `It is ${at}. ` : ''}You answer customers of a parcel service, kindly and in one sentence.`,
      },
      { role: 'user', content: question },
    ],
    output: `Parcel ${i % 90_000} is on its way and should arrive tomorrow.`,
    finish: 'stop',
    usage: { input, cacheRead: isBroken ? 0 : 1792, cacheWriteShort: 0, cacheWriteLong: 0, output: 30, reasoning: 0 },
    latencyMs: 700,
  };
  return made;
}
