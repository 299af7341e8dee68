/** The one way to write labels: lines of `labels/NAME/BY-DRAW.jsonl`, only ever appended to. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { LabelTexts } from '../../core/config/label-texts.ts';
import { labelFileName, labelsFolder } from '../../core/judge/labels/label-place.ts';
import { labelRecordLine, type LabelRecord } from '../../core/judge/labels/label-record.ts';
import { newLabel, type GivenGrade, type Gradable } from '../../core/judge/labels/new-label.ts';
import { appendLines } from './append-lines.ts';
import { realPathToWrite } from './file-in-root.ts';

/**
 * Appends labels of one person, each to the file of its draw. `prompt`: id of the prompt below the root, its file absolute; null: of calls whose
 * prompt is not known. `person`: the name of their files. Gives the files, absolute. @throws {HumanError}, {PartlyWritten} when one cannot be written.
 */
export function appendLabels(root: string, prompt: string | null, person: string, labels: readonly LabelRecord[]): string[] {
  const folder = prompt === null ? path.join(root, labelsFolder(null)) : labelsFolder(prompt);
  const byFile = new Map<string, LabelRecord[]>();
  for (const label of labels) {
    const name = labelFileName(person, label.draw?.id ?? null);
    byFile.set(name, [...(byFile.get(name) ?? []), label]);
  }
  return [...byFile].map(([name, own]) => {
    makeFolder(root, folder);
    const file = realPathToWrite(root, path.join(folder, name));
    appendLines(file, own.map(labelRecordLine));
    return file;
  });
}

/** A link must not lead elsewhere: each folder is looked at before the next is made in it. */
function makeFolder(root: string, folder: string): void {
  const parts = path.relative(root, folder).split(path.sep);
  parts.forEach((_, i) => {
    const at = realPathToWrite(root, path.join(root, ...parts.slice(0, i + 1)));
    mkdirSync(at, { recursive: true });
  });
}

/** Whose label of which prompt it is, and what goldset.yaml says of its texts. */
export interface LabelPlace {
  readonly root: string;
  /** Id of the prompt, its file absolute; null: of a call whose prompt is not known. */
  readonly prompt: string | null;
  readonly person: { readonly name: string; readonly file: string };
  readonly texts: LabelTexts;
}

/** Keeps what a person says about an output. @throws as `appendLabels`. */
export function giveLabel({ root, prompt, person, texts }: LabelPlace, of: Gradable, given: GivenGrade, now = new Date()): LabelRecord {
  const label = newLabel(of, given, { id: randomUUID(), by: person.name, at: now.toISOString(), texts });
  appendLabels(root, prompt, person.file, [label]);
  return label;
}
