/** What a replay of golden cases predicts, against servers that follow the rules of the vendors' pages. */
import assert from 'node:assert/strict';
import { messagesBody } from '../../../src/adapters/models/anthropic/messages-body.ts';
import { chatBody } from '../../../src/adapters/models/openai/chat-body.ts';
import { cachingRule, type CachingRule } from '../../../src/core/economics/data/caching-rules.ts';
import type { ModelFacts } from '../../../src/core/economics/model-facts.ts';
import { chooseMarks, prefixEnds, sharedAmong } from '../../../src/core/economics/prefix/prefix-ends.ts';
import type { CacheUse } from '../../../src/core/economics/prefix/replay.ts';
import { analyse, type Analysed } from '../analyse.ts';
import { AnthropicCache, BreakpointCache, OpenaiCache, type ReportedTokens } from './caching-servers.ts';
import { HISTORIES, MORE, STRUCTURES, type Structure } from './caching-structures.ts';

const ruleOf = (provider: string, model: string): CachingRule => {
  const rule = cachingRule(provider, model);
  assert.ok(rule);
  return rule;
};
const marks = (sent: boolean): NonNullable<ModelFacts['cache']> => ({ marks: sent, ttlSeconds: null, isLong: false });

interface Server {
  readonly facts: Partial<ModelFacts>;
  readonly open: () => { answer(body: Readonly<Record<string, unknown>>, now: number): ReportedTokens };
  readonly body: (request: Parameters<typeof chatBody>[1]) => ReturnType<typeof chatBody>;
}

const SERVERS: Readonly<Record<string, Server>> = {
  'OpenAI in blocks of 128': {
    facts: { caching: ruleOf('openai', 'gpt-5.1') },
    open: () => new OpenaiCache(),
    body: (request) => chatBody('m', request),
  },
  'OpenAI from gpt-5.6 on, as it is': {
    facts: { caching: ruleOf('openai', 'gpt-6-sol'), api: 'chat', cache: marks(false) },
    open: () => new BreakpointCache(),
    body: (request) => chatBody('m', request),
  },
  'OpenAI from gpt-5.6 on, with breakpoints': {
    facts: { caching: ruleOf('openai', 'gpt-6-sol'), api: 'chat', cache: marks(true) },
    open: () => new BreakpointCache(),
    body: (request) => chatBody('m', { ...request, breakpoint: true }),
  },
  'Anthropic as it is': {
    facts: { caching: ruleOf('anthropic', 'claude-sonnet-5'), api: 'messages', cache: marks(false) },
    open: () => new AnthropicCache(1024),
    body: (request) => messagesBody('m', request, { ttl: null, comparedWith: null }),
  },
  'Anthropic with marks, 1,024 tokens at least': {
    facts: { caching: ruleOf('anthropic', 'claude-sonnet-5'), api: 'messages', cache: marks(true) },
    open: () => new AnthropicCache(1024),
    body: (request) => messagesBody('m', request, { ttl: '5m', comparedWith: null }),
  },
  'Anthropic with marks, 4,096 tokens at least': {
    facts: { caching: ruleOf('anthropic', 'claude-opus-4-6'), api: 'messages', cache: marks(true) },
    open: () => new AnthropicCache(4096),
    body: (request) => messagesBody('m', request, { ttl: '1h', comparedWith: null }),
  },
};

function sent({ prompt, cases }: Structure, { facts, open, body }: Server): { analysed: Analysed; reported: ReportedTokens[] } {
  const analysed = analyse({ prompt, cases, facts });
  const golden = analysed.evidence.cases;
  const isShared = sharedAmong(golden, analysed.evidence.reading.document.input.defaults);
  const server = open();
  const reported = analysed.analysis.requests.map((request, i) => {
    const marks = chooseMarks(prefixEnds(request), isShared);
    return server.answer(body({ ...request, marks }), i);
  });
  return { analysed, reported };
}

const total = (uses: readonly CacheUse[], of: keyof CacheUse): number => uses.reduce((sum, use) => sum + use[of], 0);

describe('predicted reads and writes of a prompt cache', () => {
  for (const [name, server] of Object.entries(SERVERS)) {
    it(`are within 2 % of the input of what a server reports: ${name}`, () => {
      const wrong: string[] = [];
      for (const structure of [...STRUCTURES, ...MORE, ...HISTORIES]) {
        const { analysed, reported } = sent(structure, server);
        const [model] = analysed.analysis.models;
        assert.ok(model);
        const uses = model.cache?.run?.calls ?? reported.map(() => ({ read: 0, written: 0 }));
        assert.equal(uses.length, reported.length);
        const input = reported.reduce((sum, item) => sum + item.input, 0);
        for (const of of ['read', 'written'] as const) {
          const [predicted, actual] = [total(uses, of), total(reported, of)];
          // OpenAI bills no writes before gpt-5.6.
          if (of === 'written' && name === 'OpenAI in blocks of 128') continue;
          if (Math.abs(predicted - actual) > input * (structure.band ?? 0.02))
            wrong.push(`${structure.name}: ${of} ${predicted}, reported ${actual} of ${input}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
  }
});

describe('an image in a prefix', () => {
  /** The head of a PNG, which has its size. */
  const picture = (width: number, height: number): string => {
    const head = Buffer.from('89504e470d0a1a0a0000000d49484452000000000000000008020000000000000000000000000000', 'hex');
    head.writeUInt32BE(width, 16);
    head.writeUInt32BE(height, 20);
    return `data:image/png;base64,${head.toString('base64')}`;
  };
  const reads = (pictures: readonly string[]): number[] => {
    const { analysis } = analyse({
      prompt: `---\nmodel: test:model\ninput:\n  schema:\n    photo: string\n    q: string\n---\n{{role "user"}}\n{{media url=photo}}\n${'alpha '.repeat(500)}\n{{q}}\n`,
      cases: pictures.map((photo, i) => ({ vars: { photo, q: `question ${i}` } })),
      facts: { caching: ruleOf('openai', 'gpt-5.1') },
    });
    return analysis.models[0]?.cache?.run?.calls.map(({ read }) => read) ?? [];
  };

  // gpt-4o: 1024² is shrunk to 768², which is 4 tiles of 512: 85 + 4 · 170 = 765 tokens ("Images and vision"). With 500 words and the frame
  // about 1,270, of which nine blocks of 128 are whole: 1,152. Its address alone has less than 100, which is below the minimum of 1,024.
  it('has its own tokens, not those of its address', () => {
    const same = picture(1024, 1024);
    assert.deepEqual(reads([same, same, same]), [0, 1152, 1152]);
  });

  it('is shared whole or not at all, however alike the addresses begin', () => {
    const [one, other] = [picture(1024, 1024), picture(1024, 1023)];
    assert.deepEqual(reads([one, other, one, other]), [0, 0, 1152, 1152]);
  });
});
