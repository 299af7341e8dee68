/** Why a run ended before everything was asked. What is missing is asked by `--resume`. */
import type { ProviderError } from '../errors.ts';
import { usd } from '../figures.ts';

export interface Stop {
  readonly code: 'interrupted' | 'spend/cap' | 'origin/down' | 'batch/waiting';
  readonly message: string;
  readonly hint: string;
}

export const INTERRUPTED: Stop = {
  code: 'interrupted',
  message: 'The run was interrupted.',
  hint: 'Go on where it stopped: goldset run --resume',
};

export const capReached = (cap: number): Stop => ({
  code: 'spend/cap',
  message: `The cap of ${usd(cap)} is reached: another call could pass it.`,
  hint: 'Go on with more: goldset run --resume --max-cost USD',
});

export const originDown = ({ message, hint }: ProviderError): Stop => ({
  code: 'origin/down',
  message: `Nothing more is asked: ${message}`,
  hint: `${hint ?? 'Wait until the server answers again, or choose another model.'} Then go on where it stopped: goldset run --resume`,
});
