/** The Python example, with nothing but Python's standard library: its call and its feedback arrive. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { CaptureReceiver } from '../../src/adapters/capture/capture-job.ts';
import { startCapture, type RunningCapture } from '../../src/adapters/capture/start-capture.ts';
import { CaptureRoot } from './captured.ts';

const TOKEN = 'planted-token-4712-of-the-receiver';
const run = promisify(execFile);

// `npm test` needs no Python (docs/testing.md).
if (process.env['GOLDSET_ENGINES'] === 'all')
  describe('examples/python', () => {
    let root: CaptureRoot;
    let running: RunningCapture | null = null;
    before(async function () {
      if (spawnSync('python3', ['--version']).status !== 0) this.skip();
      root = new CaptureRoot();
      const receiver = new CaptureReceiver();
      running = await startCapture({
        thread: { capture: (job) => receiver.take(job), dispose: () => Promise.resolve() },
        retention: { retain: () => Promise.resolve({ deleted: [], problems: [] } as never), dispose: () => Promise.resolve() },
        ...{ root: root.root, host: '127.0.0.1', port: 0, token: TOKEN, onChange: () => undefined },
        onFailure: (error) => root.problems.push(String(error)),
        onProblem: (problem) => root.problems.push(problem),
      });
    });
    after(async () => {
      if (running === null) return;
      await running.stop();
      root.dispose();
    });

    it('sends a call and its feedback to a receiver with a token', async () => {
      const env = { ...process.env, CAPTURE_TOKEN: TOKEN, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${running?.port ?? 0}` };
      const { stdout } = await run('python3', ['send_call.py'], { cwd: 'examples/python', env: { ...env, PYTHONDONTWRITEBYTECODE: '1' } });
      assert.match(stdout, /'taken': 1/);
      const { model, output, conversation, messages, usage } = await root.interaction();
      assert.deepEqual(
        [model, output, conversation, usage?.input, usage?.output],
        ['openai:gpt-4o-mini', 'It arrives tomorrow.', 'session-1', 12, 5],
      );
      assert.deepEqual(messages, [{ role: 'user', content: 'Where is my parcel?' }]);
      const [followUp] = await root.followUps();
      assert.deepEqual([followUp?.of.response, followUp?.signals[0]?.value], ['chatcmpl-python-1', 'up']);
      // Said once for each machine: which test is the first depends on their order.
      assert.deepEqual(
        root.problems.filter((text) => !text.startsWith('Users and other persons are stored as hashes')),
        [],
      );
    });
  });
