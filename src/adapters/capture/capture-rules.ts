/** What goldset.yaml says of records before they are written. */
import { ConfigurationError } from '../../core/errors.ts';
import type { CaptureConfig } from '../../core/config/capture-config.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { redactor } from '../../core/feedback/redaction/redact.ts';

/**
 * Takes out of a line what is never written.
 * @throws {ConfigurationError} when a rule cannot be used: records that it was meant for would be written whole.
 */
export function redactorOf({ redact, problem }: CaptureConfig): (line: StoredLine) => StoredLine {
  if (problem !== null)
    throw new ConfigurationError(
      'config/capture',
      `\`capture\` in goldset.yaml is invalid: ${problem}`,
      'Nothing is stored until you fix it, because text that must be redacted would be written.',
    );
  return redactor(redact);
}
