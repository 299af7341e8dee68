/** A run's report as `goldset run` ends with it: on the terminal or as JSON, and in the files that were asked for. */
import type { RunReport } from '../../core/run/report.ts';
import type { Arguments } from '../arguments.ts';
import { parseReportTargets, printJson, writeReports } from './reports.ts';
import { printReport } from './terminal.ts';
import { stdout } from '../output.ts';

/** `journal`: its path as it is shown. */
export async function showReport(report: RunReport, journal: string, args: Arguments, cwd: string): Promise<void> {
  // The files come first: whatever reads the output may go away at any time.
  const written = writeReports(report, parseReportTargets(args.texts('report')), cwd);
  if (args.flag('json')) return printJson(report);
  printReport(report, {
    journal,
    written,
    width: stdout.columns ?? 100,
    colour: stdout.isTTY && process.env['NO_COLOR'] === undefined,
  });
}
