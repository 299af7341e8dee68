/** Batches over sockets: submitted once, answered later, graded like any run; whatever happens in between. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { allowedHere, TestWorkspace, type RunJson } from './command-line.ts';
import { BATCH_KEY, BatchServer, questionIn, type BatchBehaviour } from './batch-server.ts';

type Format = 'responses' | 'chat' | 'anthropic';
const FORMATS: readonly Format[] = ['responses', 'chat', 'anthropic'];
const PROVIDER: Readonly<Record<Format, string>> = {
  responses: 'kind: openai, api: responses',
  chat: 'kind: openai, api: chat',
  anthropic: 'kind: anthropic',
};
const environment = { BATCH_KEY, NO_COLOR: '1', ...allowedHere('BATCH_KEY') };

const golden = (count: number, extra = ''): string =>
  Array.from({ length: count }, (_, i) => `- { id: c${i}, vars: { x: "question ${i}" }, expected: "answer ${i}"${extra} }\n`).join('');

function workspaceAt(
  url: string,
  format: Format,
  cases: number,
  files: Readonly<Record<string, string>> = {},
  size = 50_000,
): TestWorkspace {
  const config = files['goldset.yaml'] ?? '';
  return new TestWorkspace({
    'prices.yaml': 'asOf: 2026-11-01\nmodels:\n  m:big: { input: 1, output: 2, batch: 0.5 }\n',
    'a.prompt': '---\nmodel: m:big\nconfig: { maxOutputTokens: 50 }\n---\n{{role "system"}}\nBe brief.\n{{role "user"}}\n{{x}}',
    'a.golden.yaml': golden(cases),
    ...files,
    'goldset.yaml': `providers:\n  m: { ${PROVIDER[format]}, baseUrl: "${url}/v1", apiKeyEnv: BATCH_KEY, batchSettle: 0, batchSize: ${size} }\nprices: ./prices.yaml\n${config}`,
  });
}

async function withBatch(
  behaviour: BatchBehaviour,
  format: Format,
  cases: number,
  work: (workspace: TestWorkspace, server: BatchServer) => Promise<void>,
  files: Readonly<Record<string, string>> = {},
  size?: number,
): Promise<void> {
  const server = new BatchServer(behaviour);
  const workspace = workspaceAt(await server.listen(), format, cases, files, size);
  try {
    await work(workspace, server);
    assert.deepEqual(server.problems, []);
  } finally {
    server.close();
    workspace.dispose();
  }
}

const run = (workspace: TestWorkspace, ...args: string[]): ReturnType<TestWorkspace['run']> => workspace.run(args, { environment });
const report = (out: string): RunJson => JSON.parse(out) as RunJson;
const idIn = (out: string): string => /Batch (\S+):/.exec(out)?.[1] ?? '';

describe('goldset run --batch', () => {
  for (const format of FORMATS) {
    it(`${format}: submits, comes back, grades, at half the price`, () =>
      withBatch({ looks: 2 }, format, 4, async (workspace, server) => {
        const submitted = await run(workspace, 'run', '--batch');
        assert.equal(submitted.code, 0, submitted.err);
        assert.match(submitted.err, /4 calls, .*as a batch/);
        assert.match(submitted.out, /Batch (\S+): 4 requests submitted\. Answers arrive within 24 hours[^]*goldset batch wait \1/);
        assert.equal(server.jobs.length, 1);
        const [request] = server.submitted;
        assert.match(JSON.stringify(request?.body), /Be brief\..*question 0/);
        assert.match(
          (await run(workspace, 'batch', 'list')).out,
          new RegExp(`^${idIn(submitted.out)}  running +a\\.prompt · m:big · 0 of 4 answered`),
        );

        // Meanwhile somebody edits the prompt and its golden set.
        workspace.write({ 'a.prompt': '---\nmodel: m:big\n---\nAnother prompt: {{x}}', 'a.golden.yaml': golden(1) });
        const waited = await run(workspace, 'batch', 'wait', '--every', '0.02', '--json');
        assert.equal(waited.code, 0, waited.err);
        const { verdict, complete, results, spend, candidates, id } = report(waited.out);
        assert.deepEqual([verdict, complete, results.length, id], ['pass', true, 4, idIn(submitted.out)]);
        const [first] = results;
        assert.deepEqual(
          [first?.source, first?.service, first?.output, first?.latencyMs, first?.ttftMs],
          ['batch', 'batch', 'answer 0', null, null],
        );
        // 100 tokens in at 1, 10 out at 2 USD per million, and half of that.
        assert.ok(Math.abs((first?.costUsd ?? 0) - 0.5 * (100 + 20) * 1e-6) < 1e-12);
        assert.ok(Math.abs((spend.usd ?? 0) - 4 * 60e-6) < 1e-12);
        assert.equal(candidates[0]?.latencyMs, null);
        assert.match((await run(workspace, 'batch', 'list')).out, /graded +a\.prompt · m:big · 4 of 4, \$0\.00024/);
        assert.match((await run(workspace, 'batch', 'wait', id)).out, /is already graded: 4 of 4/);
        assert.equal(server.jobs.length, 1);
      }));

    it(`${format}: what expired is submitted once more, what is refused is an error with the provider’s words`, () =>
      withBatch(
        {
          fate: (question, { id }) =>
            question.includes('question 1') && id === 'batch-1' ? 'expired' : question.includes('question 2') ? 'refused' : 'answer',
        },
        format,
        4,
        async (workspace, server) => {
          const { code, out, err } = await run(workspace, 'run', '--batch', '--wait', '--json');
          assert.notEqual(code, null, err);
          const { results } = report(out);
          assert.deepEqual(
            results.map(({ verdict }) => verdict),
            ['pass', 'pass', 'error', 'pass'],
          );
          assert.match(results[2]?.error?.message ?? '', /refused by the server/);
          assert.deepEqual(
            server.jobs.map(({ requests }) => requests.length),
            [4, 1],
          );
        },
      ));
  }
  it('keeps a request that the results do not have, and gives it up after the second time', () =>
    withBatch(
      { fate: (question) => (question.includes('question 1') ? 'missing' : 'answer') },
      'anthropic',
      3,
      async (workspace, server) => {
        const { out } = await run(workspace, 'run', '--batch', '--wait', '--json');
        const { results } = report(out);
        assert.match(results[1]?.error?.message ?? '', /ended without an answer to this request/);
        assert.deepEqual(
          server.jobs.map(({ requests }) => requests.length),
          [3, 1],
        );
      },
    ));
  it('says why a provider takes none of it', () =>
    withBatch({ refuseAll: 'The file has 3 problems.' }, 'chat', 2, async (workspace) => {
      const { out, code } = await run(workspace, 'run', '--batch', '--wait', '--json');
      assert.equal(code, 4);
      assert.match(report(out).results[0]?.error?.message ?? '', /The file has 3 problems/);
    }));
  it('asks by batch for rounds of tools and for judgements too, each after what it needs', () => {
    const toolCall = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 't1', type: 'function', function: { name: 'look', arguments: '{"id":1}' } }],
    };
    const verdict = '{"reason":"It is right.","verdict":"pass","score":1,"quotes":[]}';
    return withBatch(
      {
        answer: (question, body) => {
          if (JSON.stringify(body).includes('json_schema')) return verdict;
          return question.includes('question') ? toolCall : 'answer 0';
        },
      },
      'chat',
      1,
      async (workspace, server) => {
        const { out, err, code } = await run(workspace, 'run', '--batch', '--wait', '--json');
        assert.equal(code, 0, err + out);
        const [result] = report(out).results;
        assert.deepEqual([result?.output, result?.rounds?.length, result?.verdict], ['answer 0', 1, 'pass']);
        assert.equal(server.jobs.length, 3);
        assert.ok((result?.judgeCostUsd ?? 0) > 0);
        assert.equal(questionIn(server.jobs[1]?.requests[0]?.body ?? {}), 'found');
      },
      {
        'goldset.yaml': 'judge: { model: m:big }\n',
        'a.prompt': '---\nmodel: m:big\nconfig: { maxOutputTokens: 50 }\ntools: []\n---\n{{x}}',
        'a.golden.yaml':
          '- id: c0\n  vars: { x: question 0 }\n  tools: { look: found }\n  assert: [{ type: llm-rubric, value: is right }]\n',
      },
    );
  });
  it('asks what has no batch service at once, and refuses a plan of nothing else', () =>
    withBatch({}, 'chat', 2, async (workspace, server) => {
      workspace.write({ 's.scripted.yaml': 'rules: [{ reply: "answer 0" }]\n' });
      const both = await run(workspace, 'run', '--batch', '--wait', '--model', 'm:big', '--model', 'scripted:s.scripted.yaml', '--json');
      assert.deepEqual(
        report(both.out).results.map(({ source }) => source),
        ['batch', 'scripted', 'batch', 'scripted'],
      );
      assert.equal(server.submitted.length, 2);
      const { code, err } = await run(workspace, 'run', '--batch', '--model', 'scripted:s.scripted.yaml');
      assert.equal(code, 2);
      assert.match(err, /can’t run as a batch\.\n +OpenAI, Anthropic and servers/);
    }));
  it('does not submit what is known, nor the same question twice', () =>
    withBatch({}, 'chat', 2, async (workspace, server) => {
      workspace.write({ 'a.golden.yaml': `${golden(2)}- { id: again, vars: { x: "question 0" }, expected: "answer 0" }\n` });
      await run(workspace, 'run', '--batch', '--wait');
      assert.equal(server.submitted.length, 2);
      workspace.write({ 'a.golden.yaml': golden(3) });
      const { out } = await run(workspace, 'run', '--batch', '--wait', '--json');
      assert.deepEqual(
        report(out).results.map(({ source }) => source),
        ['cache', 'cache', 'batch'],
      );
      assert.equal(server.submitted.length, 3);
    }));
  it('does not submit more than the cap allows, and goes on with a higher one', () =>
    withBatch({}, 'chat', 10, async (workspace, server) => {
      // At most: about 120 tokens in, 50 out, at half of 1 and 2 USD per million.
      const { err, code } = await run(workspace, 'run', '--batch', '--max-cost', '0.0001');
      assert.match(err, /Stopped at the spending limit of \$0\.00010[^]*goldset batch wait \S+ --max-cost/);
      assert.notEqual(code, 0);
      assert.equal(server.jobs.length, 0);
      const waited = await run(workspace, 'batch', 'wait', '--max-cost', '1', '--every', '0.02');
      assert.equal(waited.code, 0, waited.err);
      assert.equal(server.submitted.length, 10);
    }));
  it('cancels: what was answered is graded, the rest is left for a resume', () =>
    withBatch(
      { looks: 1000, fate: (question) => (question.includes('question 0') ? 'answer' : 'expired') },
      'anthropic',
      3,
      async (workspace, server) => {
        const id = idIn((await run(workspace, 'run', '--batch')).out);
        const cancelled = await run(workspace, 'batch', 'cancel', '--json');
        assert.equal(report(cancelled.out).results.length, 1, cancelled.err);
        assert.ok(server.jobs[0]?.isCancelled);
        assert.match((await run(workspace, 'batch', 'list')).out, new RegExp(`^${id}  cancelled`));
      },
    ));
  it('goes on although the provider is away for a while', () =>
    withBatch({ looks: 1 }, 'responses', 2, async (workspace, server) => {
      await run(workspace, 'run', '--batch');
      let refusals = 2;
      const { openai } = server as unknown as { openai: (...args: unknown[]) => Promise<void> };
      (server as unknown as { openai: unknown }).openai = (...args: unknown[]): Promise<void> => {
        if (refusals-- <= 0) return openai.apply(server, args);
        const response = args.at(-1) as { writeHead(status: number): { end(): void } };
        response.writeHead(503).end();
        return Promise.resolve();
      };
      const { code, err } = await run(workspace, 'batch', 'wait', '--every', '0.02');
      assert.equal(code, 0, err);
      assert.match(err, /Retrying/);
    }));
  it('refuses what does not go together, and says what there is to wait for', () =>
    withBatch({}, 'chat', 1, async (workspace) => {
      for (const [args, says] of [
        [['run', '--batch', '--watch'], /--watch needs answers immediately/],
        [['run', '--batch', '--cache', 'frozen'], /--cache frozen can’t be combined with --batch/],
        [['batch', 'wait'], /This workspace has no unfinished batch/],
        [['batch', 'wait', 'none'], /There is no batch none/],
        [['batch', 'wait', '../../etc'], /There is no batch/],
        [['batch'], /list, wait \[ID\] or cancel \[ID\]/],
      ] as const) {
        const { code, err } = await run(workspace, ...args);
        assert.equal(code, 2, args.join(' '));
        assert.match(err, says);
      }
    }));

  it('goes on with the key of then only: another account knows nothing of the jobs', () =>
    withBatch({ looks: 1 }, 'anthropic', 2, async (workspace, server) => {
      const id = idIn((await run(workspace, 'run', '--batch')).out);
      const other = await workspace.run(['batch', 'wait', id], {
        environment: { ...environment, BATCH_KEY: 'sk-of-somebody-else-entirely' },
      });
      assert.equal(other.code, 2);
      assert.match(other.err, /This batch was submitted to .* with another key or at another address/);
      assert.equal((await run(workspace, 'batch', 'wait', id, '--every', '0.02')).code, 0);
      assert.equal(server.submitted.length, 2);
    }));
  it('gives nothing up because the provider does not know a job just now', () =>
    withBatch({}, 'chat', 2, async (workspace, server) => {
      const isOpen = { now: false };
      Object.assign(server.behaviour, { isOpen: () => isOpen.now });
      const id = idIn((await run(workspace, 'run', '--batch')).out);
      const jobs = server.jobs.splice(0);
      const lost = await run(workspace, 'batch', 'wait', id);
      assert.equal(lost.code, 2);
      assert.match(lost.err, /no such batch/);
      server.jobs.push(...jobs);
      isOpen.now = true;
      assert.equal((await run(workspace, 'batch', 'wait', id, '--every', '0.02')).code, 0);
      assert.equal(server.submitted.length, 2);
    }));
  it('asks anew once only, also where two cases ask the same', () =>
    withBatch({}, 'chat', 1, async (workspace, server) => {
      workspace.write({ 'a.golden.yaml': `${golden(1)}- { id: again, vars: { x: "question 0" }, expected: "answer 0" }\n` });
      const { out, err } = await run(workspace, 'run', '--batch', '--cache', 'refresh', '--wait', '--json');
      assert.deepEqual(
        report(out).results.map(({ source, verdict }) => [source, verdict]),
        [
          ['batch', 'pass'],
          ['cache', 'pass'],
        ],
        err,
      );
      assert.equal(server.submitted.length, 1);
    }));
  it('submits nothing whose cost has no bound when there is a cap', () =>
    withBatch({}, 'chat', 2, async (workspace, server) => {
      workspace.write({ 'a.prompt': '---\nmodel: m:big\n---\n{{x}}' });
      const { code, err } = await run(workspace, 'run', '--batch', '--max-cost', '5');
      assert.equal(code, 2);
      assert.match(err, /no upper cost bound, so the spending limit of \$5(\.00)? can’t be enforced/);
      assert.equal(server.jobs.length, 0);
    }));
  it('runs no plan that somebody else has put there, and survives any log', () =>
    withBatch({ looks: 1 }, 'chat', 2, async (workspace, server) => {
      const id = idIn((await run(workspace, 'run', '--batch')).out);
      const plan = workspace.read(`.goldset/batches/${id}/plan.json`);
      workspace.write({ [`.goldset/batches/${id}/plan.json`]: plan.replace('question 1', 'question 9') });
      const refused = await run(workspace, 'batch', 'wait', id);
      assert.equal(refused.code, 2);
      assert.match(refused.err, /You did not submit the batch .* on this machine/);
      workspace.write({ [`.goldset/batches/${id}/plan.json`]: plan });
      const log = workspace.read(`.goldset/batches/${id}/batch.jsonl`);
      const hostile = [
        '{"kind":"collected","part":1}',
        '{"kind":"part","part":"x/../../../../etc","tag":"t","lane":"l","model":"m","endpoint":"e","account":null,"requests":1,"atMostUsd":0}',
        '{"kind":"ended"}',
        '[]',
        'null',
        '{"kind":"constructor"}',
      ];
      workspace.write({ [`.goldset/batches/${id}/batch.jsonl`]: `${log}${hostile.join('\n')}\n` });
      assert.match((await run(workspace, 'batch', 'list')).out, /0 of 2 answered/);
      assert.equal((await run(workspace, 'batch', 'wait', id, '--every', '0.02')).code, 0);
      assert.equal(server.submitted.length, 2);
    }));
  it('sends a text whole that holds other ends of lines', () =>
    withBatch({ answer: () => 'ok' }, 'anthropic', 1, async (workspace, server) => {
      workspace.write({ 'a.golden.yaml': '- { id: c0, vars: { x: "one\\u2028two\\u2029three" }, expected: ok }\n' });
      assert.equal((await run(workspace, 'run', '--batch', '--wait')).code, 0);
      assert.ok(questionIn(server.submitted[0]?.body ?? {}).includes('one\u2028two\u2029three'));
    }));
  it('leaves its run to itself: a resume does not ask what the batch is answering', () =>
    withBatch({ looks: 1 }, 'chat', 2, async (workspace, server) => {
      const id = idIn((await run(workspace, 'run', '--batch')).out);
      const named = await run(workspace, 'run', '--resume', id);
      assert.equal(named.code, 2);
      assert.match(named.err, /is a batch that is still in progress\.\n +Continue it: goldset batch wait/);
      assert.match((await run(workspace, 'run', '--resume')).err, /No interrupted run of this plan/);
      assert.equal(server.jobs.length, 1);
    }));
  it('waits with what the provider has no room for now', () =>
    withBatch({ isFull: ({ id }) => id === 'batch-1' }, 'chat', 2, async (workspace, server) => {
      assert.equal((await run(workspace, 'run', '--batch')).code, 0);
      assert.match((await run(workspace, 'batch', 'list')).out, /submitting/);
      assert.equal((await run(workspace, 'batch', 'wait', '--every', '0.02')).code, 0);
      assert.equal(server.jobs.length, 2);
    }));
  it('reads results again that were cut short, and pays for nothing twice', () => {
    let cuts = 1;
    return withBatch({ cutsResults: () => cuts-- > 0 }, 'responses', 4, async (workspace, server) => {
      const first = await run(workspace, 'run', '--batch');
      assert.match(first.err, /have 2 of 4 answers so far/);
      assert.equal((await run(workspace, 'batch', 'wait', '--every', '0.02')).code, 0);
      assert.equal(server.submitted.length, 4);
    });
  });
  it('keeps an image as it was when it was sent', () =>
    withBatch({ looks: 1, answer: () => 'ok' }, 'chat', 1, async (workspace, server) => {
      const png = (text: string): void => writeFileSync(`${workspace.root}/chart.png`, Buffer.from(`\x89PNG\r\n\x1a\n${text}`, 'latin1'));
      workspace.write({
        'a.prompt': '---\nmodel: m:big\nconfig: { maxOutputTokens: 50 }\n---\n{{x}} {{media url="chart.png"}}',
        'a.golden.yaml': '- { id: c0, vars: { x: look }, expected: ok }\n',
      });
      png('one');
      const submitted = await run(workspace, 'run', '--batch');
      assert.equal(submitted.code, 0, submitted.err);
      png('two');
      assert.equal((await run(workspace, 'batch', 'wait', '--every', '0.02')).code, 0);
      assert.equal(server.submitted.length, 1);
    }));

  it('cancels whole, also where a part never got there and another has ended', () =>
    withBatch(
      { onSubmit: (count) => (count === 2 ? 'refuse' : 'make') },
      'anthropic',
      2,
      async (workspace, server) => {
        const submitted = await run(workspace, 'run', '--batch');
        assert.equal(submitted.code, 2);
        assert.match(submitted.err, /The batch is saved\. Continue with: goldset batch wait[^]*cannot have another batch/);
        const cancelled = await run(workspace, 'batch', 'cancel');
        assert.match((await run(workspace, 'batch', 'list')).out, /cancelled +a\.prompt/, cancelled.err);
        assert.equal(server.jobs.length, 1);
      },
      {},
      1,
    ));
  it('takes no job of another batch for its own, of equal size or not', () =>
    withBatch({ looks: 1, onSubmit: (count) => (count === 1 ? 'hang up' : 'make') }, 'anthropic', 2, async (workspace, server) => {
      const first = await run(workspace, 'run', '--batch');
      const id = /goldset batch wait (\S+)/.exec(first.err)?.[1] ?? '';
      const second = await run(workspace, 'run', '--batch', '--cache', 'refresh');
      assert.equal(second.code, 0, second.err);
      assert.equal((await run(workspace, 'batch', 'cancel', id)).code, 0);
      assert.deepEqual(
        server.jobs.map(({ isCancelled }) => isCancelled),
        [false],
      );
      assert.equal((await run(workspace, 'batch', 'wait', idIn(second.out), '--every', '0.02')).code, 0);
    }));
});
