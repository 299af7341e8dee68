import { failed, passed, type AssertionKind } from '../assertion.ts';
import { listValue, needsList } from '../values.ts';

/** How well the tools that were called fit those that are expected: the harmonic mean of precision and recall of their names. */
export const toolCallF1: AssertionKind = {
  check: (spec) =>
    needsList(spec) ??
    (spec.threshold !== undefined && spec.threshold > 1 ? 'The `threshold` of `tool-call-f1` must be a score from 0 to 1.' : null),
  grade(spec, { toolCalls }) {
    const threshold = spec.threshold ?? 1;
    const wanted = new Set(listValue(spec).map((name) => name.trim()));
    const called = new Set(toolCalls.map(({ name }) => name));
    const common = [...wanted].filter((name) => called.has(name)).length;
    const score = common === 0 ? 0 : (2 * common) / (wanted.size + called.size);
    const shown = `called ${[...called].sort().join(', ') || 'no tool'}, expected ${[...wanted].sort().join(', ')}`;
    const grade =
      score >= threshold
        ? passed(`F1 ${score.toFixed(3)}: ${shown}.`)
        : failed(`F1 ${score.toFixed(3)}, at least ${threshold} wanted: ${shown}.`);
    return { ...grade, score };
  },
};
