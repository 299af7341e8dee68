import { brandErrorClass, hasErrorKind, messageOf } from '../core/errors.ts';

/** A batch failed after this number of its lines, from the first, was written. */
export class PartlyWritten extends Error {
  static {
    brandErrorClass(this, 'partly-written');
  }

  constructor(
    readonly written: number,
    cause: unknown,
  ) {
    super(messageOf(cause), { cause });
  }
}

/** Whether an error is a `PartlyWritten`, of whichever bundle. */
export const isPartlyWritten = (error: unknown): error is PartlyWritten => hasErrorKind(error, 'partly-written');
