/** A broken file is not used: what it would send is not what its author wrote. */
import type { Diagnostic } from '../diagnostics.ts';
import { ConfigurationError } from '../errors.ts';

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

/**
 * For a prompt with its golden set. An error of one golden case is that case's own, so the rest can still run.
 * @throws {ConfigurationError} when the prompt is broken, or its golden set cannot be read as a whole.
 */
export function refuseBrokenPrompt(
  {
    reading,
    diagnostics,
  }: { readonly reading: { readonly diagnostics: readonly Diagnostic[] }; readonly diagnostics: readonly Diagnostic[] },
  file: BrokenFile = {},
): void {
  refuseBroken(reading.diagnostics, file);
  const unreadable = diagnostics.find(isUnreadableGolden);
  if (unreadable !== undefined) throw refusal(unreadable, {});
}

const refusal = ({ code, path, message, hint }: Diagnostic, file: BrokenFile): ConfigurationError =>
  new ConfigurationError(code, `${file.called ?? path}: ${message}`, hint ?? file.hint);

const isUnreadableGolden = ({ severity, code }: Diagnostic): boolean =>
  severity === 'error' && /^(yaml\/|golden\/(too-large|not-a-list|missing$|syntax))/.test(code);
