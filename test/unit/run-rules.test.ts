/** The rules that the command line, the editor, the runtime and batches share: which model, what is refused, what is planned, what it costs. */
import assert from 'node:assert/strict';
import { modelFolder } from '../../src/adapters/models/model-folder.ts';
import { findModel, noModel, resolveModel, type ModelSources } from '../../src/core/config/resolve-model.ts';
import type { Diagnostic } from '../../src/core/problems/diagnostics.ts';
import { ConfigurationError } from '../../src/core/problems/errors.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import type { JudgedPlan } from '../../src/core/judge/judged-plan.ts';
import { addJudgement, NO_JUDGEMENTS, type JudgementCost } from '../../src/core/judge/judgement-cost.ts';
import type { ModelClient } from '../../src/core/model/model-client.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { refuseBroken, refuseBrokenPrompt } from '../../src/core/prompt/refuse-broken.ts';
import { UNKNOWN_CALL_COST, type CallCost } from '../../src/core/run/call-cost.ts';
import {
  asksBefore,
  callsOfAll,
  estimateSpend,
  judgesText,
  likelyText,
  unpricedIn,
  type SpendEstimate,
} from '../../src/core/run/estimate-spend.ts';
import type { Plan, PlannedTarget } from '../../src/core/run/plan.ts';
import { planRun } from '../../src/core/run/plan-run.ts';
import { side } from './compared-side.ts';
import { goldenOf, modelOf, planOf, PRICING } from './run-world.ts';

const thrown = (work: () => unknown): ConfigurationError => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    return error;
  }
  assert.fail('nothing was thrown');
};

describe('the model of a prompt', () => {
  const sources = (given: string | null, own: string | null, config: string | null): ModelSources => ({
    given,
    document: { path: 'a/b.prompt', model: own === null ? null : { id: own, range: { start: 0, end: 1 } } },
    config: { model: config },
  });

  it('is the given one, else that of the prompt, else that of goldset.yaml', () => {
    assert.deepEqual(findModel(sources('x:1', 'y:2', 'z:3')), { id: 'x:1', source: 'given' });
    assert.deepEqual(findModel(sources('x:1', null, null)), { id: 'x:1', source: 'given' });
    assert.deepEqual(findModel(sources(null, 'y:2', 'z:3')), { id: 'y:2', source: 'prompt' });
    assert.deepEqual(findModel(sources(null, null, 'z:3')), { id: 'z:3', source: 'config' });
    assert.equal(findModel(sources(null, null, null)), null);
    assert.deepEqual(resolveModel(sources(null, 'y:2', 'z:3'), 'Name one.'), { id: 'y:2', source: 'prompt' });
  });

  it('is an error with the hint of the caller where nothing names one', () => {
    const { code, message, hint } = thrown(() => resolveModel(sources(null, null, null), 'Pass --model.'));
    assert.deepEqual([code, message, hint], ['model/none', 'a/b.prompt does not set a model.', 'Pass --model.']);
    assert.equal(noModel('c.prompt', 'x').message, 'c.prompt does not set a model.');
  });

  it('has paths relative to the place that names it', () => {
    const places = { file: '/w/a/b.prompt', root: '/w' };
    assert.equal(modelFolder({ id: 'scripted:s.yaml', source: 'prompt' }, places), '/w/a');
    assert.equal(modelFolder({ id: 'scripted:s.yaml', source: 'config' }, { ...places, given: '/home' }), '/w');
    assert.equal(modelFolder({ id: 'scripted:s.yaml', source: 'given' }, { ...places, given: '/home' }), '/home');
    assert.equal(modelFolder({ id: 'scripted:s.yaml', source: 'given' }, places), '/w');
  });
});

describe('a broken prompt', () => {
  const problem = (over: Partial<Diagnostic>): Diagnostic => ({
    code: 'template/syntax',
    severity: 'error',
    message: 'This tag is not closed.',
    path: 'a.prompt',
    range: null,
    ...over,
  });

  it('is refused with its first error; warnings pass', () => {
    refuseBroken([problem({ severity: 'warning' }), problem({ severity: 'info' })]);
    const { code, message, hint } = thrown(() =>
      refuseBroken([problem({ severity: 'warning', code: 'w' }), problem({ hint: 'Close it.' }), problem({ code: 'later' })], {
        hint: 'See.',
      }),
    );
    assert.deepEqual([code, message, hint], ['template/syntax', 'a.prompt: This tag is not closed.', 'Close it.']);
  });

  it('is named as the caller calls it, with a hint of the caller where the error has none', () => {
    const { message, hint } = thrown(() => refuseBroken([problem({})], { called: 'a.prompt at HEAD', hint: 'See goldset check.' }));
    assert.deepEqual([message, hint], ['a.prompt at HEAD: This tag is not closed.', 'See goldset check.']);
    assert.equal(thrown(() => refuseBroken([problem({})])).hint, undefined);
  });

  it('is refused too when its golden set cannot be read, but not for one broken case', () => {
    const loaded = (...golden: Diagnostic[]) => ({
      reading: { document: { path: 'a.prompt', isPartial: false }, diagnostics: [] },
      diagnostics: golden,
    });
    refuseBrokenPrompt(loaded(problem({ code: 'golden/unsupported' }), problem({ code: 'golden/missing-variable' })));
    refuseBrokenPrompt(loaded(problem({ code: 'yaml/syntax', severity: 'warning' })));
    for (const code of ['yaml/syntax', 'golden/too-large', 'golden/not-a-list', 'golden/missing', 'golden/syntax'])
      assert.equal(thrown(() => refuseBrokenPrompt(loaded(problem({ code: 'golden/unsupported' }), problem({ code })))).code, code);
    const own = {
      reading: { document: { path: 'a.prompt', isPartial: false }, diagnostics: [problem({ code: 'own' })] },
      diagnostics: [problem({ code: 'yaml/syntax' })],
    };
    assert.equal(thrown(() => refuseBrokenPrompt(own)).code, 'own');
  });
});

describe('the plan of a run', () => {
  const client = (id: string, over: Partial<ModelClient> = {}): ModelClient => modelOf(() => Promise.resolve({}), { id, ...over });
  const target = (version: string, clients: readonly ModelClient[]): PlannedTarget => {
    const { document } = readPrompt('t.prompt', '{{x}}');
    const { cases } = readGoldenSet('t.golden.jsonl', goldenOf(3));
    return { target: { document, partials: [], listVariables: [], cases, version, ref: null, golden: 'g' }, clients };
  };
  // An id that says what it was made of.
  const hash = (text: string): string => text.replace(/[^\w.]/g, '').replace(/^t\.prompt/, '');
  const shown = ({ candidates }: Plan): string[][] =>
    candidates.map(({ candidate, cases }) => [candidate.id, ...cases.map(({ goldenCase }) => goldenCase.id)]);

  it('has a candidate for each model and each set of parameters, over all cases where nothing is selected', () => {
    const plan = planRun({ targets: [target('v', [client('a:1'), client('b:2')])], parameters: [{ n: 1 }, { n: 2 }], repeats: 2, hash });
    assert.deepEqual(shown(plan), [
      ['va1n1', 'c0', 'c1', 'c2'],
      ['va1n2', 'c0', 'c1', 'c2'],
      ['vb2n1', 'c0', 'c1', 'c2'],
      ['vb2n2', 'c0', 'c1', 'c2'],
    ]);
    assert.deepEqual([plan.repeats, plan.comparisons, plan.shard], [2, [], null]);
  });

  it('has the older side before the newer one, over the same cases, and compares them', () => {
    const older = target('old', [client('a:1')]);
    const plan = planRun({
      targets: [{ ...target('new', [client('a:1')]), only: new Set(['c1']), comparedWith: older }],
      repeats: 1,
      hash,
    });
    assert.deepEqual(shown(plan), [
      ['olda1', 'c1'],
      ['newa1', 'c1'],
    ]);
    assert.deepEqual(plan.comparisons, [{ a: { kind: 'candidate', id: 'olda1' }, b: 'newa1' }]);
  });

  it('pairs each set of parameters with the same one of the older side', () => {
    const own = { ...target('new', [client('a:1')]), comparedWith: target('old', [client('a:1')]) };
    const plan = planRun({ targets: [own], parameters: [{ n: 1 }, { n: 2 }], repeats: 1, hash });
    assert.deepEqual(
      plan.comparisons.map(({ a, b }) => [a.kind === 'candidate' && a.id, b]),
      [
        ['olda1n1', 'newa1n1'],
        ['olda1n2', 'newa1n2'],
      ],
    );
  });

  it('does not run a side of an earlier run again', () => {
    const stored = side('a', 'P');
    const plan = planRun({ targets: [{ ...target('new', [client('a:1')]), comparedWith: stored }], repeats: 1, hash });
    assert.deepEqual(
      shown(plan).map(([id]) => id),
      ['newa1'],
    );
    assert.deepEqual(plan.comparisons, [{ a: { kind: 'stored', side: stored }, b: 'newa1' }]);
  });

  it('compares nothing where a side is missing', () => {
    const plan = planRun({ targets: [{ ...target('new', [client('a:1')]), comparedWith: null }], repeats: 1, hash });
    assert.deepEqual([plan.candidates.length, plan.comparisons], [1, []]);
  });
});

describe('the spend of a run', () => {
  // PRICING: 1 USD per million input tokens, 2 per million output tokens. A usual call, 1000 and 500 tokens, is 0.002 USD.
  const USUAL = 0.002;
  const priced = modelOf(() => Promise.resolve({}), { id: 'a:priced' });
  const other = modelOf(() => Promise.resolve({}), { id: 'b:other', endpoint: 'other' });
  const unpriced = modelOf(() => Promise.resolve({}), { id: 'c:unpriced', endpoint: 'third', pricing: null });
  const scripted = modelOf(() => Promise.resolve({}), { id: 'scripted:s', endpoint: 'fourth', pricing: null, source: 'scripted' });
  const NO_JUDGES: JudgedPlan = { clients: [], judgements: 0 };
  const near = (actual: number | null, expected: number): void =>
    assert.ok(actual !== null && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
  const callCost = (likely: number | null, rest: Partial<CallCost> = {}): CallCost => ({ ...UNKNOWN_CALL_COST, likely, ...rest });
  const costs =
    (known: Readonly<Record<string, number>>) =>
    ({ client }: Plan['candidates'][number]['candidate']) =>
      callCost(known[client.id] ?? null);
  const callsOf = (plan: Plan, ...calls: number[]): Map<string, number> =>
    new Map(plan.candidates.map(({ candidate }, i) => [candidate.id, calls[i] ?? 0]));

  it('is the sum of calls times their cost, candidate by candidate, not the mean over all', () => {
    const plan = planOf(goldenOf(10), [priced, other], { repeats: 3 });
    const perCallUsd = costs({ 'a:priced': 0.01, 'b:other': 0.5 });
    const all = estimateSpend({ plan, judged: NO_JUDGES, callsOf: callsOfAll(plan), perCallUsd });
    // 10 cases × 3 repeats: 30 × 0.01 + 30 × 0.5.
    assert.equal(all.calls, 60);
    near(all.likelyUsd, 15.3);
    near(all.assumedUsd, 15.3);
    // All answers of the expensive one are known: 30 × 0.01, where half of the whole would be 7.65.
    const rest = estimateSpend({ plan, judged: NO_JUDGES, callsOf: callsOf(plan, 30, 0), perCallUsd });
    assert.equal(rest.calls, 30);
    near(rest.likelyUsd, 0.3);
  });

  it('is not known where the cost of a call is not, and is assumed from calls of usual length for those alone', () => {
    const plan = planOf(goldenOf(10), [priced, other]);
    const spend = estimateSpend({ plan, judged: NO_JUDGES, callsOf: callsOfAll(plan), perCallUsd: costs({ 'b:other': 0.5 }) });
    assert.equal(spend.likelyUsd, null);
    near(spend.assumedUsd, 10 * USUAL + 10 * 0.5);
    // A call that is not made does not have to be known.
    const rest = estimateSpend({ plan, judged: NO_JUDGES, callsOf: callsOf(plan, 0, 10), perCallUsd: costs({ 'b:other': 0.5 }) });
    near(rest.likelyUsd, 5);
  });

  it('is a range where a call’s thinking is not measured, and its upper end decides whether to ask', () => {
    const plan = planOf(goldenOf(10), [priced, other]);
    const open: CallCost = { ...UNKNOWN_CALL_COST, low: 0.001, high: 0.2, thinking: { likely: null, low: 0, high: 0.19 } };
    const perCallUsd = ({ client }: Plan['candidates'][number]['candidate']): CallCost =>
      client.id === 'a:priced' ? open : callCost(0.5, { thinking: { likely: 0.3, low: null, high: null } });
    const spend = estimateSpend({ plan, judged: NO_JUDGES, callsOf: callsOfAll(plan), perCallUsd });
    assert.deepEqual([spend.likelyUsd, spend.thinkingUsd], [null, null]);
    // 10 × 0.001 + 10 × 0.5, and 10 × 0.2 + 10 × 0.5.
    near(spend.rangeUsd?.low ?? null, 5.01);
    near(spend.rangeUsd?.high ?? null, 7);
    near(spend.assumedUsd, 7);
    assert.equal(likelyText(spend), '$5.01 to $7.00: thinking is not measured yet, so it may take the whole output limit');
    const known = estimateSpend({ plan, judged: NO_JUDGES, callsOf: callsOf(plan, 0, 10), perCallUsd });
    near(known.thinkingUsd, 3);
    assert.equal(likelyText(known), 'about $5.00, $3.00 of it thinking');
    assert.equal(likelyText({ likelyUsd: null, rangeUsd: null, thinkingUsd: null }), 'cost not known yet');
  });

  it('leaves out what has no price, and names it once; a scripted model is free', () => {
    const plan = planOf(goldenOf(4), [priced, unpriced, scripted]);
    const judged = { clients: [unpriced, scripted], judgements: 4 };
    const spend = estimateSpend({ plan, judged, callsOf: callsOfAll(plan), perCallUsd: costs({ 'a:priced': 0.01 }) });
    assert.deepEqual([spend.likelyUsd, spend.unpriced], [null, ['c:unpriced']]);
    near(spend.assumedUsd, 0.04);
    assert.deepEqual(unpricedIn({ plan, judged: NO_JUDGES, callsOf: callsOf(plan, 4, 0, 4) }), []);
    const free = planOf(goldenOf(4), [scripted]);
    near(estimateSpend({ plan: free, judged: NO_JUDGES, callsOf: callsOfAll(free), perCallUsd: () => callCost(null) }).likelyUsd, 0);
  });

  it('counts each judgement as a call of usual length to the most expensive judge', () => {
    const plan = planOf(goldenOf(5), [priced], { repeats: 2 });
    const cheap: ModelClient = {
      ...priced,
      id: 'j:cheap',
      pricing: { ...PRICING, worstCaseUsd: (input, output) => (input + output) / 1e7 },
    };
    const judged = { clients: [cheap, other], judgements: 20 };
    const spend = estimateSpend({ plan, judged, callsOf: callsOfAll(plan), perCallUsd: costs({ 'a:priced': 0.01 }) });
    assert.deepEqual([spend.calls, spend.judgements], [10, 20]);
    near(spend.likelyUsd, 0.1);
    near(spend.assumedUsd, 0.1 + 20 * USUAL);
    assert.equal(judgesText(judged), ', and 20 judgements by j:cheap, b:other');
    assert.equal(judgesText(NO_JUDGES), '');
  });

  it('has a band for judges: their answers may be shorter, longer, or thought about up to the limit', () => {
    const spec = { type: 'llm-rubric', value: 'x'.repeat(40) };
    // 440 characters are 100 tokens at 4.4, 70 to 130 with the band. USD per million: 1 in, 2 out.
    const cost = (thinksAtMost?: number | null): JudgementCost =>
      addJudgement(NO_JUDGEMENTS, spec, [{ client: priced, characters: 400, ...(thinksAtMost === undefined ? {} : { thinksAtMost }) }]);
    near(cost().usd * 1e6, 100 + 2 * 90);
    near(cost().lowUsd * 1e6, 70 + 2 * 20);
    near((cost().highUsd ?? NaN) * 1e6, 130 + 2 * 250);
    near((cost(2000).highUsd ?? NaN) * 1e6, 130 + 2 * 2000);
    assert.equal(cost(null).highUsd, null);
    const plan = planOf(goldenOf(5), [priced], { repeats: 2 });
    const [entry] = plan.candidates;
    assert.ok(entry);
    const estimate = (judge: JudgementCost, known: Readonly<Record<string, number>>): SpendEstimate =>
      estimateSpend({
        plan,
        judged: { clients: [other], judgements: 10, costs: new Map([[entry.candidate.id, { ...judge, judgements: 5 }]]) },
        callsOf: callsOfAll(plan),
        perCallUsd: costs(known),
      });
    // Two repeats of five cases; the graded answer is of usual length: 500 tokens at 1.
    const graded = 2 * 500e-6;
    const { judgesRangeUsd, judgesUsd } = estimate(cost(2000), { 'a:priced': 0.01 });
    near(judgesUsd, 2 * 280e-6 + graded);
    near(judgesRangeUsd?.low ?? null, 2 * 110e-6 + graded);
    near(judgesRangeUsd?.high ?? null, 2 * 4130e-6 + graded);
    assert.match(
      likelyText(estimate(cost(2000), { 'a:priced': 0.01 })),
      /, \$0\.0016 of it for judges \(not measured: \$0\.0012 to \$0\.0093\)$/,
    );
    assert.match(likelyText(estimate(cost(null), { 'a:priced': 0.01 })), /\(not measured: \$0\.0012 and more\)$/);
    assert.equal(estimate(NO_JUDGEMENTS, { 'a:priced': 0.01 }).judgesRangeUsd, null);
  });

  it('is asked about above the limit, where something is asked for at all', () => {
    const spend = { calls: 1, judgements: 0, likelyUsd: null, rangeUsd: null, thinkingUsd: null, assumedUsd: 0.2, unpriced: [] };
    assert.equal(asksBefore(spend, 0.2), false);
    assert.equal(asksBefore(spend, 0.19), true);
    assert.equal(asksBefore(spend, 0), true);
    // 0.10 USD where goldset.yaml does not say.
    assert.deepEqual([asksBefore({ ...spend, assumedUsd: 0.1 }, null), asksBefore({ ...spend, assumedUsd: 0.11 }, null)], [false, true]);
    assert.equal(asksBefore({ ...spend, calls: 0 }, 0.1), false);
    assert.equal(asksBefore({ ...spend, calls: 0, judgements: 100 }, 0.1), true);
  });

  it('of all samples is never below that of some of them', () => {
    const plan = planOf(goldenOf(6), [priced, other, unpriced]);
    const judged = { clients: [other], judgements: 6 };
    for (const known of [{}, { 'a:priced': 3 }, { 'b:other': 0.0001 }, { 'a:priced': 3, 'b:other': 0.0001, 'c:unpriced': 1 }]) {
      const of = (calls: Map<string, number>) => estimateSpend({ plan, judged, callsOf: calls, perCallUsd: costs(known) }).assumedUsd;
      for (const some of [
        [0, 0, 0],
        [6, 0, 0],
        [0, 6, 6],
        [3, 2, 1],
      ])
        assert.ok(of(callsOf(plan, ...some)) <= of(callsOfAll(plan)) + 1e-12);
    }
  });
});
