import assert from 'node:assert/strict';
import fc from 'fast-check';
import { invalidatedRange } from '../../src/core/economics/prefix/invalidation.ts';
import { analysePrefix } from '../../src/core/economics/prefix/prefix.ts';
import { TokenCounter } from '../../src/core/economics/tokens/token-counter.ts';
import { encodeText, O200K } from '../../src/core/economics/tokens/tokenizer.ts';
import type { RenderedRequest } from '../../src/core/prompt/request.ts';
import { analyse } from './analyse.ts';

const head = '---\nmodel: test:model\n---\n';
const words = (n: number, seed = 0): string => Array.from({ length: n }, (_, i) => `word${(i * 7 + seed) % 90}`).join(' ');

describe('the prefix', () => {
  it('ends at the first variable that differs, not where values happen to agree', () => {
    const prompt = `${head}{{role "system"}}${words(50)}\n{{role "user"}}{{q}} ${words(20)}`;
    const { prefix } = analyse({ prompt, cases: [{ vars: { q: 'I want money' } }, { vars: { q: 'I want help' } }] }).analysis;
    assert.equal(prefix.breaks[0]?.variable, 'q');
    assert.ok(prefix.breaks[0].tokensBefore < prefix.stableTokens);
    assert.ok(prefix.breaks[0].staticTokensAfter > 20);
  });

  it('is everything when nothing differs', () => {
    const { prefix, models } = analyse({ prompt: `${head}${words(30)}`, cases: [{ vars: {} }, { vars: { unused: 1 } }] }).analysis;
    assert.deepEqual(prefix.breaks, []);
    assert.equal(prefix.stableTokens, models[0]?.input.p50);
  });

  it('without cases ends at the first variable', () => {
    const { prefix } = analyse({ prompt: `${head}${words(30)} {{a}} ${words(10)} {{b}}` }).analysis;
    assert.deepEqual(
      prefix.breaks.map((item) => item.variable),
      ['a', 'b'],
    );
    assert.equal(prefix.stableTokens, prefix.breaks[0]?.tokensBefore);
  });

  it('can end at a condition', () => {
    const prompt = `${head}${words(30)}\n{{#if vip}}Answer first.{{else}}Answer soon.{{/if}} ${words(9)} {{q}}`;
    const { prefix } = analyse({ prompt, cases: [{ vars: { vip: true, q: 'a' } }, { vars: { vip: false, q: 'b' } }] }).analysis;
    assert.equal(prefix.breaks[0]?.variable, null);
    assert.equal(prompt.slice(prefix.breaks[0].source.range.start).startsWith('Answer first.'), true);
    assert.equal(prefix.breaks[1]?.variable, 'q');
  });

  it('does not trust a time that is the same in all golden cases, and goes on after a date, which all calls of a day have', () => {
    const prompt = `${head}${words(10)} {{today}} ${words(50)} {{q}}`;
    const of = (...days: string[]) => analyse({ prompt, cases: days.map((today, i) => ({ vars: { today, q: `q${i}` } })) }).analysis.prefix;
    const time = of('2026-11-23T10:15', '2026-11-23T10:15');
    assert.equal(time.stableTokens, time.breaks[0]?.tokensBefore);
    assert.equal(time.breaks[0]?.nondeterministic, 'a time');
    for (const date of [of('2026-11-23', '2026-11-23'), of('2026-11-23', '2026-11-24')]) {
      assert.deepEqual(
        date.breaks.map(({ variable }) => variable),
        ['q'],
      );
      assert.ok(date.stableTokens > time.stableTokens + 50);
    }
  });

  it('that is broken by one byte is found at its byte', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 180 }), (at) => {
        const text = words(40);
        const before = `${head}{{role "system"}}${text}\n{{role "user"}}{{q}}`;
        const place = before.indexOf(text) + at;
        const prompt = `${before.slice(0, place)}#${before.slice(place + 1)}`;
        const { invalidation } = analyse({ prompt, previous: before, cases: [{ vars: { q: 'a' } }, { vars: { q: 'b' } }] }).analysis;
        assert.equal(invalidation?.at, place);
        assert.equal(invalidatedRange(invalidation)?.start, place);
        assert.ok(invalidation.tokens > 0);
      }),
      { numRuns: 60 },
    );
  });

  it('is gone for another model', () => {
    const prompt = `${head}{{role "system"}}${words(40)}\n{{role "user"}}{{q}}`;
    const cases = [{ vars: { q: 'a' } }, { vars: { q: 'b' } }];
    const { invalidation } = analyse({ prompt, previous: prompt.replace('test:model', 'test:other'), cases }).analysis;
    assert.ok(invalidation !== null && invalidation.shared === 0 && invalidation.tokens > 30);
  });

  it('is as it was when only what follows it was edited', () => {
    const prompt = `${head}{{role "system"}}${words(40)}\n{{role "user"}}{{q}}\nBe quick.`;
    const previous = `${head}{{role "system"}}${words(40)}\n{{role "user"}}{{q}}`;
    const { invalidation } = analyse({ prompt, previous, cases: [{ vars: { q: 'a' } }, { vars: { q: 'b' } }] }).analysis;
    assert.equal(invalidation?.tokens, 0);
    assert.equal(analyse({ prompt, cases: [] }).analysis.invalidation, null);
  });

  it('comes after tools and schema, in the provider’s order', () => {
    const plain = analyse({ prompt: `${head}${words(10)}{{q}}` }).analysis.prefix.stableTokens;
    const tools = `---\nmodel: test:model\ntoolDefs:\n  - name: find\n    description: ${words(20)}\n    inputSchema:\n      type: object\n---\n${words(10)}{{q}}`;
    assert.ok(analyse({ prompt: tools }).analysis.prefix.stableTokens > plain + 20);
  });

  it('of any prompt and values can be analysed', () => {
    const piece = fc.constantFrom(
      '{{a}}',
      '{{b}}',
      '{{json c}}',
      '{{#if a}}x{{/if}}',
      '{{#each c}}{{this}}{{/each}}',
      '{{role "user"}}',
      '{{history}}',
      'text ',
      '\n\n',
      '{{{a}}}',
      '{{media url=a}}',
      '🧪',
    );
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.array(fc.string(), { maxLength: 3 }),
      fc.constant('2026-11-23'),
    );
    const vars = fc.record({ a: value, b: value, c: value });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(vars, { maxLength: 4 }), (parts, cases) => {
        const { analysis } = analyse({ prompt: head + parts.join(''), cases: cases.map((item) => ({ vars: item })) });
        for (const model of analysis.models) {
          assert.ok(model.stableTokens >= 0 && model.stableTokens <= Math.max(model.input.max, 10));
          assert.ok(Number.isFinite(model.input.mean));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of any texts is as long as that of their tokens, compared one by one', () => {
    const request = (text: string): RenderedRequest =>
      ({
        tools: [],
        output: { schema: null },
        messages: [{ role: 'user', content: [{ text }] }],
        origins: [],
      }) as unknown as RenderedRequest;
    // Three tokens and the role frame the message, three the answer, which comes only after equal texts.
    const frame = 3 + encodeText('user').length;
    const alike = (a: string, b: string): number => {
      const [x, y] = [encodeText(a), encodeText(b)];
      const at = x.findIndex((token, i) => token !== y[i]);
      return frame + (a === b ? x.length + 3 : at < 0 ? x.length : at);
    };
    const part = fc.constantFrom('\n', '\n\n', ' ', '/', '\r\n', 'a', 'foo', ' bar', '12', '日本', '😀', 'one line\n', 'é');
    const start = fc.array(part, { maxLength: 12 });
    const end = fc.array(fc.array(part, { maxLength: 5 }), { minLength: 2, maxLength: 5 });
    const counter = new TokenCounter(O200K);
    fc.assert(
      fc.property(start, end, (before, ends) => {
        const [first = '', ...others] = ends.map((parts) => [...before, ...parts].join(''));
        const { stableTokens } = analysePrefix([first, ...others].map(request), counter);
        assert.equal(stableTokens, Math.min(...others.map((other) => alike(first, other))));
      }),
      { numRuns: 1000 },
    );
  });
});
