/** Thinking as a part of its own: what a request's parameters say of it, its range before it is measured, and what replaces that range. */
import assert from 'node:assert/strict';
import { capabilitiesOf } from '../../src/core/economics/capabilities.ts';
import { costReport } from '../../src/core/economics/cost-report.ts';
import { isLimitEaten } from '../../src/core/economics/thinking/limit-eaten.ts';
import { observeResults, type ObservedRun } from '../../src/core/economics/observed.ts';
import { outlineOf } from '../../src/core/results/result-list.ts';
import type { Result } from '../../src/core/results/result.ts';
import { estimateReasoning, type MeasuredCall, type ThinkingOutlook } from '../../src/core/economics/thinking/reasoning-estimate.ts';
import { thinkingOutlook } from '../../src/core/economics/thinking/thinking-outlook.ts';
import { thinkingRange } from '../../src/core/economics/data/thinking-ranges.ts';
import { suggestedLimit } from '../../src/core/economics/findings/output-limit.ts';
import { thinkingLine, thinkingMark } from '../../src/core/economics/thinking/thinking-text.ts';
import { NO_USAGE } from '../../src/core/economics/prices/usage.ts';
import { overParameters } from '../../src/core/run/over-parameters.ts';
import { parameterSets } from '../../src/core/results/parameter-sets.ts';
import { choiceSubject } from '../../src/core/compare/choice-subject.ts';
import type { Parameters } from '../../src/core/prompt/document.ts';
import { analyse, FACTS, OBSERVED, type Situation } from './analyse.ts';

const factsOf = (id: string) => ({ ...FACTS, id, model: id.slice(id.indexOf(':') + 1), capabilities: capabilitiesOf(id) });
const outlook = (id: string, parameters: Parameters = {}): ThinkingOutlook => thinkingOutlook(factsOf(id), parameters);

describe('whether a request thinks', () => {
  for (const [sentence, id, parameters, thinks, effort] of [
    ['follows the default effort of the model', 'openai:gpt-6-luna', {}, true, 'medium'],
    ['follows the effort of the request', 'openai:gpt-6-luna', { reasoningEffort: 'high' }, true, 'high'],
    ['is denied by the effort none', 'openai:gpt-6-luna', { reasoningEffort: 'none' }, false, null],
    ['is read from the provider’s own name of the effort', 'openai:gpt-6-luna', { reasoning_effort: 'low' }, true, 'low'],
    ['is read from an effort inside another parameter', 'openai:gpt-6-luna', { reasoning: { effort: 'low' } }, true, 'low'],
    ['is denied where the default effort is none', 'openai:gpt-5.2', {}, false, null],
    ['is switched on by an effort where the default is none', 'openai:gpt-5.2', { reasoningEffort: 'low' }, true, 'low'],
    [
      'is always so for a model that cannot be switched off, at an effort that it has',
      'openai:o3',
      { reasoningEffort: 'none' },
      true,
      'low',
    ],
    ['is never so for a model without thinking', 'openai:gpt-4o', { reasoningEffort: 'high' }, false, null],
    ['is so for a Claude model that thinks by itself', 'anthropic:claude-sonnet-5-5', {}, true, 'high'],
    ['is switched off in Anthropic’s words', 'anthropic:claude-sonnet-5-5', { thinking: { type: 'disabled' } }, false, null],
    ['is not switched on by the effort of a Claude model', 'anthropic:claude-opus-4-7', { reasoningEffort: 'high' }, false, null],
    ['is switched on in Anthropic’s words', 'anthropic:claude-opus-4-7', { thinking: { type: 'adaptive' } }, true, 'high'],
    ['is switched off by a budget of nothing', 'google:gemini-2.5-flash', { thinkingConfig: { thinkingBudget: 0 } }, false, null],
    ['is not known of a model that no row describes', 'local:something', {}, null, null],
    ['is believed of an unknown model that is sent an effort', 'local:something', { reasoningEffort: 'low' }, true, 'low'],
  ] as const) {
    it(sentence, () => {
      const found = outlook(id, parameters);
      assert.deepEqual([found.thinks, found.effort], [thinks, effort]);
    });
  }

  it('has the limit of the request, else the limit that Goldset sends, else the limit of the model', () => {
    const limit = (facts: object, parameters: Parameters): unknown[] => {
      const found = thinkingOutlook({ ...factsOf('openai:gpt-6-luna'), ...facts }, parameters);
      return [found.limit, found.limitOf];
    };
    assert.deepEqual(limit({ sentLimit: 4096 }, { maxOutputTokens: 700 }), [700, 'request']);
    assert.deepEqual(limit({ sentLimit: 4096 }, {}), [4096, 'request']);
    assert.deepEqual(limit({}, {}), [128_000, 'model']);
    assert.deepEqual(limit({ capabilities: null }, {}), [null, null]);
  });
});

const OPEN: ThinkingOutlook = { effort: 'medium', thinks: true, limit: 4096, limitOf: 'request', stated: null };
const calls = (tokens: readonly number[], of: Partial<ThinkingOutlook> = {}): MeasuredCall[] =>
  tokens.map((reasoning) => ({ reasoning, output: reasoning + 6, requests: 1, outlook: { ...OPEN, ...of } }));

describe('the thinking of a call', () => {
  it('goes up to the output limit before it is measured', () => {
    const found = estimateReasoning(OPEN, []);
    assert.deepEqual([found.p50, found.low, found.high, found.basis, found.calls], [null, 0, 4096, 'limit', 0]);
    assert.equal(thinkingLine(found), 'up to 4,096 tokens (not measured at effort medium: up to the output limit)');
    assert.equal(thinkingMark(found), ' + up to 4,096 thinking');
  });

  it('has the range of a dated source where there is one, cut at the limit', () => {
    const row = { model: /^gpt-6-luna$/, effort: 'medium', low: 100, high: 9000, asOf: '2026-11-01', source: 'a study' };
    assert.equal(thinkingRange('gpt-6-luna', 'medium', [row]), row);
    assert.equal(thinkingRange('gpt-6-luna', 'low', [row]), null);
    const found = estimateReasoning({ ...OPEN, stated: row }, []);
    assert.deepEqual([found.low, found.high, found.basis, found.source], [100, 4096, 'stated', 'a study, 2026-11-01']);
  });

  it('keeps the range for nine calls and is what was measured from the tenth on', () => {
    const nine = estimateReasoning(OPEN, calls([1, 2, 3, 4, 5, 6, 7, 8, 9]));
    assert.deepEqual([nine.p50, nine.p95, nine.low, nine.high, nine.basis, nine.calls], [5, 9, 0, 4096, 'limit', 9]);
    assert.equal(
      thinkingLine(nine),
      'up to 4,096 tokens (not measured at effort medium: up to the output limit); 5 tokens, p95 9 in 9 calls so far',
    );
    const ten = estimateReasoning(OPEN, calls([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    assert.deepEqual([ten.p50, ten.p95, ten.mean, ten.low, ten.high, ten.basis, ten.message], [5, 10, 5.5, 1, 10, 'observed', null]);
    assert.equal(thinkingLine(ten), '5 tokens, p95 10 (1 to 10, measured in the last 10 calls)');
  });

  it('has an unknown range, with a message, where usage is outside the stated one', () => {
    const never = estimateReasoning({ ...OPEN, thinks: false, effort: null }, calls([0, 300], { thinks: false, effort: null }));
    assert.deepEqual([never.low, never.high, never.basis], [null, null, 'unknown']);
    assert.match(
      never.message ?? '',
      /Unknown range of thinking: 1 of 2 calls had other usage than the no thinking that was stated, up to 300 tokens/,
    );
    const stated = { low: 100, high: 200, asOf: '2026-11-01', source: 'a study' };
    for (const [tokens, isOutside] of [
      [100, false],
      [200, false],
      [99, true],
      [201, true],
    ] as const) {
      const { basis, message } = estimateReasoning({ ...OPEN, stated }, calls([tokens], { stated }));
      assert.deepEqual([basis, message !== null], isOutside ? ['unknown', true] : ['stated', false], String(tokens));
    }
    const over = estimateReasoning(OPEN, calls([5000]));
    assert.deepEqual([over.basis, over.low, over.high], ['unknown', null, null]);
    // Ten calls replace the range; that it was wrong is still told.
    const many = estimateReasoning({ ...OPEN, thinks: false }, calls(Array<number>(10).fill(300), { thinks: false }));
    assert.deepEqual([many.basis, many.p50, many.message !== null], ['observed', 300, true]);
  });

  it('is no contradiction where a call ran with a larger limit than the request has now', () => {
    const found = estimateReasoning({ ...OPEN, limit: 300 }, calls([500], { limit: 4096 }));
    assert.deepEqual([found.basis, found.message, found.p50], ['limit', null, 300]);
  });

  it('of several requests, as tools take them, may be several limits long', () => {
    const [call] = calls([5000]);
    assert.ok(call);
    const twice = estimateReasoning(OPEN, [{ ...call, requests: 2 }]);
    assert.deepEqual([twice.basis, twice.message, twice.p50], ['limit', null, 5000]);
    assert.equal(ran([result(10, 5, { rounds: [[], []] })]).thinking[0]?.requests, 3);
  });

  it('is none where the request does not think, and not known where nothing is known of the model', () => {
    const none = estimateReasoning({ ...OPEN, thinks: false }, []);
    assert.deepEqual([none.p50, none.low, none.high, none.basis, thinkingLine(none)], [0, 0, 0, 'none', null]);
    const unknown = estimateReasoning({ ...OPEN, thinks: null }, []);
    assert.deepEqual([unknown.p50, unknown.low, unknown.high, unknown.basis], [null, null, null, 'unknown']);
  });
});

const luna = factsOf('openai:gpt-6-luna');
const PROMPT = '---\nmodel: openai:gpt-6-luna\n---\nSay {{q}}';
/** A budget is what makes the finding about the limit. */
const BUDGETED = PROMPT.replace('luna\n', 'luna\ngoldset.budget: { costUsd: 1 }\n');
const CASES = [
  { vars: { q: 'a' }, expected: { label: 'refund' } },
  { vars: { q: 'b' }, expected: { label: 'refund' } },
];
const result = (reasoning: number, answer: number, over: object = {}) => ({
  case: 'c',
  repeat: 0,
  output: 'x',
  usage: { ...NO_USAGE, input: 60, output: reasoning + answer, reasoning },
  ttftMs: 100,
  latencyMs: 300,
  finish: 'stop',
  source: 'model',
  ...over,
});
const ran = (results: readonly ReturnType<typeof result>[], parameters: Parameters = {}): ObservedRun => ({
  ...observeResults(results.map((item, i) => outlineOf({ assertions: [], ...item } as unknown as Result, i))),
  run: 'r',
  model: luna.id,
  version: 'v',
  parameters,
  outputs: results.flatMap(({ output }) => output ?? []),
});
const look = (observed: ObservedRun | undefined, prompt = PROMPT, more: Partial<Situation> = {}) =>
  analyse({ prompt, cases: CASES, facts: luna, ...(observed ? { observed } : {}), ...more });

describe('the cost of a call that thinks', () => {
  const costOf = (observed?: ObservedRun, prompt?: string) => {
    const { analysis, findings } = look(observed, prompt);
    const [model] = costReport(
      { document: { path: 'p', name: 'p' }, version: 'v', cases: [] } as never,
      analysis,
      findings,
      new Date('2026-11-28T12:00:00Z'),
    ).models;
    assert.ok(model);
    return model;
  };

  it('is a range up to the limit before the first run, never that of the answer alone', () => {
    const model = costOf();
    assert.deepEqual([model.costPerCallUsd.expected, model.tokens.output.p50, model.tokens.output.basis], [null, null, 'unknown']);
    assert.equal(model.tokens.answer.basis, 'golden');
    const { low, high } = model.costPerCallUsd;
    // $10 per million output tokens, $2 per million input: 128,000 tokens are $1.28.
    const input = (model.tokens.input.p50 * 2) / 1e6;
    assert.ok(low !== null && high !== null && Math.abs(low - input) < 1e-9 && Math.abs(high - (1.28 + input)) < 1e-6, `${low} ${high}`);
    const limited = costOf(undefined, PROMPT.replace('luna\n', 'luna\nconfig:\n  maxOutputTokens: 1000\n'));
    assert.ok(Math.abs((limited.costPerCallUsd.high ?? 0) - (0.01 + input)) < 1e-6);
  });

  it('has no range where the effort is none, or the model does not think', () => {
    const model = costOf(undefined, PROMPT.replace('luna\n', 'luna\nconfig:\n  reasoningEffort: none\n'));
    assert.deepEqual([model.reasoning.basis, model.costPerCallUsd.low, model.costPerCallUsd.high], ['none', null, null]);
    assert.ok((model.costPerCallUsd.expected ?? 0) > 0);
  });

  it('is what was measured after ten calls, thinking apart', () => {
    const model = costOf(ran(Array.from({ length: 10 }, (_, i) => result(300 + i, 6))));
    assert.deepEqual(
      [model.reasoning.basis, model.reasoning.p50, model.tokens.answer.p50, model.tokens.output.p50],
      ['observed', 304, 6, 310],
    );
    // 304.5 tokens of thinking on average, $10 per million.
    assert.ok(Math.abs((model.split?.reasoning ?? 0) - 304.5e-5) < 1e-9);
    assert.ok(Math.abs((model.split?.output ?? 0) - 310.5e-5) < 1e-9);
  });

  it('of another effort is not taken from these calls', () => {
    const model = costOf(
      ran(
        Array.from({ length: 10 }, () => result(300, 6)),
        { reasoningEffort: 'high' },
      ),
    );
    assert.deepEqual([model.reasoning.basis, model.reasoning.calls, model.costPerCallUsd.expected], ['limit', 0, null]);
    // The length of the answer is.
    assert.deepEqual([model.tokens.answer.p50, model.tokens.answer.basis], [6, 'observed']);
  });

  it('counts an answer that was known before once', () => {
    const model = costOf(ran([result(300, 6), ...Array.from({ length: 9 }, () => result(300, 6, { source: 'cache' }))]));
    assert.deepEqual([model.reasoning.basis, model.reasoning.calls], ['limit', 1]);
  });
});

describe('findings about a model that thinks', () => {
  it('suggest a limit of p95 thinking and 1.5 × p95 answer', () => {
    const seen = ran(Array.from({ length: 20 }, () => result(400, 100)));
    // 400 + 1.5 × 100.
    assert.equal(suggestedLimit(look(seen).evidence), 550);
    const hint = look(seen, BUDGETED).findings.find(({ code }) => code === 'output/no-limit')?.hint ?? '';
    assert.equal(hint, 'Set `config.maxOutputTokens` to 550: 400 tokens of thinking (p95) and 1.5× the longest usual answer.');
  });

  it('suggest the budget for output tokens where the message names it', () => {
    const seen = ran(Array.from({ length: 20 }, () => result(400, 100)));
    const found = look(seen, BUDGETED.replace('costUsd: 1', 'outputTokens: 900')).findings.find(({ code }) => code === 'output/no-limit');
    assert.match(found?.message ?? '', /^The budget is 900 output tokens/);
    assert.equal(found?.hint, 'Set `config.maxOutputTokens` to 900, the budget. It covers thinking and answer.');
  });

  it('suggest no limit before thinking is measured, nor from answers that were cut off', () => {
    assert.equal(suggestedLimit(look(undefined).evidence), null);
    const found = look(undefined, BUDGETED).findings.find(({ code }) => code === 'output/no-limit');
    assert.match(found?.hint ?? '', /covers thinking and answer\. Run the golden set first/);
    const cut = ran(Array.from({ length: 10 }, () => result(29, 1, { finish: 'length' })));
    assert.equal(suggestedLimit(look(cut).evidence), null);
  });

  it('ask for short answers only where the answer itself is long', () => {
    const codes = (observed: ObservedRun): string[] => look(observed).findings.map(({ code }) => code);
    assert.ok(!codes(ran(Array.from({ length: 10 }, () => result(3000, 6)))).includes('output/no-brevity'));
    const long = look(ran(Array.from({ length: 10 }, () => result(3000, 400)))).findings.find(({ code }) => code === 'output/no-brevity');
    // A quarter of 400, at $10 per million: $1 per 1,000 calls.
    assert.match(long?.message ?? '', /about 400 tokens .* save 100 tokens per call/);
    assert.ok(Math.abs((long?.savingPerThousandUsd ?? 0) - 1) < 1e-9);
  });

  it('count of a verbose schema only the names in the answer', () => {
    const item = { the_label_of_this_customer_ticket: 1 };
    const output = JSON.stringify(Array.from({ length: 30 }, () => item));
    const saving = (reasoning: number): unknown =>
      look(ran(Array.from({ length: 10 }, () => result(reasoning, 300, { output })))).findings.find(
        ({ code }) => code === 'output/verbose-schema',
      )?.savingPerThousandUsd;
    assert.equal(typeof saving(3000), 'number');
    assert.equal(saving(3000), saving(0));
  });

  it('say that thinking has eaten the limit, and name the effort', () => {
    const parameters = { maxOutputTokens: 30 };
    const prompt = PROMPT.replace('luna\n', 'luna\nconfig:\n  maxOutputTokens: 30\n');
    const eaten = (results: readonly ReturnType<typeof result>[], of: Parameters = parameters) =>
      look(ran(results, of), prompt).findings.find(({ code }) => code === 'output/limit-eaten-by-thinking');
    const cut = result(30, 0, { finish: 'length', output: '' });
    assert.match(
      eaten([cut, result(10, 6)])?.message ?? '',
      /thinking at effort medium used up the output limit of 1 of 2 answers, so it is empty/,
    );
    assert.match(eaten([cut])?.hint ?? '', /lower `config\.reasoningEffort`.*`config\.maxOutputTokens`.*Compare Efforts/);
    // A long answer that was cut, an answer that ended, and a limit that is another now.
    assert.equal(eaten([result(24, 6, { finish: 'length' })]), undefined);
    assert.equal(eaten([result(30, 0)]), undefined);
    assert.equal(eaten([cut], { maxOutputTokens: 60 }), undefined);
  });

  it('draw the line of an eaten limit above 80 % of the output', () => {
    const eaten = (reasoning: number, output: number, finish = 'length'): boolean =>
      isLimitEaten({ finish, usage: { ...NO_USAGE, output, reasoning } });
    assert.deepEqual([eaten(81, 100), eaten(80, 100), eaten(100, 100, 'stop'), eaten(0, 0)], [true, false, false, false]);
    assert.equal(isLimitEaten({ finish: 'length', usage: null }), false);
  });
});

describe('a comparison of efforts', () => {
  it('replaces an effort that the prompt writes under another name', () => {
    assert.deepEqual(overParameters({ reasoning_effort: 'high', seed: 1 }, { reasoningEffort: 'low' }), {
      seed: 1,
      reasoningEffort: 'low',
    });
    assert.deepEqual(overParameters({ reasoning: { effort: 'high', summary: 'auto' } }, { reasoningEffort: 'low' }), {
      reasoning: { summary: 'auto' },
      reasoningEffort: 'low',
    });
    assert.deepEqual(overParameters({ output_config: { effort: 'high' } }, { reasoningEffort: 'low' }), { reasoningEffort: 'low' });
    assert.deepEqual(overParameters({ reasoning_effort: 'high' }, { seed: 2 }), { reasoning_effort: 'high', seed: 2 });
  });

  const head = (parameters: Parameters, version = 'v', model = 'm') =>
    ({ parameters, model, prompt: { path: 'p.prompt', name: 'p', version, ref: null } }) as never;

  it('is told from a choice of models, and from other parameters', () => {
    const subject = (...heads: never[]): string => choiceSubject(heads);
    assert.equal(subject(head({ reasoningEffort: 'low' }), head({ reasoningEffort: 'high' })), 'effort');
    assert.equal(subject(head({ reasoningEffort: 'low' }), head({})), 'effort');
    assert.equal(subject(head({ reasoningEffort: 'low' }), head({ reasoningEffort: 'high' }, 'v', 'n')), 'model');
    assert.equal(subject(head({ reasoningEffort: 'low', seed: 1 }), head({ reasoningEffort: 'high', seed: 2 })), 'model');
    assert.equal(subject(head({ seed: 1 }), head({ seed: 2 })), 'model');
  });

  it('runs again with the efforts that were asked for, and other runs with what their prompt says', () => {
    const efforts = [head({ reasoningEffort: 'low' }), head({ reasoningEffort: 'high' })];
    assert.deepEqual(parameterSets(efforts, efforts), [{ reasoningEffort: 'low' }, { reasoningEffort: 'high' }]);
    assert.deepEqual(parameterSets(efforts, efforts.slice(1)), [{ reasoningEffort: 'high' }]);
    const versions = [head({ seed: 1 }, 'v'), head({ seed: 2 }, 'w')];
    assert.deepEqual(parameterSets(versions, versions), []);
  });
});

describe('a run that was observed', () => {
  it('has answers without their thinking', () => {
    const seen = ran([result(300, 6), result(100, 8)]);
    assert.deepEqual(seen.answer, { p50: 6, p95: 8, mean: 7 });
    assert.deepEqual(seen.output, { p50: 108, p95: 306, mean: 207 });
    assert.equal(OBSERVED.answer?.p50, 200);
  });
});
