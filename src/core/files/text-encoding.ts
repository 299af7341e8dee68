/** Files that are not UTF-8: what a decoder could not read stands as U+FFFD. */
import type { Diagnostics } from '../problems/diagnostics.ts';

export const SAVE_AS_UTF8 = 'Save the file as UTF-8 (in VS Code: “Save with Encoding”).';

/** Bytes of UTF-16 that were read as UTF-8. */
export const isUtf16 = (text: string): boolean => /^\uFFFD\uFFFD[^]?\0|^[^]\0[^]\0/.test(text);

/** Warns at the first character that could not be decoded. */
export function warnOfOtherBytes(text: string, diagnostics: Diagnostics): void {
  const at = text.indexOf('\uFFFD');
  if (at === -1) return;
  const around = text.slice(Math.max(0, text.lastIndexOf('\n', at) + 1, at - 20), at + 1);
  diagnostics.warning(
    'text/encoding',
    `This file has bytes that are not UTF-8 (probably Latin-1), read as “\uFFFD”: “${around}”.`,
    { start: at, end: at + 1 },
    SAVE_AS_UTF8,
  );
}
