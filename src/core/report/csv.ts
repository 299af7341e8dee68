/** Results as CSV for a spreadsheet: no text from outside becomes a formula there. */
import { visibleControls } from '../display/visible-controls.ts';
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

/**
 * OWASP, CSV injection: a cell that begins with one of = + - @, a tab or a line break is a formula to a spreadsheet, and so is the same sign
 * in full or small width, or after a character that cannot be seen.
 */
const FORMULA =
  /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]*[=+\-@|%\t\r\n\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20]/u;

export function csvCell(value: FlatResult[string]): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = visibleControls(value);
  const inert = FORMULA.test(value) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) || inert !== inert.trim() ? `"${inert.replace(/"/g, '""')}"` : inert;
}
