/** A golden case: inputs plus what a correct output must satisfy. */
import type { Diagnostic } from '../problems/diagnostics.ts';
import type { AssertionSpec } from '../grade/assertion.ts';
import type { JsonObject, JsonValue } from '../json/json.ts';
import type { TextRange } from '../text/text.ts';
import type { Path } from '../yaml/yaml.ts';
import type { CaseMessage } from './case-messages.ts';
import type { EarlierUse, StoredAnswer } from './earlier-answers.ts';
import type { ToolMock } from './tool-mocks.ts';

/** `known-failing` is reported and never gates; `unverified` never gates. */
export type CaseStatus = 'active' | 'known-failing' | 'unverified';

/** Besides prompts, a case can check what a pipeline retrieves. */
export const CASE_KINDS = ['retrieval'] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

export interface GoldenCase {
  /** Stable; derived from the content when the file gives none. */
  readonly id: string;
  readonly description: string | null;
  readonly vars: JsonObject;
  /** Text: equal after trim. Anything else: the JSON output contains it. Undefined: nothing expected. */
  readonly expected?: JsonValue;
  readonly assertions: readonly AssertionSpec[];
  /** The weighted score that is enough, 0..1; null: every assertion must pass. */
  readonly threshold: number | null;
  /** A conversation that continues what the prompt renders, or is sent in its place; absent: the prompt alone. */
  readonly messages?: readonly CaseMessage[];
  /** What its tools answer; absent: nothing is known of them. */
  readonly tools?: readonly ToolMock[];
  /** What of earlier answers it is sent with; absent: nothing. */
  readonly earlier?: EarlierUse;
  /** Its variables have the earlier answers that it needs, which only a run knows; absent: it needs none, or they are not known yet. */
  readonly isFilled?: true;
  /** Its answer is a variable of later cases; absent: it is not. */
  readonly stores?: StoredAnswer;
  readonly prefix: string;
  readonly suffix: string;
  /** promptfoo makes one case per element of a list variable, unless this is false. */
  readonly expandLists: boolean;
  readonly critical: boolean;
  readonly group: string | null;
  readonly status: CaseStatus;
  /** `retrieval`: it checks what a pipeline finds, not the prompt; it never gates. Absent: it checks the prompt. */
  readonly kind?: CaseKind;
  /** Whether the version that failed in production fails the same assertion; absent: not tried. */
  readonly reproduces?: boolean;
  readonly metadata: JsonObject;
  /** Where values of the case stand for themselves, such as `['vars', 'ticket']`; absent: nowhere. */
  readonly literals?: readonly Path[];
  readonly source: CaseSource;
  /** Why this case cannot be judged as written; it becomes an error, never a pass. */
  readonly unsupported: string | null;
}

export interface CaseSource {
  readonly path: string;
  /** The line in which the case begins, from 1; null: it is in no file. */
  readonly line: number | null;
  /** All of the case. */
  readonly range: TextRange;
  /** Its id, description or first line: where a lens or a test icon goes. */
  readonly anchor: TextRange;
  readonly expectedRange: TextRange | null;
}

export interface GoldenSet {
  readonly path: string;
  readonly cases: readonly GoldenCase[];
  readonly diagnostics: readonly Diagnostic[];
  /** Paths from the root of the files that its cases name; absent: none, or they are not looked up yet. */
  readonly files?: readonly string[];
}

/** Where a case is, for a message: `triage.golden.yaml:12`. */
export const placeOfCase = ({ path, line }: CaseSource): string => (line === null ? path : `${path}:${line}`);

/** What a person calls the case. */
export const labelOf = (goldenCase: GoldenCase): string => goldenCase.description ?? goldenCase.id;

export const tagsOf = (goldenCase: GoldenCase): string[] => tagsOfMetadata(goldenCase.metadata);

export function tagsOfMetadata(metadata: JsonObject): string[] {
  const tags = metadata['tags'];
  if (typeof tags === 'string') return [tags];
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
}
