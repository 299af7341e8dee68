/** What two sides say about each other, and every test that could fail the comparison. */
import { fisherDrop } from '../statistics/exchange.ts';
import { holm } from '../statistics/holm.ts';
import type { Gate } from '../config/gate.ts';
import { ALPHA, type Alphas } from './alpha.ts';
import { pairCases, type CasePair, type Pairing } from './case-pairs.ts';
import { classDrops, type ClassDrop } from './classes.ts';
import { metricRise, type MetricName, type MetricRise } from './metrics.ts';
import { compareQuality, type Quality } from './quality.ts';
import type { SideInput } from './side.ts';

/** What an early look has decided, with what is left of alpha for the end. */
export interface SequentialState {
  readonly decided: 'pass' | 'fail' | null;
  readonly alphaLeft: Alphas;
  readonly savedCalls: number;
}

export interface CompareEvidence {
  readonly a: SideInput;
  readonly b: SideInput;
  readonly pairing: Pairing;
  /** Over the cases that both sides answered. */
  readonly quality: Quality;
  /** As `quality`, with what only side b failed to answer counted as failed. */
  readonly worst: Quality;
  readonly gate: Gate;
  readonly sequential: SequentialState | null;
  readonly alpha: Alphas;
  /** Samples per case of side b, at most. */
  readonly repeats: number;
  readonly rises: readonly MetricRise[];
  /** Of gated classes. */
  readonly classes: readonly ClassDrop[];
  readonly critical: readonly CriticalTest[];
  /** The drop of quality is surely no more than the margin, by the answered cases alone. */
  readonly isWithin: boolean;
}

/** A critical case of which some samples fail: whether fewer pass than on side a. */
interface CriticalTest {
  readonly case: string;
  readonly p: number;
}

export function gatherEvidence(a: SideInput, b: SideInput, gate: Gate, sequential: SequentialState | null): CompareEvidence {
  const pairing = pairCases(a.outlines, b.outlines);
  const alpha = sequential?.alphaLeft ?? { fail: ALPHA, pass: ALPHA };
  const quality = compareQuality(pairing.pairs, ALPHA);
  const atPass = alpha.pass === ALPHA ? quality : compareQuality(pairing.pairs, alpha.pass);
  return {
    a,
    b,
    pairing,
    quality,
    worst: pairing.lost === 0 ? atPass : compareQuality(pairing.worstPairs, alpha.pass),
    gate,
    sequential,
    alpha,
    repeats: Math.max(1, ...pairing.pairs.map((pair) => pair.b.samples.length)),
    rises: Object.entries(gate.metrics).flatMap(([name, limit]): MetricRise[] => {
      const rise = metricRise(name as MetricName, limit, pairing.pairs);
      return rise === null ? [] : [rise];
    }),
    classes: classDrops(gate.classes, pairing.pairs),
    critical: pairing.criticalPairs.flatMap(criticalTest),
    isWithin: atPass.lowerBound > -gate.margin,
  };
}

/** Samples that could not show a drop, whatever side each came from, are no test (Tarone: Biometrics 46, 1990). */
function criticalTest({ case: id, a, b }: CasePair): CriticalTest[] {
  const { p, least } = fisherDrop({ a, b });
  return least < ALPHA ? [{ case: id, p }] : [];
}

/** Which tests of one comparison show a change for the worse. */
export interface Rejected {
  readonly drop: boolean;
  readonly rises: readonly MetricRise[];
  readonly classes: readonly ClassDrop[];
  readonly critical: readonly string[];
}

export interface Family {
  /** In the order of the evidence. */
  readonly rejected: readonly Rejected[];
  /** Tests over which the chance of any false alarm is held at 5 %. */
  readonly tests: number;
}

/**
 * All tests of a run are one family: Holm's correction keeps the chance that any of them fails an unchanged prompt at alpha, however
 * many prompts there are.
 */
export function testFamily(all: readonly CompareEvidence[]): Family {
  const tests = all.flatMap((evidence, of) => testsOf(evidence).map((test) => ({ ...test, of })));
  const alpha = Math.min(ALPHA, ...all.map((evidence) => evidence.alpha.fail));
  const isRejected = holm(
    tests.map(({ p }) => p),
    alpha,
  );
  return {
    tests: tests.length,
    rejected: all.map(({ rises, classes }, of) => {
      const own = tests.filter((test, i) => test.of === of && isRejected[i] === true);
      const isOf = (kind: Test['kind'], name: string): boolean => own.some((test) => test.kind === kind && test.name === name);
      return {
        drop: isOf('drop', ''),
        rises: rises.filter(({ name }) => isOf('rise', name)),
        classes: classes.filter(({ label }) => isOf('class', label)),
        critical: own.flatMap(({ kind, name }) => (kind === 'critical' ? [name] : [])),
      };
    }),
  };
}

interface Test {
  readonly kind: 'drop' | 'rise' | 'class' | 'critical';
  readonly name: string;
  readonly p: number;
}

/** A drop that is surely within the margin is no failure, whatever its p. */
const testsOf = ({ quality, isWithin, rises, classes, critical }: CompareEvidence): Test[] => [
  ...(quality.paired.n === 0 ? [] : [{ kind: 'drop' as const, name: '', p: isWithin ? 1 : quality.p }]),
  ...rises.map(({ name, pAbove }) => ({ kind: 'rise' as const, name, p: pAbove })),
  ...classes.map(({ label, pAbove }) => ({ kind: 'class' as const, name: label, p: pAbove })),
  ...critical.map((test) => ({ kind: 'critical' as const, name: test.case, p: test.p })),
];
