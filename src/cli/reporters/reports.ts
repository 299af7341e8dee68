/** `--report KIND=FILE`, written piece by piece: a report of a hundred thousand results never is one string. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError, messageOf } from '../../core/problems/errors.ts';
import type { RunReport } from '../../core/run/report.ts';
import { joinedChunks, reportScript, writeReportFile } from '../../adapters/storage/report-file.ts';
import { csvReport } from '../../core/report/csv.ts';
import { htmlReport } from '../../core/report/html.ts';
import { jsonlReport } from '../../core/report/jsonl.ts';
import { jsonReport } from './json.ts';
import { junitReport } from '../../core/report/junit.ts';
import { markdownReport } from '../../core/report/markdown.ts';
import { stdout } from '../output.ts';

const WRITERS = {
  json: jsonReport,
  junit: junitReport,
  html: (report: RunReport) => htmlReport(report, { script: reportScript(__dirname), filtered: null }),
  markdown: markdownReport,
  csv: csvReport,
  jsonl: jsonlReport,
} as const;

export interface ReportTarget {
  readonly kind: keyof typeof WRITERS;
  readonly file: string;
}

/** @throws {ConfigurationError} for a kind that there is not; before a run is paid for. */
export function parseReportTargets(texts: readonly string[]): ReportTarget[] {
  return texts.map((text) => {
    const [kind = '', ...rest] = text.split('=');
    const file = rest.join('=');
    if (!Object.hasOwn(WRITERS, kind) || file === '') {
      throw new ConfigurationError(
        'usage',
        `--report must be KIND=FILE with KIND one of ${Object.keys(WRITERS).join(', ')}, not "${text}".`,
      );
    }
    return { kind: kind as ReportTarget['kind'], file };
  });
}

/** Makes the folders, so that a run is not paid for whose report nobody can write. @throws {ConfigurationError} */
export function prepareReports(targets: readonly ReportTarget[], cwd: string): void {
  for (const { kind, file } of targets) {
    try {
      mkdirSync(path.dirname(path.resolve(cwd, file)), { recursive: true });
    } catch (error) {
      throw new ConfigurationError(
        'report/folder',
        `The report ${kind}=${file} cannot be written: ${messageOf(error)}`,
        'Name another file.',
      );
    }
  }
}

/** The files written, as the user named them. */
export function writeReports(report: RunReport, targets: readonly ReportTarget[], cwd: string): ReportTarget[] {
  for (const { kind, file } of targets) {
    writeReportFile(path.resolve(cwd, file), WRITERS[kind](report));
  }
  return [...targets];
}

export async function printJson(report: RunReport): Promise<void> {
  await stdout.jsonPieces(joinedChunks(jsonReport(report)));
}
