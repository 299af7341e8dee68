/** Wall time and peak resident memory of a process, measured from outside and in itself. */
import { spawn } from 'node:child_process';
import path from 'node:path';

export async function measure(args, { cwd, node = process.execPath, env = process.env, mayFail = false } = {}) {
  const started = performance.now();
  const child = spawn(node, ['--require', path.resolve('scripts/bench-peak.cjs'), ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  let out = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  const match = [...errors.matchAll(/PEAK (\d+)/g)].at(-1);
  if (!match || (code !== 0 && !mayFail)) throw new Error(`The process ended with ${code}:\n${errors.slice(-800)}${out.slice(-300)}`);
  return { ms: performance.now() - started, mb: Number(match[1]) / 1024, out };
}

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
