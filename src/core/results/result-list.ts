/** The results of a run without their outputs: so little that a hundred thousand fit in memory. */
import { ordersOf, restsOnComparisons, type ComparedOrders } from './position-consistency.ts';
import { isLimitEaten } from '../economics/thinking/limit-eaten.ts';
import { comparedFields, type ComparedFields } from './classes/compared-fields.ts';
import { judgedSample, KnownJudges, type SampleJudgements } from './judged-sample.ts';
import type { Result } from './result.ts';

/** What counting needs of a result; the rest stays in the journal. */
export interface ResultOutline extends Pick<
  Result,
  | 'candidate'
  | 'case'
  | 'repeat'
  | 'status'
  | 'kind'
  | 'critical'
  | 'verdict'
  | 'score'
  | 'usage'
  | 'costUsd'
  | 'ttftMs'
  | 'latencyMs'
  | 'source'
  | 'attempts'
  | 'judgeCostUsd'
  | 'judgePaidUsd'
  | 'usageEstimated'
  | 'costReported'
  | 'sentWithout'
  | 'charges'
  | 'usageUnknown'
> {
  readonly group: string | null;
  /** The model gave an answer, whatever it was worth. */
  readonly answered: boolean;
  /** Thinking used up the output limit, so the answer is cut off. Absent: not so. */
  readonly isLimitEaten?: boolean;
  /** The answer is cut off at the output limit. Absent: not so. */
  readonly isCut?: boolean;
  /** Why it is an error. Absent: it is not one. */
  readonly errorCode?: string;
  /** Requests after the first, which sent what tools gave. Absent: none. */
  readonly toolRounds?: number;
  /** Comparisons with other candidates' answers. Absent: there are none. */
  readonly orders?: readonly ComparedOrders[];
  /** What did not pass were comparisons alone. Absent: not so. */
  readonly restsOnComparisons?: boolean;
  /** What judges contributed. Absent: nothing. */
  readonly judged?: SampleJudgements;
  /** What is expected beside what was found. Absent: nothing is expected, or nothing was found. */
  readonly compared?: ComparedFields;
  /** Where the journal has all of it. */
  readonly position: number;
}

/** `judges`: those of the outlines that this one is kept with, which then share what is equal. */
export function outlineOf(result: Result, position: number, judges = new KnownJudges()): ResultOutline {
  const { candidate, case: id, repeat, status, critical, verdict, score, usage, costUsd, ttftMs, latencyMs, source, attempts } = result;
  const group = result.group ?? null;
  const answered = result.output !== null;
  const orders = ordersOf(result.assertions);
  const judged = judgedSample(result, judges);
  const compared = comparedFields(result);
  return {
    candidate,
    case: id,
    repeat,
    status,
    critical,
    group,
    verdict,
    score,
    usage,
    costUsd,
    ttftMs,
    latencyMs,
    source,
    attempts,
    answered,
    position,
    ...(result.kind === undefined ? {} : { kind: result.kind }),
    ...(result.judgeCostUsd === undefined ? {} : { judgeCostUsd: result.judgeCostUsd, judgePaidUsd: result.judgePaidUsd ?? null }),
    ...(result.usageEstimated === true ? { usageEstimated: true } : {}),
    ...(isLimitEaten(result) ? { isLimitEaten: true } : {}),
    ...(result.finish === 'length' ? { isCut: true } : {}),
    ...(result.error ? { errorCode: result.error.code } : {}),
    ...(result.rounds === undefined || result.rounds.length === 0 ? {} : { toolRounds: result.rounds.length }),
    ...(result.costReported === true ? { costReported: true } : {}),
    ...(result.sentWithout === undefined ? {} : { sentWithout: result.sentWithout }),
    ...(result.charges === undefined ? {} : { charges: result.charges }),
    ...(result.usageUnknown === undefined ? {} : { usageUnknown: result.usageUnknown }),
    ...(judged === undefined ? {} : { judged }),
    ...(compared === undefined ? {} : { compared }),
    ...(orders.length === 0 ? {} : { orders, restsOnComparisons: restsOnComparisons(result.assertions) }),
  };
}

/** Results in the order of the plan, each read when it is looked at. */
export class ResultList implements Iterable<Result> {
  constructor(
    private readonly outlines: readonly ResultOutline[],
    private readonly read: (position: number) => Result,
  ) {}

  get length(): number {
    return this.outlines.length;
  }

  *[Symbol.iterator](): Generator<Result> {
    for (const { position } of this.outlines) yield this.read(position);
  }

  /** Those whose outline passes the test; only these are read. */
  where(test: (outline: ResultOutline) => boolean): ResultList {
    return new ResultList(this.outlines.filter(test), this.read);
  }

  /** The first so many. */
  first(count: number): Result[] {
    return this.outlines.slice(0, count).map(({ position }) => this.read(position));
  }

  count(test: (outline: ResultOutline) => boolean): number {
    return this.outlines.reduce((sum, outline) => sum + (test(outline) ? 1 : 0), 0);
  }

  /** ms that the answers took together. */
  get totalMs(): number {
    return this.outlines.reduce((sum, { latencyMs }) => sum + (latencyMs ?? 0), 0);
  }

  toJSON(): Result[] {
    return [...this];
  }
}
