/**
 * Precision, recall and F1 by class. Values: scikit-learn's documentation of `classification_report` and of `f1_score`, and by hand; coverage by
 * simulation with planted truth.
 */
import assert from 'node:assert/strict';
import type { ClassValue } from '../../../src/core/results/classes/class-row.ts';
import { candidateClasses, type ClassMetrics } from '../../../src/core/results/classes/class-metrics.ts';
import { comparedFields } from '../../../src/core/results/classes/compared-fields.ts';
import type { ResultOutline } from '../../../src/core/results/result-list.ts';
import type { JsonValue } from '../../../src/core/json/json.ts';
import { Random } from '../../../src/core/statistics/random.ts';
import { atLeast, seedOf, SEEDS } from './simulated-rate.ts';

interface Answer {
  readonly expected: JsonValue;
  readonly output: string;
  readonly group?: string;
  readonly case?: string;
  readonly status?: string;
}

const outlines = (answers: readonly Answer[]): ResultOutline[] =>
  answers.map(({ expected, output, group = null, case: id, status = 'active' }, i) => {
    const compared = comparedFields({ expected, output });
    return {
      ...{ case: id ?? `c${i}`, group, status, answered: true, verdict: 'pass', repeat: 0, candidate: 'm', position: i },
      ...(compared === undefined ? {} : { compared }),
    } as unknown as ResultOutline;
  });

const near = (found: number | undefined, wanted: number): void =>
  assert.ok(Math.abs((found ?? NaN) - wanted) < 1e-9, `${String(found)}, not ${wanted}`);

const classesOf = (answers: readonly Answer[], field = ''): ClassMetrics =>
  candidateClasses(outlines(answers))?.fields.find((metrics) => metrics.field === field) ?? assert.fail('no classes');

const pairs = (expected: string, output: string, times = 1): Answer[] => Array.from({ length: times }, () => ({ expected, output }));

describe('metrics by class', () => {
  it('are scikit-learn’s', () => {
    // y_true = [0, 1, 2, 2, 2], y_pred = [0, 0, 2, 2, 1], twice: three classes of five cases would be a vocabulary.
    const report = classesOf([...pairs('0', '0', 2), ...pairs('1', '0', 2), ...pairs('2', '2', 4), ...pairs('2', '1', 2)]);
    assert.deepEqual(report.labels, ['2', '0', '1']);
    assert.deepEqual(report.matrix, [
      [4, 0, 2],
      [0, 2, 0],
      [0, 2, 0],
    ]);
    const rows = new Map(report.perClass.map((row) => [row.label, row]));
    for (const [label, precision, recall, f1, n] of [
      ['0', 0.5, 1, 2 / 3, 2],
      ['1', 0, 0, 0, 2],
      ['2', 1, 2 / 3, 0.8, 6],
    ] as const) {
      const row = rows.get(label);
      near(row?.precision?.value, precision);
      near(row?.recall?.value, recall);
      near(row?.f1?.value, f1);
      assert.equal(row?.n, n);
    }
    near(report.macroF1.value, (2 / 3 + 0 + 0.8) / 3);
    near(report.weightedF1.value, 0.2 * (2 / 3) + 0.6 * 0.8);
  });

  it('count an answer of no class, of another type or without JSON as none of the labels', () => {
    const report = classesOf(
      [
        { expected: { label: 'refund', ok: true }, output: '{"label":"refund","ok":true}' },
        { expected: { label: 'refund', ok: true }, output: 'Here: {"label":"billing","ok":"true"}' },
        { expected: { label: 'other', ok: false }, output: 'I cannot tell.' },
        { expected: { label: 'other', ok: false }, output: '{"label":"other","ok":false}' },
      ],
      'label',
    );
    assert.deepEqual(
      [report.labels, report.matrix, report.other],
      [
        ['refund', 'other'],
        [
          [1, 0],
          [0, 1],
        ],
        [1, 1],
      ],
    );
    const ok = classesOf(
      [
        { expected: { ok: true }, output: '{"ok":"true"}' },
        { expected: { ok: false }, output: '{"ok":false}' },
      ],
      'ok',
    );
    assert.deepEqual(ok.other, [1, 0]);
  });

  it('are of active cases whose expectation is one of a few values', () => {
    const known = { status: 'known-failing' };
    assert.equal(
      candidateClasses(outlines([...pairs('a', 'a', 4), ...pairs('b', 'a', 4)].map((answer) => ({ ...answer, ...known })))),
      null,
    );
    // Each case has a text of its own.
    assert.equal(candidateClasses(outlines(Array.from({ length: 10 }, (_, i) => ({ expected: `answer ${i}`, output: 'x' })))), null);
    assert.equal(candidateClasses(outlines(pairs('a', 'a', 9))), null);
    assert.equal(candidateClasses(outlines([...pairs('a', 'a', 4), { expected: 'x'.repeat(61), output: 'x' }])), null);
  });

  it('show errors of numbers and F1 of lists', () => {
    const found = candidateClasses(
      outlines([
        { expected: { total: 10, tags: ['a', 'b'] }, output: '{"total":12,"tags":["b","c"]}' },
        { expected: { total: 10, tags: ['a', 'a'] }, output: '{"total":9,"tags":["a"]}' },
        { expected: { total: 10, tags: [] }, output: '{"total":"ten","tags":[]}' },
      ]),
    );
    assert.deepEqual(
      found?.errors.map(({ field, kind, n, without }) => [field, kind, n, without]),
      [
        ['total', 'number', 2, 1],
        ['tags', 'list', 3, 0],
      ],
    );
    near(found?.errors[0]?.mean.value, 1.5);
    // 2·1/4, 2·1/3 and 1.
    near(found?.errors[1]?.mean.value, (0.5 + 2 / 3 + 1) / 3);
  });

  it('have the interval of a share: exact without a mistake', () => {
    const report = classesOf([...pairs('a', 'a', 20), ...pairs('b', 'b', 20)]);
    const [row] = report.perClass;
    // Clopper and Pearson's of 20 of 20 is 0.8315665290169144; F1 is 2 j / (1 + j).
    near(row?.recall?.low, 0.8315665290169144);
    near(row?.f1?.low, (2 * 0.8315665290169144) / 1.8315665290169144);
    assert.ok(report.macroF1.low < 0.95, 'a suite without a mistake is no proof');
    assert.equal(report.macroF1.high, 1);
  });

  it('know that samples of a group hang together', () => {
    const of = (group: (i: number) => string | undefined): number => {
      const answers = Array.from({ length: 40 }, (_, i) => {
        const name = group(i);
        return {
          expected: i % 2 === 0 ? 'a' : 'b',
          output: Math.floor(i / 10) === 0 ? 'b' : i % 2 === 0 ? 'a' : 'b',
          ...(name === undefined ? {} : { group: name }),
        };
      });
      const { low = NaN, high = NaN } = classesOf(answers).perClass.find(({ label }) => label === 'a')?.recall ?? {};
      return high - low;
    };
    assert.ok(of((i) => String(Math.floor(i / 10))) > 1.3 * of(() => undefined));
  });

  const WORLDS = [
    { cases: 30, classes: 3, accuracy: 0.9, size: 1 },
    { cases: 60, classes: 4, accuracy: 0.7, size: 1 },
    { cases: 200, classes: 6, accuracy: 0.85, size: 1 },
    { cases: 160, classes: 3, accuracy: 0.8, size: 4 },
  ];
  for (let seed = 0; seed < SEEDS; seed++)
    it(`cover the truth in 93 % of the suites (seed ${seed})`, () => {
      for (const [at, world] of WORLDS.entries()) {
        const random = new Random(seedOf(seed, at + 1));
        const truth = trueF1(world);
        const covered = { first: 0, macro: 0, weighted: 0 };
        const RUNS = SEEDS === 1 ? 150 : 400;
        for (let run = 0; run < RUNS; run++) {
          const report = classesOf(suite(world, random));
          const isIn = (value: ClassValue | null | undefined, wanted: number): number =>
            value != null && value.low <= wanted && wanted <= value.high ? 1 : 0;
          covered.first += isIn(report.perClass.find(({ label }) => label === 'k0')?.f1, truth.first);
          covered.macro += isIn(report.macroF1, truth.macro);
          covered.weighted += isIn(report.weightedF1, truth.weighted);
        }
        const name = JSON.stringify(world);
        atLeast(covered.first, RUNS, 0.93, `${name}, one class`);
        atLeast(covered.macro, RUNS, 0.93, `${name}, macro`);
        atLeast(covered.weighted, RUNS, 0.93, `${name}, weighted`);
      }
    });
});

interface World {
  readonly cases: number;
  readonly classes: number;
  /** Of the first class; each further one is a little worse. A mistake is any other class. */
  readonly accuracy: number;
  /** Cases of a group, which are right or wrong together half of the time. */
  readonly size: number;
}

const accuracyOf = ({ accuracy }: World, label: number): number => accuracy - 0.05 * label;
/** The first class is three times as frequent as each other. */
const shareOf = ({ classes }: World, label: number): number => (label === 0 ? 3 : 1) / (classes + 2);

function trueF1(world: World): { first: number; macro: number; weighted: number } {
  const labels = Array.from({ length: world.classes }, (_, label) => label);
  const f1 = labels.map((label) => {
    const right = shareOf(world, label) * accuracyOf(world, label);
    const mistaken = labels
      .filter((other) => other !== label)
      .reduce((sum, other) => sum + (shareOf(world, other) * (1 - accuracyOf(world, other))) / (world.classes - 1), 0);
    return (2 * right) / (shareOf(world, label) + right + mistaken);
  });
  return {
    first: f1[0] ?? 0,
    macro: f1.reduce((sum, value) => sum + value, 0) / f1.length,
    weighted: labels.reduce((sum, label) => sum + shareOf(world, label) * (f1[label] ?? 0), 0),
  };
}

function suite(world: World, random: Random): Answer[] {
  const answers: Answer[] = [];
  for (let group = 0; group < world.cases / world.size; group++) {
    const together = random.next();
    for (let i = 0; i < world.size; i++) {
      const label = classOf(world, random.next());
      const luck = world.size > 1 && random.next() < 0.5 ? together : random.next();
      const others = Math.floor(random.next() * (world.classes - 1));
      const found = luck < accuracyOf(world, label) ? label : others >= label ? others + 1 : others;
      answers.push({ expected: `k${label}`, output: `k${found}`, ...(world.size > 1 ? { group: String(group) } : {}) });
    }
  }
  return answers;
}

function classOf(world: World, at: number): number {
  let rest = at;
  for (let label = 0; label < world.classes - 1; label++) {
    rest -= shareOf(world, label);
    if (rest < 0) return label;
  }
  return world.classes - 1;
}
