/** What the options of a run mean, for every command that runs. */
import { ConfigurationError } from '../core/errors.ts';
import { CACHE_MODES, type CacheMode } from '../core/run/calls/answers.ts';
import { INCONCLUSIVE_MODES, type InconclusiveMode } from '../core/run/verdict.ts';
import type { Arguments } from './arguments.ts';

/** The exit code of what was interrupted. */
export const INTERRUPTED = 130;

/** What a run that could not tell counts as. @throws {ConfigurationError} for a mode that there is not. */
export function inconclusiveOf(args: Arguments): InconclusiveMode {
  const text = args.text('inconclusive') ?? 'report';
  const mode = INCONCLUSIVE_MODES.find((item) => item === text);
  if (mode === undefined)
    throw new ConfigurationError('usage', `--inconclusive must be one of ${INCONCLUSIVE_MODES.join(', ')}, not "${text}".`);
  return mode;
}

/** @throws {ConfigurationError} for a mode that there is not. */
export function cacheModeOf(args: Arguments): CacheMode {
  const text = args.text('cache') ?? 'use';
  const mode = CACHE_MODES.find((item) => item === text);
  if (mode === undefined) throw new ConfigurationError('usage', `--cache must be one of ${CACHE_MODES.join(', ')}, not "${text}".`);
  return mode;
}
