/** Findings at their borders: when each is one, and what it says it saves. By hand. */
import assert from 'node:assert/strict';
import * as budget from '../../src/core/economics/findings/budget.ts';
import { switchedOff } from '../../src/core/economics/findings/find.ts';
import { finding, inputSaving, isWorthReporting, outputSaving, outputTime, severityOf } from '../../src/core/economics/findings/finding.ts';
import type { FindingCode } from '../../src/core/economics/findings/finding.ts';
import * as prefix from '../../src/core/economics/findings/prefix.ts';
import type { Finding } from '../../src/core/economics/findings/finding.ts';
import { analyse, FACTS, OBSERVED, type Situation } from './analyse.ts';
import { type Given, evidence, only, near } from './finding-evidence.ts';

describe('what a finding saves', () => {
  it('is worth a warning from 5 cents per thousand calls, with traffic from a dollar a day, or from 200 ms', () => {
    const traffic = (callsPerDay: number): Given => ({ analysis: { traffic: { callsPerDay } } });
    const severity = (given: Given, usd: number | null, ms: number | null): string => severityOf(evidence(given), usd, ms);
    assert.deepEqual([severity({}, 0.05, null), severity({}, 0.049, null), severity({}, null, null)], ['warning', 'info', 'info']);
    assert.deepEqual([severity({}, null, 200), severity({}, null, 199)], ['warning', 'info']);
    assert.deepEqual(
      [severity(traffic(1000), 1, null), severity(traffic(999), 1, null), severity(traffic(1e9), null, null)],
      ['warning', 'info', 'info'],
    );
    assert.equal(severity(traffic(1), 9, 200), 'warning');
  });

  it('is reported from one cent per thousand calls or 200 ms per call; what is not known is reported', () => {
    const worth = (code: FindingCode, savingPerThousandUsd: number | null, savingMsPerCall: number | null = null): boolean =>
      isWorthReporting(finding(evidence(), code, { message: 'm', hint: 'h', savingPerThousandUsd, savingMsPerCall }));
    assert.deepEqual(
      [worth('input/repeated-text', 0.01), worth('input/repeated-text', 0.0099), worth('input/repeated-text', null)],
      [true, false, true],
    );
    assert.deepEqual([worth('output/no-brevity', 0.001, 199), worth('output/no-brevity', 0.001, 200)], [false, true]);
    // A limit that the author has set, and a field that is not tested, are not about the saving.
    assert.deepEqual([worth('budget/cost', 0.001), worth('output/unused-field', 0.001)], [true, true]);
  });

  it('is money by the rates, and time by the speed of past runs', () => {
    const { model } = evidence();
    near(inputSaving(model, 1000), 2);
    near(outputSaving(model, 1000), 10);
    near(outputTime(model, 50), 500);
    const noPrice = evidence({ model: { facts: { ...FACTS, price: null }, observed: null } }).model;
    assert.deepEqual([inputSaving(noPrice, 1), outputSaving(noPrice, 1), outputTime(noPrice, 1)], [null, null, null]);
    assert.deepEqual([inputSaving(null, 1), outputSaving(null, 1), outputTime(null, 1)], [null, null, null]);
    assert.equal(outputTime(evidence({ model: { observed: { ...OBSERVED, tokensPerSecond: null } } }).model, 1), null);
  });

  it('stands beside the place of the finding', () => {
    const plain = finding(evidence(), 'budget/cost', { message: 'm', hint: 'h' });
    assert.deepEqual(plain, {
      code: 'budget/cost',
      model: 'test:model',
      severity: 'info',
      path: 'p.prompt',
      range: null,
      message: 'm',
      hint: 'h',
      savingPerThousandUsd: null,
      savingMsPerCall: null,
    });
    const saving = finding(evidence({ model: null }), 'budget/cost', {
      message: 'm',
      hint: 'h',
      savingPerThousandUsd: 1,
      savingMsPerCall: 2,
      path: 'q',
    });
    assert.deepEqual(
      [saving.model, saving.severity, saving.savingPerThousandUsd, saving.savingMsPerCall, saving.path],
      [null, 'warning', 1, 2, 'q'],
    );
  });
});

describe('budgets', () => {
  it('are exceeded above them, and not at them', () => {
    const cost = (costUsd: number) => only(budget.costBudget, { budget: { costUsd } });
    assert.equal(cost(0.002), null);
    assert.deepEqual([cost(0.001)?.severity, cost(0.001)?.code], ['warning', 'budget/cost']);
    near(cost(0.0015)?.savingPerThousandUsd, 0.5);
    const ttft = (ttftMs: number) => only(budget.ttftBudget, { budget: { ttftMs } });
    assert.deepEqual([ttft(1500), ttft(1400)?.savingMsPerCall, ttft(1400)?.severity], [null, 100, 'warning']);
    const tokens = (outputTokens: number) => only(budget.outputBudget, { budget: { outputTokens } });
    assert.equal(tokens(300), null);
    assert.deepEqual([tokens(250)?.savingPerThousandUsd, tokens(250)?.severity], [null, 'warning']);
    near(tokens(200)?.savingPerThousandUsd, (10 * 10) / 1000);
    near(tokens(200)?.savingMsPerCall, 1000);
    assert.match(tokens(200)?.message ?? '', /300 tokens at p95 \(from the last run\), over the budget of 200/);
    const basis = (of: string): string =>
      only(budget.outputBudget, { budget: { outputTokens: 1 }, model: { output: { p95: 2, mean: null, basis: of } } })?.message ?? '';
    assert.match(basis('observed-elsewhere'), /another model's run/);
    assert.match(basis('golden'), /golden cases expect/);
    assert.match(basis('limit'), /from the limit/);
    assert.match(basis('unknown'), /unknown/);
  });

  it('say nothing that is not declared or not known', () => {
    for (const detect of [budget.costBudget, budget.ttftBudget, budget.outputBudget, budget.tooSlow, budget.batchEligible]) {
      assert.equal(only(detect, { budget: null }), null);
      assert.equal(only(detect, { budget: {} }), null);
      assert.equal(only(detect, { budget: { costUsd: 0, ttftMs: 0, outputTokens: 0, interaction: 'background' }, model: null }), null);
    }
    assert.equal(only(budget.costBudget, { budget: { costUsd: 0 }, cost: { costPerCallUsd: { expected: null } } }), null);
    assert.equal(only(budget.ttftBudget, { budget: { ttftMs: 0 }, model: { observed: null } }), null);
    assert.equal(only(budget.outputBudget, { budget: { outputTokens: 0 }, model: { output: { p95: null } } }), null);
  });

  it('of patience follow from how answers are used', () => {
    const slow = (interaction: string, p95: number, over: object = {}) =>
      only(budget.tooSlow, { budget: { interaction, ...over }, model: { observed: { ...OBSERVED, ttftMs: { p50: 1, p95 } } } });
    assert.deepEqual(
      [slow('chat', 1000), slow('chat', 1001)?.savingMsPerCall, slow('autocomplete', 300), slow('autocomplete', 350)?.savingMsPerCall],
      [null, 1, null, 50],
    );
    assert.match(slow('chat', 1001)?.message ?? '', /; a chat should start within/);
    assert.match(slow('autocomplete', 301)?.message ?? '', /; autocompletion should start within/);
    assert.deepEqual(
      [slow('background', 9999), slow('chat', 9999, { ttftMs: 5000 }), slow('chat', 1001)?.severity],
      [null, null, 'warning'],
    );
    assert.equal(only(budget.tooSlow, { budget: { interaction: 'chat' }, model: { observed: null } }), null);
  });

  it('let work in the background go by batch where that is cheaper', () => {
    const batch = (expected: number | null, price: number | null, interaction = 'background') =>
      only(budget.batchEligible, { budget: { interaction }, cost: { costPerCallUsd: { expected, batch: price } } });
    near(batch(0.002, 0.001)?.savingPerThousandUsd, 1);
    assert.deepEqual([batch(0.002, 0.002), batch(null, 0.001), batch(0.002, null), batch(0.002, 0.001, 'chat')], [null, null, null, null]);
  });
});

describe('findings about the prefix', () => {
  /** Each word is one token. */
  const text = (n: number): string => Array.from({ length: n }, () => ' apple').join('');
  const situation = (system: string, over: Partial<Situation> = {}): Situation => ({
    prompt: `---\nmodel: test:model\nconfig: { maxOutputTokens: 9 }\n---\n{{role "system"}}${system}\n{{role "user"}}{{q}}`,
    cases: ['Ada', 'Ben', 'Cem', 'Dea'].map((name) => ({ vars: { name, at: '2026-11-23T09:30', day: '2026-11-23', q: `${name} has it` } })),
    ...over,
  });
  const found = (code: FindingCode, system: string, over: Partial<Situation> = {}): Finding | undefined =>
    analyse(situation(system, over)).findings.find((item) => item.code === code);
  const volatile = (system: string, over: Partial<Situation> = {}) => found('prefix/volatile-first', system, over);

  it('see what stands before static text, and what a replay with it in front saves', () => {
    const first = volatile(`Help {{name}}.${text(100)}`);
    // Four tokens begin the message and its first word; 100 more would be read at 0.2 instead of 2 US dollars a million.
    assert.ok(
      first?.savingPerThousandUsd && Math.abs(first.savingPerThousandUsd - (106 * 1.8) / 1000) < 0.01,
      String(first?.savingPerThousandUsd),
    );
    assert.match(first.message, /^`\{\{name\}\}` comes before 10\d static tokens, so the provider can’t cache them/);
    assert.match(volatile(`{{#if name}}Help.{{else}}Wait.{{/if}}${text(100)}`)?.message ?? 'none', /none/);
    assert.equal(volatile(`Help {{name}}.${text(20)}`), undefined);
    assert.equal(volatile(`${text(100)} {{name}}`), undefined);
    assert.equal(volatile(`Help {{name}}.${text(100)}`, { facts: { caching: null } }), undefined);
    const unpriced = volatile(`Help {{name}}.${text(100)}`, { facts: { price: null } });
    assert.deepEqual([unpriced?.code, unpriced?.savingPerThousandUsd], ['prefix/volatile-first', null]);
  });

  it('do not call uncacheable what enough calls share', () => {
    const tenants = (names: readonly string[]) =>
      volatile(`Help {{name}}.${text(100)}`, { cases: names.map((name, i) => ({ vars: { name, q: `${i} is it` } })) });
    const shared = tenants(['Ada', 'Ben', 'Ada', 'Ben']);
    assert.equal(shared, undefined);
    const partly = tenants(['Ada', 'Ben', 'Ada', 'Cem']);
    assert.match(partly?.message ?? '', /caches them only for calls with the same text before them/);
  });

  it('see what changes by itself; a day’s date costs one miss a day', () => {
    const time = found('prefix/nondeterministic', `It is {{at}}.${text(100)}`);
    assert.match(time?.message ?? '', /^`\{\{at\}\}` is a time, which changes on every call\. The 10\d static tokens/);
    assert.match(time?.hint ?? '', /print the day instead of the time/);
    assert.ok(time?.savingPerThousandUsd && Math.abs(time.savingPerThousandUsd - (106 * 1.8) / 1000) < 0.01);
    for (const day of [
      ['2026-11-23', '2026-11-23'],
      ['2026-11-23', '2026-11-24'],
    ]) {
      const cases = day.map((date, i) => ({ vars: { date, q: `${i} is it` } }));
      assert.deepEqual(
        analyse(situation(`It is {{date}}.${text(100)}`, { cases })).findings.filter((item) => item.code.startsWith('prefix/')),
        [],
      );
    }
  });

  it('see what a deploy makes the provider forget', () => {
    const edited = (over: object = {}, model: object | null = {}) =>
      only(prefix.edited, { analysis: { invalidation: { ref: 'HEAD', shared: 40, tokens: 60, source: null, at: null, ...over } }, model });
    assert.match(
      edited()?.message ?? '',
      /^Since HEAD the prefix changes after 40 tokens: .* invalidates 60 cached tokens.* \(\$0\.00015 per cache\)\.$/,
    );
    assert.deepEqual([edited()?.severity, edited()?.range, edited()?.savingPerThousandUsd], ['info', null, null]);
    const source = { path: 'q', range: { start: 3, end: 9 } };
    assert.deepEqual([edited({ source })?.path, edited({ source })?.range], ['q', { start: 3, end: 9 }]);
    assert.deepEqual(
      [edited({ tokens: 31 }), edited({ shared: 3 }), edited({}, null), edited({}, { facts: { ...FACTS, caching: null } })],
      [null, null, null, null],
    );
    assert.notEqual(edited({ shared: 4 }), null);
    assert.notEqual(edited({ tokens: 32 }), null);
    const block = { facts: { ...FACTS, caching: FACTS.caching && { ...FACTS.caching, block: 61 } } };
    assert.equal(edited({}, block), null);
    const input = { facts: { ...FACTS, price: FACTS.price && { ...FACTS.price, rates: { ...FACTS.price.rates, cacheWriteShort: null } } } };
    assert.match(edited({}, input)?.message ?? '', /\(\$0\.00012 per cache\)/);
    assert.doesNotMatch(edited({}, { facts: { ...FACTS, price: null } })?.message ?? '', /for each cache/);
    assert.equal(only(prefix.edited, {}), null);
  });
});

describe('comments that switch findings off', () => {
  it('name codes or areas', () => {
    assert.deepEqual(switchedOff('{{! goldset-off prefix/edited }}'), ['prefix/edited']);
    assert.deepEqual(switchedOff('{{~!-- goldset-off: output, input/x --}}\n# goldset-off budget'), ['output', 'input/x', 'budget']);
    assert.deepEqual(switchedOff('{{!-- goldset-off a--}}'), ['a']);
    assert.deepEqual([switchedOff('goldset-off a'), switchedOff('{{ goldset-off a }}'), switchedOff('# goldset-offa')], [[], [], []]);
  });
});
