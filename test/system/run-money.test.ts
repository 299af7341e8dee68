/** What a run may spend, and what it never pays twice, on the command line. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { allowedHere, ended, TestWorkspace } from './command-line.ts';
import { answer } from './faulty-server.ts';
import { golden, report, withServer, workspaceFor } from './run-workspace.ts';

describe('money on the command line', function () {
  this.timeout(300_000);

  it('--max-cost estimates first, stops below the cap with exit 3, and --resume goes on', () =>
    withServer(
      ({ response }) => answer(response),
      async (url) => {
        const workspace = workspaceFor(url, 40);
        const { code, out, err } = await workspace.run(['run', '--json', '--max-cost', '0.002']);
        assert.equal(code, 3, err);
        assert.match(err, /40 calls, .*at most \$0\.00\d+/);
        const capped = report(out);
        assert.deepEqual(
          [capped.verdict, capped.complete, capped.stopped?.code, capped.spend.cap],
          ['inconclusive', false, 'spend/cap', 0.002],
        );
        assert.ok((capped.spend.usd ?? 1) <= 0.002);
        const rest = await workspace.run(['run', '--json', '--resume', '--max-cost', '1']);
        assert.equal(rest.code, 0, rest.err);
        assert.equal(report(rest.out).spend.usd?.toFixed(6), '0.004800');
        workspace.dispose();
      },
    ));

  it('spend.perRun is a cap too; a model without a price is refused, or allowed', () =>
    withServer(
      ({ response }) => answer(response),
      async (url, server) => {
        const workspace = workspaceFor(url, 3, 'spend: { perRun: 0.5 }\n');
        assert.equal((await workspace.run(['run'])).code, 0);
        workspace.write({ 'prices.yaml': 'asOf: 2026-11-01\nmodels: {}\n', 'a.golden.yaml': golden(5) });
        const refused = await workspace.run(['run']);
        assert.equal(refused.code, 2);
        assert.match(refused.err, /No price known for local:m/);
        assert.equal(server.asked.length, 3);
        assert.equal((await workspace.run(['run', '--allow-unknown-price'])).code, 0);
        assert.equal(server.asked.length, 5);
        workspace.dispose();
      },
    ));

  it('without an output limit it says that the cap may be passed', () =>
    withServer(
      ({ response }) => answer(response),
      async (url) => {
        const workspace = workspaceFor(url, 3);
        workspace.write({ 'a.prompt': '---\nmodel: local:m\n---\n{{x}}' });
        const { err, code } = await workspace.run(['run', '--max-cost', '1']);
        assert.equal(code, 0);
        assert.match(err, /no output limit, so no upper bound[\s\S]*Near the spending limit, calls run one at a time/);
        workspace.dispose();
      },
    ));

  it('re-grades from the cache, and from the journal when the cache is gone', () =>
    withServer(
      ({ response }) => answer(response),
      async (url, server) => {
        const workspace = workspaceFor(url, 10);
        assert.equal((await workspace.run(['run'])).code, 0);
        workspace.write({ 'a.golden.yaml': golden(10).replaceAll('expected: ok', 'expected: other') });
        const regraded = await workspace.run(['run', '--json']);
        assert.deepEqual([regraded.code, report(regraded.out).calls.regraded, report(regraded.out).spend.usd], [1, 10, 0]);
        assert.match((await workspace.run(['cache', 'clear'])).out, /10 answers deleted/);
        workspace.write({ 'a.golden.yaml': golden(11) });
        const fromJournal = await workspace.run(['run', '--json']);
        assert.deepEqual(
          [fromJournal.code, report(fromJournal.out).calls, server.asked.length],
          [0, { asked: 1, reused: 10, regraded: 10, resumed: 0 }, 11],
        );
        workspace.dispose();
      },
    ));

  it('recordings: export, import elsewhere, and run frozen without a key or a server', async () => {
    const { recordings, url } = await withServer(
      ({ response }) => answer(response),
      async (url) => {
        const workspace = workspaceFor(url, 6);
        workspace.write({ 'goldset.yaml': `providers:\n  local: { kind: openai-compatible, baseUrl: "${url}", apiKeyEnv: LOCAL_KEY }\n` });
        const environment = { LOCAL_KEY: 'sk-planted', ...allowedHere('LOCAL_KEY') };
        assert.equal((await workspace.run(['run'], { environment })).code, 0);
        assert.match((await workspace.run(['cache', 'stats'])).out, /^6 answers/);
        const exported = await workspace.run(['cache', 'export', 'r.jsonl', 'a.prompt']);
        assert.match(exported.out, /6 answers written/, exported.err);
        const written = readdirSync(workspace.root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
        for (const entry of written)
          assert.ok(!readFileSync(path.join(entry.parentPath, entry.name), 'utf8').includes('sk-planted'), entry.name);
        return { recordings: workspace.read('r.jsonl'), url };
      },
    );
    const there = workspaceFor(url, 6);
    there.write({
      'goldset.yaml': `providers:\n  local: { kind: openai-compatible, baseUrl: "${url}", apiKeyEnv: LOCAL_KEY }\n`,
      'r.jsonl': recordings,
    });
    const missing = await there.run(['run', '--json', '--cache', 'frozen']);
    assert.equal(missing.code, 4, missing.err);
    assert.equal(report(missing.out).results[0]?.error?.code, 'cache/miss');
    assert.match((await there.run(['cache', 'import', 'r.jsonl'])).out, /6 answers imported/);
    const replayed = await there.run(['run', '--json', '--cache', 'frozen']);
    assert.deepEqual([replayed.code, report(replayed.out).calls.reused], [0, 6], replayed.err);
    there.dispose();
  });

  it('--matrix runs every model with every set of parameters', () =>
    withServer(
      ({ response }) => answer(response),
      async (url) => {
        const workspace = workspaceFor(
          url,
          2,
          'matrix: { models: ["local:a", "local:b"], parameters: [{ temperature: 0 }, { temperature: 0.7, max_tokens: 9 }] }\n',
        );
        const { out, code, err } = await workspace.run(['run', '--json', '--matrix']);
        assert.equal(code, 0, err);
        assert.deepEqual(
          report(out).candidates.map(({ model, parameters }) => [model, parameters['temperature'], parameters['maxOutputTokens']]),
          [
            ['local:a', 0, 50],
            ['local:a', 0.7, 9],
            ['local:b', 0, 50],
            ['local:b', 0.7, 9],
          ],
        );
        assert.equal((await new TestWorkspace({ 'a.prompt': '{{x}}', 'a.golden.yaml': golden(1) }).run(['run', '--matrix'])).code, 2);
        workspace.dispose();
      },
    ));

  it('--watch asks only for what changed, within the cap of all runs together', () =>
    withServer(
      ({ response }) => answer(response),
      async (url, server) => {
        const workspace = workspaceFor(url, 5);
        const child = workspace.start(['run', '--watch', '--max-cost', '0.01']);
        let out = '';
        child.stdout?.on('data', (text: Buffer) => (out += text.toString()));
        child.stderr?.on('data', (text: Buffer) => (out += text.toString()));
        const until = async (pattern: RegExp): Promise<void> => {
          for (let i = 0; i < 2000 && !pattern.test(out); i++) await new Promise((resolve) => setTimeout(resolve, 10));
          assert.match(out, pattern);
          out = '';
        };
        await until(/5 sent, spend \$0\.00060 of \$0\.010[\s\S]*Watching/);
        writeFileSync(path.join(workspace.root, 'a.golden.yaml'), golden(7));
        await until(/2 sent, 5 reused and regraded, spend \$0\.00024 of \$0\.0094[\s\S]*Watching/);
        assert.equal(server.asked.length, 7);
        workspace.write({ 'a.golden.yaml': 'nonsense: [' });
        await until(/Watching/);
        child.kill('SIGINT');
        assert.equal((await ended(child)).code, 130);
        workspace.dispose();
      },
    ));
});
