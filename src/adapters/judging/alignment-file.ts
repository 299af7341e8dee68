/** NAME.alignment.jsonl beside a judge: the looks at the test part of its labels, one line each, committed. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { alignmentFile, alignmentLine, looksIn, type AlignmentLook } from '../../core/judge/alignment/alignment-log.ts';
import { MAX_STORE, readTextSync } from '../bounded-file.ts';
import { replaceFile } from '../storage/data-folder/no-follow.ts';
import { realPathToWrite } from '../storage/file-in-root.ts';

/** How often the test part was looked at by this criterion. */
export const looksAt = (root: string, judge: string, criterion: AlignmentLook['criterion']): number =>
  looksIn(textOf(root, judge), criterion);

/** Adds a look that begins; which it is, from 1. */
export function beginLook(root: string, judge: string, look: AlignmentLook): number {
  const text = textOf(root, judge);
  const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  write(root, judge, `${whole}${alignmentLine(look)}\n`);
  return looksIn(text, look.criterion) + 1;
}

/** Puts the result of the look at `look.at` in its line. */
export function endLook(root: string, judge: string, look: AlignmentLook): void {
  const begun = alignmentLine({ ...look, result: null });
  const lines = textOf(root, judge).split('\n');
  const at = lines.lastIndexOf(begun);
  if (at >= 0) write(root, judge, lines.with(at, alignmentLine(look)).join('\n'));
}

const fileOf = (root: string, judge: string): string => path.join(root, alignmentFile(judge));

function textOf(root: string, judge: string): string {
  const file = fileOf(root, judge);
  return existsSync(file) ? readTextSync(file, MAX_STORE) : '';
}

const write = (root: string, judge: string, text: string): void => replaceFile(realPathToWrite(root, fileOf(root, judge)), text);
