/** What runs send to servers that cache by the rules of the vendors' pages, and what is predicted of it. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AnthropicCache, OpenaiCache, type ReportedTokens } from '../unit/numbers/caching-servers.ts';
import { MORE, STRUCTURES, type Structure } from '../unit/numbers/caching-structures.ts';
import { TestWorkspace } from './command-line.ts';

const structure = (name: string): Structure => {
  const found = [...STRUCTURES, ...MORE].find((item) => item.name === name);
  assert.ok(found, name);
  return found;
};

type Reply = (body: Readonly<Record<string, unknown>>) => unknown;

async function serve(reply: Reply): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(reply(JSON.parse(text) as Readonly<Record<string, unknown>>)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

const chatReply = ({ input, read }: ReportedTokens): unknown => ({
  id: 'c',
  object: 'chat.completion',
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: input, completion_tokens: 1, total_tokens: input + 1, prompt_tokens_details: { cached_tokens: read } },
});

const messagesReply = ({ input, read, written }: ReportedTokens): unknown => ({
  id: 'm',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'ok' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: input - read - written, cache_read_input_tokens: read, cache_creation_input_tokens: written, output_tokens: 1 },
});

interface Report {
  readonly candidates: readonly {
    readonly costUsd: number;
    readonly usage: { readonly cacheRead: number; readonly cacheWriteShort: number };
  }[];
}
interface Cost {
  readonly models: readonly { readonly prefix: { readonly check: { readonly reported: number; readonly predicted: number } | null } }[];
}

describe('the cache of a server', function () {
  this.timeout(300_000);

  async function ran(name: string, kind: string, reply: Reply, settings: string): Promise<{ report: Report; cost: Cost; said: string }> {
    const { prompt, cases } = structure(name);
    const { url, server } = await serve(reply);
    const workspace = new TestWorkspace({
      'goldset.yaml': `providers: { test: { kind: ${kind}, baseUrl: "${url}", stream: false } }\nprices: ./prices.yaml\n${settings}`,
      'prices.yaml':
        'asOf: 2026-11-01\nmodels:\n  test:model: { input: 2, cacheRead: 0.2, output: 10, caching: { minimumTokens: 1024, blockTokens: 128, ttlSeconds: 300 } }\n',
      'p.prompt': prompt.replace('maxOutputTokens: 50', 'maxOutputTokens: 1'),
      'p.golden.json': JSON.stringify(cases),
    });
    try {
      const { out, err } = await workspace.run(['run', 'p.prompt', '--json', '--yes']);
      const cost = await workspace.run(['cost', 'p.prompt', '--json']);
      return { report: JSON.parse(out) as Report, cost: JSON.parse(cost.out) as Cost, said: err };
    } finally {
      server.close();
      workspace.dispose();
    }
  }

  for (const name of ['three tenants in front', 'a condition behind']) {
    it(`reads as predicted, and the run costs as estimated: ${name}`, async () => {
      const cache = new OpenaiCache();
      let now = 0;
      const { report, cost, said } = await ran(name, 'openai-compatible', (body) => chatReply(cache.answer(body, now++)), '');
      const check = cost.models[0]?.prefix.check;
      assert.ok(check && check.reported > 500 && Math.abs(check.predicted - check.reported) <= 0.02 * 2000, JSON.stringify(check));
      const estimated = Number(/about \$([\d.]+)/.exec(said)?.[1]);
      const paid = report.candidates[0]?.costUsd ?? NaN;
      assert.ok(Math.abs(estimated - paid) <= 0.2 * paid, `${estimated} estimated, ${paid} paid`);
    });
  }

  it('finds the static text of a system message with a variable at its end, where Claude’s mark is', async () => {
    const cache = new AnthropicCache(1024);
    let now = 0;
    const { report } = await ran(
      'a variable at the end of the system text',
      'anthropic',
      (body) => messagesReply(cache.answer(body, now++)),
      'promptCache: { breakpoints: true }\n',
    );
    const usage = report.candidates[0]?.usage;
    assert.ok(usage && usage.cacheRead > 6 * 2400 && usage.cacheWriteShort < 2800, JSON.stringify(usage));
  });
});
