/** What a batch is waiting for is paid for once: `goldset run --batch` while an earlier batch of the same requests is unfinished. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { BATCH_KEY, BatchServer } from './batch-server.ts';
import { allowedHere, TestWorkspace } from './command-line.ts';

const environment = { BATCH_KEY, NO_COLOR: '1', ...allowedHere('BATCH_KEY') };
const golden = (count: number): string =>
  Array.from({ length: count }, (_, i) => `- { id: c${i}, vars: { x: "question ${i}" }, expected: "answer ${i}" }\n`).join('');

describe('goldset run --batch a second time', () => {
  it('submits nothing that an unfinished batch waits for, unless it is asked for', async () => {
    const server = new BatchServer({ looks: 1 });
    const url = await server.listen();
    const workspace = new TestWorkspace({
      'goldset.yaml': `providers:\n  m: { kind: openai, baseUrl: "${url}/v1", apiKeyEnv: BATCH_KEY, batchSettle: 0 }\nprices: ./prices.yaml\n`,
      'prices.yaml': 'asOf: 2026-11-01\nmodels:\n  m:big: { input: 1, output: 2, batch: 0.5 }\n',
      'a.prompt': '---\nmodel: m:big\nconfig: { maxOutputTokens: 50 }\n---\n{{x}}',
      'a.golden.yaml': golden(3),
    });
    const run = (...args: string[]): ReturnType<TestWorkspace['run']> => workspace.run(args, { environment });
    try {
      const first = /Batch (\S+):/.exec((await run('run', '--batch')).out)?.[1] ?? 'none';
      assert.equal(server.submitted.length, 3);
      const same = await run('run', '--batch');
      assert.equal(same.code, 2, same.out);
      assert.match(same.err, new RegExp(`unfinished batch ${first} has the same requests[^]*goldset batch wait ${first}`));
      assert.doesNotMatch(same.err, /is saved/);

      workspace.write({ 'a.golden.yaml': golden(4) });
      assert.match(
        (await run('run', '--batch')).err,
        new RegExp(`unfinished batch ${first} has 3 requests of the same`),
        'one case is new',
      );
      assert.equal(server.submitted.length, 3);
      assert.deepEqual(readdirSync(`${workspace.root}/.goldset/batches`), [first], 'nothing is left of those');
      const journals = readdirSync(`${workspace.root}/.goldset/runs`).filter((name) => name.endsWith('.goldset-run.jsonl'));
      assert.deepEqual(journals, [`${first}.goldset-run.jsonl`]);

      assert.equal((await run('batch', 'wait', '--every', '0.02')).code, 0);
      const after = await run('run', '--batch', '--wait');
      assert.equal(after.code, 0, after.err);
      assert.equal(server.submitted.length, 4, 'only the new case is sent');

      assert.equal((await run('run', '--batch', '--cache', 'refresh')).code, 0);
      assert.equal((await run('run', '--batch', '--cache', 'refresh')).code, 0);
      assert.equal(server.submitted.length, 12);
      assert.deepEqual(server.problems, []);
    } finally {
      server.close();
      workspace.dispose();
    }
  });
});
