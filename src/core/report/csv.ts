/** Results as CSV for a spreadsheet: no text from outside becomes a formula there. */
import { plainText } from '../plain-text.ts';
import type { RunReport } from '../run/report.ts';
import { flatResults, type FlatResult } from './flat-results.ts';

const BOM = '\uFEFF';

export function* csvReport(report: RunReport): Generator<string> {
  let header: string[] | null = null;
  for (const row of flatResults(report)) {
    if (header === null) {
      header = Object.keys(row);
      yield `${BOM}${header.join(',')}\r\n`;
    }
    yield `${Object.values(row).map(csvCell).join(',')}\r\n`;
  }
}

/** OWASP, CSV injection: a cell that begins with one of = + - @, a tab or a line break is a formula to a spreadsheet. */
export function csvCell(value: FlatResult[string]): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = plainText(value);
  const inert = /^\s*[=+\-@\t\r\n|%]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) || inert !== inert.trim() ? `"${inert.replace(/"/g, '""')}"` : inert;
}
