/** Projections against what a server with a simulated prompt cache reports, and the commands that print them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChildProcess } from 'node:child_process';
import type { HttpModelClient } from '../../src/adapters/models/http-client.ts';
import { cachedPrefix } from '../../src/core/economics/prefix/caching.ts';
import { analyse } from '../unit/analyse.ts';
import { assertValid, printed, TestWorkspace } from './command-line.ts';
import { serverClient } from './server-client.ts';

const BLOCK = 16;
const MINIMUM = 48;
const SCRIPT = `price: { input: 0.25, cacheRead: 0.025, output: 2.00 }\ncache: { minimumTokens: ${MINIMUM}, blockTokens: ${BLOCK}, ttlSeconds: 300 }\ndefault: { json: { label: refund } }\n`;
const RULES = Array.from({ length: 12 }, (_, i) => `Rule ${i}: never promise what policy ${i * 7} does not allow.`).join('\n');
const PROMPT = `---\nmodel: scripted:./m.scripted.yaml\nconfig: { temperature: 0 }\ngoldset.budget: { interaction: background }\n---\n{{role "system"}}\nYou help {{name}}.\n\n${RULES}\n\n{{role "user"}}\n{{ticket}}\n`;
const GOLDEN = Array.from(
  { length: 6 },
  (_, i) => `- id: c${i}\n  vars: { name: N${i}, ticket: "Ticket ${i}" }\n  expected: { label: refund }\n`,
).join('');

/** A prompt of random shape: tools or none, several messages, variables anywhere. */
function generated(seed: number): string {
  let state = seed * 2654435761;
  const next = (n: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 2246822507) + 0x9e3779b9) | 0;
    return (state >>> 0) % n;
  };
  const words = (n: number): string => Array.from({ length: n }, () => `w${next(500)}`).join(' ');
  const tools =
    next(3) === 0
      ? `toolDefs:\n  - name: find${seed}\n    description: ${words(10 + next(40))}\n    inputSchema: { type: object, properties: { q: { type: string } } }\n`
      : '';
  const output = next(3) === 0 ? 'output:\n  format: json\n  schema:\n    label: string, what it is\n' : '';
  const part = (): string =>
    next(3) === 0 ? `{{${['a', 'b', 'same'][next(3)] ?? 'a'}}} ` : `${words(5 + next(30))}${['\n', '\n\n', ' '][next(3)] ?? ' '}`;
  const body = Array.from({ length: 1 + next(8) }, part).join('');
  return `---\nmodel: test:model\n${tools}${output}---\n{{role "system"}}prompt ${seed} ${words(next(40))}\n${body}\n{{role "user"}}${words(next(20))} {{a}} ${words(next(20))}`;
}

describe('the projected prefix', function () {
  this.timeout(300_000);
  const workspace = new TestWorkspace({ 'm.scripted.yaml': SCRIPT });
  let server: ChildProcess;
  let client: HttpModelClient;

  before(async () => {
    server = workspace.start(['serve', 'm.scripted.yaml', '--port', '0']);
    const [baseUrl] = await printed(server, /http:\S+\/v1/);
    client = serverClient({ baseUrl: baseUrl ?? '' });
  });
  after(() => {
    server.kill();
    workspace.dispose();
  });

  it('is within one block of what the server reports, for 200 prompts', async () => {
    const signal = new AbortController().signal;
    let cached = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const cases = [{ vars: { a: 'one thing', b: 'x', same: 'shop' } }, { vars: { a: 'two things', b: 'y', same: 'shop' } }];
      const rule = { minimum: MINIMUM, block: BLOCK, ttlSeconds: 300, kind: 'automatic', asOf: 'x', source: 'x' } as const;
      const { analysis } = analyse({ prompt: generated(seed), cases });
      const reported = [];
      for (const { messages, tools, output } of analysis.requests) {
        const { usage } = await client.complete({ messages, tools, output, parameters: {}, repeat: 0 }, { signal });
        reported.push(usage?.cacheRead ?? NaN);
      }
      const predicted = cachedPrefix(analysis.prefix.stableTokens, rule).tokens;
      assert.equal(reported[0], 0, `prompt ${seed} was not new`);
      assert.ok(Math.abs((reported[1] ?? NaN) - predicted) <= BLOCK, `prompt ${seed}: ${predicted} predicted, ${reported[1]} reported`);
      if (predicted > 0) cached++;
    }
    assert.ok(cached > 60 && cached < 200, `${cached} of 200 prompts were cacheable`);
  });
});

describe('goldset cost, models and check', () => {
  const files = {
    'm.scripted.yaml': SCRIPT,
    'triage.prompt': PROMPT,
    'triage.golden.yaml': GOLDEN,
    'goldset.yaml': 'traffic: { triage: { callsPerDay: 40000, action: ticket, callsPerAction: 1.3 } }\n',
  };
  const inWorkspace = async (more: Record<string, string>, test: (workspace: TestWorkspace) => Promise<void>): Promise<void> => {
    const workspace = new TestWorkspace({ ...files, ...more });
    try {
      await test(workspace);
    } finally {
      workspace.dispose();
    }
  };
  interface Cost {
    schema: string;
    cases: number;
    models: {
      model: string;
      price: { basis: string; asOf: string } | null;
      tokens: { input: { p50: number }; output: { p50: number | null; basis: string } };
      costPerCallUsd: Record<string, number | null>;
      perDayUsd: number | null;
      perActionUsd: number | null;
      prefix: {
        breaks: { variable: string | null; code: string | null; tokensAfter: number }[];
        cacheable: boolean;
        invalidatedSince: { ref: string; tokens: number } | null;
        check: unknown;
      };
      latency: { ttftMs: unknown };
    }[];
    findings: { code: string }[];
  }

  it('cost prints goldset.cost/1 with price, prefix and findings', () =>
    inWorkspace({}, async (workspace) => {
      const { code, out } = await workspace.run(['cost', 'triage.prompt', '--json']);
      const report = JSON.parse(out) as Cost;
      const [model] = report.models;
      assert.equal(code, 0);
      assertValid('cost', report);
      assert.deepEqual([report.schema, report.cases, model?.price?.basis], ['goldset.cost/1', 6, 'scripted']);
      assert.deepEqual([model?.prefix.breaks[0]?.variable, model?.prefix.breaks[0]?.code], ['name', 'prefix/volatile-first']);
      assert.equal(model?.tokens.output.basis, 'golden');
      const perCall = model.costPerCallUsd['expected'] ?? NaN;
      assert.ok(Math.abs((model.perDayUsd ?? 0) - perCall * 40_000) < 1e-9);
      assert.ok(Math.abs((model.perActionUsd ?? 0) - perCall * 1.3) < 1e-12);
      assert.equal(model.prefix.invalidatedSince, null);
    }));

  it('cost knows more after a run: output, latency, and whether the cache did as predicted', () =>
    inWorkspace({}, async (workspace) => {
      await workspace.run(['run']);
      const { out } = await workspace.run(['cost', 'triage.prompt', '--json']);
      const [model] = (JSON.parse(out) as Cost).models;
      assert.equal(model?.tokens.output.basis, 'observed');
      assert.notEqual(model.latency.ttftMs, null);
      assert.deepEqual(model.prefix.check, { reported: 0, predicted: 0 });
      const text = (await workspace.run(['cost', 'triage.prompt'])).out;
      assert.match(text, /per 1,000, \$[\d.]+ a day at 40,000 calls, \$[\d.]+ per ticket/);
      assert.match(text, /warning prefix\/volatile-first \(saves \$[\d.]+ per 1,000 calls\)|info prefix\/volatile-first/);
    }));

  it('cost compares with a commit, and says when there is none', () =>
    inWorkspace({}, async (workspace) => {
      const git = (...args: string[]): void =>
        void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: workspace.root });
      git('init', '-q');
      const stable = PROMPT.replace('You help {{name}}.\n\n', '');
      workspace.write({ 'triage.prompt': stable });
      git('add', '-A');
      git('commit', '-qm', 'first');
      workspace.write({ 'triage.prompt': stable.replace('Rule 0', 'Law 0') });
      const { out } = await workspace.run(['cost', 'triage.prompt', '--json']);
      const since = (JSON.parse(out) as Cost).models[0]?.prefix.invalidatedSince;
      assert.equal(since?.ref, 'HEAD');
      assert.ok(since.tokens > 100);
      const missing = await workspace.run(['cost', 'triage.prompt', '--against', 'nowhere']);
      assert.deepEqual([missing.code, /There is no commit "nowhere"/.test(missing.err)], [2, true]);
    }));

  it('cost of an unknown model is unknown, never $0', () =>
    inWorkspace({}, async (workspace) => {
      const { out } = await workspace.run(['cost', 'triage.prompt', '--model', 'foo:bar']);
      assert.match(out, /cost +unknown: no price known/);
      assert.doesNotMatch(out, /\$0\b(?!\.)/);
    }));

  it('cost says why a model cannot be used, and suggests a model only to a prompt that has none', () =>
    inWorkspace({ 'broken.yaml': 'rules: [{ answer: hi }]\n', 'none.prompt': 'Hello {{x}}\n' }, async (workspace) => {
      const broken = await workspace.run(['cost', 'triage.prompt', '--model', 'scripted:./broken.yaml']);
      assert.equal(broken.code, 2);
      assert.match(broken.err, /broken\.yaml: Unknown key `answer`/);
      assert.doesNotMatch(broken.err, /Add `model/);
      const none = await workspace.run(['cost', 'none.prompt']);
      assert.equal(none.code, 2);
      assert.match(none.err, /none\.prompt does not set a model\.\n {2}Add `model: provider:model` to it/);
    }));

  it('models shows price, rule, tokenizer and their dates; the user’s own prices come first', () =>
    inWorkspace(
      { 'goldset.yaml': 'prices: ./p.yaml\n', 'p.yaml': 'asOf: 2026-11-01\nmodels:\n  openai:gpt-6-luna: { input: 0.08, output: 0.4 }\n' },
      async (workspace) => {
        const own = (await workspace.run(['models', 'openai:gpt-6-luna'])).out;
        assert.match(own, /input \$0\.08.*p\.yaml, 2026-11-01/);
        const known = (await workspace.run(['models', 'anthropic:claude-sonnet-5'])).out;
        assert.match(known, /input \$2, .*genai-prices.*\d{4}-\d\d-\d\d/);
        assert.match(known, /marked, from 1,024 tokens/);
        assert.match((await workspace.run(['models', 'anthropic:claude-sonnet-5-9'])).out, /estimated from claude-sonnet-5/);
        assert.match((await workspace.run(['models', 'google:gemini-3.7-flash'])).out, /doubles on 1 January 2027|input \$1\.5/);
        assert.match((await workspace.run(['models'])).out, /openai:gpt-6-sol/);
      },
    ));

  it('models --update takes newer prices and rules, and refuses what is none', () =>
    inWorkspace({}, async (workspace) => {
      const models = Array.from({ length: 12 }, (_, i) => ({
        id: `new-${i}`,
        match: { equals: `new-${i}` },
        prices: { input_mtok: i + 1, output_mtok: 2 },
      }));
      const prices = [{ id: 'openai', name: 'OpenAI', api_pattern: 'https://api\\.openai\\.com', models }];
      const cachingRules = [
        {
          provider: 'openai',
          models: '^new',
          minimum: 77,
          block: 1,
          ttlSeconds: 60,
          kind: 'automatic',
          asOf: '2026-11-24',
          source: 'here',
        },
      ];
      let body = JSON.stringify({ prices, cachingRules });
      const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const environment = { GOLDSET_CACHE_DIR: `${workspace.root}/cache` };
      try {
        const updated = await workspace.run(['models', 'openai:new-3', '--update', '--from', url], { environment });
        assert.match(updated.out, /input \$4.*genai-prices, updated/);
        assert.match((await workspace.run(['models', 'openai:new-3'], { environment })).out, /from 77 tokens/);
        body = '{"error":"gone"}';
        const refused = await workspace.run(['models', '--update', '--from', url], { environment });
        assert.deepEqual([refused.code, /did not return price data/.test(refused.err)], [2, true]);
        assert.match((await workspace.run(['models', 'openai:new-3'], { environment })).out, /input \$4/);
      } finally {
        server.close();
      }
    }));

  it('models --update keeps both sources in .goldset/, lists where they disagree, and says offline what it has and how old it is', () =>
    inWorkspace({ 'goldset.yaml': '' }, async (workspace) => {
      const many = Array.from({ length: 20 }, (_, i) => [`m-${i}`, i + 1] as const);
      const genai = JSON.stringify([
        {
          id: 'openai',
          name: 'OpenAI',
          api_pattern: 'x',
          models: many.map(([id, usd]) => ({ id, prices: { input_mtok: usd, output_mtok: 2 } })),
        },
      ]);
      const model = (input: number): object => ({ cost: { input, output: 2, cache_read: 0.1 }, limit: { context: 1000, output: 100 } });
      const catalogue = JSON.stringify({
        openai: { models: { ...Object.fromEntries(many.map(([id, usd]) => [id, model(usd)])), 'm-3': model(4.5), 'only-here': model(7) } },
        anthropic: { models: { 'claude-x': model(3) } },
      });
      // What each path answers: a body, or null for a connection that breaks.
      const answers = new Map<string, { body: string | null; changed?: string }>([
        ['/genai', { body: genai, changed: 'Fri, 02 Jan 2026 10:00:00 GMT' }],
        ['/models-dev', { body: catalogue }],
      ]);
      const server = createServer((request, response) => {
        const { body = null, changed } = answers.get(request.url ?? '') ?? {};
        if (body === null) return void request.socket.destroy();
        if (changed !== undefined) response.setHeader('last-modified', changed);
        response.end(body);
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const update = ['models', 'openai:m-3', '--update', '--from', `${base}/genai`, '--from', `${base}/models-dev`];
      try {
        const first = await workspace.run(update);
        assert.equal(first.code, 0, first.err);
        assert.match(first.err, /genai-prices: prices of 2026-01-02/);
        assert.match(
          first.err,
          /openai:m-3 input: \$4\.5 \(models\.dev, 20\d\d-\d\d-\d\d\), \$4 \(genai-prices, updated, 2026-01-02\); 11\.1 % apart/,
        );
        // The newer of the two counts.
        assert.match(first.out, /input \$4\.5, .*models\.dev/);
        const keptGenai = workspace.read('.goldset/prices/genai-prices.json');
        const keptSecond = workspace.read('.goldset/prices/models-dev.json');
        const { out } = await workspace.run(['models', 'openai:only-here', '--json']);
        const shown = JSON.parse(out) as {
          sources: unknown[];
          disagreements: { model: string; rate: string }[];
          models: { contextWindow: number }[];
        };
        assert.equal(shown.sources.length, 3);
        assert.deepEqual(
          shown.disagreements.filter(({ model: id }) => id.startsWith('m-')).map(({ model: id, rate }) => `${id} ${rate}`),
          ['m-3 input'],
        );
        assert.equal(shown.models[0]?.contextWindow, 1000);

        // One source is broken, the other one is new: only the file of the new one changes.
        answers.set('/genai', { body: genai.replace('"input_mtok":4,', '"input_mtok":"free",') });
        answers.set('/models-dev', { body: catalogue.replace('4.5', '4.7') });
        const half = await workspace.run(update);
        assert.deepEqual([half.code, /\/genai did not return price data/.test(half.err)], [0, true]);
        assert.equal(workspace.read('.goldset/prices/genai-prices.json'), keptGenai);
        assert.notEqual(workspace.read('.goldset/prices/models-dev.json'), keptSecond);

        // Neither can be reached.
        answers.clear();
        const offline = await workspace.run(update);
        assert.equal(offline.code, 2);
        assert.match(offline.err, /cannot be reached/);
        assert.match(offline.err, /In use: .*genai-prices, updated, 2026-01-02 \(\d+ days old\); models\.dev, 20\d\d/);
        assert.match((await workspace.run(['models', 'openai:m-3'])).out, /input \$4\.7, /);

        // A kept file that was damaged is never replaced by older prices in silence.
        workspace.write({ '.goldset/prices/models-dev.json': '{"asOf":"2026-11-01","document":{"openai":4}}' });
        const damaged = await workspace.run(['models', 'openai:m-3']);
        assert.deepEqual([damaged.code, /downloaded prices are damaged/.test(damaged.err)], [2, true]);
      } finally {
        server.close();
      }
    }));

  it('cost says when the price changes', () => {
    const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    return inWorkspace(
      {
        'goldset.yaml': 'prices: ./p.yaml\n',
        'p.yaml': `asOf: ${day(-1)}\nmodels:\n  foo:bar:\n    - { until: ${day(5)}, input: 1, output: 4 }\n    - { from: ${day(6)}, input: 2, output: 8 }\n`,
      },
      async (workspace) => {
        const { out } = await workspace.run(['cost', 'triage.prompt', '--model', 'foo:bar']);
        assert.match(out, /input \$1, .*; doubles on \d+ [A-Z][a-z]+ 20\d\d/);
        const json = JSON.parse((await workspace.run(['cost', 'triage.prompt', '--model', 'foo:bar', '--json'])).out) as {
          models: { price: { change: { from: string } } }[];
        };
        assert.equal(json.models[0]?.price.change.from, day(6));
      },
    );
  });

  it('check lists findings, gates on them, and writes SARIF', () =>
    inWorkspace({}, async (workspace) => {
      const plain = await workspace.run(['check', '--report', 'sarif=out.sarif']);
      assert.equal(plain.code, 0);
      assert.match(plain.out, /triage\.prompt:\d+:\d+ (info|warning) .*\(prefix\/volatile-first\)/);
      assertValid('check', JSON.parse((await workspace.run(['check', '--json'])).out));
      const log = JSON.parse(workspace.read('out.sarif')) as {
        version: string;
        runs: { results: { ruleId: string; locations: { physicalLocation: { region?: { startLine: number } } }[] }[] }[];
      };
      const result = log.runs[0]?.results.find((item) => item.ruleId === 'prefix/volatile-first');
      assert.equal(log.version, '2.1.0');
      assert.equal(result?.locations[0]?.physicalLocation.region?.startLine, 7);
      assert.equal((await workspace.run(['check', '--fail-on', 'info'])).code, 1);
      workspace.write({ 'goldset.yaml': 'findings: { off: [prefix, output, batch, budget] }\n' });
      assert.equal((await workspace.run(['check', '--fail-on', 'info'])).code, 0);
    }));

  it('finds a scripted model relative to the file that names it, in run and cost alike', async () => {
    const workspace = new TestWorkspace({
      'sub/models/m.scripted.yaml': 'price: { input: 1, output: 2 }\ndefault: { reply: ok }\n',
      'sub/a.prompt': '---\nmodel: scripted:./models/m.scripted.yaml\n---\n{{x}}',
      'sub/a.golden.yaml': '- { id: one, vars: { x: hi }, expected: ok }\n',
    });
    try {
      assert.equal((await workspace.run(['run'])).code, 0);
      const { code, out } = await workspace.run(['cost', 'sub/a.prompt', '--model', 'scripted:./sub/models/m.scripted.yaml', '--json']);
      assert.equal(code, 0);
      assert.ok((JSON.parse(out) as { models: { price: unknown }[] }).models[0]?.price);
    } finally {
      workspace.dispose();
    }
  });

  it('sees what an edit of a partial makes the provider forget', async () => {
    const rules = Array.from({ length: 200 }, (_, i) => `Rule ${i}: never promise what policy ${i * 7} does not allow.`).join('\n');
    const workspace = new TestWorkspace({
      'a.prompt': '---\nmodel: openai:gpt-4o\n---\n{{role "system"}}{{>rules}}\n{{role "user"}}{{x}}',
      '_rules.prompt': rules,
      'a.golden.yaml': '- { id: one, vars: { x: hi } }\n- { id: two, vars: { x: ho } }\n',
    });
    try {
      workspace.git('init', '-q');
      workspace.git('add', '-A');
      workspace.git('commit', '-qm', 'one');
      workspace.write({ '_rules.prompt': rules.replace('Rule 3:', 'Law 3:') });
      const { out } = await workspace.run(['cost', 'a.prompt', '--json']);
      const [model] = (JSON.parse(out) as { models: { prefix: { invalidatedSince: { tokens: number; range: { start: number } } } }[] })
        .models;
      assert.ok((model?.prefix.invalidatedSince.tokens ?? 0) > 1000);
      assert.equal(model?.prefix.invalidatedSince.range.start, rules.indexOf('Rule 3:'));
    } finally {
      workspace.dispose();
    }
  });
});
