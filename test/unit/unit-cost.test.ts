/** What an action costs, when it got more expensive, and why. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Random } from '../../src/core/statistics/random.ts';
import { normalQuantile } from '../../src/core/statistics/distributions.ts';
import { costCauses, FACTORS } from '../../src/core/feedback/insights/units/cost-causes.ts';
import { readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';
import { unitAlerts, type UnitAlert } from '../../src/core/feedback/insights/units/unit-alerts.ts';
import { sumsOf, UnitCells, type UnitCell, type UnitSums } from '../../src/core/feedback/insights/units/unit-cells.ts';
import { VersionNames } from '../../src/core/feedback/interactions/version-name.ts';
import { callFacts, OpenUnits, type CallFacts, type UnitCost } from '../../src/core/feedback/insights/units/unit-cost.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-10-01T00:00:00Z');
const PRICE = { input: 2e-6, cached: 0.2e-6, output: 10e-6 };

interface Period {
  readonly days: number;
  readonly perDay: number;
  readonly version: string;
  readonly calls?: number;
  readonly input?: number;
  /** Part of the input that the cache had. */
  readonly cached?: number;
  readonly output?: number;
  /** Beside `output`. */
  readonly thinking?: number;
  readonly model?: string;
  readonly price?: number;
}

/** Documents, each of some calls, with a log-normal spread of their size. */
function traffic(seed: number, periods: readonly Period[], sd = 0.8): UnitCost[] {
  const random = new Random(seed);
  const normal = (): number => normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, random.next())));
  const costs = new OpenUnits();
  let day = 0;
  let document = 0;
  for (const {
    days,
    perDay,
    version,
    calls = 3,
    input = 4000,
    cached = 0.9,
    output: answer = 200,
    thinking = 0,
    model = 'm',
    price = 1,
  } of periods) {
    for (let d = 0; d < days; d++, day++) {
      for (let i = 0; i < perDay; i++) {
        const output = answer + thinking;
        const size = Math.exp(sd * normal());
        document++;
        for (let c = 0; c < calls; c++) {
          const tokens = Math.round(input * size);
          const cacheRead = Math.round(tokens * cached);
          const usage = { input: tokens, cacheRead, cacheWriteShort: 0, cacheWriteLong: 0, output, reasoning: thinking };
          const costUsd = price * ((tokens - cacheRead) * PRICE.input + cacheRead * PRICE.cached + output * PRICE.output);
          const facts: CallFacts = {
            at: START + day * DAY + (i / perDay) * DAY * 0.9,
            id: `d${document}-${c}`,
            action: { type: 'document', id: `d${document}` },
            conversation: null,
            trace: null,
            version,
            model,
            usage,
            costUsd,
          };
          costs.add(facts);
        }
      }
    }
  }
  return [...costs.list()];
}
function cellsOf(units: readonly UnitCost[]): UnitCell[] {
  const cells = new UnitCells();
  for (const unit of units) cells.add(unit);
  return cells.list();
}
const alertsIn = (units: readonly UnitCost[]): UnitAlert[] => [...unitAlerts(cellsOf(units)).alerts.values()];
const total = (units: readonly UnitCost[]): number => units.reduce((sum, { usd }) => sum + (usd ?? 0), 0);

describe('the cost of a user action', () => {
  it('is that of all its calls, else of the conversation, else of the call; unknown is not nothing', () => {
    const call = (over: object): CallFacts => {
      const read = readInteraction(JSON.stringify({ id: 'i1', time: '2026-11-01T10:00:00Z', costUsd: 1, ...over }));
      assert.ok('interaction' in read);
      return callFacts(read.interaction, new VersionNames());
    };
    const costs = new OpenUnits();
    for (const over of [
      { action: { type: 'report', id: 'r1' } },
      { action: { type: 'report', id: 'r1' }, conversation: 'c9' },
      { conversation: 'c1' },
      { id: 'alone' },
      { action: { type: 'report', id: 'r2' }, costUsd: null },
      { id: 'b', trace: 't1' },
    ])
      costs.add(call(over));
    const list = [...costs.list()].map(({ action, calls, usd }) => [action, calls, usd]);
    assert.deepEqual(list, [
      ['report', 2, 2],
      ['conversation', 1, 1],
      ['call', 1, 1],
      ['report', 1, null],
      ['trace', 1, 1],
    ]);
  });
  it('is of the action that a span named later, which beats the conversation', () => {
    const call = (id: string, trace: string | null, conversation: string | null): CallFacts => ({
      id,
      at: START,
      action: null,
      conversation,
      trace,
      version: null,
      model: null,
      usage: null,
      costUsd: 1,
    });
    const costs = new OpenUnits();
    for (const facts of [call('a', 't1', 'c1'), call('b', 't1', 'c1'), call('c', 't2', 'c1'), call('d', null, 'c1')]) costs.add(facts);
    const later = (trace: string): void => {
      const of = { interaction: null, response: null, conversation: null, trace };
      costs.name({ of, time: '', signals: [], chunks: [], action: { type: 'document', id: 'd1' }, triage: null, reason: null });
    };
    later('t1');
    later('unheard of');
    const shown = (units: readonly UnitCost[]): unknown => units.map(({ action, calls }) => [action, calls]);
    const wanted = [
      ['document', 2],
      ['conversation', 2],
    ];
    assert.deepEqual(shown([...costs.list()]), wanted);
    // As it is stored and read again.
    assert.deepEqual(shown([...OpenUnits.from(JSON.parse(JSON.stringify(costs.save())) as ReturnType<OpenUnits['save']>).list()]), wanted);
  });
  it('is counted once it had no call for a day, and what comes later is another one', () => {
    const costs = new OpenUnits();
    const at = (hours: number): CallFacts => ({
      ...{ id: 'x', at: START + hours * 3_600_000, action: null, conversation: 'c', trace: null },
      ...{ version: null, model: null, usage: null, costUsd: 1 },
    });
    costs.add(at(0));
    costs.add(at(20));
    assert.deepEqual([...costs.takeOver(START + 40 * 3_600_000)], []);
    costs.add(at(42));
    assert.deepEqual(
      [...costs.takeOver(START + 67 * 3_600_000)].map(({ calls }) => calls),
      [3],
    );
    costs.add(at(70));
    assert.deepEqual(
      [...costs.takeOver(Infinity)].map(({ calls }) => calls),
      [1],
    );
    assert.deepEqual([...costs.list()], []);
  });
  it('that rises threefold in a flat total is found, when it began and why: the prefix broke', () => {
    // A third of the documents, three times the price of each.
    const units = traffic(1, [
      { days: 20, perDay: 60, version: 'summarize@3' },
      { days: 10, perDay: 20, version: 'summarize@4', cached: 0, input: 4000, output: 200 },
    ]);
    const change = START + 20 * DAY;
    const daily = (from: number, to: number): number => total(units.filter(({ at }) => at >= from && at < to)) / ((to - from) / DAY);
    const flat = daily(change, change + 10 * DAY) / daily(START, change);
    assert.ok(flat > 0.7 && flat < 1.4, `the total a day is ${flat} times what it was`);
    const [alert, ...more] = alertsIn(units);
    assert.ok(alert);
    assert.equal(more.length, 0);
    assert.deepEqual([alert.at.slice(0, 10), alert.from, alert.to], ['2026-10-21', 'summarize@3', 'summarize@4']);
    assert.ok(alert.low > 1.25 && alert.ratio > 2 && alert.ratio < 4.5 && alert.high < 6, JSON.stringify(alert));
    assert.ok(alert.p < 1e-6 && alert.usdAtStake > 1);
    assert.equal(alert.causes[0]?.factor, 'cache share');
    assert.ok(alert.causes[0].ratio > 2);
    for (const { factor, ratio } of alert.causes.slice(1)) assert.ok(ratio > 0.85 && ratio < 1.2, `${factor} ${ratio}`);
  });
  for (const [factor, after] of [
    ['calls per action', { calls: 9 }],
    ['tokens per call', { input: 14_000, output: 700 }],
    ['thinking per call', { thinking: 6000 }],
    ['price', { price: 3 }],
    ['model mix', { model: 'dear', price: 3 }],
  ] as const) {
    it(`names ${factor} where that is the cause`, () => {
      const units = traffic(5, [
        { days: 14, perDay: 40, version: 'v1' },
        { days: 7, perDay: 40, version: 'v2', ...after },
      ]);
      const [alert] = alertsIn(units);
      assert.equal(alert?.causes[0]?.factor, factor, JSON.stringify(alert?.causes));
    });
  }
  it('is placed right where so many actions leave no chance to any split', () => {
    const [alert, ...more] = alertsIn(
      traffic(2, [
        { days: 12, perDay: 2000, version: 'v1', calls: 1 },
        { days: 4, perDay: 2000, version: 'v2', calls: 1, price: 3 },
      ]),
    );
    assert.deepEqual([alert?.at.slice(0, 10), (alert?.p ?? 1) < 1e-6, more.length], ['2026-10-13', true, 0]);
  });
  it('says nothing of a rise that is small, cheap, or of too few', () => {
    const quiet = (after: Partial<Period>, perDay = 40): number =>
      alertsIn(
        traffic(9, [
          { days: 14, perDay, version: 'v1' },
          { days: 7, perDay, version: 'v2', ...after },
        ]),
      ).length;
    assert.equal(quiet({ price: 1.1 }), 0);
    assert.equal(quiet({ price: 3, input: 10, output: 1, calls: 1 }), 0);
    assert.equal(quiet({ price: 3, perDay: 2 }, 40), 0);
    assert.equal(quiet({ price: 0.3 }), 0);
  });
  it('cries in at most 5 of 200 quiet periods, whatever the spread and the rhythm of the week', () => {
    let cried = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const periods = Array.from({ length: 30 }, (_, day): Period => ({
        days: 1,
        perDay: day % 7 > 4 ? 5 : 30,
        version: day < 15 ? 'v1' : 'v2',
      }));
      cried += alertsIn(traffic(seed, periods, seed % 2 === 0 ? 0.5 : 1.5)).length > 0 ? 1 : 0;
    }
    assert.ok(cried <= 5, `${cried} of 200`);
  });
});

describe('causes', () => {
  it('multiply to the ratio of the costs, whatever changed', () => {
    const period = fc.record({
      calls: fc.integer({ min: 1, max: 6 }),
      input: fc.integer({ min: 50, max: 9000 }),
      cached: fc.double({ min: 0, max: 1, noNaN: true }),
      output: fc.integer({ min: 1, max: 900 }),
      thinking: fc.integer({ min: 0, max: 5000 }),
      model: fc.constantFrom('m', 'n'),
      price: fc.double({ min: 0.1, max: 9, noNaN: true }),
    });
    fc.assert(
      fc.property(period, period, (a, b) => {
        const [before, after] = [a, b].map((side, i) => traffic(i + 1, [{ days: 1, perDay: 5, version: 'v', ...side }]));
        assert.ok(before && after);
        const causes = costCauses(sumsOf(cellsOf(before)), sumsOf(cellsOf(after)));
        assert.deepEqual(new Set(causes.map(({ factor }) => factor)), new Set(FACTORS));
        const whole = total(after) / after.length / (total(before) / before.length);
        const product = causes.reduce((all, { ratio }) => all * ratio, 1);
        assert.ok(Math.abs(product / whole - 1) < 0.02, `${product} instead of ${whole}`);
      }),
      { numRuns: 300 },
    );
  });
  it('are no price where none has changed, when it is known what the tokens cost of each other', () => {
    const side = (period: Partial<Period>): UnitSums =>
      sumsOf(cellsOf(traffic(3, [{ days: 1, perDay: 30, version: 'v', calls: 2, input: 2000, cached: 0.9, output: 50, ...period }], 0)));
    const changed = [{ cached: 0 }, { output: 400 }, { input: 9000 }, { thinking: 800 }];
    for (const period of changed) {
      const price = costCauses(side({}), side(period), () => ({
        cached: PRICE.cached / PRICE.input,
        output: PRICE.output / PRICE.input,
      })).find(({ factor }) => factor === 'price');
      assert.ok(Math.abs((price?.ratio ?? 0) - 1) < 1e-9, JSON.stringify([period, price]));
    }
  });
  it('are none where a cost is not known', () => {
    const known = traffic(1, [{ days: 1, perDay: 3, version: 'v' }]);
    const unknown = known.map((unit) => ({ ...unit, usd: null }));
    assert.deepEqual(costCauses(sumsOf(cellsOf(known)), sumsOf(cellsOf(unknown))), []);
    assert.deepEqual(costCauses(sumsOf([]), sumsOf(cellsOf(known))), []);
  });
});

describe('a line of interactions', () => {
  it('needs an id and a time, and loses nothing else that it has', () => {
    for (const [line, problem] of [
      ['', /not a JSON object/],
      ['[]', /not a JSON object/],
      ['{"time":"2026-11-01T00:00:00Z"}', /no `id`/],
      ['{"id":"a","time":"yesterday"}', /no `time`/],
    ] as const) {
      const read = readInteraction(line);
      assert.ok('problem' in read);
      assert.match(read.problem, problem);
    }
    const line = {
      id: 'a',
      time: '2026-11-01T00:00:00.000Z',
      action: { type: 't', id: '1' },
      prompt: { name: 'p', version: '3', contentHash: null },
      chunks: ['plain', { id: 'x', text: 'chunk', score: 0.4 }],
      usage: { input: 10, output: 2 },
      signals: [{ kind: 'explicit', name: 'thumb', value: -1 }, { kind: 'odd', name: 'x' }, 'nothing'],
      triage: 'open',
    };
    const read = readInteraction(JSON.stringify(line));
    assert.ok('interaction' in read);
    const { chunks, usage, signals, triage } = read.interaction;
    assert.deepEqual(chunks, [
      { id: null, text: 'plain', score: null },
      { id: 'x', text: 'chunk', score: 0.4 },
    ]);
    assert.deepEqual([usage?.input, usage?.cacheRead, triage], [10, 0, 'open']);
    assert.deepEqual(signals, [{ kind: 'explicit', name: 'thumb', value: -1, annotator: 'human', by: null, time: null, note: null }]);
  });
  it('never throws', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (a, b) => {
        readInteraction(a);
        readInteraction(
          `{"id":"x","time":"2026-01-01","usage":${a},"signals":[${b}],"chunks":[${a}],"action":${b},"prompt":${a},"error":${b}}`,
        );
      }),
      { numRuns: 2000 },
    );
  });
});
