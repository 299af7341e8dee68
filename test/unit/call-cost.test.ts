/** What one call of a run costs, before and after its thinking is measured; by hand. */
import assert from 'node:assert/strict';
import { callCostOf } from '../../src/core/run/call-cost.ts';
import { analyse, FACTS, RULE } from './analyse.ts';
import { costOfCalls, type CaseCost, type RunCost } from '../../src/core/economics/run-cost.ts';
import { costReport, type ModelCost } from '../../src/core/economics/cost-report.ts';
import { UNKNOWN_CAPABILITIES } from '../../src/core/economics/data/capability-row.ts';
import type { RunTarget } from '../../src/core/prompt/run-target.ts';
import type { ModelFacts } from '../../src/core/economics/model-facts.ts';

const THINKING: Partial<ModelFacts> = {
  caching: null,
  capabilities: {
    ...UNKNOWN_CAPABILITIES,
    thinking: { mode: 'always', budget: null },
    ...{ outputLimit: 1000, source: 's', date: '2026-11-01', basis: 'exact', row: 'r' },
  },
};

function costOf(facts: Partial<ModelFacts>, parameters = ''): ModelCost {
  const { evidence, analysis } = analyse({ prompt: `---\nmodel: test:model\n${parameters}---\nhi`, facts });
  const [cost] = costReport(
    { document: evidence.reading.document, version: 'v', cases: [] } as unknown as RunTarget,
    analysis,
    [],
    new Date('2026-11-28'),
  ).models;
  assert.ok(cost);
  return cost;
}

const near = (actual: number | null, expected: number): void =>
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-12, `${actual} instead of ${expected}`);

describe('the cost of one call', () => {
  it('of a batch is at the price of the batch before the first run, where thinking is not measured', () => {
    const cost = costOf(THINKING);
    const [whole, batch] = [callCostOf(cost, false), callCostOf(cost, true)];
    assert.deepEqual([whole.likely, batch.likely], [null, null]);
    // 1,000 output tokens at most, at $10 a million.
    near(whole.thinking.high, 0.01);
    near(batch.thinking.high, 0.005);
    assert.ok(whole.low !== null && whole.high !== null);
    near(batch.low, whole.low / 2);
    near(batch.high, whole.high / 2);
  });
  it('of a batch without a price is no more than that of a single call, and has no lower end', () => {
    const { price } = FACTS;
    assert.ok(price);
    const cost = costOf({ ...THINKING, price: { ...price, service: { batch: null, flex: null, priority: null } } });
    const [whole, batch] = [callCostOf(cost, false), callCostOf(cost, true)];
    assert.deepEqual([batch.low, batch.high], [null, whole.high]);
  });
  it('of a batch is not that of the service which the prompt names', () => {
    const { price } = FACTS;
    assert.ok(price);
    const facts = { ...THINKING, price: { ...price, service: { batch: 0.5, flex: null, priority: 2 } } };
    const [plain, priority] = [costOf(facts), costOf(facts, 'config: { service_tier: priority }\n')];
    near(callCostOf(priority, false).high, 2 * (callCostOf(plain, false).high ?? NaN));
    near(callCostOf(priority, true).high, callCostOf(plain, true).high ?? NaN);
    near(callCostOf(priority, true).thinking.high, 0.005);
  });
});

describe('the cost of the calls of a run', () => {
  // USD: cold 10, warm 2, again 1; the second case shares nothing with the first, and the third shares all.
  const costs: CaseCost[] = [
    { case: 'a', cold: 10, warm: 2, inOrder: 10, again: 1 },
    { case: 'b', cold: 10, warm: 2, inOrder: 10, again: 1 },
    { case: 'c', cold: 10, warm: 2, inOrder: 2, again: 1 },
  ];
  const of = (calls: number, cases = ['a', 'b', 'c'], repeats = 1): number => costOfCalls(costs, { cases, repeats, calls });

  it('is that of each case in order: one cold call per prefix, the rest warm, and a repeat reads its own request', () => {
    near(of(3), 10 + 10 + 2);
    near(of(6, ['a', 'b', 'c'], 2), 10 + 10 + 2 + 3);
    near(of(0), 0);
  });

  it('of some of the cases has one cold call, and never less for more calls', () => {
    near(of(1, ['c']), 10);
    near(of(2, ['b', 'c']), 10 + 2);
    // Of three cases two are open: the first cold, the other the mean of what follows.
    near(of(2), 10 + (10 + 2) / 2);
    for (let calls = 0; calls < 9; calls++) assert.ok(of(calls + 1, ['a', 'b', 'c'], 3) >= of(calls, ['a', 'b', 'c'], 3));
  });

  it('of more cases than were counted takes those as the others', () => {
    near(of(4, ['a', 'b', 'c', 'd']), 10 + 3 * ((10 + 2) / 2));
  });

  it('is half for a batch without marks, and knows the marks where they are sent', () => {
    const words = Array.from({ length: 100 }, () => ' apple').join('');
    const prompt = `---\nmodel: test:model\nconfig: { maxOutputTokens: 10 }\n---\n{{role "system"}}${words}\n{{role "user"}}{{q}}`;
    const cases = ['one', 'two', 'six'].map((q) => ({ vars: { q } }));
    const runOf = (facts: Partial<ModelFacts>): RunCost | undefined => analyse({ prompt, cases, facts }).analysis.models[0]?.run;
    const total = (list: readonly CaseCost[] | null | undefined): number => (list ?? []).reduce((sum, cost) => sum + cost.inOrder, 0);
    const marked = { ...RULE, kind: 'marked' } as const;
    const cache = { marks: false, ttlSeconds: null, isLong: false };
    const [plain, sent] = [
      runOf({ caching: marked, cache, api: 'messages' }),
      runOf({ caching: marked, cache: { ...cache, marks: true }, api: 'messages' }),
    ];
    near(total(plain?.batch), total(plain?.live) / 2);
    // 105 tokens of system text with its frame: written once at 2.5 instead of 2, read twice at 0.2, US dollars a million.
    near(total(plain?.live) - total(sent?.live), (105 * (2 * 1.8 - 0.5)) / 1e6);
    near(total(sent?.batch), total(sent?.live) / 2);
  });
});
