/** Label and draw files of a repository, wherever they are. A file that is damaged in places is read in the others; the places are named. */
import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { isLabelPath, labelsFolders, oldLabelsFile } from '../../core/judge/labels/label-place.ts';
import { readDrawFile, type DrawFile } from '../../core/judge/labels/draw-file.ts';
import { readLabelLines, type LabelRecord } from '../../core/judge/labels/label-record.ts';
import { MAX_STORE, readTextSync } from '../bounded-file.ts';
import { slashedPath } from '../within.ts';
import { SKIPPED_FOLDERS } from '../workspace/skipped-folders.ts';

const DRAW = '.draw.json';

export interface FoundLabels {
  readonly labels: readonly LabelRecord[];
  readonly draws: readonly DrawFile[];
  /** Lines and files that were not read, each with its place and why. */
  readonly problems: readonly string[];
  readonly files: number;
}

/** `paths`: files and folders, absolute; `root`: places are named from here. A link is not followed. @throws as `fs` says it. */
export function readLabelFiles(paths: readonly string[], root: string): FoundLabels {
  const files = [...new Set(paths.flatMap((file) => filesAt(file, root)))];
  const problems: string[] = [];
  const labels: LabelRecord[] = [];
  const draws: DrawFile[] = [];
  for (const file of files) {
    const place = slashedPath(root, file);
    const text = readTextSync(file, MAX_STORE);
    if (file.endsWith(DRAW)) {
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
function filesAt(file: string, root: string): string[] {
  const found = lstatSync(file);
  if (found.isFile()) return [file];
  return found.isDirectory() ? filesBelow(file, root, (name) => isLabelPath(name) || name.endsWith(DRAW)) : [];
}

/** Label files in a folder and those below it; links are not followed. @throws as `fs` says it: in a folder that cannot be read there may be labels. */
export const labelFilesBelow = (root: string, folder: string): string[] => filesBelow(folder, root, isLabelPath);

/** Label files of one prompt that exist: those of all people, and that of earlier versions. `prompt`: its id, its file absolute; null: not known. */
export function labelFilesOf(root: string, prompt: string | null): string[] {
  const folders = labelsFolders(prompt).map((folder) => path.resolve(root, folder));
  const old = prompt === null ? null : path.resolve(root, oldLabelsFile(prompt));
  return [
    ...(old !== null && lstatSync(old, { throwIfNoEntry: false })?.isFile() === true ? [old] : []),
    ...folders
      .filter((folder) => lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true)
      .flatMap((folder) => labelFilesBelow(root, folder)),
  ];
}

/** `wants`: by the path from the root. */
function filesBelow(folder: string, root: string, wants: (file: string) => boolean): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED_FOLDERS.includes(entry.name) ? [] : filesBelow(file, root, wants);
    return entry.isFile() && wants(slashedPath(root, file)) ? [file] : [];
  });
}
