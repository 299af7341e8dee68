/** Results as JSON lines, one a line: what a script or a notebook reads. */
import type { RunReport } from '../run/report.ts';
import { flatResults } from './flat-results.ts';

export function* jsonlReport(report: RunReport): Generator<string> {
  for (const row of flatResults(report)) yield `${JSON.stringify(row)}\n`;
}
