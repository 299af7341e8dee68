/** What an application or a script is told beside its own output. */
import { messageOf } from '../../core/problems/errors.ts';

/** One line on standard error. */
export function writeWarning(problem: string): void {
  try {
    // An edge runtime has no process, and shows what goes to the console.
    if (typeof process === 'object') process.stderr.write(`goldset: ${problem}\n`);
    // eslint-disable-next-line no-console -- as above
    else console.warn(`goldset: ${problem}`);
  } catch (error) {
    // Standard error is closed, so there is no way to say it.
    void messageOf(error);
  }
}
