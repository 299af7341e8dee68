/** What a call cost by the provider's own account: read wherever an answer is read, preferred to a computed cost, and marked. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { costInHeaders, reportedCost } from '../../src/core/economics/prices/reported-cost.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { readOtlpJson } from '../../src/core/feedback/logs/otlp/read-json.ts';
import { interactionOfSpan } from '../../src/core/feedback/logs/otlp/interaction-of-span.ts';
import { guessMapping } from '../../src/core/feedback/logs/rows/guess-mapping.ts';
import { interactionOfRow } from '../../src/core/feedback/logs/rows/row-interaction.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import { flush, withCapture } from '../../src/runtime/index.ts';
import { requestOf } from '../unit/telemetry-world.ts';
import { TestWorkspace } from './command-line.ts';
import { serverClient } from './server-client.ts';

const TOKENS = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 };
/** Usage as each provider documents it, and what it says in USD. */
const USAGES: readonly (readonly [name: string, usage: JsonObject, usd: number | null])[] = [
  ['OpenRouter', { ...TOKENS, cost: 0.00492, is_byok: false, cost_details: { upstream_inference_cost: null } }, 0.00492],
  ['OpenRouter, a free model', { ...TOKENS, cost: 0, is_byok: false, cost_details: { upstream_inference_cost: 0 } }, 0],
  ['OpenRouter, the user’s own key', { ...TOKENS, cost: 0.0005, is_byok: true, cost_details: { upstream_inference_cost: 0.01 } }, 0.0105],
  ['OpenRouter, the user’s own key and no upstream cost', { ...TOKENS, cost: 0, is_byok: true }, null],
  ['LiteLLM, in a stream', { ...TOKENS, cost: 0.0021 }, 0.0021],
  ['LiteLLM, a model without a price', { ...TOKENS, cost: 0 }, null],
  ['xAI', { ...TOKENS, cost_in_usd_ticks: 37_756_000 }, 0.0037756],
  ['xAI, nothing charged', { ...TOKENS, cost_in_usd_ticks: 0 }, 0],
  ['a cost in words', { ...TOKENS, cost: 'free' }, null],
  ['a negative cost', { ...TOKENS, cost: -1 }, null],
  ['no cost', TOKENS, null],
];

const chat = (usage: JsonObject): JsonObject => ({
  id: 'c1',
  object: 'chat.completion',
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Yes.' }, finish_reason: 'stop' }],
  usage,
});
const chunks = (usage: JsonObject): string =>
  [
    { id: 'c1', choices: [{ index: 0, delta: { role: 'assistant', content: 'Yes.' }, finish_reason: null }] },
    { id: 'c1', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    { id: 'c1', choices: [], usage },
  ]
    .map((event) => `data: ${JSON.stringify(event)}\n\n`)
    .join('') + 'data: [DONE]\n\n';

/** Answers every request with what the test set. */
class CostServer {
  usage: JsonObject = TOKENS;
  headers: Readonly<Record<string, string>> = {};
  private readonly server: Server = createServer((request, response) => {
    request.on('data', (piece: Buffer) => (this.body += piece.toString()));
    request.on('end', () => {
      const { stream } = JSON.parse(this.body || '{}') as { stream?: boolean };
      this.body = '';
      response.writeHead(200, { ...this.headers, 'content-type': stream === true ? 'text/event-stream' : 'application/json' });
      response.end(stream === true ? chunks(this.usage) : JSON.stringify(this.answer()));
    });
  });
  private body = '';
  answer: () => JsonObject = () => chat(this.usage);

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const near = (actual: number | null | undefined, expected: number | null, what: string): void => {
  if (expected === null) assert.equal(actual ?? null, null, what);
  else assert.ok(typeof actual === 'number' && Math.abs(actual - expected) < 1e-12, `${what}: ${actual} instead of ${expected}`);
};

describe('the cost that a provider reports', () => {
  let server: CostServer;
  let url: string;
  beforeEach(async () => {
    server = new CostServer();
    url = await server.listen();
  });
  afterEach(() => server.close());

  it('is read from the usage of every provider that documents one, and is never guessed', () => {
    for (const [name, usage, usd] of USAGES) near(reportedCost(usage), usd, name);
    for (const [text, usd] of [
      ['0.0033', 0.0033],
      ['1.5e-05', 0.000015],
      ['0.0', null],
      ['None', null],
      ['', null],
      ['-1', null],
    ] as const)
      near(
        costInHeaders((name) => (name === 'x-litellm-response-cost' ? text : null)),
        usd,
        `the header ${text}`,
      );
  });

  const request = {
    messages: [{ role: 'user', content: [{ text: 'hi' }] }],
    tools: [],
    output: { format: null, name: null, schema: null, strict: false },
    parameters: {},
    repeat: 0,
  } as const;
  const signal = new AbortController().signal;

  it('is read by the client, streamed and whole', async () => {
    for (const stream of [true, false])
      for (const [name, usage, usd] of USAGES) {
        server.usage = usage;
        const { costUsd } = await serverClient({ baseUrl: `${url}/v1`, config: { stream } }).complete(request, { signal });
        near(costUsd, usd, `${name}, ${stream ? 'streamed' : 'whole'}`);
      }
  });

  it('is read by the client from the header of LiteLLM, where the usage does not say it', async () => {
    server.headers = { 'x-litellm-response-cost': '0.0044' };
    const client = serverClient({ baseUrl: `${url}/v1`, config: { stream: false } });
    near((await client.complete(request, { signal })).costUsd, 0.0044, 'header alone');
    server.usage = { ...TOKENS, cost: 0.005 };
    near((await client.complete(request, { signal })).costUsd, 0.005, 'usage and header');
    server.usage = TOKENS;
    server.headers = { 'x-litellm-response-cost': '0.0' };
    near((await client.complete(request, { signal })).costUsd, null, 'no price known');
  });

  it('is read by the client in the formats of Anthropic and of the Responses API', async () => {
    const usage = { input_tokens: 12, output_tokens: 3, cost_in_usd_ticks: 20_000_000 };
    server.answer = () => ({
      id: 'm1',
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Yes.' }],
      stop_reason: 'end_turn',
      usage,
    });
    near(
      (await serverClient({ baseUrl: url, config: { kind: 'anthropic', stream: false } }).complete(request, { signal })).costUsd,
      0.002,
      'Messages',
    );
    server.answer = () => ({
      ...{ id: 'r1', object: 'response', status: 'completed', usage },
      output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Yes.' }] }],
    });
    near(
      (
        await serverClient({ baseUrl: `${url}/v1`, config: { kind: 'openai', api: 'responses', stream: false } }).complete(request, {
          signal,
        })
      ).costUsd,
      0.002,
      'Responses',
    );
  });

  it('is recorded by withCapture, from the answer or from its headers', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-cost-'));
    try {
      const api = withCapture(new OpenAI({ apiKey: 'k', baseURL: `${url}/v1`, maxRetries: 0 }), { sink: { folder } });
      const ask = { model: 'm', messages: [{ role: 'user' as const, content: 'hello' }] };
      server.usage = { ...TOKENS, cost_in_usd_ticks: 37_756_000 };
      await api.chat.completions.create(ask);
      for await (const chunk of await api.chat.completions.create({ ...ask, stream: true })) assert.ok(chunk);
      server.usage = TOKENS;
      server.headers = { 'x-litellm-response-cost': '0.0044' };
      await api.chat.completions.create(ask);
      server.headers = {};
      await api.chat.completions.create(ask);
      server.answer = () => ({
        id: 'm1',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: [{ type: 'text', text: 'Yes.' }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 1, output_tokens: 1 },
      });
      server.headers = { 'x-litellm-response-cost': '0.0055' };
      const claude = withCapture(new Anthropic({ apiKey: 'k', baseURL: url, maxRetries: 0 }), { sink: { folder } });
      await claude.messages.create({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hello' }] });
      await flush();
      const lines = readdirSync(folder)
        .filter((name) => name.endsWith('.jsonl'))
        .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').trim().split('\n'))
        .map((line) => JSON.parse(line) as Interaction);
      assert.deepEqual(
        lines.map(({ costUsd }) => costUsd),
        [0.0037756, 0.0037756, 0.0044, null, 0.0055],
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is kept of rows that are imported, and of spans', () => {
    const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
    for (const [name, usage, usd] of USAGES) {
      const row = { time: '2026-11-01T08:00:00Z', model: 'm', input: 'hi', output: 'Yes.', usage };
      const read = interactionOfRow(row, guessMapping([row]).mapping, { content: sha, user: sha });
      assert.ok('interaction' in read, name);
      near(read.interaction.costUsd, usd, `row: ${name}`);
      const attributes: JsonObject = Object.fromEntries(
        Object.entries(usage).flatMap(([key, value]): [string, JsonValue][] =>
          key === 'cost_details'
            ? Object.entries(value as JsonObject).map(([inner, item]) => [`gen_ai.usage.${key}.${inner}`, item])
            : [[`gen_ai.usage.${key}`, value]],
        ),
      );
      near(costOfSpan(attributes), usd, `span: ${name}`);
    }
    near(costOfSpan({ 'http.response.header.x-litellm-response-cost': ['0.0044'] }), 0.0044, 'a header in a span');
    near(costOfSpan({ 'llm.cost.total': 0.25 }), 0.25, 'OpenInference');
  });

  function costOfSpan(attributes: JsonObject): number | null {
    const telemetry = readOtlpJson(requestOf([{ attributes: { 'gen_ai.operation.name': 'chat', ...attributes } }], 1));
    const [span] = telemetry?.spans ?? [];
    assert.ok(span);
    return interactionOfSpan(span, '2026-11-01T08:00:00.000Z', [], (text) => text).costUsd;
  }

  it('is what a run shows and counts, marked as reported, and stays so when the answer is reused', async () => {
    const workspace = new TestWorkspace({
      'goldset.yaml': `providers:\n  gate: { kind: openai-compatible, baseUrl: ${url}/v1, server: openrouter }\nprices: ./p.yaml\n`,
      'p.yaml': 'asOf: 2026-11-01\nmodels:\n  gate:m: { input: 1000, output: 1000 }\n',
      'a.prompt': '---\nmodel: gate:m\nconfig: { maxOutputTokens: 20 }\n---\n{{x}}',
      'a.golden.yaml': '- { id: one, vars: { x: hi }, expected: "Yes." }\n- { id: two, vars: { x: ho }, expected: "Yes." }\n',
    });
    try {
      server.usage = { ...TOKENS, cost: 0.00492, is_byok: false, cost_details: {} };
      for (const round of ['asked for', 'reused']) {
        const { out, err, code } = await workspace.run(['run', '--json', '--max-cost', '100', '--yes']);
        assert.equal(code, 0, err);
        const { candidates, results } = JSON.parse(out) as {
          candidates: { costUsd: number; costBasis: string }[];
          results: { costUsd: number; costReported?: boolean }[];
        };
        near(candidates[0]?.costUsd, 2 * 0.00492, round);
        assert.equal(candidates[0]?.costBasis, 'reported', round);
        assert.deepEqual(
          results.map(({ costReported }) => costReported),
          [true, true],
          round,
        );
      }
      assert.match((await workspace.run(['run'])).out, /\$0\.0049 per call, .*reported by the provider/);
      server.usage = TOKENS;
      const computed = await workspace.run(['run', '--json', '--cache', 'refresh', '--yes']);
      const [candidate] = (JSON.parse(computed.out) as { candidates: { costUsd: number; costBasis: string }[] }).candidates;
      near(candidate?.costUsd, (2 * 15 * 1000) / 1e6, 'computed');
      assert.equal(candidate?.costBasis, 'computed');
    } finally {
      workspace.dispose();
    }
  });
});
