/** What an application or a script is told beside its own output. */
import { messageOf } from '../../core/errors.ts';

/** One line on standard error. */
export function writeWarning(problem: string): void {
  try {
    process.stderr.write(`goldset: ${problem}\n`);
  } catch (error) {
    // Standard error is closed, so there is no way to say it.
    void messageOf(error);
  }
}
