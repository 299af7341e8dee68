/** `--report KIND=FILE`. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigurationError } from '../../core/errors.ts';
import type { RunReport } from '../../core/run/report.ts';
import { htmlReport } from './html.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';

const WRITERS = {
  json: (report: RunReport): string => `${JSON.stringify(report, null, 2)}\n`,
  junit: junitReport,
  html: htmlReport,
  markdown: markdownReport,
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

/** The files written, as the user named them. */
export async function writeReports(report: RunReport, targets: readonly ReportTarget[], cwd: string): Promise<ReportTarget[]> {
  for (const { kind, file } of targets) {
    const target = path.resolve(cwd, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, WRITERS[kind](report));
  }
  return [...targets];
}
