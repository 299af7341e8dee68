/** A broken file is not used: what it would send is not what its author wrote. */
import type { Diagnostic } from '../problems/diagnostics.ts';
import { ConfigurationError } from '../problems/errors.ts';
import type { PromptDocument } from './document.ts';

export interface BrokenFile {
  /** How the message names the file; absent: by the path of the problem. */
  readonly called?: string;
  /** What to do next, where the problem does not say. */
  readonly hint?: string;
}

/** @throws {ConfigurationError} with the first error, when there is one; warnings pass. */
export function refuseBroken(diagnostics: readonly Diagnostic[], file: BrokenFile = {}): void {
  const broken = diagnostics.find(({ severity }) => severity === 'error');
  if (broken !== undefined) throw refusal(broken, file);
}

/** A prompt as read: what the guard looks at. */
export interface GuardedReading {
  readonly document: Pick<PromptDocument, 'path' | 'isPartial' | 'unread'>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The one guard of everything that renders, counts or sends a prompt.
 * @throws {ConfigurationError} when it is a partial, is written in another language, or is broken.
 */
export function refuseUnusable({ document, diagnostics }: GuardedReading, file: BrokenFile = {}): void {
  const called = file.called ?? document.path;
  if (document.isPartial)
    throw new ConfigurationError('prompt/partial', `${called} is a partial, not a prompt.`, 'Use a prompt that includes it.');
  const { unread } = document;
  if (unread?.isUnusable === true)
    throw new ConfigurationError('prompt/other-syntax', `${called}: ${unread.message}`, unread.hint ?? file.hint);
  refuseBroken(diagnostics, file);
}

/**
 * For a prompt with its golden set. An error of one golden case is that case's own, so the rest can still run.
 * @throws {ConfigurationError} as `refuseUnusable`, and when the golden set cannot be read as a whole.
 */
export function refuseBrokenPrompt(
  { reading, diagnostics }: { readonly reading: GuardedReading; readonly diagnostics: readonly Diagnostic[] },
  file: BrokenFile = {},
): void {
  refuseUnusable(reading, file);
  const unreadable = diagnostics.find(isUnreadableGolden);
  if (unreadable !== undefined) throw refusal(unreadable, {});
}

/** Whether the file is another tool's, so that a search which finds it passes it over. */
export const isOfAnotherTool = ({ unread }: Pick<PromptDocument, 'unread'>): boolean =>
  unread?.isUnusable === true && unread.severity === 'info';

const refusal = ({ code, path, message, hint }: Diagnostic, file: BrokenFile): ConfigurationError =>
  new ConfigurationError(code, `${file.called ?? path}: ${message}`, hint ?? file.hint);

const isUnreadableGolden = ({ severity, code }: Diagnostic): boolean =>
  severity === 'error' && /^(yaml\/|golden\/(too-large|not-a-list|missing$|syntax))/.test(code);
