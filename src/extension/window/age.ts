/** How long ago something was, as the editor says it. */
import * as vscode from 'vscode';

const AGES: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** ISO 8601 → `3 days ago`, in the editor's language. */
export function ageOf(date: string): string {
  const seconds = (Date.now() - Date.parse(date)) / 1000;
  const [unit, size] = AGES.find(([, length]) => seconds >= length) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(vscode.env.language, { numeric: 'auto' }).format(-Math.floor(seconds / size), unit);
}
