/** A model that thinks, from a local server that behaves like gpt-6-luna: what cost says before the first run, and what runs make of it. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CostReport } from '../../src/core/economics/cost-report.ts';
import { allowedHere, assertValid, TestWorkspace, type RunJson } from './command-line.ts';

const THINKING: Readonly<Record<string, number>> = { low: 120, medium: 300, high: 900 };
const ANSWER = '{"label":"refund"}';
const ANSWER_TOKENS = 6;

/** Thinks as long as its effort says, medium unless a request sets one, and answers with what the output limit leaves. */
function thinkingServer(): Server {
  return createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const body = JSON.parse(text) as { input: unknown; reasoning?: { effort: string }; max_output_tokens?: number };
      const limit = body.max_output_tokens ?? 128_000;
      const reasoning = Math.min(limit, THINKING[body.reasoning?.effort ?? 'medium'] ?? 0);
      const isCut = reasoning + ANSWER_TOKENS > limit;
      const output = isCut ? limit : reasoning + ANSWER_TOKENS;
      const input = Math.ceil(JSON.stringify(body.input).length / 4);
      const said = { type: 'message', id: 'm', role: 'assistant', content: [{ type: 'output_text', text: ANSWER, annotations: [] }] };
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          id: 'r',
          object: 'response',
          created_at: 1,
          model: 'gpt-6-luna',
          status: isCut ? 'incomplete' : 'completed',
          incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
          error: null,
          output: isCut ? [] : [said],
          usage: {
            input_tokens: input,
            output_tokens: output,
            total_tokens: input + output,
            input_tokens_details: { cached_tokens: 0 },
            output_tokens_details: { reasoning_tokens: reasoning },
          },
        }),
      );
    });
  });
}

const prompt = (config = ''): string => `---\nmodel: openai:gpt-6-luna\n${config}---\nLabel this ticket: {{ticket}}\n`;
const CASES = Array.from({ length: 10 }, (_, i) => `- { id: c${i}, vars: { ticket: "Ticket ${i}" }, expected: { label: refund } }`).join(
  '\n',
);

describe('a model that thinks', () => {
  const server = thinkingServer();
  const environment = { ...allowedHere('FAKE_KEY'), FAKE_KEY: 'a-key-for-this-test' };
  let workspace: TestWorkspace;
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    workspace = new TestWorkspace({
      'goldset.yaml': `prices: ./p.yaml\nproviders:\n  openai: { kind: openai, api: responses, server: openai, baseUrl: "${baseUrl}", apiKeyEnv: FAKE_KEY, stream: false }\n`,
      'p.yaml': 'asOf: 2026-11-01\nmodels:\n  openai:gpt-6-luna: { input: 0.08, output: 0.5 }\n',
      'triage.prompt': prompt(),
      'triage.golden.yaml': CASES,
    });
  });
  after(() => {
    server.close();
    workspace.dispose();
  });
  const costOf = async (): Promise<CostReport['models'][number]> => {
    const { out, err } = await workspace.run(['cost', 'triage.prompt', '--json']);
    const report = JSON.parse(out || `"${err}"`) as CostReport;
    assertValid('cost', report);
    return report.models[0] ?? assert.fail(err);
  };
  const run = async (...args: string[]): Promise<{ report: RunJson; err: string }> => {
    const { out, err } = await workspace.run(['run', 'triage.prompt', '--json', ...args], { environment });
    const report = JSON.parse(out || `"${err}"`) as RunJson;
    assertValid('run', report);
    return { report, err };
  };

  it('has a range of cost before the first run that contains the cost of the run, and is what was measured after ten calls', async () => {
    const before = await costOf();
    assert.deepEqual(
      [before.reasoning.p50, before.reasoning.low, before.reasoning.high, before.reasoning.basis],
      [null, 0, 128_000, 'limit'],
    );
    assert.equal(before.costPerCallUsd.expected, null);
    const shown = await workspace.run(['cost', 'triage.prompt']);
    assert.match(shown.out, /thinking {2}up to 128,000 tokens \(not measured at effort medium: up to the model’s output limit\)/);
    assert.match(shown.out, /cost {6}\$\d[\d.]* to \$0\.064 per call: thinking is not measured yet/);

    const { report, err } = await run();
    assert.match(err, /10 calls, \$\d[\d.]* to \$0\.64: thinking is not measured yet/);
    const candidate = report.candidates[0] ?? assert.fail();
    const perCall = candidate.costPerCallUsd ?? assert.fail();
    const { low, high } = before.costPerCallUsd;
    assert.ok(low !== null && high !== null && low <= perCall && perCall <= high, `${low} ≤ ${perCall} ≤ ${high}`);
    // 306 tokens at $0.50 per million, and the input at $0.08.
    assert.ok(Math.abs(perCall - (306 * 0.5 + (candidate.usage?.input ?? 0) * 0.008) / 1e6) < 1e-12, String(perCall));
    assert.deepEqual([candidate.passed, candidate.reasoningTokens, candidate.limitEaten], [10, { p50: 300, p95: 300 }, 0]);

    const after = await costOf();
    assert.deepEqual(
      [after.reasoning.p50, after.reasoning.low, after.reasoning.high, after.reasoning.basis, after.reasoning.calls],
      [300, 300, 300, 'observed', 10],
    );
    assert.deepEqual([after.tokens.answer.p50, after.tokens.output.p50], [6, 306]);
  });

  it('is run with each effort side by side, and the cheapest that passes is named', async () => {
    const efforts = ['--param', 'reasoningEffort=low,medium,high'];
    const { report } = await run(...efforts);
    assert.deepEqual(
      report.candidates.map(({ parameters, reasoningTokens, passed }) => [parameters['reasoningEffort'], reasoningTokens?.p50, passed]),
      [
        ['low', 120, 10],
        ['medium', 300, 10],
        ['high', 900, 10],
      ],
    );
    assert.equal(report.choices[0]?.by, 'effort');
    const { out } = await workspace.run(['run', 'triage.prompt', ...efforts], { environment });
    assert.match(out, /Choice of effort for triage\.prompt, compared with the most expensive, high/);
    assert.match(out, /low: 100 % passed, \$\S+ per call, TTFT \S+ \S+, thinking 120 tokens \(p95 120\)/);
    assert.match(out, /tokens {2}.* out \(1,200 thinking: p50 120, p95 120 per call\)/);
  });

  it('whose thinking eats the output limit is said to need a lower effort, by the run and by check', async () => {
    workspace.write({ 'triage.prompt': prompt('config:\n  maxOutputTokens: 30\n') });
    const { out } = await workspace.run(['run', 'triage.prompt'], { environment });
    assert.match(
      out,
      /limit {3}Thinking used up the output limit of 10 answers, so they are empty or cut off\. Set a lower `reasoningEffort`/,
    );
    const checked = await workspace.run(['check', 'triage.prompt']);
    assert.match(checked.out, /output\/limit-eaten-by-thinking/);
    assert.match(checked.out, /thinking at effort medium used up the output limit of 10 of 10 answers/);
  });
});
