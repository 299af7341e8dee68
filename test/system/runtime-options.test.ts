/** Attributes, redaction of one call, sampling, tools and costs of an action, as they are read back from disk. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import OpenAI from 'openai';
import { InteractionModels } from '../../src/adapters/interactions/interaction-models.ts';
import { requirePrices } from '../../src/adapters/models/price-file.ts';
import { openWorkspace } from '../../src/adapters/workspace/root.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { signalRollup } from '../../src/core/feedback/insights/signals/signal-rollup.ts';
import { sumsOf, type UnitCell } from '../../src/core/feedback/insights/units/unit-cells.ts';
import { unitRollup } from '../../src/core/feedback/insights/units/unit-rollup.ts';
import { action, interactionOf, signal, withCapture } from '../../src/runtime/index.ts';
import type { CaptureOptions, Captured } from '../../src/runtime/goldset-runtime.d.ts';
import { HeldRecords, isSampled } from '../../src/runtime/sampling.ts';
import { CaptureRoot } from './captured.ts';
import { MemoryProvider } from './sdks/memory-provider.ts';

const ask = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'hello 4711' }] };
let providers = 500;

describe('options of capture', () => {
  let root: CaptureRoot;
  beforeEach(() => (root = new CaptureRoot()));
  afterEach(() => {
    assert.deepEqual(root.problems, []);
    root.dispose();
  });
  const client = (options: CaptureOptions = {}): Captured<OpenAI> =>
    withCapture(new OpenAI({ apiKey: 'x', fetch: new MemoryProvider(1000 * ++providers).fetch, maxRetries: 0 }), {
      sink: root.sink,
      ...options,
    });

  it('attributes are kept, of the client and of one call, and only those that are values', async () => {
    const tenants = ['acme', 'bolt'];
    const base = client({ attributes: () => ({ tenant: tenants.shift() ?? '', eu: true }) });
    await base.chat.completions.create(ask);
    await base.chat.completions.create(ask);
    const odd = { release: 7, bad: { a: 1 }, none: null, nan: NaN } as unknown as { release: number };
    await withCapture(base, { attributes: odd }).chat.completions.create(ask);
    assert.deepEqual(
      (await root.interactions()).map(({ attributes }) => attributes),
      [{ tenant: 'acme', eu: true }, { tenant: 'bolt', eu: true }, { release: 7 }],
    );
  });

  it('redact of one call takes out what goldset.yaml does not, by a function, a field or a pattern, and of no other call', async () => {
    const base = client({ variables: { code: 'hello 4711' } });
    await withCapture(base, { redact: (text) => text.replaceAll('4711', '[code]') }).chat.completions.create(ask);
    await withCapture(base, { redact: { fields: ['variables.code'] } }).chat.completions.create(ask);
    await withCapture(base, { redact: { patterns: ['hello [0-9]+'] } }).chat.completions.create(ask);
    await base.chat.completions.create(ask);
    const all = await root.interactions();
    const texts = all.map(({ messages, variables }) => [(messages[0] as { content: string }).content, variables['code']]);
    assert.deepEqual(texts, [
      ['hello [code]', 'hello [code]'],
      ['hello 4711', '[redacted]'],
      ['[redacted]', '[redacted]'],
      ['hello 4711', 'hello 4711'],
    ]);
  });

  it('a redaction that fails writes nothing', async () => {
    await client({ redact: () => 7 as unknown as string }).chat.completions.create(ask);
    assert.deepEqual(await root.interactions(), []);
    assert.match(root.problems.splice(0).join(), /`redact` must return a string/);
  });

  it('a call that is not sampled is stored when it is flagged meanwhile, with the rest of its action, and says so', async () => {
    const none = client({ sampleRate: 0 });
    const first = await none.chat.completions.create(ask);
    const ticket = withCapture(none, { action: { type: 'ticket', id: 't-1' } });
    const second = await ticket.chat.completions.create(ask);
    await ticket.chat.completions.create(ask);
    await none.chat.completions.create(ask);
    assert.deepEqual(await root.interactions(), []);
    signal(first.id, 'thumb', 'down');
    signal(interactionOf(second) ?? '', 'copied');
    await ticket.chat.completions.create(ask);
    const all = await root.interactions();
    assert.equal(all.length, 4);
    assert.deepEqual(
      all.map(({ attributes }) => attributes),
      all.map(() => ({ 'goldset.sample_rate': 0, 'goldset.sampled': false })),
    );
    assert.deepEqual(all.map(({ responseId }) => responseId).slice(0, 2), [first.id, second.id]);
  });

  it('an error is stored whatever the rate is, and a rate of 1 marks nothing', async () => {
    const broken = withCapture(
      { chat: { completions: { create: (_body: object) => Promise.reject(new Error('down')) } } },
      { sink: root.sink, sampleRate: 0 },
    );
    await assert.rejects(broken.chat.completions.create(ask));
    await client({ sampleRate: 1 }).chat.completions.create(ask);
    const all = await root.interactions();
    assert.deepEqual(
      all.map(({ error, attributes }) => [error?.message, attributes?.['goldset.sampled']]),
      [
        ['down', false],
        [undefined, undefined],
      ],
    );
  });

  it('the share that is sampled is the rate, and what waits is bounded', () => {
    for (const rate of [0.01, 0.1, 0.5]) {
      const share = Array.from({ length: 20_000 }, (_, i) => isSampled(`a:ticket\nt-${i}`, rate)).filter(Boolean).length / 20_000;
      // Four standard deviations.
      assert.ok(Math.abs(share - rate) < 4 * Math.sqrt((rate * (1 - rate)) / 20_000), `${share} of ${rate}`);
    }
    const held = new HeldRecords();
    const written: string[] = [];
    const record = (i: number): Interaction =>
      ({ id: `i${i}`, action: null, conversation: null, signals: [], error: null, finish: 'stop' }) as unknown as Interaction;
    for (let i = 0; i < 1500; i++) held.take(record(i), 0, 10, ({ id }) => written.push(id));
    for (const i of [0, 499, 500, 1499]) held.flag(`i${i}`);
    assert.deepEqual(written, ['i500', 'i1499']);
  });

  it('a tool that throws, rejects or says that it failed is a signal of the call before, and gives what it gave', async () => {
    const own = client();
    const early = own.tool('early', () => ({ error: 'before any call' }));
    assert.deepEqual(early(), { error: 'before any call' });
    const completion = await own.chat.completions.create(ask);
    const id = interactionOf(completion);
    const fail = own.tool('search', (query: string): string => {
      throw new RangeError(`no ${query}`);
    });
    assert.throws(() => fail('x'), RangeError);
    await assert.rejects(own.tool('fetch', () => Promise.reject(new Error('timeout')))(), /timeout/);
    assert.equal(await own.tool('sum', async (a: number, b: number) => Promise.resolve(a + b))(1, 2), 3);
    for (const result of [{ error: { message: 'quota' } }, '{"isError":true}', { ok: false, reason: 'closed' }, { status: 'error' }])
      assert.equal(own.tool('api', () => result)(), result);
    for (const result of [{ error: null }, { ok: true }, 'error', [], null, undefined, { errors: 0 }]) own.tool('fine', () => result)();
    const followUps = await root.followUps();
    assert.ok(followUps.every(({ of }) => of.interaction === id));
    assert.deepEqual(
      followUps.flatMap(({ signals }) => signals.map(({ kind, name, annotator, note }) => [kind, name, annotator, note])),
      ['search: no x', 'fetch: timeout', 'api: quota', 'api: it reported an error', 'api: closed', 'api: it reported a failure'].map(
        (note) => [...['operational', 'tool-failure', 'code', note]],
      ),
    );
  });

  it('the cost of an action has its searches, embeddings and images, and rates of signals count answers alone', async () => {
    writeFileSync(path.join(root.root, 'goldset.yaml'), 'prices: prices.yaml\n');
    writeFileSync(
      path.join(root.root, 'prices.yaml'),
      'asOf: 2026-11-01\nmodels:\n  openai:gpt-4o-mini: { input: 100, output: 200 }\n  openai:e: { input: 1000, output: 0 }\n  openai:i: { input: 10, output: 40 }\n',
    );
    const ticket = action('ticket', 't-1', { sink: root.sink, attributes: { tenant: 'acme' } });
    const own = client({ action: ticket });
    await own.embeddings.create({ model: 'e', input: 'hello', encoding_format: 'float' });
    ticket.cost('search', 0.25);
    ticket.cost('cohere-rerank', 0.5, { model: 'cohere:rerank-3', latencyMs: 12 });
    ticket.cost('bad', -1);
    await own.chat.completions.create(ask);
    await own.images.generate({ model: 'i', prompt: 'x' });
    const all = await root.interactions();
    const costs = all.map(({ operation, costUsd }) => [operation?.type ?? null, operation?.name ?? null, costUsd]);
    // By hand: 7 tokens at 1000 USD a million; 10 at 100 and 5 at 200; 5 at 10 and 100 at 40.
    assert.deepEqual(
      costs.sort((x, y) => Number(x[2]) - Number(y[2])),
      [
        [null, null, 0.002],
        ['image', 'images.generate', 0.00405],
        ['embeddings', 'embeddings.create', 0.007],
        ['other', 'search', 0.25],
        ['rerank', 'cohere-rerank', 0.5],
      ],
    );
    assert.ok(all.every(({ action: of }) => of?.id === 't-1'));
    const units = unitRollup('own', ({ costUsd }) => costUsd).start(null, NO_TABLES);
    const signals = signalRollup({ lowScore: null }).start(null, NO_TABLES);
    for (const interaction of all) {
      const day = interaction.time.slice(0, 10);
      units.take({ interaction });
      signals.take({ interaction }, { day, offset: 0 });
    }
    const [cell, ...others] = units.cells(null);
    assert.deepEqual(others, []);
    assert.ok(Math.abs(sumsOf([cell as UnitCell]).usd - 0.76305) < 1e-9);
    assert.equal(
      signals.list(null).reduce((sum, { n }) => sum + n, 0),
      1,
    );
  });

  it('a change of prices changes no call of the past', async () => {
    const prices = (input: number): void =>
      writeFileSync(
        path.join(root.root, 'prices.yaml'),
        `asOf: 2026-11-01\nmodels:\n  openai:gpt-4o-mini: { input: ${input}, output: 200 }\n`,
      );
    writeFileSync(path.join(root.root, 'goldset.yaml'), 'prices: prices.yaml\n');
    prices(100);
    await client().chat.completions.create(ask);
    const before = await root.interaction();
    assert.equal(before.costUsd, 0.002);
    assert.match(before.price?.source ?? '', /prices\.yaml|your/);
    prices(900);
    const { config } = await openWorkspace(root.root);
    const models = new InteractionModels(root.root, config, requirePrices(root.root, config));
    await models.load(before.model);
    assert.equal(models.costOf(before), 0.002);
    // Without the price at capture it would be today's: 10 tokens at 900 and 5 at 200.
    assert.ok(Math.abs((models.costOf({ ...before, costUsd: null }) ?? 0) - 0.01) < 1e-9);
  });
});

const NO_TABLES = { tables: [], loadTable: () => null, storeTable: () => false, outputAt: () => null };
