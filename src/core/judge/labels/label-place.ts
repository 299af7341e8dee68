/**
 * Where labels are: `labels/NAME/BY-DRAW.jsonl` beside the prompt, NAME as in its golden set, one file for each person and draw, so that pull
 * requests never conflict. Only `by` and `draw` in each line count. `NAME.labels.jsonl` of earlier versions is still read.
 */
import { earlierStem, fileName, goldenStem } from '../../prompt/formats/prompt-name.ts';
import { safeFileName } from '../../display/person-name.ts';

/** A folder of label files has one of this name above it. */
export const LABELS_FOLDER = 'labels';

/** `dir/triage.formal.prompt` → `dir/triage.formal.labels.jsonl`, which only earlier versions wrote. */
export const oldLabelsFile = (prompt: string): string => `${earlierStem(prompt)}.labels.jsonl`;

/** `dir/triage.formal.prompt` → `dir/labels/triage.formal`. `prompt`: its id, absolute or from the root; null: of calls whose prompt is not known. */
export const labelsFolder = (prompt: string | null): string => folderOfStem(prompt === null ? 'production' : goldenStem(prompt));

/** Where labels of a prompt are read: the folder in which they are written, then that of earlier versions, if it has another name. */
export const labelsFolders = (prompt: string | null): string[] =>
  prompt === null ? [labelsFolder(null)] : [...new Set([labelsFolder(prompt), folderOfStem(earlierStem(prompt))])];

function folderOfStem(stem: string): string {
  const name = fileName(stem);
  return `${stem.slice(0, stem.length - name.length)}${LABELS_FOLDER}/${name}`;
}

/** `person`: the name of their files, as `personFile` makes it; `draw`: its id, null for labels without one. */
export function labelFileName(person: string, draw: string | null): string {
  const name = safeFileName(person);
  return `${name === '' ? 'person' : name}${draw === null ? '' : `-${safeFileName(draw) || 'draw'}`}.jsonl`;
}

/** `path`: with `/`, from the root: `NAME.labels.jsonl`, or `labels/NAME/ANY.jsonl`. */
export const isLabelPath = (path: string): boolean => path.endsWith('.labels.jsonl') || /(?:^|\/)labels\/[^/]+\/[^/]+\.jsonl$/.test(path);
