/** An answer as a record keeps it in `output`. */
import type { ToolCall } from '../../tool.ts';

/** The text; where tools are called, also the calls as JSON, in the form of a run's results. Null: there is neither. */
export function answerText(text: string | null, calls: readonly ToolCall[]): string | null {
  if (calls.length === 0) return text;
  const said = JSON.stringify(calls);
  return text === null || text === '' ? said : `${text}\n${said}`;
}
