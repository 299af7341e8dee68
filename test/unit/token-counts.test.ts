/** Counts of tokens, value by value and by hand: calibration, reported usage, estimates, sizes of images. */
import assert from 'node:assert/strict';
import { calibrate, calibrated, combine } from '../../src/core/economics/tokens/calibration.ts';
import { imageTokens } from '../../src/core/economics/data/image-tokens.ts';
import { sizeOfDataUrl } from '../../src/core/economics/tokens/image-size.ts';
import { observeResults, type ObservedRun } from '../../src/core/economics/observed.ts';
import { expectedAnswer, type OutputEvidence } from '../../src/core/economics/output-estimate.ts';
import { addUsage, NO_USAGE, sumUsage, type Usage } from '../../src/core/economics/prices/usage.ts';
import type { Result } from '../../src/core/results/result.ts';
import { outlineOf } from '../../src/core/results/result-list.ts';

function near(actual: number | null | undefined, expected: number, within = 1e-12): void {
  assert.ok(typeof actual === 'number' && Math.abs(actual - expected) <= within, `${actual} instead of ${expected}`);
}
const use = (over: Partial<Usage>): Usage => ({ ...NO_USAGE, ...over });

describe('calibration', () => {
  const pairs = (...ratios: number[]) => ratios.map((ratio) => ({ reported: ratio * 100, counted: 100 }));

  it('is the median of plausible ratios, with half the spread of the middle 90 %', () => {
    const found = calibrate(pairs(1.4, 1, 1.2, 1.1, 1.3));
    near(found?.factor, 1.2);
    near(found?.band, (1.4 - 1) / 2 / 1.2);
    assert.equal(found?.samples, 5);
    assert.equal(calibrate(pairs(1, 1, 1, 1)), null);
    assert.equal(calibrate([...pairs(1, 1, 1, 1), { reported: 5, counted: 0 }]), null);
    assert.equal(calibrate(pairs(1, 1, 1, 1, 0.29)), null);
    assert.equal(calibrate(pairs(1, 1, 1, 1, 4.01)), null);
    assert.deepEqual([calibrate(pairs(1, 1, 1, 1, 0.3))?.samples, calibrate(pairs(1, 1, 1, 1, 4))?.samples], [5, 5]);
    // Of 100 the 6th and the 96th.
    const hundred = calibrate(pairs(...Array.from({ length: 100 }, (_, i) => 1 + i / 100)));
    near(hundred?.factor, 1.5);
    near(hundred?.band, (1.95 - 1.05) / 2 / 1.5);
  });

  it('of several prompts weighs by requests, and holds them all', () => {
    const both = combine([
      { factor: 1, band: 0.02, samples: 10 },
      { factor: 1.3, band: 0.01, samples: 20 },
    ]);
    near(both.factor, 1.2);
    near(both.band, 0.2 / 1.2 + 0.02);
    assert.equal(both.samples, 30);
    near(combine([{ factor: 1, band: 0.02, samples: 5 }]).band, 0.1);
    near(
      combine([
        { factor: 1, band: 0.02, samples: 5 },
        { factor: 1, band: 0.01, samples: 5 },
      ]).band,
      0.05,
    );
  });

  it('changes nothing of an exact vocabulary', () => {
    const guess = { exact: false, factor: 1.1, band: 0.2, source: 'guess' };
    const learnt = { factor: 1.3, band: 0.05, samples: 12 };
    assert.equal(calibrated(guess, null), guess);
    const exact = { ...guess, exact: true };
    assert.equal(calibrated(exact, learnt), exact);
    assert.deepEqual(calibrated(guess, learnt), {
      exact: false,
      factor: 1.1 * 1.3,
      correction: 1.3,
      isMeasured: true,
      band: 0.05,
      source: 'learned from 12 requests of this model',
    });
  });
});

describe('usage as it is reported', () => {
  it('adds up count by count', () => {
    const one: Usage = { input: 1, cacheRead: 2, cacheWriteShort: 3, cacheWriteLong: 4, output: 5, reasoning: 6 };
    assert.deepEqual(addUsage(one, { ...one, input: 10 }), {
      input: 11,
      cacheRead: 4,
      cacheWriteShort: 6,
      cacheWriteLong: 8,
      output: 10,
      reasoning: 12,
    });
    assert.deepEqual([sumUsage([]), sumUsage([one]), sumUsage([one, one, one])?.output], [null, one, 15]);
  });
});

describe('how long an answer is', () => {
  const run = (mean: number): ObservedRun => ({ answer: { p50: 1, p95: 2, mean } }) as ObservedRun;
  const evidence = (over: object = {}): OutputEvidence =>
    ({
      run: null,
      other: null,
      document: { parameters: {}, output: { schema: null } },
      cases: [],
      count: (text: string) => 2 * text.length,
      ...over,
    }) as unknown as OutputEvidence;

  it('is observed, else expected, else limited, else unknown', () => {
    assert.deepEqual(expectedAnswer(evidence({ run: run(3), other: run(4) })), { p50: 1, p95: 2, mean: 3, basis: 'observed' });
    assert.deepEqual(expectedAnswer(evidence({ run: { answer: null }, other: run(4) })), {
      p50: 1,
      p95: 2,
      mean: 4,
      basis: 'observed-elsewhere',
    });
    const cases = [{ expected: 'abcd' }, { expected: { a: 1 } }, { expected: null }, {}, { expected: 'x' }];
    // Twice 1, 4 and 7 characters.
    assert.deepEqual(expectedAnswer(evidence({ cases })), { p50: 8, p95: 14, mean: 8, basis: 'golden' });
    // The schema has two fields beside the one that the case expects: 12 tokens each, whatever the vocabulary.
    const schema = { properties: { a: {}, b: {}, c: {} } };
    const object = evidence({ cases: [{ expected: { a: 1 } }], document: { parameters: {}, output: { schema } } });
    assert.equal(expectedAnswer(object).mean, 14 + 2 * 12);
    assert.deepEqual(expectedAnswer(evidence({ document: { parameters: { maxOutputTokens: 9 }, output: { schema: null } } })), {
      p50: 9,
      p95: 9,
      mean: 9,
      basis: 'limit',
    });
    assert.deepEqual(expectedAnswer(evidence()), { p50: null, p95: null, mean: null, basis: 'unknown' });
  });

  it('is taken from 500 cases at most', () => {
    const cases = Array.from({ length: 501 }, (_, i) => ({ expected: i === 500 ? 'xx' : 'x' }));
    assert.equal(expectedAnswer(evidence({ cases })).mean, 2);
  });

  it('is observed with its speed, from what was answered', () => {
    const result = (over: object): Result =>
      ({
        case: 'c',
        repeat: 0,
        output: 'o',
        usage: use({ input: 5, cacheRead: 2, output: 11 }),
        ttftMs: 100,
        latencyMs: 600,
        ...over,
      }) as Result;
    const observe = (results: readonly Result[]) => observeResults(results.map((item, i) => outlineOf({ ...item, assertions: [] }, i)));
    const seen = observe([
      result({}),
      result({ case: 'd', usage: use({ output: 21 }), latencyMs: 1100 }),
      result({ repeat: 1, usage: use({ output: 1 }), ttftMs: null, latencyMs: 100 }),
      result({ case: 'e', usage: null, ttftMs: 100, latencyMs: 100 }),
      result({ output: null, usage: use({ output: 999 }) }),
    ]);
    assert.equal(seen.calls, 4);
    // The last has no answer.
    assert.deepEqual(seen.positions, [0, 1, 2, 3]);
    // 10 tokens in 500 ms, 20 in 1,000.
    assert.equal(seen.tokensPerSecond, 20);
    assert.deepEqual(seen.output, { p50: 11, p95: 21, mean: 11 });
    assert.deepEqual(
      [seen.ttftMs, seen.latencyMs],
      [
        { p50: 100, p95: 100 },
        { p50: 100, p95: 1100 },
      ],
    );
    assert.deepEqual(seen.inputs, [
      { case: 'c', input: 5, cacheRead: 2 },
      { case: 'd', input: 0, cacheRead: 0 },
    ]);
    assert.equal(observe(Array.from({ length: 60 }, () => result({}))).positions.length, 50);
    const speed = (over: object): number | null => observe([result(over)]).tokensPerSecond;
    assert.deepEqual(
      [speed({ usage: use({ output: 2 }) }), speed({ usage: use({ output: 1 }) }), speed({ latencyMs: 100 }), speed({ latencyMs: 50 })],
      [2, null, null, null],
    );
    const nothing = observe([]);
    assert.deepEqual([nothing.output, nothing.ttftMs, nothing.latencyMs, nothing.tokensPerSecond], [null, null, null, null]);
  });
});

describe('the tokens of an image', () => {
  const tokens = (model: string, width: number, height: number): number => imageTokens(model, { width, height }).likely;

  it('by patches of 28 pixels, capped', () => {
    assert.deepEqual(
      [tokens('claude-haiku-4', 28, 29), tokens('claude-haiku-4', 4000, 4000), tokens('claude-opus-4-7', 4000, 4000)],
      // Shrunk to 39 × 39 and to 69 × 69: one more would be 1,600 and 4,900.
      [2, 1521, 4761],
    );
    for (const large of ['opus-4-8', 'opus-5', 'sonnet-5', 'fable', 'mythos'])
      assert.equal(tokens(`claude-${large}`, 4000, 4000), 4761, large);
    assert.equal(tokens('claude-opus-4-6', 4000, 4000), 1521);
  });

  it('of Gemini by tiles of 768 pixels, a small one as one', () => {
    assert.deepEqual(
      [
        tokens('gemini-3-pro', 10, 10),
        tokens('gemini-2', 384, 384),
        tokens('gemini-2', 385, 384),
        tokens('gemini-2', 384, 769),
        tokens('gemini-2', 1536, 800),
      ],
      [1120, 258, 258, 516, 1032],
    );
  });

  it('by patches of 32 pixels with a factor', () => {
    assert.equal(tokens('gpt-4.1-mini', 64, 33), Math.ceil(4 * 1.62));
    assert.deepEqual(
      ['gpt-4.1-mini', 'gpt-4.1-nano', 'o4-mini', 'gpt-5-nano', 'gpt-5-mini', 'gpt-5.2', 'gpt-5.4', 'gpt-5.5', 'gpt-6-luna'].map((model) =>
        tokens(model, 3200, 3200),
      ),
      // Shrunk to 39 × 39: 40 × 40 would be more than 1,536. From gpt-5.5 on, 100 × 100 stay.
      [1521 * 1.62, 1521 * 2.46, 1521 * 1.72, 1521 * 1.5, 1521 * 1.2, 1521 * 1.2, 1521 * 1.2, 12_000, 12_000].map(Math.ceil),
    );
  });

  it('by tiles of 512 pixels after fitting', () => {
    // 512 × 512 is one tile; 1024 × 1024 becomes 768 × 768, four; 4096 × 1024 becomes 2048 × 512, four.
    assert.deepEqual(
      [tokens('gpt-4o', 512, 512), tokens('gpt-4o', 1024, 1024), tokens('gpt-4o', 4096, 1024), tokens('gpt-4o', 513, 512)],
      [255, 765, 765, 425],
    );
    assert.deepEqual(
      [
        tokens('gpt-5', 512, 512),
        tokens('gpt-4o-mini', 512, 512),
        tokens('o1', 512, 512),
        tokens('o3', 512, 512),
        tokens('else', 512, 512),
      ],
      [210, 8500, 225, 225, 255],
    );
  });

  const url = (bytes: readonly number[], kind = 'png'): string => `data:image/${kind};base64,${Buffer.from(bytes).toString('base64')}`;
  it('has its size from the header', () => {
    const png = [0x89, 0x50, ...Array<number>(14).fill(0), 0, 0, 2, 3, 0, 0, 1, 4];
    assert.deepEqual(sizeOfDataUrl(url(png)), { width: 0x203, height: 0x104 });
    assert.deepEqual(sizeOfDataUrl(url([0x47, 0x49, 0, 0, 0, 0, 3, 2, 4, 1], 'gif')), { width: 0x203, height: 0x104 });
    // A segment of 5 bytes to pass over, then the frame.
    const frame = (marker: number): number[] => [0xff, marker, 0, 11, 8, 1, 4, 2, 3, 3];
    const jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 5, 1, 2, 3, ...frame(0xc0), 0, 0];
    assert.deepEqual(sizeOfDataUrl(url(jpeg, 'jpeg')), { width: 0x203, height: 0x104 });
    for (const marker of [0xc2, 0xcf]) assert.notEqual(sizeOfDataUrl(url([0xff, 0xd8, ...frame(marker), 0, 0], 'jpeg')), null);
    for (const marker of [0xc4, 0xc8, 0xcc, 0xbf, 0xd0])
      assert.equal(sizeOfDataUrl(url([0xff, 0xd8, ...frame(marker), 0, 0], 'jpeg')), null);
    assert.deepEqual(
      [
        url([0x89, 0x51, ...png.slice(2)]),
        url([...png.slice(0, 18), 0, 0, 0, 0, 0, 1]),
        url([...png.slice(0, 22), 0, 0, 0, 0]),
        url([0xff, 0xd9, ...jpeg.slice(2)]),
        url([0xff, 0xd8, 0, 0xc0, 0, 11, 8, 1, 4, 2, 3, 3]),
      ].map(sizeOfDataUrl),
      [null, null, null, null, null],
    );
    assert.deepEqual(
      [sizeOfDataUrl('https://x/y.png'), sizeOfDataUrl('data:text/plain;base64,AAAA'), sizeOfDataUrl('data:image/png;base64,')],
      [null, null, null],
    );
  });
});
