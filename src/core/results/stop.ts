/** Why a run ended before everything was asked. What is missing is asked by `--resume`. */
import type { ProviderError } from '../problems/errors.ts';
import { usd } from '../display/figures.ts';

export interface Stop {
  readonly code: 'interrupted' | 'spend/cap' | 'origin/down' | 'batch/waiting';
  readonly message: string;
  readonly hint: string;
}

export const INTERRUPTED: Stop = {
  code: 'interrupted',
  message: 'The run was interrupted.',
  hint: 'Resume it: goldset run --resume',
};

export const capReached = (cap: number): Stop => ({
  code: 'spend/cap',
  message: `Stopped at the spending limit of ${usd(cap)}: another call could exceed it.`,
  hint: 'Resume with a higher limit: goldset run --resume --max-cost USD',
});

export const originDown = ({ message, hint }: ProviderError): Stop => ({
  code: 'origin/down',
  message: `Stopped sending requests: ${message}`,
  hint: `${hint ?? 'Wait until the server answers again, or choose another model.'} Then resume: goldset run --resume`,
});
