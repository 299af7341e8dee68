/** What a workspace defines and Goldset would execute, as data: the same thing is shown to the user, hashed and run. */

/** A program with its arguments, without a shell. */
export interface CommandExecution {
  readonly kind: 'command';
  /** The name of the provider in goldset.yaml. */
  readonly provider: string;
  readonly command: readonly string[];
  /** Environment variables that it gets besides PATH. */
  readonly env: readonly string[];
  /** It prints a token to sign in with, instead of answering prompts. */
  readonly isSignIn?: true;
}

/** A code assertion, a text or a function of a file; or a function that builds a prompt. */
export interface CodeExecution {
  readonly kind: 'code';
  readonly language: 'javascript' | 'python';
  /** `file`: relative to goldset.yaml. */
  readonly source: { readonly code: string } | { readonly file: string; readonly name: string | null };
  readonly env: readonly string[];
  /** The program that runs Python. */
  readonly python: string;
  /** It builds the messages of a prompt, instead of grading. */
  readonly builds?: true;
}

export type Execution = CommandExecution | CodeExecution;

/** Called before each execution. @throws {ConfigurationError} when it is not allowed. */
export type Permit = (execution: Execution) => void;

/** Equal for the same execution, whatever the order of its keys. */
export const executionKey = (execution: Execution): string =>
  execution.kind === 'command'
    ? JSON.stringify([execution.isSignIn === true ? 'token command' : 'command', execution.provider, execution.command, execution.env])
    : JSON.stringify([
        execution.language,
        'code' in execution.source ? [execution.source.code] : [execution.source.file, execution.source.name],
        execution.env,
        execution.language === 'python' ? execution.python : null,
      ]);

/** One line for a person: `python3 answer.py`, `javascript output.length < 9`, `python checks/tone.py:polite`. */
export function shownExecution(execution: Execution): string {
  if (execution.kind === 'command') return `${execution.isSignIn === true ? 'token command' : 'command'} ${execution.command.join(' ')}`;
  const { language, source } = execution;
  const text = 'code' in source ? source.code : `${source.file}${source.name === null ? '' : `:${source.name}`}`;
  return `${language} ${text}`;
}
