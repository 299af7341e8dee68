/** Insights over a million interactions: the first time, and again after a thousand new lines. The floor parses the same lines. */
import { appendFileSync, closeSync, createReadStream, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { measure } from './bench-process.mjs';

const COUNT = Number(process.env.BENCH_INTERACTIONS ?? 1_000_000);
const DAYS = 30;
const DAY = 86_400_000;
const START = Date.parse('2026-10-01T00:00:00Z');
const cli = path.resolve('dist/cli.js');

/** Two calls a document, users that ask again, a version that broke its prefix, thumbs in one call of fifty. */
function interaction(i) {
  const at = START + Math.floor((i / COUNT) * DAYS * DAY);
  const isBroken = i > COUNT * 0.8;
  const input = 2000 + ((i * 7919) % 3000);
  const question = `Where is parcel ${(i * 31) % 60_000}, which was promised for last ${['Monday', 'Friday', 'week'][i % 3]}?`;
  return {
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
}

function* linesOf(from, to) {
  for (let i = from; i < to; i++) {
    const made = interaction(i);
    yield [made.time, `${JSON.stringify(made)}\n`];
    if (i % 50 === 0) {
      const signal = { kind: 'explicit', name: 'thumb', value: i % 150 === 0 ? -1 : 1 };
      yield [
        made.time,
        `${JSON.stringify({ of: { interaction: `i-${Math.max(0, i - 40).toString(36)}` }, time: made.time, signals: [signal] })}\n`,
      ];
    }
  }
}

function write(folder, from, to) {
  let day = '';
  let file = null;
  let waiting = '';
  const flush = () => {
    if (file !== null) writeSync(file, waiting);
    waiting = '';
  };
  for (const [time, line] of linesOf(from, to)) {
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
  closeSync(file);
}

/** ms to parse every line, and no more. */
async function floorMs(folder) {
  const began = performance.now();
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.jsonl')))
    for await (const line of createInterface({ input: createReadStream(path.join(folder, name)) })) JSON.parse(line);
  return performance.now() - began;
}

export async function measureInsights(row) {
  const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-bench-insights-'));
  const folder = path.join(root, '.goldset', 'interactions');
  mkdirSync(folder, { recursive: true });
  try {
    write(folder, 0, COUNT);
    const floor = `${(await floorMs(folder)).toFixed(0)} ms (readline and JSON.parse of each)`;
    const start = (await measure([cli, 'insights', 'units', '--json', '--store', os.tmpdir()], { cwd: root })).ms;
    let written = COUNT;
    for (const kinds of [['units'], ['signals'], ['cache'], []]) {
      rmSync(path.join(folder, 'rollups'), { recursive: true, force: true });
      const first = await measure([cli, 'insights', ...kinds, '--json'], { cwd: root });
      const { interactions } = JSON.parse(first.out);
      if (interactions < COUNT) throw new Error(`${interactions} of ${COUNT} were counted.`);
      row(
        `insights ${kinds[0] ?? '(all three)'}, ${COUNT.toLocaleString('en-US')} interactions, first time`,
        `${first.ms.toFixed(0)} ms`,
        floor,
        '≤ 15,000 ms',
      );
      row('  … memory', `${first.mb.toFixed(0)} MB`, '', '≤ 300 MB');
      appendFileSync(path.join(folder, '2026-10-30.jsonl'), [...linesOf(written, written + 1000)].map(([, line]) => line).join(''));
      written += 1000;
      const again = await measure([cli, 'insights', ...kinds, '--json'], { cwd: root });
      row('  … after 1,000 new lines', `${again.ms.toFixed(0)} ms`, `${start.toFixed(0)} ms (of no interaction)`, '≤ 500 ms');
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
