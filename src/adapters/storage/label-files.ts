/** Label and draw files of a repository, wherever they are. A file that is damaged in places is read in the others; the places are named. */
import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readDrawFile, type DrawFile } from '../../core/judge/labels/draw-file.ts';
import { readLabelLines, type LabelRecord } from '../../core/judge/labels/label-record.ts';
import { MAX_STORE, readTextSync } from '../bounded-file.ts';
import { slashedPath } from '../within.ts';
import { SKIPPED_FOLDERS } from '../workspace/skipped-folders.ts';

export interface FoundLabels {
  readonly labels: readonly LabelRecord[];
  readonly draws: readonly DrawFile[];
  /** Lines and files that were not read, each with its place and why. */
  readonly problems: readonly string[];
  readonly files: number;
}

/** `paths`: files and folders, absolute; `root`: places are named from here. A link is not followed. @throws as `fs` says it. */
export function readLabelFiles(paths: readonly string[], root: string): FoundLabels {
  const files = [...new Set(paths.flatMap((file) => filesBelow(file, true)))];
  const problems: string[] = [];
  const labels: LabelRecord[] = [];
  const draws: DrawFile[] = [];
  for (const file of files) {
    const place = slashedPath(root, file);
    const text = readTextSync(file, MAX_STORE);
    if (file.endsWith('.draw.json')) {
      const read = readDrawFile(text);
      if (typeof read === 'string') problems.push(`${place}: ${read}`);
      else {
        draws.push(read.draw);
        problems.push(...read.problems.map((problem) => `${place}: ${problem}`));
      }
      continue;
    }
    const read = readLabelLines(text);
    labels.push(...read.labels);
    problems.push(...read.problems.map(({ line, reason }) => `${place}, line ${line}: ${reason}`));
  }
  return { labels, draws, problems, files: files.length };
}

/** A file that is named is read whatever it is called. */
function filesBelow(file: string, isNamed: boolean): string[] {
  const found = lstatSync(file);
  if (found.isFile()) return isNamed || isLabelFile(file) ? [file] : [];
  if (!found.isDirectory() || (!isNamed && SKIPPED_FOLDERS.includes(path.basename(file)))) return [];
  return readdirSync(file)
    .sort()
    .flatMap((name) => filesBelow(path.join(file, name), false));
}

/** `NAME.labels.jsonl`, `labels/NAME/BY-DRAW.jsonl`, `reviews/ID.draw.json`. */
function isLabelFile(file: string): boolean {
  if (file.endsWith('.labels.jsonl') || file.endsWith('.draw.json')) return true;
  return file.endsWith('.jsonl') && path.basename(path.dirname(path.dirname(file))) === 'labels';
}
