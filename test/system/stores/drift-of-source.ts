/** Drift of a source, and its calls for other stores: the same as of files, read from samples where there is much. */
import assert from 'node:assert/strict';
import type { ClickHouseSource } from '../../../src/adapters/clickhouse/clickhouse-source.ts';
import { sourceDrift } from '../../../src/adapters/clickhouse/source-looks.ts';
import { readDrift } from '../../../src/adapters/interactions/read-drift.ts';
import type { Drift } from '../../../src/core/feedback/insights/drift/drift.ts';
import { TestWorkspace } from '../command-line.ts';
import { weeks } from './planted-tables.ts';

interface DriftInTest {
  readonly open: () => Promise<ClickHouseSource>;
  /** A new workspace, and one with the planted traffic as files. */
  readonly workspace: () => string;
  readonly ofFiles: () => string;
  readonly shop: () => TestWorkspace;
  /** A command with consent for the password. */
  readonly run: (args: readonly string[]) => ReturnType<TestWorkspace['run']>;
}

export const driftOfSource = ({ open, workspace, ofFiles, shop, run }: DriftInTest): void => {
  describe('drift and export', () => {
    for (const against of [null, '3', 'golden'])
      it(`gives the same drift as files, against ${against ?? 'the weeks before'}`, async () => {
        const job = { since: null, against, by: null };
        const { drift } = await sourceDrift(await open(), { ...job, root: workspace() });
        const wanted = await readDrift({ ...job, root: ofFiles() });
        assert.deepEqual(drift, wanted.drift);
        assert.ok(drift.calls.window > 50, JSON.stringify(drift.calls));
      });
    it('reports drift on the command line, with commands that name the source', async () => {
      const { code, out, err } = await run(['insights', 'drift', '--source', 'prod', '--since', '2026-11-16']);
      assert.equal(code, 0, err);
      assert.match(out, /^Drift, 16–22 Nov against the weeks before/);
      for (const [command] of out.matchAll(/goldset golden add.*/g)) assert.match(command, / --source prod$/);
      const shown = await run(['insights', 'drift', '--source', 'prod', '--since', '2026-11-16', '--json']);
      const { drift } = await readDrift({ root: ofFiles(), since: '2026-11-16', against: null, by: null });
      const { calls, changes } = JSON.parse(shown.out) as Drift;
      assert.deepEqual({ calls, changes }, { calls: drift.calls, changes: drift.changes });
    });
    it('exports calls of the source with what was said of them, and copies none', async () => {
      const filter = 'signal=thumbs-down,from=2026-11-20,to=2026-11-22';
      const { code, err } = await run(['export', 'otlp', filter, '--source', 'prod', '--to', 'calls.jsonl']);
      assert.equal(code, 0, err);
      const listed = await run(['interactions', 'all', filter, '--source', 'prod', '--json']);
      const other = new TestWorkspace({ 'calls.jsonl': shop().read('calls.jsonl') });
      assert.equal((await other.run(['import', 'calls.jsonl', '--yes'])).code, 0);
      const read = await other.run(['interactions', 'all,signal=thumbs-down', '--json']);
      other.dispose();
      const ids = (text: string): string[] => (JSON.parse(text) as { interactions: { id: string }[] }).interactions.map(({ id }) => id);
      const exported = ids(read.out);
      assert.deepEqual(exported, ids(listed.out));
      assert.ok(exported.length > 0 && exported.every((id) => weeks.calls.some((call) => call.id === id)), err);
    });
  });
};
