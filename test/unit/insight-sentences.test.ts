import assert from 'node:assert/strict';
import { alertSentence, causesSentence, headline, missesText, worseSentence } from '../../src/core/feedback/insights/insight-sentences.ts';
import type { Insights } from '../../src/core/feedback/insights/insights.ts';
import type { WorseSignal } from '../../src/core/feedback/insights/signals/signal-tests.ts';
import type { UnitAlert } from '../../src/core/feedback/insights/units/unit-alerts.ts';
import type { UnitInsight } from '../../src/core/feedback/insights/units/unit-insight.ts';

const alert = (over: Partial<UnitAlert> = {}): UnitAlert => ({
  at: '2026-11-04T09:30:00.000Z',
  from: 'a@1',
  to: 'a@2',
  ratio: 2.94,
  low: 2.7,
  high: 3.04,
  rose: 'both',
  mean: { ratio: 2.94, low: 2.7, high: 3.04 },
  typical: { ratio: 2.5, low: 2.1, high: 2.9 },
  p: 0.00042,
  usdAtStake: 12.5,
  causes: [],
  ...over,
});
const unit = (action: string, over: Partial<UnitInsight> = {}): UnitInsight => ({
  action,
  by: null,
  n: 10,
  costPerActionUsd: 0.01,
  interval: null,
  unknown: 0,
  series: [],
  alerts: [],
  budget: null,
  ...over,
});
const insights = (over: Partial<Insights>): Insights => ({
  schema: 'goldset.insights/1',
  window: null,
  keptDays: [],
  interactions: 1200,
  units: [],
  cache: null,
  signals: [],
  worse: [],
  changed: [],
  tested: { actions: 2, signals: 1, scores: null },
  ...over,
});
const reported: WorseSignal = {
  signal: 'reported',
  prompt: 'answer',
  from: '1',
  to: '2',
  at: '2026-11-05T00:00:00.000Z',
  before: { n: 100, count: 1, rate: 0.01 },
  after: { n: 100, count: 9, rate: 0.09 },
  p: 0.0009,
};

describe('insights in words', () => {
  const exceeded = unit('email', { budget: { costUsd: 0.01, recentUsd: 0.02, isExceeded: true } });

  it('begin with what costs most: what got more expensive, then a budget, then a signal, then what was tested', () => {
    const rises = [unit('email', { alerts: [alert({ usdAtStake: 3 })] }), unit('document', { alerts: [alert()] })];
    const found = [
      headline(insights({ units: [...rises, exceeded], worse: [reported] })),
      headline(insights({ units: [unit('document', { alerts: [alert()] })] })),
      headline(insights({ units: [unit('document'), exceeded], worse: [reported] })),
      headline(insights({ worse: [reported] })),
      headline(insights({})),
      headline(insights({ units: null, worse: null, tested: { actions: null, signals: 4, scores: null } })),
      headline(insights({ tested: { actions: 0, signals: 0, scores: null } })),
    ];
    assert.deepEqual(found, [
      'One document costs 2.9× what it did before 2026-11-04: about $12.50 more in 30 days. 1 more got more expensive.',
      'One document costs 2.9× what it did before 2026-11-04: about $12.50 more in 30 days.',
      'One email costs $0.020, above its budget of $0.010.',
      'answer: reported 1 % → 9 % since 2026-11-05, version 1 → 2 (p = 0.0009).',
      'No change for the worse was found in the mean and typical cost of 2 types of action and 1 signal, compared with the weeks before (1,200 interactions).',
      'No change for the worse was found in 4 signals, compared with the weeks before (1,200 interactions).',
      'There are too few days or calls to test for changes (1,200 interactions).',
    ]);
  });

  it('name the versions only where the version changed', () => {
    const range = '(95 %: 2.7 to 3.0; typical action 2.5×, 95 %: 2.1 to 2.9; p = 0.0004), about $12.50 more in 30 days';
    assert.equal(alertSentence(alert()), `2.9× the cost since 2026-11-04, a@1 → a@2 ${range}`);
    for (const over of [{ to: 'a@1' }, { from: null }, { to: null }])
      assert.equal(alertSentence(alert(over)), `2.9× the cost since 2026-11-04 ${range}`);
    assert.match(worseSentence({ ...reported, from: null, p: 0 }), /version \? → 2 \(p < 1e-300\)$/);
  });

  it('say which of the mean and the typical action rose, and what the other one is', () => {
    const mean = alert({ rose: 'mean', typical: { ratio: 1.02, low: 0.97, high: 1.08 } });
    const typical = alert({ rose: 'typical', ratio: 2.5, low: 2.1, high: 2.9 });
    assert.deepEqual(
      [mean, typical].map((one) => [headline(insights({ units: [unit('document', { alerts: [one] })] })), alertSentence(one)]),
      [
        [
          'The mean cost of one document is 2.9× what it was before 2026-11-04: about $12.50 more in 30 days.',
          '2.9× the mean cost since 2026-11-04, a@1 → a@2 (95 %: 2.7 to 3.0; typical action 1.0×, 95 %: 1.0 to 1.1; p = 0.0004), about $12.50 more in 30 days',
        ],
        [
          'A typical document costs 2.5× what it did before 2026-11-04: about $12.50 more in 30 days.',
          '2.5× the cost of a typical action since 2026-11-04, a@1 → a@2 (95 %: 2.1 to 2.9; mean 2.9×, 95 %: 2.7 to 3.0; p = 0.0004), about $12.50 more in 30 days',
        ],
      ],
    );
  });

  it('name the version in which a signal got worse by itself', () => {
    assert.equal(worseSentence({ ...reported, from: '2' }), 'answer: reported 1 % → 9 % since 2026-11-05, within version 2 (p = 0.0009)');
  });

  it('leave out factors that did not move', () => {
    const causes: UnitAlert['causes'] = [
      { factor: 'cache share', ratio: 2.97 },
      { factor: 'tokens per call', ratio: 1.04 },
      { factor: 'calls per action', ratio: 0.94 },
      { factor: 'price', ratio: 1 },
    ];
    assert.equal(causesSentence(alert({ causes })), 'by cache share × 2.97, calls per action × 0.94');
    assert.equal(causesSentence(alert({ causes: causes.slice(1, 2) })), '');
  });

  it('count the misses of a cache by their cause', () => {
    const prefix = { version: 'a@1', model: 'm', n: 9, input: 9, predicted: 9, reported: 0, lostUsd: 1, hours: [] };
    const misses = [
      { cause: 'prefix changed', calls: 1140 },
      { cause: 'first call', calls: 1 },
    ] as const;
    assert.equal(missesText({ ...prefix, misses }), 'prefix changed 1,140, first call 1');
  });
});
