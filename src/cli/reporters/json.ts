/** goldset.run/1 as text, result by result, so that a large run never is one string. */
import type { RunReport } from '../../core/run/report.ts';

export function* jsonReport({ results, choices, ...head }: RunReport): Generator<string> {
  // `dearest` is a name of goldset.run/1, so the output keeps it.
  const written = { ...head, choices: choices.map(({ mostExpensive, ...choice }) => ({ ...choice, dearest: mostExpensive })) };
  yield `${JSON.stringify(written, null, 2).slice(0, -2)},\n  "results": [`;
  let separator = '\n    ';
  for (const result of results) {
    yield separator + JSON.stringify(result);
    separator = ',\n    ';
  }
  yield '\n  ]\n}\n';
}
