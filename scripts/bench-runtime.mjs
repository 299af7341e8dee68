/** What the library for applications adds to a call of theirs, whole and streamed. Rounds alternate, for the machine is not quiet. */
import path from 'node:path';
import { measure, median } from './bench-process.mjs';

const CALLS = 6000;
const ROUNDS = 5;
const script = path.resolve('out/bench/runtime.js');

export async function measureRuntime(row) {
  for (const form of ['whole', 'stream']) {
    const floor = [];
    const captured = [];
    for (let i = 0; i < ROUNDS; i++) {
      floor.push(await cpuOf('bare', form));
      captured.push(await cpuOf('captured', form));
    }
    const added = median(captured.map((value, i) => value - floor[i]));
    const what = form === 'whole' ? 'CPU that withCapture adds to a call, record written' : '  … to a streamed call of 100 chunks';
    row(what, `${added.toFixed(0)} µs`, `${median(floor).toFixed(0)} µs (openai SDK, fetch in memory)`, '≤ 100 µs');
  }
}

async function cpuOf(kind, form) {
  const { out } = await measure([script, String(CALLS), kind, form]);
  return JSON.parse(out).cpuUs;
}
