/** What `insights drift` promises, by simulation with planted truth: quiet years of weekly looks, and new inputs that are found and named. */
import assert from 'node:assert/strict';
import { driftAdvice, driftSentence } from '../../../src/core/feedback/insights/drift/drift-sentences.ts';
import { Random } from '../../../src/core/statistics/random.ts';
import { driftLook, freshFound, QUIET_TOGETHER, QUIET_YEARS, quietTogether, quietYears } from './drift-rates.ts';
import { driftWorld } from './drift-worlds.ts';
import { atLeast, atMost, seedOf, SEEDS } from './simulated-rate.ts';

for (let round = 0; round < SEEDS; round++)
  describe(`drift keeps its promises${SEEDS === 1 ? '' : `, seed ${round + 1}`}`, function () {
    this.timeout(3_600_000);
    const random = (own: number): Random => new Random(seedOf(round, own));

    for (const [i, { name, world }] of QUIET_YEARS.entries())
      it(`a year of weekly looks has a false alarm in at most 5 %: ${name}`, function () {
        // A year takes half a minute: only with other seeds.
        if (SEEDS === 1) atMost(0.05, quietYears(random(500 + i), { ...world, callsPerDay: 6 }, 1, 12), 1, 'years with an alarm');
        else atMost(0.05, quietYears(random(500 + i), world, 20), 20, 'years with an alarm');
      });

    for (const [i, { name, month, world }] of QUIET_TOGETHER.entries())
      it(`a quiet month has an alarm of any kind in at most 5 %: ${name}`, () => {
        const months = SEEDS === 1 ? 1 : 20;
        // Fewer inputs a day in `npm test`: a month takes half a minute otherwise.
        const seen = SEEDS === 1 ? { ...world, callsPerDay: 3 } : world;
        atMost(0.05, quietTogether(random(530 + i), month, seen, months), months, 'months with an alarm');
      });

    it('4 % new inputs of 500 are found and named in at least 90 %', () => {
      const weeks = SEEDS === 1 ? 2 : 40;
      atLeast(0.9, freshFound(random(520), 0.04, weeks), weeks, 'found');
    });
  });

describe('drift', () => {
  const WORLD = { days: 35, callsPerDay: 40, users: 120, alike: 0.4, dayEffect: 0.2 };

  it('says what is new, how much of it is rejected, and what to add', () => {
    const { changes, unlike } = driftLook(driftWorld(new Random(2), { ...WORLD, fresh: { from: 28, share: 0.08 } }), 35);
    const [first] = changes;
    assert.ok(first?.inputs, JSON.stringify(changes));
    assert.match(
      driftSentence(first),
      /^\d[\d.]* % of inputs are unlike any before: .*(voucher|coupon|promo|friday).* \(\d+ of 280; none of 1,120 before; p = .*\); \d+ of \d+ rejected$/,
    );
    assert.match(
      driftAdvice(first),
      /^Add \d+ of them as golden cases, not verified until a person says what is expected: no golden case is like them\.$/,
    );
    assert.ok(first.inputs.cases.length <= 20 && new Set(first.inputs.cases).size === first.inputs.cases.length);
    assert.equal(first.inputs.since, '2026-06-29');
    assert.ok((unlike?.after.rate ?? 0) > (unlike?.usual?.rate ?? 1), 'more are far from everything than usual');
  });

  it('is none when one user, or one day, asks for the same many times', () => {
    const quiet = driftWorld(new Random(3), { ...WORLD, callsPerDay: 16 });
    const said = 'a burst of parking permit forms for the harbour';
    const burst = (change: (i: number) => object): number => {
      const own = Array.from({ length: 24 }, (_, i) => ({
        ...quiet[450 + 4 * i],
        id: `burst ${i}`,
        words: said,
        asked: said,
        ...change(i),
      }));
      return driftLook([...quiet, ...(own as typeof quiet)], 35).changes.filter(({ kind }) => kind === 'topic' || kind === 'words').length;
    };
    assert.equal(
      burst(() => ({ group: 5 })),
      0,
      'one user',
    );
    assert.equal(
      burst((i) => ({ group: i, day: '2026-07-01' })),
      0,
      'one day',
    );
    assert.ok(burst((i) => ({ group: i, day: `2026-07-0${1 + (i % 5)}` })) > 0, 'many users on several days');
  });

  it('names lengths, languages, scores and signals that moved, with both medians', () => {
    const items = driftWorld(new Random(4), WORLD).map((item) =>
      item.day < '2026-06-29'
        ? item
        : { ...item, score: (item.score ?? 0) / 4, language: 'French', outputLength: 3 * (item.outputLength ?? 0) },
    );
    const found = driftLook(items, 35).changes.map((change) => [change.kind, change.direction, change.name.split(' ')[0]]);
    for (const wanted of [
      ['retrieval', 'more', 'below'],
      ['language', 'more', 'French'],
      ['language', 'less', 'English'],
      ['output-length', 'more', 'above'],
    ])
      assert.ok(
        found.some((change) => change.join() === wanted.join()),
        `${wanted.join()}: ${JSON.stringify(found)}`,
      );
  });
});
