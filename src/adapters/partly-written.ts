import { brandErrorClass, hasErrorKind, messageOf } from '../core/problems/errors.ts';

/** A batch failed after some of its lines were written: the others wait for the next try, and those that were written must not come again. */
export class PartlyWritten extends Error {
  static {
    brandErrorClass(this, 'partly-written');
  }

  /** `written`: how many lines, from the first, or their places in the batch. */
  constructor(
    private readonly done: number | ReadonlySet<number>,
    cause: unknown,
  ) {
    super(messageOf(cause), { cause });
  }

  /** How many lines were written. */
  get written(): number {
    return typeof this.done === 'number' ? this.done : this.done.size;
  }

  /** Those of the batch that were not written. */
  leftOf<T>(batch: readonly T[]): T[] {
    const { done } = this;
    return batch.filter((_, place) => (typeof done === 'number' ? place >= done : !done.has(place)));
  }
}

/** Whether an error is a `PartlyWritten`, of whichever bundle. */
export const isPartlyWritten = (error: unknown): error is PartlyWritten => hasErrorKind(error, 'partly-written');
