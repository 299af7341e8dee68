/** Whether a model declined: the one mechanism for the assertion `is-refusal`, the results page and the signals of production. */
import { isRefusalText } from './refusal-text.ts';

export interface DeclinedOutput {
  /** In Goldset's words (`endingOf`). */
  readonly finish: string | null;
  /** Null: it is not known. */
  readonly output: string | null;
  readonly hasToolCalls: boolean;
}

/** By its finish reason, or by its words where it called no tool. An empty answer is not a refusal. */
export const isRefused = ({ finish, output, hasToolCalls }: DeclinedOutput): boolean =>
  finish === 'refusal' || finish === 'content-filter' || (output !== null && !hasToolCalls && isRefusalText(output));
