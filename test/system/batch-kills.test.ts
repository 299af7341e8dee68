/** A batch whose process is killed at any moment: nothing is submitted twice, nothing is lost. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Random } from '../../src/core/statistics/random.ts';
import { BATCH_KEY, BatchServer, questionIn, type Job } from './batch-server.ts';
import { allowedHere, ended, TestWorkspace, type RunJson } from './command-line.ts';

/** `npm test` kills half as often, with fewer requests: each start reads and renders all of them. */
const isWhole = process.env['GOLDSET_KILLS'] !== undefined;
const KILLS = isWhole ? 20 : 5;
/** Kills after which the provider's jobs may end: the others come while answers are taken in and graded. */
const BEFORE_ANSWERS = KILLS * 0.6;
/** ms from a job's results to a kill, at most. */
const LATEST_AFTER_RESULTS = 300;
const environment = { BATCH_KEY, ...allowedHere('BATCH_KEY') };

interface Walk {
  readonly provider: string;
  readonly cases: number;
  readonly size: number;
  /** ms from a start to a kill, at most. */
  readonly latest: number;
}

async function walk({ provider, cases, size, latest }: Walk): Promise<void> {
  const random = new Random(7);
  let child: ChildProcess | null = null;
  let kills = 0;
  const kill = (): void => {
    if (child === null || child.killed || kills >= KILLS) return;
    kills++;
    child.kill('SIGKILL');
  };
  // Every job's birth is one: it is there, and nobody has been told its id.
  const killNow = async (): Promise<void> => {
    if (kills >= KILLS || child === null) return;
    const dying = child;
    const closed = new Promise((resolve) => dying.once('close', resolve));
    kill();
    await closed;
  };
  // Results are asked for and never come, or are taken in when the kill comes. The last job's never come while a kill is left,
  // so that a machine however fast is not done before all have been.
  const given = new Set<Job>();
  const onResults = async (job: Job): Promise<void> => {
    const isLast = server.jobs.every((other) => other === job || given.has(other));
    if (isLast || random.next() < 0.5) return killNow();
    given.add(job);
    setTimeout(kill, random.next() * LATEST_AFTER_RESULTS);
  };
  const server = new BatchServer({ looks: 1, isOpen: () => kills >= BEFORE_ANSWERS, onCreated: killNow, onResults });
  const url = await server.listen();
  const workspace = new TestWorkspace({
    'goldset.yaml': `providers:\n  m: { ${provider}, baseUrl: "${url}/v1", apiKeyEnv: BATCH_KEY, batchSettle: 0, batchSize: ${size} }\nprices: ./prices.yaml\n`,
    'prices.yaml': 'asOf: 2026-11-01\nmodels:\n  m:big: { input: 1, output: 2, batch: 0.5 }\n',
    'a.prompt': '---\nmodel: m:big\nconfig: { maxOutputTokens: 50 }\n---\nBe brief.\n{{x}}',
    'a.golden.yaml': Array.from(
      { length: cases },
      (_, i) => `- { id: c${i}, vars: { x: "question ${i}." }, expected: "answer ${i}" }\n`,
    ).join(''),
  });
  const batches = (): string[] => {
    try {
      return readdirSync(path.join(workspace.root, '.goldset/batches'));
    } catch {
      return [];
    }
  };
  const isBegun = (): boolean =>
    batches().some((id) => {
      try {
        return readFileSync(path.join(workspace.root, '.goldset/batches', id, 'batch.jsonl'), 'utf8').includes('\n');
      } catch {
        return false;
      }
    });
  try {
    let last = { code: null as number | null, out: '', err: '' };
    while (last.code === null) {
      child = workspace.start(
        isBegun() ? ['batch', 'wait', '--every', '0.05', '--json'] : ['run', '--batch', '--wait', '--json'],
        environment,
      );
      child.stdin?.end();
      // What comes before a batch is begun leaves nothing: the kills come after that.
      let from = isBegun() ? Date.now() : null;
      const wait = random.next() * latest;
      const timer = setInterval(() => {
        from ??= isBegun() ? Date.now() : null;
        if (from !== null && Date.now() - from > wait) kill();
      }, 5);
      last = await ended(child);
      clearInterval(timer);
      if (last.code !== null && last.code !== 0) assert.fail(`${last.code}: ${last.err}`);
    }
    const { id, results, complete, verdict, spend } = JSON.parse(last.out) as RunJson;
    assert.deepEqual([results.length, complete, verdict], [cases, true, 'pass']);
    const asked = server.submitted.map(({ body }) => questionIn(body));
    assert.equal(asked.length, cases, 'submitted once each');
    assert.equal(new Set(asked).size, cases);
    assert.ok(server.jobs.every(({ requests }) => requests.length <= size));
    assert.equal(server.jobs.length, Math.ceil(cases / size));
    assert.ok(Math.abs((spend.usd ?? 0) - cases * 60e-6) < 1e-9, `${spend.usd}`);
    const journal = readFileSync(path.join(workspace.root, '.goldset/runs', `${id}.goldset-run.jsonl`), 'utf8');
    assert.equal(journal.match(/^{"kind":"answer"/gm)?.length, cases, 'taken in once each');
    assert.equal(kills, KILLS);
    assert.deepEqual(server.problems, []);
  } finally {
    server.close();
    workspace.dispose();
  }
}

describe('a batch after kill −9', () => {
  const [many, some] = isWhole ? [10_000, 2000] : [1200, 800];
  it(`OpenAI: ${many} requests in 4 parts, ${KILLS} times`, () =>
    walk({ provider: 'kind: openai', cases: many, size: many / 4, latest: 2500 })).timeout(300_000);
  it(`Anthropic: ${some} requests in 4 parts, ${KILLS} times`, () =>
    walk({ provider: 'kind: anthropic', cases: some, size: some / 4, latest: 1000 })).timeout(300_000);
});
