/** What models accept: names of every tool, rows of the table against published facts, and the user's own rows. */
import assert from 'node:assert/strict';
import { acceptedParameters } from '../../src/core/economics/accepted-parameters.ts';
import { capabilitiesOf } from '../../src/core/economics/capabilities.ts';
import { CAPABILITY_ROWS } from '../../src/core/economics/data/capability-rows.ts';
import { retirementLine } from '../../src/core/economics/findings/model.ts';
import { switchModelText } from '../../src/core/economics/switch-model.ts';
import { publicModelFacts } from '../../src/core/economics/model-facts.ts';
import { parameterMisfits } from '../../src/core/economics/parameter-fit.ts';
import { genaiPrices } from '../../src/core/economics/prices/genai-prices.ts';
import { PriceBook } from '../../src/core/economics/prices/price-book.ts';
import { readPriceOverrides } from '../../src/core/economics/prices/price-overrides.ts';
import { resolveModelName } from '../../src/core/model-name.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { applyEdits } from '../../src/core/text/text.ts';

const VERTEX = {
  provider: 'vertex',
  models: '^gemini-2\\.5',
  ttlSeconds: 24 * 60 * 60,
  asOf: '2026-11-28',
  source: 'Vertex AI: Context caching (up to 24 hours)',
};

/** By tool or cloud: what it writes, the maker, the maker's name, the host. */
const NAMES: readonly (readonly [string, string, string, string])[] = [
  ['openai:gpt-6-luna', 'openai', 'gpt-6-luna', 'openai'],
  ['gpt-6-luna', 'openai', 'gpt-6-luna', 'openai'],
  ['claude-sonnet-5-5', 'anthropic', 'claude-sonnet-5-5', 'anthropic'],
  ['gemini-4-argon', 'google', 'gemini-4-argon', 'google'],
  // Genkit
  ['googleai/gemini-2.5-flash', 'google', 'gemini-2.5-flash', 'google'],
  ['vertexai/gemini-3.8-flash', 'google', 'gemini-3.8-flash', 'vertex'],
  ['openAI/gpt-4o', 'openai', 'gpt-4o', 'openai'],
  // promptfoo
  ['openai:chat:gpt-6-luna', 'openai', 'gpt-6-luna', 'openai'],
  ['openai:responses:gpt-6.2-sol', 'openai', 'gpt-6.2-sol', 'openai'],
  ['anthropic:messages:claude-opus-5-5', 'anthropic', 'claude-opus-5-5', 'anthropic'],
  ['google:gemini-4-neon', 'google', 'gemini-4-neon', 'google'],
  ['azure:chat:gpt-4o', 'openai', 'gpt-4o', 'azure'],
  ['bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic', 'claude-sonnet-4-5-20250929', 'bedrock'],
  // OpenRouter
  ['openrouter:anthropic/claude-sonnet-4.5', 'anthropic', 'claude-sonnet-4-5', 'openrouter'],
  ['openrouter/openai/gpt-6-luna:nitro', 'openai', 'gpt-6-luna', 'openrouter'],
  ['openrouter:google/gemini-2.5-flash:free', 'google', 'gemini-2.5-flash', 'openrouter'],
  ['openrouter:x-ai/grok-4.6', 'xai', 'grok-4.6', 'openrouter'],
  // Bedrock
  ['bedrock:anthropic.claude-haiku-5-5', 'anthropic', 'claude-haiku-5-5', 'bedrock'],
  ['bedrock:anthropic.claude-opus-4-6-v1', 'anthropic', 'claude-opus-4-6', 'bedrock'],
  ['bedrock:global.openai.gpt-6-astra', 'openai', 'gpt-6-astra', 'bedrock'],
  ['bedrock:arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-opus-5-v1:0', 'anthropic', 'claude-opus-5', 'bedrock'],
  // Azure, Vertex
  ['azure:gpt-5.6-sol', 'openai', 'gpt-5.6-sol', 'azure'],
  ['vertex:claude-haiku-4-5@20251001', 'anthropic', 'claude-haiku-4-5-20251001', 'vertex'],
  ['vertex:publishers/google/models/gemini-4-argon', 'google', 'gemini-4-argon', 'vertex'],
  ['vertex:projects/p/locations/global/publishers/anthropic/models/claude-opus-5', 'anthropic', 'claude-opus-5', 'vertex'],
  // A server of one's own
  ['house:gpt-6-luna', 'openai', 'gpt-6-luna', 'house'],
  ['house:llama3.2:latest', 'house', 'llama3.2', 'house'],
];

describe('the name of a model', () => {
  for (const [text, provider, model, host] of NAMES)
    it(`${text} is ${model} of ${provider}, served by ${host}`, () => {
      const name = resolveModelName(text);
      assert.deepEqual([name?.provider, name?.model, name?.host], [provider, model, host]);
    });

  it('without a provider is none, unless its maker is known', () => {
    for (const text of ['', 'llama3.2', 'my-model']) assert.equal(resolveModelName(text), null, text);
  });

  it('leads price, tokenizer, caching rule and capabilities to the same model', () => {
    const book = new PriceBook([genaiPrices()]);
    const facts = (id: string) => publicModelFacts({ id, servedBy: null, api: null }, book, new Map(), new Date('2026-11-28T12:00:00Z'));
    const own = facts('google:gemini-2.5-flash');
    for (const id of ['googleai/gemini-2.5-flash', 'vertexai/gemini-2.5-flash', 'gemini/gemini-2.5-flash']) {
      const found = facts(id);
      // The same model at another host has that host's caching rule: Vertex keeps a prefix up to 24 hours.
      const caching = id.startsWith('vertexai/') ? { ...own.caching, ...VERTEX } : own.caching;
      assert.deepEqual([found.price?.rates, found.caching, found.tokenizer], [own.price?.rates, caching, own.tokenizer], id);
      assert.equal(found.price?.service.batch, 0.5, id);
      assert.equal(found.capabilities?.row, own.capabilities?.row);
    }
    const gpt = facts('openai:gpt-4.1');
    for (const id of ['openai:chat:gpt-4.1', 'openai:responses:gpt-4.1', 'openai/gpt-4.1', 'gpt-4.1']) {
      const { price, caching, tokenizer, capabilities } = facts(id);
      assert.deepEqual(
        [price?.rates, price?.service, caching, tokenizer, capabilities?.row],
        [gpt.price?.rates, gpt.price?.service, gpt.caching, gpt.tokenizer, gpt.capabilities?.row],
        id,
      );
    }
    const opus = facts('anthropic:claude-opus-5-5');
    assert.deepEqual(facts('anthropic:messages:claude-opus-5-5').price?.rates, opus.price?.rates);
    // By hand: genai-prices has $0.30 and $2.50 for gemini-2.5-flash; the rule of Gemini 2.5 starts at 2,048 tokens.
    assert.deepEqual([own.price?.rates.input, own.price?.rates.output, own.caching?.minimum], [0.3, 2.5, 2048]);
    const claude = facts('bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0');
    assert.deepEqual([claude.caching?.minimum, claude.tokenizer.rates, claude.price?.rates.input], [1024, 'claude', 3.3]);
    const unlisted = facts('bedrock:anthropic.claude-haiku-4-5');
    assert.deepEqual([unlisted.price?.info.basis, unlisted.price?.info.basedOn], ['estimated', 'anthropic:claude-haiku-4-5']);
  });
});

describe('the table of what models accept', () => {
  it('has a source and a date in each row, and patterns that compile', () => {
    for (const row of CAPABILITY_ROWS) {
      assert.match(row.date, /^2026-\d\d-\d\d$/);
      assert.ok(row.source.length > 5);
      if ('family' in row) assert.ok(new RegExp(row.family).source.startsWith('^'));
      if (row.defaultEffort !== null) assert.ok(row.efforts?.includes(row.defaultEffort), JSON.stringify(row));
    }
    const ids = CAPABILITY_ROWS.flatMap((row) => ('id' in row ? [`${row.provider}:${row.id}`] : []));
    assert.equal(new Set(ids).size, ids.length);
  });

  it('gives a snapshot the row of its model, and a longer name that of its family', () => {
    assert.deepEqual(
      [capabilitiesOf('openai:gpt-4o-2024-11-20')?.basis, capabilitiesOf('openai:gpt-4o-2024-11-20')?.row],
      ['exact', 'gpt-4o'],
    );
    assert.equal(capabilitiesOf('openai:gpt-6-luna-pro')?.basis, 'family');
    assert.equal(capabilitiesOf('openai:gpt-4o-realtime')?.retirement, null);
  });

  it('is null where nothing is known', () => {
    for (const id of ['house:llama3.2', 'scripted:./m.yaml', 'nonsense', 'openai:davinci', 'vscode:copilot/gpt-5.6'])
      assert.equal(capabilitiesOf(id), null, id);
  });

  /** inspect_ai#5242, measured on 2026-09-04: `temperature` without an effort, and with `none`. */
  it('agrees with what maintainers measured on the live API', () => {
    const accepts = (model: string, effort: object): boolean =>
      parameterMisfits({ temperature: 0.5, ...effort }, capabilitiesOf(`openai:${model}`), { api: null, hasTools: false }).every(
        ({ parameter }) => parameter !== 'temperature',
      );
    for (const model of ['gpt-5.1', 'gpt-5.2', 'gpt-5.4', 'gpt-5.4-mini'])
      assert.deepEqual(
        [accepts(model, {}), accepts(model, { reasoningEffort: 'none' }), accepts(model, { reasoningEffort: 'high' })],
        [true, true, false],
        model,
      );
    for (const model of ['gpt-5.5', 'gpt-5.6-sol', 'gpt-5.6-terra', 'gpt-5.6-luna'])
      assert.deepEqual([accepts(model, {}), accepts(model, { reasoning: { effort: 'none' } })], [false, true], model);
    for (const model of ['gpt-6-astra', 'gpt-6.2-astra', 'o3', 'gpt-5-mini'])
      assert.deepEqual([accepts(model, {}), accepts(model, { reasoningEffort: 'none' })], [false, false], model);
  });

  it('has the announced dates', () => {
    const dates = ['gpt-4o', 'gpt-5', 'gpt-5.1'].map((id) => capabilitiesOf(`openai:${id}`)?.retirement?.date);
    assert.deepEqual(dates, ['2027-01-14', '2026-12-11', '2027-04-01']);
    const opus = capabilitiesOf('anthropic:claude-opus-4-5-20251101')?.retirement;
    assert.deepEqual(opus, { date: '2027-01-22', successor: 'claude-opus-5-5' });
    assert.equal(
      retirementLine('anthropic:claude-opus-4-5', opus ?? null, '2026-01-01'),
      'anthropic:claude-opus-4-5 will be retired on 2027-01-22; its provider recommends claude-opus-5-5.',
    );
    assert.match(retirementLine('m', { date: '2027-01-22', successor: null }, '2027-01-22') ?? '', /^m was retired on 2027-01-22\.$/);
  });

  it('knows services that one model lacks', () => {
    assert.deepEqual(capabilitiesOf('openai:gpt-6.2-sol')?.services, ['batch', 'priority']);
    assert.equal(capabilitiesOf('openai:gpt-6-sol')?.services?.includes('flex'), true);
    assert.equal(capabilitiesOf('google:gemini-4-neon')?.serviceFactors.priority, 1.8);
  });
});

describe('capabilities in the price file', () => {
  const read = (capabilities: string) => {
    const { capabilities: own, diagnostics } = readPriceOverrides('prices.yaml', `asOf: 2026-11-01\ncapabilities:\n  ${capabilities}\n`);
    return { own, messages: diagnostics.map(({ message }) => message).join('\n') };
  };

  it('replace a part of the row, and stand alone for a model of which nothing is known', () => {
    const { own, messages } = read('openai:gpt-6-luna: { parameters: { temperature: accepted }, outputLimit: 900 }');
    assert.equal(messages, '');
    const luna = capabilitiesOf('openai:gpt-6-luna', own);
    assert.deepEqual([luna?.basis, luna?.outputLimit, luna?.date, luna?.efforts?.[0]], ['override', 900, '2026-11-01', 'none']);
    const to = { api: null, hasTools: false };
    assert.deepEqual(parameterMisfits({ temperature: 0 }, luna, to), []);
    assert.equal(capabilitiesOf('openai:gpt-6-sol', own)?.basis, 'family');
    const house = capabilitiesOf('house:m', read('house:m: { parameters: { verbosity: rejected }, thinking: always, efforts: [low] }').own);
    assert.deepEqual([house?.thinking, house?.efforts], [{ mode: 'always', budget: null }, ['low']]);
    assert.deepEqual(
      parameterMisfits({ verbosity: 'low', temperature: 0 }, house, to).map(({ parameter }) => parameter),
      ['verbosity'],
    );
  });

  it('need no prices beside them', () => {
    assert.equal(read('"openai:gpt-6-luna": { images: false }').messages, '');
  });

  it('report what would not be used', () => {
    for (const wrong of [
      'm: { images: true }',
      '"a:m": { imagse: true }',
      '"a:m": { images: yes please }',
      '"a:m": { parameters: { temperature: sometimes } }',
      '"a:m": { parameters: { temperature: { max: 1 } } }',
      '"a:m": { efforts: [huge] }',
      '"a:m": { tools: { fax: rejected } }',
      '"a:m": { retirement: { date: soon } }',
      '"a:m": { outputLimit: 0 }',
    ])
      assert.notEqual(read(wrong).messages, '', wrong);
  });
});

describe('Switch Model', () => {
  const text =
    '---\nconfig:\n  temperature: 0\n  reasoningEffort: minimal\n  maxOutputTokens: 200\nmodel: openai:gpt-5\n---\nHello {{name}}';
  const switched = (given: string, to: string): { after: string; said: readonly string[] } => {
    const { document } = readPrompt('p.prompt', given, []);
    const { edit, said } = switchModelText(given, document, to, { capabilities: capabilitiesOf(to), api: null });
    return { after: edit === null ? given : applyEdits(given, [edit]), said };
  };

  it('takes parameters along as the new model accepts them, and says what it changed', () => {
    const { after, said } = switched(text, 'openai:gpt-6-luna');
    assert.equal(after, '---\nconfig:\n  reasoningEffort: none\n  maxOutputTokens: 200\nmodel: openai:gpt-6-luna\n---\nHello {{name}}');
    assert.deepEqual(said, [
      'temperature was removed: the model rejects it unless reasoningEffort is none.',
      'reasoningEffort is now none: the model has no such effort; it has none, low, medium, high, xhigh, max.',
    ]);
  });

  it('changes the model alone where everything is accepted', () => {
    const given = '---\nmodel: openai:gpt-4o\nconfig: { temperature: 0.5, stopSequences: [END] }\n---\nHello';
    assert.deepEqual(switched(given, 'anthropic:claude-sonnet-4-6'), {
      after: given.replace('openai:gpt-4o', 'anthropic:claude-sonnet-4-6'),
      said: [],
    });
  });

  it('removes all parameters of a prompt, and what cannot be edited is said', () => {
    const given = '---\nmodel: openai:gpt-4o\nconfig:\n  temperature: 0\n  top_p: 1\n---\nHello';
    assert.equal(switched(given, 'anthropic:claude-opus-5').after, '---\nmodel: anthropic:claude-opus-5\n---\nHello');
    const quoted = '---\nmodel: openai:gpt-4o\nconfig: { stopSequences: ["{"], temperature: 0 }\n---\nHello';
    assert.match(switched(quoted, 'openai:gpt-6-astra').said.join(' '), /stop has to be changed by hand/);
  });
});

describe('completion of parameters', () => {
  const names = (model: string): string[] => acceptedParameters(capabilitiesOf(model)).map(({ name }) => name);

  it('offers what the model accepts', () => {
    assert.deepEqual(names('openai:gpt-6-astra'), ['maxOutputTokens', 'reasoningEffort']);
    assert.deepEqual(names('openai:gpt-4o'), ['maxOutputTokens', 'temperature', 'topP', 'stopSequences', 'seed']);
    assert.deepEqual(names('anthropic:claude-haiku-4-5'), ['maxOutputTokens', 'temperature', 'topP', 'topK', 'stopSequences']);
    assert.deepEqual(names('google:gemini-4-argon'), ['maxOutputTokens', 'reasoningEffort', 'stopSequences']);
    assert.deepEqual(names('house:m'), ['maxOutputTokens', 'temperature', 'topP', 'stopSequences', 'seed']);
  });
});
