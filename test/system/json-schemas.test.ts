/** What `--json` writes, against the schemas that ship: each property that a command writes is described. */
import assert from 'node:assert/strict';
import { BATCH_KEY, BatchServer } from './batch-server.ts';
import { allowedHere, ended, printed, TestWorkspace } from './command-line.ts';
import { undescribed } from './described-json.ts';
import { answer } from './faulty-server.ts';
import { withServer } from './run-workspace.ts';

const PROMPT =
  '---\nmodel: local:m\nconfig: { maxOutputTokens: 50, temperature: 0 }\n---\n{{role "system"}}Be brief. {{now}}\n{{role "user"}}{{x}}';

describe('what --json writes is described in schemas/', () => {
  let workspace: TestWorkspace;
  afterEach(() => workspace.dispose());

  const json = async (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<unknown> => {
    const { code, out, err } = await workspace.run([...args, '--json'], { environment: { NO_COLOR: '1', ...environment } });
    assert.ok([0, 1, 3].includes(code ?? -1), `${args.join(' ')}: exit code ${code}\n${err}`);
    return JSON.parse(out);
  };
  const described = (name: string, value: unknown): void => assert.deepEqual(undescribed(name, value), []);

  it('by check, cost, run, compare, versions, data, models and cache', () =>
    withServer(
      ({ response }) => answer(response),
      async (url) => {
        workspace = new TestWorkspace({
          'goldset.yaml': `providers:\n  local: { kind: openai-compatible, baseUrl: "${url}" }\nprices: ./prices.yaml\ntraffic: { a: { callsPerDay: 1000, action: ticket, callsPerAction: 1.3 } }\n`,
          'prices.yaml':
            'asOf: 2026-11-01\nmodels:\n  local:m: { input: 1, output: 2 }\n  local:n: { input: 2, output: 4 }\ncapabilities:\n  local:m: { parameters: { temperature: rejected } }\n',
          'a.prompt': PROMPT,
          'a.golden.yaml':
            '- { id: one, vars: { x: "question 1" }, expected: ok, critical: true, group: g, metadata: { tags: [t] } }\n' +
            '- { id: two, vars: { x: "question 2" }, assert: [{ type: contains, value: nothing }] }\n' +
            '- { id: three, vars: { x: "question 3" } }\n' +
            '- { id: four, vars: { x: "question 4" }, expected: ok, status: known-failing }\n',
        });
        workspace.git('init', '-q');
        workspace.git('add', '.');
        workspace.git('commit', '-qm', 'first');
        described('check', await json(['check']));
        described(
          'cost',
          await json(['cost', 'a.prompt', '--model', 'openai:gpt-6-luna', '--model', 'anthropic:claude-sonnet-5-5', '--model', 'local:m']),
        );
        described('run', await json(['run', '--model', 'local:m', '--model', 'local:n', '--repeat', '2', '--yes']));
        workspace.write({ 'a.prompt': PROMPT.replace('brief', 'short') });
        described('run', await json(['run', '--baseline', 'HEAD', '--yes']));
        described('cost', await json(['cost', 'a.prompt']));
        const compared = await json(['compare', 'HEAD', 'working', '--yes']);
        described('compare', compared);
        workspace.write({ 'b.prompt': PROMPT, 'b.golden.yaml': '- { id: one, vars: { x: "question 1" }, expected: ok }\n' });
        workspace.git('add', '.');
        workspace.git('commit', '-qm', 'second');
        described('comparisons', await json(['compare', 'model:local:m', 'model:local:n', '--yes']));
        described('versions', await json(['versions']));
        described('try', await json(['try', 'a.prompt', '--var', 'x=1', '--var', 'now=noon', '--model', 'local:m', '--save', 'new']));
        described('data', await json(['data']));
        workspace.write({ 'goldset.yaml': `keepRuns: { count: 1 }\n` });
        described('data', await json(['data', 'prune']));
        described('models', await json(['models', 'openai:gpt-6-luna']));
        described('models', await json(['models']));
      },
    ));

  it('by insights and capture', async () => {
    workspace = new TestWorkspace({});
    const child = workspace.start(['capture', '--port', '0', '--json'], { NO_COLOR: '1' });
    const finished = ended(child);
    await printed(child, /OTLP_ENDPOINT/);
    child.kill('SIGINT');
    const { code, out, err } = await finished;
    assert.equal(code, 0, err);
    described('capture', JSON.parse(out));
    const lines = Array.from({ length: 40 }, (_, i) =>
      JSON.stringify({
        id: `i${i}`,
        time: `2026-11-${String(1 + (i % 20)).padStart(2, '0')}T10:00:00.000Z`,
        prompt: { name: 'support', version: i % 20 < 10 ? 'v1' : 'v2', hash: null },
        model: 'openai:gpt-6-luna',
        messages: [{ role: 'user', content: 'the same question' }],
        output: 'the same answer',
        user: `u${i % 3}`,
        usage: { input: 2000, output: 100, cacheRead: i % 2 === 0 ? 1024 : 0 },
        action: { type: 'ticket', id: `t${i % 10}` },
        signals: i % 5 === 0 ? [{ kind: 'explicit', name: 'thumb', value: 'down' }] : [],
      }),
    );
    workspace.write({ '.goldset/interactions/2026-11-01.jsonl': `${lines.join('\n')}\n` });
    described('insights', await json(['insights']));
    described('insights', await json(['insights', '--by', 'version']));
    described('failures', await json(['insights', 'failures']));
    described('drift', await json(['insights', 'drift', '--against', 'golden']));
  });

  it('by batch', async () => {
    let isOpen = false;
    const server = new BatchServer({ isOpen: () => isOpen });
    const url = await server.listen();
    try {
      workspace = new TestWorkspace({
        'goldset.yaml': `providers:\n  m: { kind: openai, api: responses, baseUrl: "${url}/v1", apiKeyEnv: BATCH_KEY, batchSettle: 0 }\nprices: ./prices.yaml\n`,
        'prices.yaml': 'asOf: 2026-11-01\nmodels:\n  m:big: { input: 1, output: 2, batch: 0.5 }\n',
        'a.prompt': '---\nmodel: m:big\nconfig: { maxOutputTokens: 50 }\n---\n{{x}}',
        'a.golden.yaml': '- { id: c0, vars: { x: "question 0" }, expected: "answer 0" }\n',
      });
      const environment = { BATCH_KEY, ...allowedHere('BATCH_KEY') };
      described('batch', await json(['run', '--batch', '--yes'], environment));
      const listed = (await json(['batch', 'list'], environment)) as { batches: { id: string }[] };
      described('batches', listed);
      isOpen = true;
      described('run', await json(['batch', 'wait', listed.batches[0]?.id ?? ''], environment));
      described('batches', await json(['batch', 'list'], environment));
    } finally {
      server.close();
    }
  });
});
