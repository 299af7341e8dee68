import { CannotGrade, failed, passed, type AssertionKind, type AssertionSpec, type GradedOutput } from '../assertion.ts';

/** At most `threshold` (or `value`) of something measured. */
const atMost = (what: string, unit: string, measured: (output: GradedOutput) => number | null, unknown: string): AssertionKind => ({
  check: (spec) => (limitOf(spec) === null ? `\`${spec.type}\` needs a \`threshold\` in ${unit}.` : null),
  grade(spec, output) {
    const limit = limitOf(spec) ?? Infinity;
    const found = measured(output);
    if (found === null) throw new CannotGrade(unknown);
    const shown = (value: number): string => (unit === 'USD' ? `$${value}` : `${Math.round(value)} ${unit}`);
    return found <= limit
      ? passed(`${what} ${shown(found)}, at most ${shown(limit)}.`)
      : failed(`Expected ${what} of at most ${shown(limit)}, found ${shown(found)}.`);
  },
});

function limitOf({ threshold, value }: AssertionSpec): number | null {
  if (threshold !== undefined) return threshold;
  return typeof value === 'number' ? value : null;
}

/** USD for this call. */
export const cost = atMost('cost', 'USD', (output) => output.costUsd, 'The cost of this call is unknown: no price or no usage.');
/** ms from the request to the end of the answer. */
export const latency = atMost('latency', 'ms', (output) => output.latencyMs, 'The latency of this call is unknown.');
/** ms from the request to the first token. */
export const ttft = atMost('time to first token', 'ms', (output) => output.ttftMs, 'The time to first token of this call is unknown.');
export const outputTokens = atMost('output', 'tokens', (output) => output.outputTokens, 'The provider reported no usage for this call.');
