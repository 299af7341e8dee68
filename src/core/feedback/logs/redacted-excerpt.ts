/** A value of a log as a person may see it: as it would be stored, on one line, cut. */
import { excerpt } from '../../text/text.ts';
import type { JsonValue } from '../../json/json.ts';
import type { StoredLine } from '../interactions/interaction.ts';
import { followUpOn } from '../interactions/follow-up.ts';

/** Characters that are redacted at most; the rest is not shown anyway. */
const LOOKED_AT = 4_000;

export function redactedExcerpt(value: JsonValue, redact: (line: StoredLine) => StoredLine, length: number): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = redact({ followUp: followUpOn('-', '', { reason: text.slice(0, LOOKED_AT) }) });
  return excerpt('followUp' in line ? (line.followUp.reason ?? '') : '', length);
}
