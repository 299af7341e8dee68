/**
 * Errors written for people: what happened, and what to do next. Decide by kind or `code`, never by text.
 * Three families: input or configuration is bad, a provider failed, an evaluation could not be finished.
 *
 * Each bundle has its own copy of these classes, so `instanceof` fails for an error of another bundle. The kind of an error is
 * therefore a brand that all copies share; every class has a guard that reads it.
 */

/** The same symbol in every bundle. */
const KINDS: unique symbol = Symbol.for('goldset.error');

/** Whether an error, of whichever bundle, is of this kind. For the guards of the classes; everything else calls those. */
export function hasErrorKind(error: unknown, kind: string): boolean {
  return typeof error === 'object' && error !== null && kindsOf(error).includes(kind);
}

function kindsOf(error: object): readonly unknown[] {
  const kinds: unknown = KINDS in error ? error[KINDS] : null;
  return Array.isArray(kinds) ? kinds : [];
}

/** Gives all errors of a class this kind, besides the kinds of its base class. Called once, by the class itself. */
export function brandErrorClass({ prototype }: { readonly prototype: Error }, kind: string): void {
  Object.defineProperty(prototype, KINDS, { value: [...kindsOf(prototype), kind] });
}

export class HumanError extends Error {
  static {
    brandErrorClass(this, 'human');
  }

  constructor(
    readonly code: string,
    message: string,
    /** What to do next. */
    readonly hint?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'HumanError';
  }
}

/** Whether an error is a `HumanError` or a subclass of it, of whichever bundle. */
export const isHumanError = (error: unknown): error is HumanError => hasErrorKind(error, 'human');

/** Bad input or configuration: the run does not start, exit code 2. */
export class ConfigurationError extends HumanError {
  static {
    brandErrorClass(this, 'configuration');
  }

  override readonly name = 'ConfigurationError';
}

/** Whether an error is a `ConfigurationError`, of whichever bundle. */
export const isConfigurationError = (error: unknown): error is ConfigurationError => hasErrorKind(error, 'configuration');

export type ProviderFailure =
  | 'authentication'
  | 'quota'
  | 'rate-limit'
  | 'bad-request'
  | 'not-found'
  | 'server'
  | 'connection'
  | 'unreachable'
  | 'timeout'
  /** The stream ended as it should, but the answer did not; or the provider paused it. */
  | 'unfinished'
  | 'malformed'
  | 'aborted';

/** A provider failed. `message` keeps the provider's own words, without any key. */
export class ProviderError extends HumanError {
  static {
    brandErrorClass(this, 'provider');
  }

  override readonly name = 'ProviderError';

  constructor(
    readonly failure: ProviderFailure,
    message: string,
    readonly status: number | null = null,
    readonly retryAfterMs: number | null = null,
    hint?: string,
    /** The request may have reached the model, so it may have to be paid for. */
    readonly mayBeBilled = ['connection', 'timeout', 'unfinished', 'malformed', 'aborted'].includes(failure),
  ) {
    super(`provider/${failure}`, message, hint);
  }
}

/** Whether an error is a `ProviderError`, of whichever bundle. */
export const isProviderError = (error: unknown): error is ProviderError => hasErrorKind(error, 'provider');

/** Grading or rendering was killed because it did not end in time. */
export class EvaluationTimeout extends HumanError {
  static {
    brandErrorClass(this, 'evaluation-timeout');
  }

  override readonly name = 'EvaluationTimeout';

  constructor(what: string, limitMs: number) {
    super(
      'evaluation/timeout',
      `${what} did not finish within ${limitMs} ms of processor time and was stopped.`,
      'Look for a regular expression or a schema pattern with nested repetition, or a template loop over too much data.',
    );
  }
}

/** Whether an error is an `EvaluationTimeout`, of whichever bundle. */
export const isEvaluationTimeout = (error: unknown): error is EvaluationTimeout => hasErrorKind(error, 'evaluation-timeout');

export const missingKey = (provider: string, variable: string): ConfigurationError =>
  new ConfigurationError(
    'key/missing',
    `No API key for ${provider}: the environment variable ${variable} is not set.`,
    `Set ${variable}, pass --env-file, or run without a key: --model scripted:FILE. In the editor: "Goldset: Manage API Keys".`,
  );

/** The message of anything thrown, for a sentence that a person reads; without a full stop where the system gave the reason. */
export function messageOf(error: unknown): string {
  const fault = systemFault(error);
  if (fault === null) return error instanceof Error ? error.message : String(error);
  return `${fault.says}${fault.file === null ? '' : `: ${fault.file}`} (${fault.code})`;
}

/** What to do next; undefined: the error does not say. */
export function hintOf(error: unknown): string | undefined {
  if (isHumanError(error)) return error.hint;
  const cause = error instanceof Error ? error.cause : undefined;
  return systemFault(error)?.hint ?? (cause === undefined ? undefined : hintOf(cause));
}

/** What a system says by a code alone, and that a person can do something about. */
const SYSTEM_FAULTS: Readonly<Record<string, { readonly says: string; readonly hint: string }>> = {
  ENOSPC: { says: 'No space is left on the disk', hint: 'Free some disk space, then try again. What .goldset/ holds: goldset data' },
  EDQUOT: { says: 'The disk quota of this user is used up', hint: 'Delete files of yours, then try again.' },
  EACCES: { says: 'This user has no permission', hint: 'Check the owner and the permissions of the file and its folders: ls -ld' },
  EPERM: { says: 'The system does not permit this', hint: 'Check the owner and the attributes of the file and its folders.' },
  EROFS: { says: 'The file system is read-only', hint: 'Use a folder that can be written.' },
  EMFILE: { says: 'This process has too many files open', hint: 'Raise the limit, such as: ulimit -n 4096' },
  ENFILE: { says: 'This machine has too many files open', hint: 'End other programs, then try again.' },
};

/** The code of a fault of the system that a person can do something about, such as `ENOSPC`; null: it is something else. */
export const systemCodeOf = (error: unknown): string | null => systemFault(error)?.code ?? null;

/** Only of what concerns files: a refused address has its own message. */
function systemFault(error: unknown): { says: string; hint: string; code: string; file: string | null } | null {
  if (!(error instanceof Error)) return null;
  const { code, syscall, path: file } = error as Error & { code?: unknown; syscall?: unknown; path?: unknown };
  if (typeof code !== 'string' || typeof syscall !== 'string' || !Object.hasOwn(SYSTEM_FAULTS, code)) return null;
  if (['listen', 'connect', 'bind', 'send'].includes(syscall)) return null;
  const fault = SYSTEM_FAULTS[code];
  return fault === undefined ? null : { ...fault, code, file: typeof file === 'string' ? file : null };
}
