/** What could not be loaded, rendered or asked, in one sentence, and what to do next. */
import { HumanError, messageOf } from '../core/errors.ts';

export class LoadPromptError extends Error {
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

/** Of anything that was thrown on the way. */
export function loadPromptError(error: unknown): LoadPromptError {
  if (error instanceof LoadPromptError) return error;
  if (error instanceof HumanError) return new LoadPromptError(error.code, error.message, error.hint, { cause: error });
  return new LoadPromptError(
    'prompt/unreadable',
    `The prompt cannot be read: ${messageOf(error)}.`,
    'Check that the file exists and is readable.',
    {
      cause: error,
    },
  );
}
