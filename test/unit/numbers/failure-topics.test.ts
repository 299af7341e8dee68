/** Causes and topics of failures on planted weeks: what the product says is compared with what was planted. */
import assert from 'node:assert/strict';
import { NO_DECLARED_SIGNALS } from '../../../src/core/config/declared-signals.ts';
import { causeShares, reviewedFailures } from '../../../src/core/feedback/insights/failures/failure-causes.ts';
import { failureOf } from '../../../src/core/feedback/insights/failures/failure-of.ts';
import type { FailedAnswer } from '../../../src/core/feedback/insights/failures/failure.ts';
import { failuresIn, type Failures } from '../../../src/core/feedback/insights/failures/failures.ts';
import { FailureCounts } from '../../../src/core/feedback/insights/failures/failure-counts.ts';
import { whereToWork } from '../../../src/core/feedback/insights/failures/failure-sentences.ts';
import { drawSample } from '../../../src/core/judge/labels/draw-sample.ts';
import type { LabelCause, LabelRecord } from '../../../src/core/judge/labels/label-record.ts';
import { Random } from '../../../src/core/statistics/random.ts';
import type { Interaction, Signal } from '../../../src/core/feedback/interactions/interaction.ts';
import { HIT_TENANT, plantedFailures, TOPICS_SIZE, type FailureTruth } from '../../system/planted-topics.ts';
import { atLeast, seedOf, SEEDS } from './simulated-rate.ts';

/** Of `npm test`; `npm run simulate` takes 20. */
const WORLDS = SEEDS === 1 ? 3 : 20;
const REDRAWS = 100;
const REVIEWED = 50;

interface World {
  readonly failures: readonly FailedAnswer[];
  readonly calls: readonly Interaction[];
  readonly truth: ReadonlyMap<string, FailureTruth>;
}

function worldOf(seed: number): World {
  const { calls, signals, truth } = plantedFailures(TOPICS_SIZE, seed);
  const said = new Map<string, Signal[]>();
  for (const { of, name, value, by } of signals) {
    const signal: Signal = { kind: 'explicit', name, value, annotator: 'human', by, time: null, note: null };
    said.set(of.id, [...(said.get(of.id) ?? []), signal]);
  }
  const known = calls.map((call): Interaction => ({ ...call, signals: said.get(call.id) ?? [] }));
  return { calls: known, failures: known.flatMap((call) => failureOf(call, NO_DECLARED_SIGNALS, ['question']) ?? []), truth };
}

const exposureOf = ({ calls }: World): FailureCounts => {
  const counts = new FailureCounts();
  for (const call of calls) counts.take(call);
  return counts;
};

/** A person who knows the truth labels a drawn sample. */
function labelsOf({ failures, truth }: World, seed: number): LabelRecord[] {
  const { items } = drawSample(
    failures.map(({ id }) => ({ id, verdict: null, isNotable: false })),
    REVIEWED,
    seed,
  );
  return items.map(({ item: { id }, stratum, probability }): LabelRecord => {
    const planted = truth.get(id)?.cause ?? 'none';
    const cause: LabelCause = planted === 'truncated' ? 'format' : planted;
    return {
      ...{ id: `label-${id}`, item: null, criterion: null, judge: null, failureMode: null, critique: null, correction: null, blind: true },
      target: { interaction: id, run: null, case: null, repeat: null, hash: '' },
      ...{ grade: cause === 'none' ? 'pass' : 'fail', cause, by: 'ana', at: '2026-11-23T09:00:00Z' },
      draw: { id: 'r1', stratum, probability },
    };
  });
}

function purityOf(indices: readonly string[], truth: World['truth']): number {
  const counts = new Map<string, number>();
  for (const id of indices) counts.set(truth.get(id)?.topic ?? '', (counts.get(truth.get(id)?.topic ?? '') ?? 0) + 1);
  return Math.max(...counts.values()) / indices.length;
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = new Random(seed);
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

describe('where to work on planted weeks keeps its promises', function () {
  this.timeout(600_000);
  const seeds = [...Array(WORLDS).keys()].map((i) => seedOf(i, 100 + i));
  let worlds: World[];
  let looks: { readonly found: Failures; readonly members: ReadonlyMap<string, readonly string[]> }[];
  before(() => {
    worlds = seeds.map(worldOf);
    looks = worlds.map((world, i) => {
      const { failures, members } = failuresIn({
        ...{ failures: world.failures, exposure: exposureOf(world).exposure(), labels: labelsOf(world, i), earlier: [], by: null },
      });
      return { found: failures, members };
    });
  });

  it('the interval of each cause covers the truth in 93 % of reviews', () => {
    const covered = new Map<string, { hits: number; n: number }>();
    for (const [i, world] of worlds.entries()) {
      const shareOf = (cause: string): number =>
        world.failures.filter(({ id }) => world.truth.get(id)?.cause === cause).length / world.failures.length;
      for (let draw = 0; draw < REDRAWS; draw++) {
        const { causes } = causeShares(world.failures, reviewedFailures(labelsOf(world, 1000 * (i + 1) + draw)));
        for (const cause of ['retrieval', 'content', 'none', 'refusal', 'tool', 'truncated']) {
          const own = causes.find((item) => item.cause === cause);
          const count = covered.get(cause) ?? { hits: 0, n: 0 };
          count.n++;
          const [low, high] = own?.interval ?? [0, 1];
          if (shareOf(cause) >= low - 1e-9 && shareOf(cause) <= high + 1e-9) count.hits++;
          covered.set(cause, count);
        }
      }
    }
    for (const [cause, { hits, n }] of covered) atLeast(0.93, hits, n, cause);
    assert.deepEqual(
      [...covered].filter(([, { n }]) => n !== WORLDS * REDRAWS),
      [],
    );
  });

  it('the three largest topics are those that were planted, and the tenant that has most of the largest is named', () => {
    for (const [i, { found, members }] of looks.entries()) {
      const { truth } = worlds[i] ?? { truth: new Map<string, FailureTruth>() };
      const topics = found.clusters.filter(({ cause }) => cause?.basis !== 'signature').slice(0, 3);
      for (const { id, terms, size } of topics) {
        const purity = purityOf(members.get(id) ?? [], truth);
        assert.ok(purity >= 0.9, `seed ${seeds[i] ?? ''}: ${size} about ${terms.join(' ')} have a purity of ${purity.toFixed(3)}`);
      }
      const [largest] = [...topics].filter(({ terms }) => terms.includes('voucher'));
      const tenants = (largest?.by ?? []).filter(({ name, standsOut }) => name === 'tenant' && standsOut).map(({ value }) => value);
      assert.deepEqual(tenants, [HIT_TENANT], `seed ${seeds[i] ?? ''}`);
    }
  });

  it('another order of the input gives the same', () => {
    for (const [i, world] of worlds.entries()) {
      const exposure = exposureOf(world).exposure();
      const { failures: again } = failuresIn({
        ...{ failures: shuffled(world.failures, i + 1), exposure, labels: labelsOf(world, i), earlier: [], by: null },
      });
      assert.deepEqual(again, looks[i]?.found);
    }
  });

  it('says it in one sentence', () => {
    assert.match(
      whereToWork(looks[0]?.found as Failures),
      /^Where to work, 2–22 Nov: \d{3} rejected answers, \d\d reviewed: retrieval \d\d % \(\d\d–\d\d\), (?:[a-z ]+ \d+ %, )+no fault found \d+ %\.$/,
    );
  });
});
