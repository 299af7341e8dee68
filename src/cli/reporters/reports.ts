/** `--report KIND=FILE`, written piece by piece: a report of a hundred thousand results never is one string. */
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError, messageOf } from '../../core/errors.ts';
import type { RunReport } from '../../core/run/report.ts';
import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';

const WRITERS = { json: jsonReport, junit: junitReport, html: htmlReport, markdown: markdownReport } as const;

/** Characters that are gathered before they are written. */
const PIECE = 1 << 16;

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
    const target = path.resolve(cwd, file);
    mkdirSync(path.dirname(target), { recursive: true });
    const descriptor = openSync(target, 'w');
    try {
      for (const piece of inPieces(WRITERS[kind](report))) writeFileSync(descriptor, piece);
    } finally {
      closeSync(descriptor);
    }
  }
  return [...targets];
}

export async function printJson(report: RunReport): Promise<void> {
  for (const piece of inPieces(jsonReport(report))) {
    if (!process.stdout.write(piece)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}

function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
