/**
 * Each command that writes, killed at each point at which what is on disk can be told apart, then called again: nothing acknowledged is
 * lost, nothing is there twice, no lock and no half of a file holds the next command up, and nothing is submitted a second time.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { BATCH_KEY, BatchServer, questionIn } from './batch-server.ts';
import { allowedHere, ended, printed, TestWorkspace, type RunJson } from './command-line.ts';
import { killSweep, leftIn, must } from './kill-points.ts';
import { golden, journals } from './run-workspace.ts';
import { LangfuseServer } from './langfuse-server.ts';

/** Ids of stored interactions, and what is not counted as one. */
function stored(workspace: TestWorkspace, point: string): string[] {
  const ids: string[] = [];
  const { refused } = new InteractionFiles(workspace.root).read(null, (line) => {
    if ('interaction' in line) ids.push(line.interaction.id);
  });
  // A line that was torn is ended by the next append, and stays as one line that cannot be read.
  assert.ok(refused.count <= 1, `${point}: ${refused.first}`);
  return ids.sort();
}

describe('kill −9 at each state of the disk', function () {
  this.timeout(1_800_000);

  describe('goldset capture', () => {
    const REQUESTS = Array.from({ length: 6 }, (_, i) => [`${i}a`, `${i}b`].map((end) => end.padStart(16, '0')));
    const spans = (ids: readonly string[]): string =>
      JSON.stringify({
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: ids.map((spanId, i) => ({
                  traceId: '1'.repeat(32),
                  spanId,
                  name: 'chat',
                  // Of two days: the second line of a request is in another file.
                  startTimeUnixNano: `${1793520000 + i * 90_000}000000000`,
                  endTimeUnixNano: `${1793520001 + i * 90_000}000000000`,
                  attributes: [{ key: 'gen_ai.operation.name', value: { stringValue: 'chat' } }],
                })),
              },
            ],
          },
        ],
      });
    /** The status; 0: the connection ended without an answer. */
    const send = (port: number, body: string): Promise<number> =>
      new Promise((resolve) => {
        const headers = { 'content-type': 'application/json' };
        http
          .request({ host: '127.0.0.1', port, path: '/v1/traces', method: 'POST', headers, agent: false }, (response) => {
            response.resume().once('end', () => resolve(response.statusCode ?? 0));
          })
          .once('error', () => resolve(0))
          .end(body);
      });
    const portOf = async (child: Parameters<typeof printed>[0]): Promise<number> =>
      Number((await printed(child, /OTLP_ENDPOINT=http:\/\/127\.0\.0\.1:(\d+)/))[1]);

    it('has what it answered for, and takes what is sent again once', () =>
      killSweep<{ acknowledged: string[] }>({
        args: ['capture', '--port', '0'],
        begin: () => Promise.resolve({ workspace: new TestWorkspace({}), kept: { acknowledged: [] } }),
        meanwhile: async (child, { acknowledged }) => {
          const port = await portOf(child).catch(() => null);
          if (port === null) return;
          for (const ids of REQUESTS) if ((await send(port, spans(ids))) === 200) acknowledged.push(...ids);
          child.kill('SIGTERM');
        },
        after: async (workspace, { acknowledged }, point) => {
          if (existsSync(path.join(workspace.root, '.goldset/interactions'))) {
            const ids = stored(workspace, point);
            assert.deepEqual(
              acknowledged.filter((id) => !ids.some((found) => found.includes(id))),
              [],
              `${point}: lost`,
            );
          }
          const again = workspace.start(['capture', '--port', '0']);
          const whole = ended(again);
          const port = await portOf(again);
          for (const ids of REQUESTS.filter(([first = '']) => !acknowledged.includes(first)))
            assert.equal(await send(port, spans(ids)), 200, point);
          again.kill('SIGTERM');
          assert.equal((await whole).code, 0, point);
          const found = stored(workspace, point);
          assert.equal(new Set(found).size, REQUESTS.length * 2, point);
          assert.deepEqual(leftIn(path.join(workspace.root, '.goldset/interactions')), [], point);
        },
      }));
  });

  describe('goldset import', () => {
    const LINES = Array.from({ length: 12 }, (_, i) =>
      JSON.stringify({
        id: `row-${i}`,
        timestamp: `2026-11-0${1 + (i % 3)}T10:00:0${i % 10}Z`,
        input: `question ${i}`,
        output: `answer ${i}`,
        model: 'm',
      }),
    );
    const expected = LINES.map((_, i) => `row-${i}`).sort();

    it('of a file: each row once, however often it is called again', () =>
      killSweep({
        args: ['import', 'rows.jsonl', '--yes'],
        begin: () => Promise.resolve({ workspace: new TestWorkspace({ 'rows.jsonl': LINES.join('\n') }), kept: null }),
        after: async (workspace, _, point) => {
          await must(workspace, ['import', 'rows.jsonl', '--yes'], {}, point);
          assert.deepEqual(stored(workspace, point), expected, point);
          assert.deepEqual(leftIn(path.join(workspace.root, '.goldset')), [], point);
        },
      }));

    it('of a server: goes on where it was, and each row is there once', () => {
      const keys = { LANGFUSE_PUBLIC_KEY: ['pk', 'lf-1'].join('-'), LANGFUSE_SECRET_KEY: ['sk', 'lf-1'].join('-') };
      const days = ['langfuse', '--from', '2026-11-01', '--to', '2026-11-03'];
      let server: LangfuseServer | null = null;
      const environmentOf = (url: string): Readonly<Record<string, string>> => ({
        ...keys,
        LANGFUSE_HOST: url,
      });
      const observations = Array.from({ length: 25 }, (_, i) => ({
        id: `o${i}`,
        traceId: `t${i}`,
        type: 'GENERATION',
        startTime: `2026-11-02T10:00:${String(i).padStart(2, '0')}.000Z`,
        endTime: `2026-11-02T10:00:${String(i).padStart(2, '0')}.500Z`,
        input: JSON.stringify([{ role: 'user', content: `q ${i}` }]),
        output: JSON.stringify({ role: 'assistant', content: `a ${i}` }),
      }));
      return new LangfuseServer().start().then(async (started) => {
        server = started;
        started.observations = observations;
        try {
          await killSweep({
            args: ['import', ...days],
            environment: environmentOf(started.url),
            begin: () => Promise.resolve({ workspace: new TestWorkspace({}), kept: null }),
            after: async (workspace, _, point) => {
              await must(workspace, ['import', ...days], environmentOf(started.url), point);
              assert.deepEqual(stored(workspace, point), observations.map(({ id }) => id).sort(), point);
              assert.deepEqual(readdirSync(path.join(workspace.root, '.goldset/imports')), [], point);
            },
          });
        } finally {
          await server.stop();
        }
      });
    });
  });

  /** Whether the one journal is complete. */
  function isTaken(workspace: TestWorkspace, cases: number): boolean {
    const texts = journals(workspace).map((file) => readFileSync(file, 'utf8'));
    const answers = texts.join('').match(/^{"kind":"answer"/gm)?.length ?? 0;
    assert.ok(answers <= cases, `${answers} answers`);
    return answers === cases;
  }

  it('goldset run --batch: submitted once, taken in once', async () => {
    const environment = { BATCH_KEY, ...allowedHere('BATCH_KEY') };
    const cases = 6;
    const server = new BatchServer({ looks: 0 });
    const url = await server.listen();
    try {
      await killSweep<{ readonly from: number }>({
        args: ['run', '--batch', '--wait', '--json'],
        environment,
        begin: () =>
          Promise.resolve({
            workspace: new TestWorkspace({
              'goldset.yaml': `providers:\n  m: { kind: openai, baseUrl: "${url}/v1", apiKeyEnv: BATCH_KEY, batchSettle: 0, batchSize: 3 }\nprices: ./prices.yaml\n`,
              'prices.yaml': 'asOf: 2026-11-01\nmodels:\n  m:big: { input: 1, output: 2, batch: 0.5 }\n',
              'a.prompt': '---\nmodel: m:big\nconfig: { maxOutputTokens: 50 }\n---\nBe brief.\n{{x}}',
              'a.golden.yaml': Array.from(
                { length: cases },
                (_, i) => `- { id: c${i}, vars: { x: "question ${i}." }, expected: "answer ${i}" }\n`,
              ).join(''),
            }),
            kept: { from: server.submitted.length },
          }),
        after: async (workspace, { from }, point) => {
          const batches = path.join(workspace.root, '.goldset/batches');
          const isBegunIn = (id: string): boolean =>
            existsSync(path.join(batches, id, 'batch.jsonl')) && readFileSync(path.join(batches, id, 'batch.jsonl'), 'utf8').includes('\n');
          const isBegun = existsSync(batches) && readdirSync(batches).some(isBegunIn);
          if (!isBegun) await must(workspace, ['run', '--batch', '--wait', '--json'], environment, point);
          else if (!isTaken(workspace, cases)) await must(workspace, ['batch', 'wait', '--every', '0.05'], environment, point);
          assert.ok(isTaken(workspace, cases), `${point}: taken in once each`);
          const asked = server.submitted.slice(from).map(({ body }) => questionIn(body));
          assert.deepEqual([asked.length, new Set(asked).size], [cases, cases], `${point}: submitted once each`);
          // The lock of a batch that was never begun, or has ended, stays beside it: no command waits for it.
          const left = leftIn(path.join(workspace.root, '.goldset'));
          assert.deepEqual(
            left.filter((name) => !name.startsWith('batches')),
            [],
            point,
          );
        },
      });
      assert.deepEqual(server.problems, []);
    } finally {
      server.close();
    }
  });

  const PROMPT = {
    'a.prompt': '---\nmodel: scripted:./s.yaml\n---\n{{x}}',
    's.yaml': 'rules: []\ndefault: { reply: ok }\n',
    'a.golden.yaml': golden(3),
  };
  function repository(files: Readonly<Record<string, string>>): TestWorkspace {
    const workspace = new TestWorkspace(files);
    workspace.git('init', '-q', '-b', 'main');
    workspace.git('add', '.');
    workspace.git('commit', '-qm', 'first');
    return workspace;
  }

  it('goldset run: scores of all candidates, each answer once', () =>
    killSweep({
      args: ['run', '--json', '--yes'],
      begin: () => Promise.resolve({ workspace: repository(PROMPT), kept: null }),
      after: async (workspace, _, point) => {
        // A run that was cut off goes on; one that had not begun, or had ended, has nothing to go on with.
        const resumed = await workspace.run(['run', '--json', '--yes', '--resume']);
        const { out } = resumed.code === 0 ? resumed : await must(workspace, ['run', '--json', '--yes'], {}, point);
        const { results, complete } = JSON.parse(out) as RunJson;
        assert.deepEqual([results.length, complete], [3, true], point);
        const { prompts } = JSON.parse((await must(workspace, ['versions', 'a.prompt', '--json'], {}, point)).out) as {
          prompts: [{ versions: { score: { passRate: number } | null }[] }];
        };
        assert.deepEqual(
          prompts[0].versions.map(({ score }) => score?.passRate),
          [1],
          point,
        );
        assert.deepEqual(leftIn(path.join(workspace.root, '.goldset')), [], point);
      },
    }));

  it('goldset deploy: the old name or the new one, whole, and nothing beside it', () => {
    const before = '# ours\na.prompt:\n  staging: { version: x } # soon\n';
    return killSweep({
      args: ['deploy', 'a.prompt', 'production', 'HEAD'],
      begin: () => Promise.resolve({ workspace: repository({ ...PROMPT, 'prompt-deployments.yaml': before }), kept: null }),
      after: async (workspace, _, point) => {
        const text = workspace.read('prompt-deployments.yaml');
        assert.ok(
          text === before || /^# ours\na\.prompt:\n {2}staging: .*\n {2}production:\n {4}version: \w{64}\n {4}commit: \w{40}\n$/.test(text),
          `${point}: ${text}`,
        );
        await must(workspace, ['deploy', 'a.prompt', 'production', 'HEAD'], {}, point);
        assert.match(workspace.read('prompt-deployments.yaml'), /staging: \{ version: x \} # soon\n {2}production:/, point);
        assert.equal(workspace.read('prompt-deployments.yaml').match(/production:/g)?.length, 1, point);
        assert.deepEqual(workspace.git('status', '--porcelain').trim().split('\n'), ['M prompt-deployments.yaml'], point);
      },
    });
  });

  for (const action of ['push', 'pull'])
    it(`goldset scores ${action}: the scores of both sides, each once`, () =>
      killSweep<{ readonly folder: string }>({
        args: ['scores', action],
        begin: async () => {
          const workspace = repository(PROMPT);
          const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-remote-'));
          const remote = path.join(folder, 'remote.git');
          execFileSync('git', ['clone', '-q', '--bare', workspace.root, remote]);
          workspace.git('remote', 'add', 'origin', remote);
          const other = new TestWorkspace({});
          execFileSync('sh', ['-c', `rm -rf '${other.root}' && git clone -q '${remote}' '${other.root}'`]);
          await must(other, ['run', '--param', 'temperature=0.5'], {}, 'before');
          await must(other, ['scores', 'push'], {}, 'before');
          other.dispose();
          await must(workspace, ['run'], {}, 'before');
          return { workspace, kept: { folder } };
        },
        after: async (workspace, { folder }, point) => {
          await must(workspace, ['scores', action], {}, point);
          const at = action === 'push' ? path.join(folder, 'remote.git') : workspace.root;
          const note = execFileSync('git', ['notes', '--ref=refs/notes/goldset', 'show', 'HEAD'], { cwd: at, encoding: 'utf8' });
          const lines = note.trim().split('\n');
          const both = action === 'push' ? 2 : 1;
          assert.deepEqual([lines.length, new Set(lines).size], [both, both], `${point}: ${note}`);
          assert.deepEqual(leftIn(path.join(workspace.root, '.git')), [], point);
        },
        end: ({ folder }) => rmSync(folder, { recursive: true, force: true }),
      }));
});
