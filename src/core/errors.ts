/**
 * Errors written for people: what happened, and what to do next. Decide by class or `code`, never by text.
 * Three families: input or configuration is bad, a provider failed, an evaluation could not be finished.
 */

export class HumanError extends Error {
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

/** Bad input or configuration: the run does not start, exit code 2. */
export class ConfigurationError extends HumanError {
  override readonly name = 'ConfigurationError';
}

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
  | 'malformed'
  | 'aborted';

/** A provider failed. `message` keeps the provider's own words, without any key. */
export class ProviderError extends HumanError {
  override readonly name = 'ProviderError';

  constructor(
    readonly failure: ProviderFailure,
    message: string,
    readonly status: number | null = null,
    readonly retryAfterMs: number | null = null,
    hint?: string,
    /** The request may have reached the model, so it may have to be paid for. */
    readonly mayBeBilled = ['connection', 'timeout', 'malformed', 'aborted'].includes(failure),
  ) {
    super(`provider/${failure}`, message, hint);
  }
}

/** Grading or rendering was killed because it did not end in time. */
export class EvaluationTimeout extends HumanError {
  override readonly name = 'EvaluationTimeout';

  constructor(what: string, limitMs: number) {
    super(
      'evaluation/timeout',
      `${what} did not finish within ${limitMs} ms and was stopped.`,
      'Look for a regular expression or a schema pattern with nested repetition, or a template loop over too much data.',
    );
  }
}

export const missingKey = (provider: string, variable: string): ConfigurationError =>
  new ConfigurationError(
    'key/missing',
    `No API key for ${provider}: the environment variable ${variable} is not set.`,
    `Set ${variable}, pass --env-file, or run without a key: --model scripted:FILE. In the editor: "Goldset: Manage API Keys".`,
  );

/** The message of anything thrown, for a sentence that a person reads. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
