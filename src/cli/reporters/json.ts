/** goldset.run/1 as text, result by result, so that a large run never is one string. */
import type { RunReport } from '../../core/run/report.ts';

export function* jsonReport({ results, ...head }: RunReport): Generator<string> {
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "results": [`;
  let separator = '\n    ';
  for (const result of results) {
    yield separator + JSON.stringify(result);
    separator = ',\n    ';
  }
  yield '\n  ]\n}\n';
}
