/** The application of examples/documents: a month through the library and through OpenTelemetry, over sockets, says the same. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import type { Insights } from '../../src/core/feedback/insights/insights.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { loadPrompt } from '../../src/runtime/index.ts';
import { assertValid, ended } from './command-line.ts';

const WAYS = ['library', 'opentelemetry'] as const;
type Way = (typeof WAYS)[number];
const CALLS = 2000;
/** The day on which the new version went out. */
const CHANGED = '2026-10-21';

describe('the example application', function () {
  this.timeout(600_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-month-'));
  const rootOf = (way: Way): string => path.join(folder, way);
  const read = {} as Record<Way, Insights>;

  before(async () => {
    for (const way of WAYS) {
      await node('examples/documents/month.mjs', way, rootOf(way));
      read[way] = JSON.parse(await node('dist/cli.js', 'insights', '--json', '--store', rootOf(way))) as Insights;
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('captures 2,000 calls, each way with the same in it', () => {
    const [library, telemetry] = WAYS.map((way) => interactionsIn(rootOf(way)).map(comparable));
    assert.equal(library?.length, CALLS);
    assert.deepEqual(telemetry, library);
  });

  it('comes to the same insights', () => {
    for (const way of WAYS) assertValid('insights', read[way]);
    assert.equal(read.library.interactions, CALLS);
    assert.ok((read.library.signals?.length ?? 0) >= 16);
    assert.deepEqual(withoutTime(read.opentelemetry), withoutTime(read.library));
  });

  it('finds what a document costs to be three times as much in a flat total, and that the new version broke the prefix', async () => {
    const { units, cache } = read.library;
    const [documents] = units ?? [];
    assert.deepEqual([units?.length, documents?.action], [1, 'document']);
    const { version } = await loadPrompt('summary', { root: rootOf('library') });
    const [alert, ...others] = documents?.alerts ?? [];
    assert.deepEqual(others, []);
    assert.ok(alert !== undefined && alert.at.startsWith(CHANGED), alert?.at);
    assert.equal(alert.to, `summary.prompt@${version.slice(0, 12)}`);
    assert.ok(alert.low <= 3 && alert.high >= 3, `${alert.low} to ${alert.high}`);
    const [cause, ...rest] = alert.causes;
    assert.equal(cause?.factor, 'cache share');
    assert.ok(cause.ratio > 2.5 && rest.every(({ ratio }) => ratio > 0.85 && ratio < 1.15), JSON.stringify(alert.causes));
    const totals = (documents?.series ?? []).map(({ day, totalUsd }) => ({ day, usd: totalUsd ?? NaN })).slice(0, -1);
    const mean = (days: typeof totals): number => days.reduce((sum, { usd }) => sum + usd, 0) / days.length;
    const ratio = mean(totals.filter(({ day }) => day >= CHANGED)) / mean(totals.filter(({ day }) => day < CHANGED));
    assert.ok(ratio > 0.85 && ratio < 1.15, `${ratio}: the total does not show it`);
    const broken = cache?.prefixes.find((prefix) => prefix.version === alert.to);
    const [most] = [...(broken?.misses ?? [])].sort((a, b) => b.calls - a.calls);
    assert.equal(most?.cause, 'prefix changed');
  });
});

async function node(...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const { code, out, err } = await ended(child);
  assert.equal(code, 0, `${args.join(' ')}: ${err}`);
  return out;
}

function interactionsIn(root: string): Interaction[] {
  const found: Interaction[] = [];
  const { refused } = new InteractionFiles(root).read(null, (line) => 'interaction' in line && found.push(line.interaction));
  assert.equal(refused.count, 0);
  return found;
}

/** Ids are chance; a trace is of telemetry alone, attempts of the library; milliseconds are those of this machine. */
const comparable = ({
  id: _id,
  trace: _trace,
  attempts: _attempts,
  responseId,
  latencyMs,
  ttftMs: _first,
  time,
  ...same
}: Interaction): unknown => ({
  ...same,
  time: time.slice(0, 19),
  has: [responseId !== null, latencyMs !== null],
});

/** Seconds that a cache would save are those of this machine. */
const withoutTime = (insights: Insights): unknown =>
  JSON.parse(JSON.stringify(insights, (key, value: unknown) => (key === 'savedSeconds' ? null : value)));
