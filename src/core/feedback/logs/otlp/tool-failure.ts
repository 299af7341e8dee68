/** A tool that failed, as a signal of the call of a model that asked for it. */
import { toolFailure } from '../../tools/tool-failed.ts';
import { attributeText, firstOf } from './attributes.ts';
import type { Feedback } from './feedback.ts';
import { NAMES } from './names.ts';
import type { Span } from './telemetry.ts';
import type { TraceState } from './trace-memory.ts';

/** Null: it did not fail, neither by its span nor by what it returned. `state`: the calls of its trace that are known; the last that ended before it asked for it. */
export function failureOfTool(span: Span, state: TraceState | undefined): Feedback | null {
  const { attributes, isError, statusMessage, startMs, traceId, parentSpanId } = span;
  const type = attributeText(attributes, NAMES.errorType);
  const said = toolFailure(firstOf(attributes, NAMES.toolResult) ?? null);
  if (!isError && type === null && said === null) return null;
  const calls = state?.calls ?? [];
  const asked =
    calls.find(({ id }) => id === parentSpanId) ??
    calls.filter(({ endMs }) => startMs !== null && endMs <= startMs).sort((a, b) => b.endMs - a.endMs)[0];
  const note = [attributeText(attributes, NAMES.toolName) ?? span.name, type, statusMessage ?? said]
    .filter((text) => text !== null)
    .join(': ');
  return {
    of: { interaction: asked?.id ?? null, response: null, trace: traceId, conversation: null },
    signal: { kind: 'operational', name: 'tool-failure', value: true, annotator: 'code', by: null, time: null, note: note.slice(0, 200) },
  };
}
