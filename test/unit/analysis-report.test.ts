/** The analysis of a prompt and goldset.cost/1, field by field. */
import assert from 'node:assert/strict';
import { costReport } from '../../src/core/economics/cost-report.ts';
import { expectedAnswer } from '../../src/core/economics/output-estimate.ts';
import { encodeText } from '../../src/core/economics/tokens/tokenizer.ts';
import { analyse, FACTS, OBSERVED, RULE, type Situation } from './analyse.ts';
import type { RunTarget } from '../../src/core/prompt/run-target.ts';

const tokens = (text: string): number => encodeText(text).length;
/** What a chat of one system and one user message adds: three a message and its role, three for the answer. */
const FRAMES = 3 + 3 + 3 + tokens('system') + tokens('user');
const STATIC = 'Always answer kindly and in full sentences. '.repeat(12);
const PROMPT = `---\nmodel: test:model\n---\n{{role "system"}}${STATIC}{{role "user"}}{{q}}`;
const questions = ['one', 'two words here', 'three', 'a longer question than all the others'];
const cases = questions.map((q, i) => ({ id: `c${i}`, vars: { q } }));
/** The first message keeps the text up to the marker, as it stands. */
const inputs = questions.map((q) => FRAMES + tokens(STATIC) + tokens(q));
const sorted = [...inputs].sort((a, b) => a - b);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const model = (situation: Partial<Situation> = {}) => {
  const { analysis } = analyse({ prompt: PROMPT, cases, ...situation });
  return analysis.models[0] ?? assert.fail();
};
const near = (actual: number | null | undefined, expected: number, within = 1e-9): void =>
  assert.ok(typeof actual === 'number' && Math.abs(actual - expected) <= within, `${actual} instead of ${expected}`);

describe('the analysis of a prompt', () => {
  it('counts the input of each case: the least, the lower middle, the most and the mean', () => {
    const { input, isExact } = model();
    assert.deepEqual([input.min, input.p50, input.max, isExact], [sorted[0], sorted[1], sorted[3], true]);
    near(input.mean, mean(inputs));
  });

  it('scales its text by what is known of the vocabulary, and leaves frames and images as they are', () => {
    const guess = { exact: false, factor: 1.5, band: 0.1, source: 's' };
    const { input, isExact, stableTokens } = model({ facts: { tokenizer: guess } });
    // Three tokens frame each message and the answer.
    assert.deepEqual([input.max, isExact], [Math.round(((sorted[3] ?? 0) - 9) * 1.5 + 9), false]);
    assert.equal(stableTokens, Math.round((model().stableTokens - 6) * 1.5 + 6));
    const image = `---\nmodel: test:model\n---\n{{media url=u}}`;
    const url = 'https://x.example/a.png';
    const factor = (of: number) =>
      model({ prompt: image, cases: [{ vars: { u: url } }], facts: { tokenizer: { ...guess, factor: of } } }).input;
    // 85 and four tiles of 170 do not grow, nor do the frames of the message and of the answer: only its role does.
    const frame = (of: number): number => 3 + 3 + of * tokens('user');
    assert.deepEqual([factor(1).p50, factor(2).p50], [765 + frame(1), 765 + frame(2)]);
    // Its size is not known: from one tile to 4032 × 3024, which is four tiles too; the band is as wide above as below.
    assert.deepEqual([factor(1).min, factor(1).max], [255 + frame(1), 2 * 765 - 255 + frame(1)]);
  });

  it('of nothing is nothing', () => {
    const { analysis } = analyse({ prompt: '---\nmodel: test:model\n---\n{{#each q}}', cases });
    const { input } = analysis.models[0] ?? assert.fail();
    assert.deepEqual([input, analysis.messages, analysis.counted], [{ p50: 0, min: 0, max: 0, longest: 0, mean: 0 }, [], 0]);
  });

  it('learns from what a run of the same version reported, else from what was learnt', () => {
    const reported = (factor: number, version = 'v') => ({
      observed: {
        version,
        inputs: [...cases, { id: 'c4', vars: { q: 'five' } }].map(({ id }, i) => ({
          case: id,
          input: Math.round(factor * (inputs[i] ?? 0)),
          cacheRead: 10 * i,
        })),
      },
      facts: { tokenizer: { exact: false, factor: 1, band: 0.5, source: 's' } },
    });
    const five = [...cases, { id: 'c4', vars: { q: 'five' } }];
    const all = [...inputs, FRAMES + tokens(STATIC) + tokens('five')];
    const situation = reported(1.25);
    const observed = { ...situation.observed, inputs: all.map((input, i) => ({ case: `c${i}`, input: input * 1.25, cacheRead: 10 * i })) };
    const lesson = model({ ...situation, observed, cases: five });
    near(lesson.learnt?.factor, 1.25);
    assert.equal(lesson.learnt?.samples, 5);
    near(lesson.tokenizer.correction, 1.25);
    // The first call is cold: 10, 20, 30 and 40 of the others.
    assert.deepEqual(lesson.cacheCheck, { reported: 25, predicted: lesson.prefix.tokens });
    const learnt = new Map([['test:model', { factor: 1.1, band: 0.02, samples: 9 }]]);
    const other = model({ ...situation, observed: { ...observed, version: 'w' }, cases: five, learnt });
    assert.deepEqual([other.learnt, other.tokenizer.correction, other.cacheCheck], [null, 1.1, null]);
    const few = model({ observed: { inputs: observed.inputs.slice(0, 3) }, cases: five });
    assert.deepEqual(
      [few.cacheCheck, model({ observed: { inputs: observed.inputs.slice(0, 4) }, cases: five }).cacheCheck?.reported],
      [null, 20],
    );
    const unknown = model({
      ...situation,
      observed: { ...observed, inputs: observed.inputs.map((one) => ({ ...one, case: `x${one.case}` })) },
      cases: five,
    });
    assert.equal(unknown.learnt, null);
  });

  it('takes the length of answers from the run of its model, else of another', () => {
    assert.deepEqual([model({ observed: {} }).output.basis, model({ observed: {} }).observed?.run], ['observed', 'r1']);
    const elsewhere = model({ observed: { model: 'test:other' } });
    assert.deepEqual([elsewhere.output.basis, elsewhere.observed], ['observed-elsewhere', null]);
    assert.equal(
      expectedAnswer({ run: null, other: null, document: { parameters: {} } as never, cases: [], count: tokens }).basis,
      'unknown',
    );
  });

  it('says where the messages of the first case begin, and how many cases were counted', () => {
    const { analysis } = analyse({ prompt: PROMPT, cases });
    assert.deepEqual(
      analysis.messages.map(({ role, tokens: count, source }) => [role, count, source?.path]),
      [
        ['system', 3 + tokens('system') + tokens(STATIC), 'p.prompt'],
        ['user', 3 + tokens('user') + tokens('one'), 'p.prompt'],
      ],
    );
    assert.equal(analysis.messages[0]?.source?.range.start, PROMPT.indexOf('Always'));
    assert.deepEqual([analysis.counted, analyse({ prompt: PROMPT }).analysis.counted], [4, 0]);
  });
});

describe('goldset.cost/1', () => {
  const report = (situation: Partial<Situation> = {}) => {
    const { analysis, findings } = analyse({ prompt: PROMPT, cases, ...situation });
    const target = { document: { path: 'p.prompt', name: 'p' }, version: 'v1', cases: [1, 2, 3, 4, 5] } as unknown as RunTarget;
    const found = costReport(target, analysis, findings, new Date('2026-11-28T12:00:00Z'));
    return { found, own: found.models[0] ?? assert.fail(), analysis, findings };
  };

  it('has the prompt, its cases, its traffic and a row for each model', () => {
    const traffic = { callsPerDay: 100, action: 'ticket', callsPerAction: 2 };
    const { found, own, analysis, findings } = report({ traffic, observed: {} });
    assert.deepEqual(
      [found.schema, found.prompt, found.cases, found.counted, found.traffic],
      ['goldset.cost/1', { path: 'p.prompt', name: 'p', version: 'v1' }, 5, 4, traffic],
    );
    assert.equal(found.findings, findings);
    const { cost } = analysis.models[0] ?? assert.fail();
    const price = {
      ...FACTS.price?.info,
      rates: FACTS.price?.rates,
      service: { ...FACTS.price?.service, standard: 1 },
      change: null,
      hours: null,
      promise: null,
    };
    assert.deepEqual([own.model, own.price, own.contextWindow], ['test:model', price, 4000]);
    assert.deepEqual(own.tokens, {
      input: { p50: sorted[1], min: sorted[0], max: sorted[3] },
      output: { p50: 200, p95: 300, basis: 'observed' },
      answer: { p50: 200, p95: 300, basis: 'observed' },
      basis: 'exact',
      band: 0,
      isMeasured: true,
      source: 'o200k_base',
    });
    for (const key of ['costPerCallUsd', 'inputPerCallUsd', 'split', 'hitShare', 'perThousandUsd', 'perDayUsd', 'perActionUsd'] as const)
      assert.equal(own[key], cost[key], key);
    assert.deepEqual(own.latency, { ttftMs: OBSERVED.ttftMs, totalMs: OBSERVED.latencyMs, tokensPerSecond: 100 });
  });

  it('says how much of the input is cached, from which length on, and what ends the prefix', () => {
    const { own } = report();
    assert.equal(own.prefix.minimum, RULE.minimum);
    near(own.prefix.share, own.prefix.stableTokens / mean(inputs));
    assert.deepEqual([own.prefix.cacheable, own.prefix.invalidatedSince, own.prefix.check], [true, null, null]);
    assert.deepEqual(
      own.prefix.breaks.map(({ variable, code, path }) => [variable, code, path]),
      [['q', null, 'p.prompt']],
    );
    const prompt = `---\nmodel: test:model\n---\n{{role "system"}}Help {{q}}.\n\n${STATIC}{{role "user"}}go`;
    const [counted] = report({ prompt }).own.prefix.breaks;
    const early = report({ prompt, facts: { tokenizer: { exact: false, factor: 2, band: 0.1, source: 's' } } });
    const [first] = early.own.prefix.breaks;
    // All but the three tokens that frame the first message are doubled.
    assert.deepEqual([first?.code, first?.tokensBefore], ['prefix/volatile-first', 2 * ((counted?.tokensBefore ?? NaN) - 3) + 3]);
    assert.deepEqual(
      [first?.tokensAfter, first?.range],
      [2 * (counted?.tokensAfter ?? NaN), early.analysis.prefix.breaks[0]?.source.range],
    );
    assert.deepEqual([early.own.tokens.basis, early.own.tokens.band], ['estimated', 0.1]);
  });

  it('says what a deploy makes the provider forget', () => {
    const previous = PROMPT.replace('Always', 'Never');
    const { invalidation } = report({ previous }).analysis;
    const { own } = report({ previous, facts: { tokenizer: { exact: false, factor: 2, band: 0.1, source: 's' } } });
    // The frame of the first message is shared, that of the second is not; both keep their three tokens.
    assert.deepEqual(own.prefix.invalidatedSince, {
      ref: 'HEAD',
      tokens: 2 * ((invalidation?.tokens ?? NaN) - 3) + 3,
      shared: 2 * ((invalidation?.shared ?? NaN) - 3) + 3,
      range: { start: PROMPT.indexOf('Always'), end: invalidation?.source?.range.end },
    });
    assert.ok((invalidation?.tokens ?? 0) > 60 && (invalidation?.shared ?? 99) < 10);
  });

  it('knows nothing where nothing is known', () => {
    const { own } = report({ facts: { price: null, caching: null, contextWindow: null } });
    assert.deepEqual(
      [own.price, own.contextWindow, own.prefix.minimum, own.prefix.share, own.prefix.cacheable, own.perDayUsd],
      [null, null, null, 0, false, null],
    );
    assert.deepEqual(own.latency, { ttftMs: null, totalMs: null, tokensPerSecond: null });
    assert.equal(report({ prompt: '---\nmodel: test:model\n---\n{{#each q}}' }).own.prefix.share, 0);
  });
});
