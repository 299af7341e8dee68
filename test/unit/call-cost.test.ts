/** What one call of a run costs, before and after its thinking is measured; by hand. */
import assert from 'node:assert/strict';
import { callCostOf } from '../../src/core/run/call-cost.ts';
import { analyse, FACTS } from './analyse.ts';
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
