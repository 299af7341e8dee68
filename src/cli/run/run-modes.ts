/** What the options of a run mean, for every command that runs. */
import { CACHE_MODES, type CacheMode } from '../../core/calls/answers.ts';
import { INCONCLUSIVE_MODES, type InconclusiveMode } from '../../core/results/verdict.ts';
import { optionChoice, type Arguments } from '../arguments.ts';

/** The exit code of what was interrupted. */
export const EXIT_INTERRUPTED = 130;

/** What a run that could not tell counts as. @throws {ConfigurationError} for a mode that there is not. */
export const inconclusiveOf = (args: Arguments): InconclusiveMode => optionChoice(args, 'inconclusive', INCONCLUSIVE_MODES) ?? 'report';

/** @throws {ConfigurationError} for a mode that there is not. */
export const cacheModeOf = (args: Arguments): CacheMode => optionChoice(args, 'cache', CACHE_MODES) ?? 'use';

/** Whether the user trusts whatever the workspace would execute. */
export const isTrusting = (args: Arguments): boolean => args.flag('trust') || process.env['GOLDSET_TRUST'] === '1';
