/**
 * Goldset on five million spans in ClickHouse (chdb, `npm run bench:stores`): the first look, further looks, and what each reads. Measured at a
 * fifth of them first, so that docs/feedback.md can state the growth. GOLDSET_BENCH_SPANS=1000000 for a quick one.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Insights } from '../../src/core/feedback/insights/insights.ts';
import { DATABASE, DAYS, SPANS_PER_CALL } from '../inputs/stored-spans.ts';
import { CLI, measure, script } from '../measures/measured-process.ts';
import type { StoreAsked, StoreReady } from '../processes/store-engine.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';

const SPANS = Number(process.env['GOLDSET_BENCH_SPANS'] ?? 5_000_000);
const [USER, PASSWORD] = ['reader', 'bench-password'];
const FIRST = 60_000;
const FURTHER = 3000;
const MEMORY = 400;

export async function measureStores(row: RecordRow, scope: Scope): Promise<void> {
  if (!existsSync('test/clickhouse/node_modules/chdb')) {
    row({ what: 'ClickHouse', absent: 'chdb is not installed: npm run bench:stores' });
    return;
  }
  for (const spans of [SPANS / 5, SPANS]) await measureStore(row, scope, spans);
}

async function measureStore(row: RecordRow, scope: Scope, spans: number): Promise<void> {
  const engine = scope.process(() =>
    fork(script('store-engine'), [String(spans), USER, PASSWORD], { detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
  );
  const { url, filled, disk, plain } = await told<StoreReady>(engine);
  const shown = spans.toLocaleString('en-US');
  row({ what: `${shown} spans: filling the table`, value: filled, unit: 'ms', note: 'the engine alone' });
  row({ what: '  … on disk', value: disk / 1e6, unit: 'MB', note: `${Math.round(disk / spans)} bytes a span` });
  row({ what: '  … uncompressed', value: plain / 1e6, unit: 'MB', note: `${Math.round(plain / spans)} bytes a span` });
  const cwd = scope.folder('stores');
  const source = `{ clickhouse: "${url}", database: ${DATABASE}, user: ${USER}, passwordEnv: BENCH_CH }`;
  writeFileSync(path.join(cwd, 'goldset.yaml'), `sources:\n  prod: ${source}\n`);
  const look = async (args: readonly string[], most: number, what: string): Promise<string> => {
    const env = { ...process.env, BENCH_CH: PASSWORD };
    const { ms, mb, out } = await measure(scope, [CLI, ...args, '--source', 'prod', '--json', '--allow-origin', `BENCH_CH@${url}`], {
      ...{ cwd, env },
    });
    const { queries, bytes } = await asked(engine);
    row({
      what: `${shown} spans: ${what}`,
      ...{ value: ms, unit: 'ms', limit: { most }, note: `${queries} queries, ${Math.round(bytes / 1e6)} MB of answers` },
    });
    row({ what: '  … peak memory', value: mb, unit: 'MB', limit: { most: MEMORY } });
    return out;
  };
  const first = JSON.parse(await look(['insights'], FIRST, 'insights, first look')) as Insights;
  const expected = Math.round(spans / SPANS_PER_CALL / DAYS) * DAYS;
  if (first.interactions < expected) throw new Error(`${first.interactions} calls instead of ${expected} were counted.`);
  await look(['insights'], FURTHER, 'insights again');
  await look(['insights', 'failures'], FURTHER, 'failures');
  await look(['insights', 'drift'], FURTHER, 'drift');
  const list = await look(['interactions', 'signal=thumbs-down'], FURTHER, 'the newest 50 with a thumb down');
  const id = (JSON.parse(list) as { readonly interactions: readonly { readonly id: string }[] }).interactions[0]?.id;
  if (id === undefined) throw new Error('No call with a thumb down was listed.');
  await look(['interactions', id], FURTHER, 'one call in full');
  engine.disconnect();
  rmSync(path.join(cwd, '.goldset'), { recursive: true, force: true });
}

const told = <T>(engine: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    engine.once('message', (message) => resolve(message as T));
    engine.once('exit', (code) => reject(new Error(`The engine ended with ${code}.`)));
  });

function asked(engine: ChildProcess): Promise<StoreAsked> {
  const answer = told<StoreAsked>(engine);
  engine.send('asked');
  return answer;
}
