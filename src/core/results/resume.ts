/** What an interrupted run has done already. */
import type { SampleId } from './sample-id.ts';
import type { JournalContent } from './journal.ts';
import type { ModelResponse } from '../model/model-request.ts';
import { sampleKey } from './result.ts';
import type { ResultOutline } from './result-list.ts';

export interface CarriedAnswer {
  /** Null: the response cache has it. */
  readonly response: ModelResponse | null;
}

export interface Resumed {
  /** ISO 8601, of the run's first part. */
  readonly startedAt: string;
  /** Samples that were answered and graded, by `sampleKey`. */
  readonly done: ReadonlyMap<string, ResultOutline>;
  /** Answers that were paid for and not graded, by `carriedKey`. */
  readonly carried: ReadonlyMap<string, CarriedAnswer>;
  /** Every answer that the run has paid for, by the key of its request: another sample may have asked the same. */
  readonly answers: ReadonlyMap<string, CarriedAnswer>;
  /** USD that was spent, as far as is known. */
  readonly spentUsd: number;
  /** USD at most of calls whose end is unknown. */
  readonly unconfirmedUsd: number;
}

/** A sample may have asked several questions: rounds of tools, judgements. `key`: of the request. */
export const carriedKey = (sample: SampleId, key: string): string => `${sampleKey(sample)}\u0000${key}`;

/** A sample without an answer is asked again, whatever kept it from having one. */
export function resumedFrom({ head, outlines, answers, settledUsd, unconfirmedUsd }: JournalContent): Resumed {
  const done = new Map(outlines.filter(({ answered }) => answered).map((outline) => [sampleKey(outline), outline]));
  const carried = new Map(
    answers
      .filter(({ sample }) => !done.has(sampleKey(sample)))
      .map(({ sample, key, response }) => [carriedKey(sample, key), { response }]),
  );
  const byKey = new Map(answers.map(({ key, response }) => [key, { response }]));
  // Parts of the run without a cap have no settled calls, and a call that was just settled may have no answer yet.
  const answeredUsd = answers.reduce((sum, { usd }) => sum + (usd ?? 0), 0);
  return { startedAt: head?.startedAt ?? '', done, carried, answers: byKey, spentUsd: Math.max(settledUsd, answeredUsd), unconfirmedUsd };
}
