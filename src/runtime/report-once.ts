/** The application never hears of what goes wrong with a record: one line on standard error, once a kind. */
import { writeWarning } from '../adapters/capture/write-warning.ts';
import { messageOf } from '../core/problems/errors.ts';

const MOST_KINDS = 20;
const told = new Set<string>();

export function reportOnce(problem: string): void {
  if (told.has(problem) || told.size >= MOST_KINDS) return;
  told.add(problem);
  writeWarning(problem);
}

/** Null: it failed. */
export function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    reportOnce(`A call was not recorded: ${messageOf(error)}`);
    return null;
  }
}
