/** The run engine: time and memory beside a bare loop of the openai SDK, what a warm run takes, and what a prompt cache bills. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { measure, median } from './bench-process.mjs';
import { promptfooCommand } from './bench-peers.mjs';
import { startServer, workspaceFor } from './bench-workspace.mjs';

const cli = path.resolve('dist/cli.js');
const floorScript = path.resolve('out/bench/floor.js');
const ms = (value) => `${value.toFixed(0)} ms`;
const forget = (root) => rmSync(path.join(root, '.goldset'), { recursive: true, force: true });

export async function measureEngine(row) {
  for (const [delayMs, cases, concurrency, rounds, limit] of [
    [0, 1000, 32, 5, '≤ 1.2 ×'],
    [200, 1000, 128, 3, '≤ 1.15 ×'],
    [0, 10_000, 32, 3, '≤ 1.2 ×, ≤ 300 MB'],
  ]) {
    const server = await startServer(delayMs);
    const { root, dispose } = workspaceFor(cases, server.url);
    const ours = [];
    const floor = [];
    const peer = [];
    for (let i = 0; i < rounds; i++) {
      floor.push(await measure([floorScript, server.url, String(cases), String(concurrency)]));
      forget(root);
      ours.push(await measure([cli, 'run', '--concurrency', String(concurrency)], { cwd: root }));
    }
    const command = promptfooCommand(cases, server.url, concurrency);
    if (command) {
      peer.push(await measure(command.args, { ...command, mayFail: true }));
      command.dispose();
    }
    const time = (all) => median(all.map((item) => item.ms));
    const memory = (all) => median(all.map((item) => item.mb));
    const beside = peer.length === 0 ? '' : `; promptfoo ${(time(peer) / time(floor)).toFixed(1)} ×, ${memory(peer).toFixed(0)} MB`;
    row(
      `${cases} cases at ${delayMs} ms, concurrency ${concurrency}`,
      `${ms(time(ours))}, ${(time(ours) / time(floor)).toFixed(2)} ×, ${memory(ours).toFixed(0)} MB`,
      `${ms(time(floor))}, ${memory(floor).toFixed(0)} MB${beside}`,
      limit,
    );
    if (delayMs === 0) await measureKnown(row, root, cases, concurrency);
    await server.stop();
    dispose();
  }
  await measurePrefix(row);
}

/** With what the cache knows: a first run beside one without it, a warm run, and re-grading. */
async function measureKnown(row, root, cases, concurrency) {
  const args = [cli, 'run', '--concurrency', String(concurrency)];
  const on = [];
  const off = [];
  const warm = [];
  const regraded = [];
  const golden = path.join(root, 'a.golden.yaml');
  for (let i = 0; i < 3; i++) {
    forget(root);
    off.push((await measure([...args, '--cache', 'off'], { cwd: root })).ms);
    forget(root);
    on.push((await measure(args, { cwd: root })).ms);
    warm.push((await measure(args, { cwd: root })).ms);
    const text = readFileSync(golden, 'utf8');
    writeFileSync(golden, text.replaceAll('{ label: shipping }', '{ label: refund }'));
    regraded.push((await measure(args, { cwd: root, mayFail: true })).ms);
    writeFileSync(golden, text);
  }
  row(
    `first run of ${cases} with the cache on`,
    `${ms(median(on))}, ${(median(on) / median(off)).toFixed(2)} ×`,
    `${ms(median(off))} (cache off)`,
    '≤ 1.15 ×',
  );
  row(`warm run of ${cases} (no request)`, ms(median(warm)), '', cases === 1000 ? '≤ 700 ms' : '');
  row(`re-grading ${cases} stored outputs`, ms(median(regraded)), '', cases === 10_000 ? '≤ 2000 ms' : '');
}

/** Billed input on a long shared prefix, against `goldset serve` with a prompt cache: with and without the schedule that knows it. */
async function measurePrefix(row) {
  const rules = Array.from({ length: 400 }, (_, i) => `Rule ${i}: never promise what policy ${i * 7} does not allow.`).join('\n');
  const script =
    'price: { input: 1, cacheRead: 0.1, output: 2 }\ncache: { minimumTokens: 1024, blockTokens: 128, ttlSeconds: 300 }\nspeed: { ttftMs: 300, tokensPerSecond: 200 }\ndefault: { json: { label: shipping } }\n';
  const cases = 200;
  const { root, dispose } = workspaceFor(cases, '');
  writeFileSync(path.join(root, 'm.scripted.yaml'), script);
  const billed = ({ input, cached }) => input - 0.9 * cached;
  // A server of its own for each, so that neither finds the other's prefix.
  const plain = await startScripted(root);
  writeFileSync(path.join(root, 'system.txt'), rules);
  const bare = JSON.parse((await measure([floorScript, plain.url, String(cases), '32', path.join(root, 'system.txt')])).out);
  plain.serve.kill();
  const { serve, url } = await startScripted(root);
  writeFileSync(path.join(root, 'goldset.yaml'), `providers:\n  bench: { kind: openai-compatible, baseUrl: "${url}" }\n`);
  writeFileSync(path.join(root, 'a.prompt'), `---\nmodel: bench:m\n---\n{{role "system"}}${rules}{{role "user"}}{{ticket}}`);
  const report = JSON.parse((await measure([cli, 'run', '--json', '--concurrency', '32'], { cwd: root })).out);
  serve.kill();
  dispose();
  const { usage } = report.candidates[0];
  const read = Math.max(...report.results.map((result) => result.usage.cacheRead));
  const ours = billed({ input: usage.input, cached: usage.cacheRead });
  const optimum = billed({ input: usage.input, cached: read * (cases - 1) });
  row(
    `billed input, ${cases} calls that share ${read} tokens, concurrency 32`,
    `${(ours / optimum).toFixed(3)} × the optimum`,
    `${(billed(bare) / optimum).toFixed(2)} × (a bare loop)`,
    '≤ 1.05 ×',
  );
}

async function startScripted(root) {
  const serve = spawn(process.execPath, [cli, 'serve', 'm.scripted.yaml'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const url = await new Promise((resolve) => {
    const take = (chunk) => {
      const match = /http:\S+\/v1/.exec(String(chunk));
      if (match) resolve(match[0]);
    };
    serve.stdout.on('data', take);
    serve.stderr.on('data', take);
  });
  return { serve, url };
}
