/**
 * Runs the `tokenCommand` of a provider: a program of the machine, which the user trusted, without a shell. Errors name the command and never
 * repeat what it printed, which may be the token.
 */
import { ProviderError, isHumanError, isProviderError, type ProviderFailure } from '../../../core/problems/errors.ts';
import type { TokenCommand } from '../../../core/config/providers.ts';
import type { CommandExecution, Permit } from '../../../core/trust/execution.ts';
import { excerpt } from '../../../core/text/text.ts';
import { spawnable } from '../../process/batch-file.ts';
import { findProgram } from '../../process/find-program.ts';
import { runProcess, variables } from '../../process/run-process.ts';
import type { KeySource } from '../keys.ts';
import { readPrintedToken, type PrintedToken } from './printed-token.ts';

/** Where the tools keep who has signed in. */
const HOMES = ['HOME', 'USERPROFILE', 'APPDATA'];
/** Azure's takes seconds to start. ms. */
const TIMEOUT = 60_000;

export interface TokenProgram {
  /** As goldset.yaml names it. */
  readonly provider: string;
  readonly signIn: TokenCommand;
  /** The folder that the program runs in. */
  readonly cwd: string;
  /** Folders that no program may be from. */
  readonly workspace: readonly string[];
  readonly permit: Permit;
  readonly keys: Pick<KeySource, 'variable'>;
}

/** What a token command executes, as the user is shown it. */
export const signInExecution = (provider: string, { command, env }: TokenCommand): CommandExecution => ({
  kind: 'command',
  provider,
  command,
  env: [...HOMES, ...env],
  isSignIn: true,
});

/** @throws {ConfigurationError} `trust/needed`. @throws {ProviderError} when there is no token. */
export async function runTokenCommand(program: TokenProgram, signal: AbortSignal): Promise<PrintedToken> {
  const { provider, signIn, cwd, workspace, permit, keys } = program;
  const failed = failureOf(provider, signIn);
  permit(signInExecution(provider, signIn));
  const [name = '', ...args] = signIn.command;
  const { platform } = process;
  const found = findProgram(name, { workspace, env: process.env, platform });
  if (found === 'missing') throw failed(`cannot run: there is no program ${name}`, 'Install it, or check PATH.');
  if (found === 'inside')
    throw failed(
      `cannot run: ${name} is inside the workspace, and a token comes only from a program of this machine`,
      'Install the program outside the workspace, or name it by its absolute path.',
    );
  const named = signIn.env.flatMap((variable) => {
    const value = keys.variable(variable);
    return value === null ? [] : [[variable, value] as const];
  });
  // What a `.cmd` file starts is otherwise looked for in the current folder first.
  const elsewhere = platform === 'win32' ? { NoDefaultCurrentDirectoryInExePath: '1' } : {};
  const env = { ...variables(HOMES), ...Object.fromEntries(named), ...elsewhere, PATH: found.path };
  try {
    const { command, args: given, isVerbatim } = spawnable(found.file, args, platform, process.env);
    const job = { command, args: given, isVerbatim, cwd, env, input: '', timeoutMs: TIMEOUT, signal, answer: 'stdout' } as const;
    const { answer, code } = await runProcess(job);
    if (code !== 0) throw failed(`ended with exit code ${code ?? 'none'}`);
    const printed = readPrintedToken(answer);
    if (typeof printed === 'string') throw failed(`ended well, but it printed ${printed}`);
    return printed;
  } catch (error) {
    if (signal.aborted) throw new ProviderError('aborted', 'The call was cancelled.');
    if (!isHumanError(error) || isProviderError(error)) throw error;
    if (error.code === 'process/timeout') throw failed(`did not end within ${TIMEOUT / 1000} s and was stopped`);
    throw failed(error.code === 'process/argument' ? `cannot run: ${error.message}` : 'could not be started', error.hint);
  }
}

type Failed = (what: string, hint?: string) => ProviderError;

function failureOf(provider: string, { command }: TokenCommand): Failed {
  const failure: ProviderFailure = 'authentication';
  const shown = excerpt(command.join(' '), 200);
  return (what, hint = 'Run the command in a terminal to see what it says; you may have to sign in again.') =>
    new ProviderError(failure, `The token command of ${provider} (${shown}) ${what}.`, null, null, hint);
}
