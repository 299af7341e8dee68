/** What could not be loaded, rendered or asked, in one sentence, and what to do next. */
import { brandErrorClass, hasErrorKind, isHumanError, messageOf } from '../core/problems/errors.ts';

export class LoadPromptError extends Error {
  static {
    brandErrorClass(this, 'load-prompt');
  }

  /** What reads prompts is a bundle of its own, and its errors are of the class that the application knows. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasErrorKind(value, 'load-prompt');
  }

  override readonly name = 'LoadPromptError';
  readonly hint: string | null;

  constructor(
    readonly code: string,
    sentence: string,
    hint: string | undefined,
    options?: ErrorOptions,
  ) {
    super(hint === undefined ? sentence : `${sentence} ${hint}`, options);
    this.hint = hint ?? null;
  }
}

/** Whether an error is a `LoadPromptError`, of whichever bundle. */
export const isLoadPromptError = (error: unknown): error is LoadPromptError => hasErrorKind(error, 'load-prompt');

/** Of anything that was thrown on the way. */
export function loadPromptError(error: unknown): LoadPromptError {
  if (isLoadPromptError(error)) return error;
  if (isHumanError(error)) return new LoadPromptError(error.code, error.message, error.hint, { cause: error });
  return new LoadPromptError(
    'prompt/unreadable',
    `The prompt cannot be read: ${messageOf(error)}.`,
    'Check that the file exists and is readable.',
    {
      cause: error,
    },
  );
}
