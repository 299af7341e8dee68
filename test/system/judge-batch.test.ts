/** `goldset judge run --batch`: stored answers judged by a provider's batch service, over a socket. Truth is planted: answers that say "Go away" fail. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { BATCH_KEY, BatchServer, type BatchBehaviour } from './batch-server.ts';
import { allowedHere, TestWorkspace } from './command-line.ts';
import { undescribed } from './described-json.ts';

const JUDGE = 'judges/strict.prompt';
const CALLS = 12;
const answerOf = (i: number): string => (i % 4 === 0 ? `Go away ${i}.` : `Good day ${i}.`);
const AT = Date.now() - 2 * 86_400_000;
const calls = Array.from({ length: CALLS }, (_, i) =>
  JSON.stringify({
    id: `call-${i}`,
    time: new Date(AT + i * 1000).toISOString(),
    prompt: { name: 'answer.prompt' },
    model: 'openai:m',
    variables: { question: `question ${i}` },
    messages: [{ role: 'user', content: `question ${i}` }],
    output: answerOf(i),
  }),
).join('\n');

const STRICT = `---
config: { maxOutputTokens: 50 }
output:
  format: json
  schema: { type: object, properties: { reason: { type: string }, verdict: { type: string } }, required: [reason, verdict] }
---
{{role "user"}}
{{rubric}}
{{input}}
{{output}}
`;
const verdictOn = (_: string, body: Record<string, unknown>): string =>
  JSON.stringify(body).includes('Go away') ? '{"reason":"It is rude.","verdict":"fail"}' : '{"reason":"It greets.","verdict":"pass"}';

const environment = { BATCH_KEY, NO_COLOR: '1', ...allowedHere('BATCH_KEY') };
const run = (workspace: TestWorkspace, ...args: string[]): ReturnType<TestWorkspace['run']> => workspace.run(args, { environment });
const batched = (workspace: TestWorkspace, ...args: string[]): ReturnType<TestWorkspace['run']> =>
  run(workspace, 'judge', 'run', JUDGE, '--from', 'prompt=answer', '--batch', '--yes', ...args);
const wait = (workspace: TestWorkspace, ...args: string[]): ReturnType<TestWorkspace['run']> =>
  run(workspace, 'batch', 'wait', '--every', '0.02', ...args);

async function withServer(
  kind: 'openai' | 'anthropic',
  behaviour: BatchBehaviour,
  work: (workspace: TestWorkspace, server: BatchServer) => Promise<void>,
): Promise<void> {
  const server = new BatchServer({ answer: verdictOn, ...behaviour });
  const url = await server.listen();
  const workspace = new TestWorkspace({
    'goldset.yaml': `providers:\n  m: { kind: ${kind}, baseUrl: "${url}/v1", apiKeyEnv: BATCH_KEY, batchSettle: 0 }\nprices: ./prices.yaml\njudge: { model: m:big, prompts: { llm-rubric: ${JUDGE} } }\n`,
    'prices.yaml': 'asOf: 2026-11-01\nmodels:\n  m:big: { input: 1, output: 2, batch: 0.5 }\n',
    [JUDGE]: STRICT,
    'answer.prompt': '---\ninput: { schema: { question: string } }\n---\n{{question}}',
    'answer.golden.yaml': '- { vars: { question: hello }, assert: [{ type: llm-rubric, value: Is it polite? }] }\n',
    [`.goldset/interactions/${new Date(AT).toISOString().slice(0, 10)}.jsonl`]: `${calls}\n`,
  });
  try {
    await work(workspace, server);
    assert.deepEqual(server.problems, []);
  } finally {
    server.close();
    workspace.dispose();
  }
}

/** What is stored beside the calls, by interaction. */
function verdictsIn(workspace: TestWorkspace): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(`${workspace.root}/.goldset/interactions`).filter((each) => each.endsWith('.jsonl')))
    for (const line of workspace.read(`.goldset/interactions/${name}`).trim().split('\n')) {
      const { of, signals } = JSON.parse(line) as {
        of?: { interaction: string };
        signals?: { name: string; value: string; annotator: string }[];
      };
      if (of === undefined) continue;
      assert.deepEqual(undescribed('follow-up', JSON.parse(line)), []);
      const [signal] = signals ?? [];
      assert.deepEqual([signal?.name, signal?.annotator], ['judged', 'model']);
      assert.ok(!found.has(of.interaction), `${of.interaction} was judged twice`);
      found.set(of.interaction, signal?.value ?? '');
    }
  return found;
}

const planted = (ids: Iterable<string>): Map<string, string> =>
  new Map([...ids].map((id) => [id, answerOf(Number(id.slice('call-'.length))).startsWith('Go away') ? 'fail' : 'pass']));
const sorted = (verdicts: ReadonlyMap<string, string>): (readonly [string, string])[] => [...verdicts].sort(([a], [b]) => (a < b ? -1 : 1));

describe('goldset judge run --batch', () => {
  for (const kind of ['openai', 'anthropic'] as const)
    it(`${kind}: submits, comes back, and stores each verdict once, for half the price`, () =>
      withServer(kind, { looks: 2 }, async (workspace, server) => {
        const submitted = await batched(workspace, '--sample', '12');
        assert.equal(submitted.code, 0, submitted.err);
        assert.match(submitted.err, /12 judgements.*as a batch|as a batch.*12 judgements/);
        assert.match(submitted.out, /Batch \S+: 12 requests submitted\..*\n +goldset batch wait \S+ +waits, and stores the verdicts/);
        assert.match((await run(workspace, 'batch', 'list')).out, /^\S+ +running +judges\/strict\.prompt · m:big · 0 of 12 answered/);
        assert.equal(verdictsIn(workspace).size, 0);

        const waited = await wait(workspace);
        assert.equal(waited.code, 0, waited.err);
        assert.match(waited.out, /^12 verdicts stored: 9 pass, 3 fail\.\n/);
        const all = Array.from({ length: CALLS }, (_, i) => `call-${i}`);
        assert.deepEqual(sorted(verdictsIn(workspace)), sorted(planted(all)));
        assert.ok(!existsSync(`${workspace.root}/.goldset/scores.jsonl`), 'it scores no prompt');
        // 12 requests of 100 tokens in and 10 out, at half of 1 and 2 USD per million.
        assert.match((await run(workspace, 'batch', 'list')).out, /graded +judges\/strict\.prompt · m:big · 9 of 12, \$0\.00072/);
        // Once more: nothing is sent, and nothing is stored twice.
        assert.match((await wait(workspace)).err, /no unfinished batch/);
        assert.equal(verdictsIn(workspace).size, CALLS);
        assert.equal(server.submitted.length, CALLS);
      }));

  it('sends no more than a part of the sample that is not judged yet, and nothing that could pass the cap', () =>
    withServer('openai', {}, async (workspace, server) => {
      const capped = await batched(workspace, '--sample', '4', '--max-cost', '0.00001');
      assert.notEqual(capped.code, 0);
      assert.match(capped.err, /Stopped at the spending limit[^]*goldset batch wait \S+ --max-cost/);
      assert.equal(server.submitted.length, 0);
      const first = await wait(workspace, '--max-cost', '1', '--json');
      assert.equal(first.code, 0, first.err);
      const { schema, judge, criterion, judged, failed, withoutVerdict } = JSON.parse(first.out) as Record<string, unknown>;
      assert.deepEqual([schema, judge, criterion, judged, withoutVerdict], ['goldset.judged/1', JUDGE, 'Is it polite?', 4, 0]);
      assert.equal(failed, [...verdictsIn(workspace).values()].filter((verdict) => verdict === 'fail').length);
      assert.equal(server.submitted.length, 4);
      const whole = await batched(workspace, '--sample', '12', '--wait');
      assert.equal(whole.code, 0, whole.err);
      assert.equal(server.submitted.length, CALLS, 'what was judged is not asked again');
    }));

  it('does not take the answers for verdicts of a judge that was edited meanwhile, and cancels', () =>
    withServer('openai', { looks: 1 }, async (workspace, server) => {
      assert.equal((await batched(workspace, '--sample', '3')).code, 0);
      workspace.write({ [JUDGE]: STRICT.replace('{{input}}', 'Asked: {{input}}') });
      const edited = await wait(workspace);
      assert.equal(edited.code, 2);
      assert.match(edited.err, /judges\/strict\.prompt changed since this batch was submitted/);
      assert.deepEqual([server.submitted.length, verdictsIn(workspace).size], [3, 0]);
      workspace.write({ [JUDGE]: STRICT });
      const restored = await wait(workspace);
      assert.match(restored.out, /^3 verdicts stored/, restored.err);

      assert.equal((await batched(workspace, '--sample', '5')).code, 0);
      const cancelled = await run(workspace, 'batch', 'cancel');
      assert.equal(cancelled.code, 0, cancelled.err);
      assert.ok(server.jobs[1]?.isCancelled);
    }));

  it('killed after a part of its verdicts was stored, and before that was recorded: each is stored once', () =>
    withServer('openai', { looks: 1 }, async (workspace, server) => {
      assert.equal((await batched(workspace, '--sample', '4')).code, 0);
      assert.match((await wait(workspace)).out, /^4 verdicts stored/);
      const whole = sorted(verdictsIn(workspace));
      const [id = ''] = readdirSync(`${workspace.root}/.goldset/batches`);
      const log = `.goldset/batches/${id}/batch.jsonl`;
      const lines = workspace.read(log).trim().split('\n');
      assert.match(lines.at(-1) ?? '', /"kind":"ended"/);
      // As a kill would have left it: the log has no end, and the file of the day three of the four.
      workspace.write({ [log]: `${lines.slice(0, -1).join('\n')}\n` });
      const day = `.goldset/interactions/${/"kind":"keeping","at":"([\d-]{10})/.exec(lines.at(-2) ?? '')?.[1]}.jsonl`;
      workspace.write({ [day]: `${workspace.read(day).trim().split('\n').slice(0, -1).join('\n')}\n` });
      assert.equal(verdictsIn(workspace).size, 3);
      const again = await wait(workspace);
      assert.match(again.out, /^4 verdicts stored/, again.err);
      assert.deepEqual(sorted(verdictsIn(workspace)), whole);
      assert.equal(server.submitted.length, 4);
    }));

  it('a model without a batch service is refused before anything is sent', () =>
    withServer('openai', {}, async (workspace, server) => {
      workspace.write({
        'goldset.yaml': `judge: { model: "scripted:./j.scripted.yaml", prompts: { llm-rubric: ${JUDGE} } }\n`,
        'j.scripted.yaml': 'default: { json: { reason: x, verdict: pass } }\n',
      });
      const { code, err } = await batched(workspace);
      assert.equal(code, 2);
      assert.match(err, /scripted:\S+ can’t run as a batch/);
      assert.doesNotMatch(err, /recorded answer/);
      assert.equal(server.jobs.length, 0);
    }));
});
