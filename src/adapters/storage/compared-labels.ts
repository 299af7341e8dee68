/** Labels of the outputs of a prompt, for comparisons: those beside it, never those of the whole repository. */
import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { LabelSource } from '../../core/judge/calibration/judged-comparison.ts';
import { labelsFolders, oldLabelsFile } from '../../core/judge/labels/label-place.ts';
import type { LabelRecord } from '../../core/judge/labels/label-record.ts';
import { sha256 } from '../hash.ts';
import { leadsTo } from '../within.ts';
import { readLabelFiles } from './label-files.ts';

/** Read when a judged comparison asks, again when a file has changed. What cannot be read counts for nothing; `goldset judge calibrate` names it. */
export class ComparedLabels implements LabelSource {
  readonly hash = sha256;
  private readonly known = new Map<string, { readonly stamp: string; readonly labels: readonly LabelRecord[] }>();

  /** `root`: of the workspace; of a change that a base judges, the folder with the files of the base. */
  constructor(private readonly root: string) {}

  labelsOf(prompt: string): readonly LabelRecord[] {
    const id = path.resolve(this.root, prompt);
    const files = [...labelsFolders(id).flatMap(filesIn), oldLabelsFile(id)].flatMap((file) => this.readable(file));
    const stamp = files.map(({ file, stamp: own }) => `${file} ${own}`).join('\n');
    const known = this.known.get(prompt);
    if (known?.stamp === stamp) return known.labels;
    const { labels } = readLabelFiles(
      files.map(({ file }) => file),
      this.root,
    );
    this.known.set(prompt, { stamp, labels });
    return labels;
  }

  /** The path of a prompt stands in a journal, and may be from elsewhere. */
  private readable(file: string): { file: string; stamp: string }[] {
    if (leadsTo(this.root, file) !== 'inside') return [];
    const found = lstatSync(file);
    return found.isFile() && found.size <= MAX_LABELS ? [{ file, stamp: `${found.size} ${found.mtimeMs}` }] : [];
  }
}

const filesIn = (folder: string): string[] =>
  lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.jsonl'))
        .sort()
        .map((name) => path.join(folder, name))
    : [];

/** Bytes of a file that a comparison waits for. */
const MAX_LABELS = 64 << 20;
