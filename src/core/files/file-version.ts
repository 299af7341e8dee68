/**
 * The versions of Goldset's own files, and the one rule for reading them: `schema` names the kind and the version, such as
 * `goldset.journal/1`. What a version that is not listed here wrote may mean something else, so it is named, it is not counted, and the
 * file is not changed.
 */
import type { JsonValue } from '../json/json.ts';

export interface FileKind {
  /** As `schema` names it, before the slash. */
  readonly name: string;
  /** Versions that this Goldset reads, the newest last: it writes that one. */
  readonly reads: readonly [number, ...number[]];
  /** Whether a record without `schema` is read, as the first version: other programs write such records. */
  readonly isOptional?: true;
}

/** Every kind of file or record that Goldset keeps and reads again. */
export const FILE_KINDS = {
  journal: { name: 'goldset.journal', reads: [1] },
  batch: { name: 'goldset.batch', reads: [1] },
  plan: { name: 'goldset.plan', reads: [1] },
  score: { name: 'goldset.score', reads: [1] },
  keptRun: { name: 'goldset.kept-run', reads: [1] },
  tried: { name: 'goldset.tried', reads: [1] },
  interaction: { name: 'goldset.interaction', reads: [1], isOptional: true },
  followUp: { name: 'goldset.follow-up', reads: [1], isOptional: true },
  label: { name: 'goldset.label', reads: [1, 2], isOptional: true },
  calibration: { name: 'goldset.token-counts', reads: [1, 2], isOptional: true },
} as const satisfies Readonly<Record<string, FileKind>>;

/** Records that were not read: how many, and where the first is and why. */
export interface Refused {
  readonly count: number;
  /** The file, the line and the reason, as a sentence; null: no record was refused. */
  readonly first: string | null;
}

/** What a writer puts into `schema`, such as `goldset.journal/1`. */
export const schemaOf = ({ name, reads }: FileKind): string => `${name}/${reads.at(-1) ?? reads[0]}`;

/** Why a record with this `schema` is not read, as a sentence; null: it is read. */
export function versionProblem(schema: JsonValue | undefined, kind: FileKind): string | null {
  if (schema === undefined || schema === null) return kind.isOptional === true ? null : `It has no \`schema\`. ${readsText(kind)}`;
  const version = typeof schema === 'string' && schema.startsWith(`${kind.name}/`) ? schema.slice(kind.name.length + 1) : null;
  if (version !== null && kind.reads.some((known) => String(known) === version)) return null;
  const isNewer = version !== null && /^\d{1,9}$/.test(version) && Number(version) > Math.max(...kind.reads);
  return `Its schema is ${shown(schema)}${isNewer ? ', of a newer version of Goldset' : ''}. ${readsText(kind)}`;
}

/** What to do about a file of another version. */
export const VERSION_HINT = 'Update Goldset. The file was not changed.';

const readsText = ({ name, reads }: FileKind): string => `This version reads ${reads.map((version) => `${name}/${version}`).join(', ')}.`;

const MOST_SHOWN = 80;

const shown = (schema: JsonValue): string => {
  const text = typeof schema === 'string' ? schema : JSON.stringify(schema);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
};
