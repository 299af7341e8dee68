/**
 * A person's grade of an output, as the label files beside the prompt keep it: one JSON object a line, only ever appended. It is
 * `NAME.labels.jsonl`, and in a team `labels/NAME/BY-DRAW.jsonl`: one file for each person and draw, so that pull requests never conflict.
 */
import { FILE_KINDS, versionProblem } from '../file-version.ts';
import { isJsonObject, parseJson, type JsonValue } from '../json.ts';

export interface Label {
  readonly id: string;
  /** Which output: of a run or of an interaction, with the SHA-256 of its text. */
  readonly output: { readonly run: string; readonly hash: string } | { readonly interaction: string; readonly hash: string };
  readonly prompt: string;
  readonly version: string;
  readonly case: string;
  /** What it was graded by; null: by the person's own judgement. */
  readonly rubric: string | null;
  readonly grade: 'pass' | 'fail' | 'unknown';
  readonly critique: string | null;
  readonly correction: JsonValue | null;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** The person did not see what the assertions said. */
  readonly blind: boolean;
  /** With which chance the output was chosen for grading; null: the person chose it. */
  readonly samplingProbability: number | null;
}

export const labelLine = (label: Label): string => JSON.stringify(label);

/** Which output of which case a label is of: the same words may be right for one and wrong for another. */
export const labelKey = (prompt: string, caseId: string, hash: string): string => `${prompt}\u0000${caseId}\u0000${hash}`;

/** The newest label of each output. Lines that are not labels of a known version are passed over: they stay in the file. `refused` hears of other versions. */
export function newestLabels(text: string, refused: (line: number, problem: string) => void = () => undefined): Map<string, Label> {
  const found = new Map<string, Label>();
  for (const [i, line] of text.split('\n').entries()) {
    const value = line.trim() === '' ? undefined : parseJson(line);
    const problem = isJsonObject(value) ? versionProblem(value['schema'], FILE_KINDS.label) : null;
    if (problem !== null) refused(i + 1, problem);
    if (!isJsonObject(value) || problem !== null || !isJsonObject(value['output'])) continue;
    const { hash } = value['output'];
    const { grade, by, prompt, case: id } = value;
    if (
      typeof hash !== 'string' ||
      typeof prompt !== 'string' ||
      typeof id !== 'string' ||
      typeof by !== 'string' ||
      (grade !== 'pass' && grade !== 'fail' && grade !== 'unknown')
    )
      continue;
    found.set(labelKey(prompt, id, hash), value as unknown as Label);
  }
  return found;
}

/** `dir/triage.prompt` and `dir/triage.formal.prompt.yml` → `dir/triage.labels.jsonl`, `dir/triage.formal.labels.jsonl`; null: it is no prompt. */
export const labelsFile = (promptFile: string): string | null => {
  const file = promptFile.replace(/(?:\.prompt\.ya?ml|\.prompt)$/, '.labels.jsonl');
  return file === promptFile ? null : file;
};

/** `dir/triage.formal.prompt` → `dir/labels/triage.formal`, whose files are those of all people; null: it is no prompt. */
export const labelsFolder = (promptFile: string): string | null => {
  const file = labelsFile(promptFile);
  const at = Math.max(file?.lastIndexOf('/') ?? -1, file?.lastIndexOf('\\') ?? -1) + 1;
  return file === null ? null : `${file.slice(0, at)}labels/${file.slice(at, -'.labels.jsonl'.length)}`;
};

/** In `BY-DRAW.jsonl`, of outputs that a person chose and no draw. */
export const NO_DRAW = 'chosen';

/** The newest of each output by its time, whoever wrote it and in whichever file. */
export function unionOfLabels(all: readonly ReadonlyMap<string, Label>[]): Map<string, Label> {
  const found = new Map<string, Label>();
  for (const [key, label] of all.flatMap((labels) => [...labels])) {
    const known = found.get(key);
    if (known === undefined || timeOfLabel(known) <= timeOfLabel(label)) found.set(key, label);
  }
  return found;
}

/** ms since 1970; a time that cannot be read is the oldest. */
const timeOfLabel = ({ at }: Label): number => Date.parse(at) || 0;
