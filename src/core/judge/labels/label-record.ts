/**
 * A person's grade of an output: `goldset.label/2`, a line of labels/NAME/BY-DRAW.jsonl. Files are only appended to. A line that cannot be read
 * is named with its place and stays in its file. `/1` is read as `/2`: it has no criterion, no judge and no draw.
 */
import { FILE_KINDS, schemaOf, versionProblem } from '../../files/file-version.ts';
import { keyProblem, recordKeyProblem, textProblem } from './damaged-fields.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';

export const LABEL_SCHEMA = schemaOf(FILE_KINDS.label);
export const GRADES = ['pass', 'fail', 'unknown'] as const;
export const CAUSES = ['retrieval', 'tool', 'format', 'refusal', 'content', 'other', 'none'] as const;
export type LabelCause = (typeof CAUSES)[number];

/** Which output: of an interaction, or of a case of a run. `hash`: SHA-256 of its text. */
export interface LabelTarget {
  readonly interaction: string | null;
  readonly run: string | null;
  readonly case: string | null;
  readonly repeat: number | null;
  readonly hash: string;
}

/** Equal for what is the same output. */
export const targetKey = ({ interaction, run, case: of, repeat, hash }: LabelTarget): string =>
  JSON.stringify([interaction, run, of, repeat, hash]);

/** The texts that were graded, redacted as captured. */
export interface LabelledItem {
  readonly input: string | null;
  readonly output: string;
  readonly context: string | null;
}

export interface LabelJudge {
  readonly path: string;
  readonly version: string;
  readonly model: string;
  /** What it said; recorded, and hidden from the person. Null: it said nothing that can be read. */
  readonly verdict: 'pass' | 'fail' | null;
  readonly score: number | null;
}

export interface LabelRecord {
  readonly id: string;
  readonly target: LabelTarget;
  /** Null: label files keep no texts of such outputs. */
  readonly item: LabelledItem | null;
  /** Null: the person graded by their own judgement. */
  readonly criterion: { readonly type: string; readonly hash: string } | null;
  readonly judge: LabelJudge | null;
  readonly grade: (typeof GRADES)[number];
  readonly cause: LabelCause | null;
  readonly failureMode: string | null;
  readonly critique: string | null;
  readonly correction: JsonValue | null;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** The person saw neither what the judge said nor which candidate it was of. */
  readonly blind: boolean;
  /** Null: the person chose the output. */
  readonly draw: { readonly id: string; readonly stratum: string; readonly probability: number } | null;
}

/** The line of the file, without its end. */
export const labelRecordLine = (label: LabelRecord): string => JSON.stringify({ schema: LABEL_SCHEMA, ...label });

export interface ReadLabels {
  readonly labels: readonly LabelRecord[];
  /** Lines that are no labels: the first is 1. */
  readonly problems: readonly { readonly line: number; readonly reason: string }[];
}

/** Every line is a label or a problem; empty lines are neither. */
export function readLabelLines(text: string): ReadLabels {
  const labels: LabelRecord[] = [];
  const problems: { line: number; reason: string }[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    for (const part of partsOfLine(line)) {
      const read = labelOf(parseJson(part));
      if (typeof read === 'string') problems.push({ line: i + 1, reason: read });
      else labels.push(read);
    }
  }
  return { labels, problems };
}

/** A label that was appended to a torn line is whole. In a text of a label the quotes of this beginning are escaped. */
const partsOfLine = (line: string): string[] =>
  parseJson(line) === undefined ? line.split(/(?=\{"schema":"goldset\.label\/)/).filter((part) => part.trim() !== '') : [line];

/** The label, or why it is none, as a sentence. */
function labelOf(value: JsonValue | undefined): LabelRecord | string {
  if (!isJsonObject(value)) return 'It is not a JSON object; a line that was cut off looks like this.';
  const { schema } = value;
  const problem = versionProblem(schema, FILE_KINDS.label);
  if (problem !== null) return problem;
  if (schema !== LABEL_SCHEMA) return oldLabel(value);
  const target = targetIn(value['target']);
  if (typeof target === 'string') return target;
  const common = commonOf(value);
  if (typeof common === 'string') return common;
  const damage = damagedIn(value);
  if (damage !== null) return damage;
  const judge = value['judge'] === null || value['judge'] === undefined ? null : judgeIn(value['judge']);
  if (judge === undefined) return '`judge` needs a path, a version and a model.';
  const criterion = value['criterion'];
  const draw = value['draw'] === null || value['draw'] === undefined ? null : drawIn(value['draw']);
  if (draw === undefined) return '`draw` needs an id, a stratum and a probability above 0, at most 1.';
  return {
    ...common,
    target,
    item: itemIn(value['item']),
    criterion:
      isJsonObject(criterion) && typeof criterion['type'] === 'string' && typeof criterion['hash'] === 'string'
        ? { type: criterion['type'], hash: criterion['hash'] }
        : null,
    judge,
    cause: CAUSES.find((cause) => cause === value['cause']) ?? null,
    failureMode: textIn(value, 'failureMode'),
    draw,
  };
}

/** Why an optional field is there and says nothing; null: each says what it says. */
function damagedIn(value: JsonObject): string | null {
  const { item, criterion, cause, blind, judge, draw, target } = value;
  if ((item ?? null) !== null && itemIn(item) === null) return '`item` needs an `output`, a text.';
  if (
    (criterion ?? null) !== null &&
    (!isJsonObject(criterion) || textIn(criterion, 'type') === null || textIn(criterion, 'hash') === null)
  )
    return '`criterion` needs a type and a hash.';
  if ((cause ?? null) !== null && !CAUSES.some((word) => word === cause)) return `\`cause\` must be one of ${CAUSES.join(', ')}.`;
  if ((blind ?? null) !== null && typeof blind !== 'boolean') return '`blind` must be true or false.';
  return (
    textProblem(value, ['failureMode', 'critique'], 'the label') ??
    recordKeyProblem(value, LABEL_KEYS, 'The label') ??
    (isJsonObject(target) ? keyProblem(target, TARGET_KEYS, '`target`') : null) ??
    (isJsonObject(item) ? (textProblem(item, ITEM_KEYS, '`item`') ?? keyProblem(item, ITEM_KEYS, '`item`')) : null) ??
    (isJsonObject(judge) ? judgeProblem(judge) : null) ??
    (isJsonObject(criterion) ? keyProblem(criterion, ['type', 'hash'], '`criterion`') : null) ??
    (isJsonObject(draw) ? keyProblem(draw, ['id', 'stratum', 'probability'], '`draw`') : null)
  );
}

function judgeProblem(judge: JsonObject): string | null {
  const { verdict, score } = judge;
  if ((verdict ?? null) !== null && verdict !== 'pass' && verdict !== 'fail') return '`verdict` of `judge` must be pass, fail or null.';
  if ((score ?? null) !== null && !(typeof score === 'number' && score >= 0 && score <= 1))
    return '`score` of `judge` must be a number from 0 to 1.';
  return keyProblem(judge, ['path', 'version', 'model', 'verdict', 'score'], '`judge`');
}

const LABEL_KEYS = [
  ...['schema', 'id', 'target', 'item', 'criterion', 'judge', 'grade', 'cause', 'failureMode', 'critique', 'correction'],
  ...['by', 'at', 'blind', 'draw'],
];
export const TARGET_KEYS = ['interaction', 'run', 'case', 'repeat', 'hash'];
export const ITEM_KEYS = ['input', 'output', 'context'];

/** Version 0.5 wrote these: without criterion, judge and draw, and so of no use for a calibration. */
function oldLabel(value: JsonObject): LabelRecord | string {
  const { output } = value;
  const hash = isJsonObject(output) ? textIn(output, 'hash') : null;
  if (!isJsonObject(output) || hash === null) return '`output` needs a `hash`.';
  const common = commonOf(value);
  if (typeof common === 'string') return common;
  return {
    ...common,
    target: { interaction: textIn(output, 'interaction'), run: textIn(output, 'run'), case: textIn(value, 'case'), repeat: null, hash },
    item: null,
    criterion: null,
    judge: null,
    cause: null,
    failureMode: null,
    draw: null,
  };
}

type Common = Pick<LabelRecord, 'id' | 'grade' | 'critique' | 'correction' | 'by' | 'at' | 'blind'>;

function commonOf(value: JsonObject): Common | string {
  const grade = GRADES.find((word) => word === value['grade']);
  if (grade === undefined) return `\`grade\` must be one of ${GRADES.join(', ')}.`;
  const by = textIn(value, 'by');
  if (by === null) return '`by` is missing: who gave the label.';
  const at = textIn(value, 'at');
  if (at === null || Number.isNaN(Date.parse(at))) return '`at` must be a time in ISO 8601.';
  const id = textIn(value, 'id');
  if (id === null) return '`id` is missing.';
  return {
    id,
    grade,
    critique: textIn(value, 'critique'),
    correction: value['correction'] ?? null,
    by,
    at,
    blind: value['blind'] === true,
  };
}

function targetIn(value: JsonValue | undefined): LabelTarget | string {
  if (!isJsonObject(value)) return '`target` is missing: which output the label is of.';
  const [hash, interaction, run] = [textIn(value, 'hash'), textIn(value, 'interaction'), textIn(value, 'run')];
  if (hash === null) return '`target` needs the `hash` of the output.';
  const problem = textProblem(value, ['interaction', 'run', 'case'], '`target`');
  if (problem !== null) return problem;
  const { repeat } = value;
  if ((repeat ?? null) !== null && !Number.isInteger(repeat)) return '`repeat` of `target` must be a whole number.';
  return {
    interaction,
    run,
    case: textIn(value, 'case'),
    repeat: typeof repeat === 'number' && Number.isInteger(repeat) ? repeat : null,
    hash,
  };
}

function itemIn(value: JsonValue | undefined): LabelledItem | null {
  if (!isJsonObject(value) || typeof value['output'] !== 'string') return null;
  return { input: textIn(value, 'input'), output: value['output'], context: textIn(value, 'context') };
}

/** Undefined: it is there and cannot be read. */
function judgeIn(value: JsonValue): LabelJudge | undefined {
  if (!isJsonObject(value)) return undefined;
  const [path, version, model] = [textIn(value, 'path'), textIn(value, 'version'), textIn(value, 'model')];
  if (path === null || version === null || model === null) return undefined;
  const { verdict, score } = value;
  return {
    path,
    version,
    model,
    verdict: verdict === 'pass' || verdict === 'fail' ? verdict : null,
    score: typeof score === 'number' && score >= 0 && score <= 1 ? score : null,
  };
}

function drawIn(value: JsonValue): LabelRecord['draw'] | undefined {
  if (!isJsonObject(value)) return undefined;
  const [id, stratum] = [textIn(value, 'id'), textIn(value, 'stratum')];
  const { probability } = value;
  if (id === null || stratum === null || typeof probability !== 'number' || !(probability > 0 && probability <= 1)) return undefined;
  return { id, stratum, probability };
}

const textIn = (value: JsonObject, name: string): string | null => {
  const text = value[name];
  return typeof text === 'string' && text !== '' ? text : null;
};
