/** The receiver over weeks: a full disk, days that cannot be written or deleted, rules that change, calls that come again. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CaptureReceiver } from '../../src/adapters/capture/capture-job.ts';
import { keepRetention } from '../../src/adapters/interactions/retention.ts';
import { startCapture, type RunningCapture } from '../../src/adapters/capture/start-capture.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { addUp, readInsights } from '../../src/adapters/interactions/read-insights.ts';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import { INSIGHT_KINDS } from '../../src/core/feedback/insights/insights.ts';
import { ALERT_RULES } from '../../src/core/feedback/insights/units/unit-alerts.ts';
import { TestWorkspace } from '../system/command-line.ts';
import { smallDisk } from './small-disk.ts';

const DAY = 86_400_000;
const FIRST = Date.parse('2026-11-20T10:00:00Z');
const [DAY_A, DAY_B] = ['2026-11-20', '2026-11-21'];

describe('the receiver over weeks', function () {
  this.timeout(1_800_000);
  let workspace: TestWorkspace;
  let running: RunningCapture | null = null;
  let problems: string[];
  let failures: string[];
  beforeEach(() => {
    workspace = new TestWorkspace({});
    problems = [];
    failures = [];
  });
  afterEach(async () => {
    await running?.stop();
    running = null;
    workspace.dispose();
  });

  const start = async (root = workspace.root, cleanEveryMs?: number): Promise<RunningCapture> => {
    const receiver = new CaptureReceiver();
    running = await startCapture({
      thread: { capture: (job) => Promise.resolve().then(() => receiver.take(job)), dispose: () => Promise.resolve() },
      retention: {
        retain: ({ limits, now }) => keepRetention(root, limits, new Date(now), () => addUp(root)),
        dispose: () => Promise.resolve(),
      },
      ...{ root, host: '127.0.0.1', port: 0, onChange: () => undefined },
      onFailure: (error) => failures.push(String(error)),
      onProblem: (problem) => problems.push(problem),
      ...(cleanEveryMs === undefined ? {} : { cleanEveryMs }),
    });
    return running;
  };
  const post = async (body: unknown, to = '/v1/traces'): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${running?.port ?? 0}${to}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    return response.status;
  };
  /** Calls by number; each on the day after 2026-11-20 that is given with it. */
  const calls = (...of: readonly (readonly [number, day: number, text?: string])[]): object => ({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: of.map(([n, day, text = 'hello']) => ({
              traceId: (n + 1).toString(16).padStart(32, '0'),
              spanId: (n + 1).toString(16).padStart(16, '0'),
              name: 'chat',
              startTimeUnixNano: `${FIRST + day * DAY + n}000000`,
              endTimeUnixNano: `${FIRST + day * DAY + n + 500}000000`,
              attributes: [
                { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
                {
                  key: 'gen_ai.input.messages',
                  value: { stringValue: JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: text }] }]) },
                },
              ],
            })),
          },
        ],
      },
    ],
  });
  const idsOf = (root = workspace.root): string[] => {
    const ids: string[] = [];
    const { refused } = new InteractionFiles(root).read(null, (line) => 'interaction' in line && ids.push(line.interaction.id));
    assert.equal(refused.count, 0, refused.first ?? '');
    return ids;
  };
  const counted = async (): Promise<number> =>
    (await readInsights({ root: workspace.root, kinds: INSIGHT_KINDS, by: 'type', since: null, rules: ALERT_RULES, lowScore: null }))
      .insights.interactions;

  it('loses no call that it acknowledged while the disk was filling, writes none twice, and leaves no half line', async function () {
    const disk = smallDisk(512);
    if (disk === null) return this.skip();
    try {
      await start(disk.folder);
      assert.equal(await post(calls([0, 0])), 200);
      disk.fill(16 * 1024);
      const acknowledged = new Set([0]);
      let refused = 0;
      for (let n = 1; n <= 200; n++) {
        const status = await post(calls([n, 0, 'x'.repeat(97 * (n % 13))]));
        if (status === 200) acknowledged.add(n);
        else refused++;
        const text = readFileSync(new InteractionFiles(disk.folder).fileOf(DAY_A), 'utf8');
        assert.ok(text.endsWith('\n'), `a half line after call ${n}`);
      }
      assert.ok(refused > 0 && acknowledged.size > 1);
      disk.empty();
      for (let n = 1; n <= 200; n++) assert.equal(await post(calls([n, 0])), 200);
      const ids = idsOf(disk.folder);
      assert.equal(ids.length, 201);
      assert.equal(new Set(ids).size, 201);
    } finally {
      await running?.stop();
      running = null;
      disk.dispose();
    }
  });

  it('writes the days that can be written while another cannot be, each call once, however often it is sent again', async () => {
    await start();
    dataFolder(workspace.root).folder('interactions');
    const blocked = new InteractionFiles(workspace.root).fileOf(DAY_A);
    mkdirSync(blocked);
    for (let i = 0; i < 20; i++) assert.equal(await post(calls([1, 0], [2, 1])), 503);
    // What has nothing of that day is taken.
    assert.equal(await post(calls([3, 1])), 200);
    assert.equal(readFileSync(new InteractionFiles(workspace.root).fileOf(DAY_B), 'utf8').split('\n').length - 1, 2);
    rmdirSync(blocked);
    assert.equal(await post(calls([1, 0], [2, 1])), 200);
    assert.deepEqual(
      idsOf().map((id) => parseInt(id, 16) - 1),
      [1, 2, 3],
    );
  });

  it('counts a call once that is sent again after a restart and after 100,000 others', async () => {
    await start();
    assert.equal(await post(calls([0, 0], [1, 1])), 200);
    for (let from = 2; from < 100_000; from += 5000)
      assert.equal(await post(calls(...Array.from({ length: 5000 }, (_, i) => [from + i, 1] as const))), 200);
    await running?.stop();
    await start();
    assert.equal(await post(calls([0, 0], [1, 1])), 200);
    assert.equal(await counted(), new Set(idsOf()).size);
    assert.equal(await post(calls([0, 0])), 200);
    await running?.stop();
    await start();
    assert.equal(await post(calls([0, 0], [1, 1])), 200);
    assert.equal(await counted(), new Set(idsOf()).size);
  });

  it('goes on when a day may not be deleted, and says so each time', async function () {
    workspace.write({ 'goldset.yaml': 'capture: { keepDays: 30 }\n' });
    const files = new InteractionFiles(workspace.root);
    dataFolder(workspace.root).folder('interactions');
    for (const day of ['2025-01-01', '2025-01-02']) writeFileSync(files.fileOf(day), '');
    const busy = files.fileOf('2025-01-01');
    // A mount cannot be deleted, whoever tries it.
    if (spawnSync('mount', ['--bind', busy, busy]).status !== 0) return this.skip();
    try {
      await start(workspace.root, 20);
      while (problems.length < 3) await new Promise((resolve) => setImmediate(resolve));
      assert.match(problems[2] ?? '', /cannot be deleted: .*2025-01-01/);
      assert.ok(!existsSync(files.fileOf('2025-01-02')), 'the next day is deleted');
      assert.equal(await post(calls([1, 0])), 200);
    } finally {
      spawnSync('umount', [busy]);
    }
  });

  it('follows goldset.yaml: what is captured next is redacted by the rules as they are then', async () => {
    workspace.write({ 'goldset.yaml': 'capture: { redact: { patterns: ["parcel-\\\\d+"] } }\n' });
    await start();
    const stored = (): string => readFileSync(new InteractionFiles(workspace.root).fileOf(DAY_A), 'utf8');
    assert.equal(await post(calls([1, 0, 'parcel-111 order-111'])), 200);
    assert.ok(!stored().includes('parcel-111') && stored().includes('order-111'));
    workspace.write({ 'goldset.yaml': 'capture: { redact: { patterns: ["order-\\\\d+"] } }\n' });
    assert.equal(await post(calls([2, 0, 'order-222'])), 200);
    assert.ok(!stored().includes('order-222'));
    // Rules that cannot be read, half saved or wrong: nothing is stored, and the sender tries again.
    for (const broken of ['capture: { redact: { patterns: ["order-\n', 'capture: { redact: { patterns: ["("] } }\n']) {
      workspace.write({ 'goldset.yaml': broken });
      assert.equal(await post(calls([3, 0, 'order-333'])), 503, broken);
    }
    assert.match(failures.join('\n'), /goldset\.yaml is invalid/);
    // Between two steps of an editor that saves, the rules of before hold.
    workspace.write({ 'goldset.yaml': 'capture: { redact: { patterns: ["order-\\\\d+"] } }\n' });
    assert.equal(await post(calls([3, 0, 'order-333'])), 200);
    renameSync(path.join(workspace.root, 'goldset.yaml'), path.join(workspace.root, 'goldset.yaml~'));
    assert.equal(await post(calls([4, 0, 'order-444'])), 200);
    assert.ok(!/order-[34]/.test(stored()));
  });
});
