/** A golden case that is to be written. */
import type { JsonObject, JsonValue } from '../../json.ts';
import type { CaseStatus } from '../case.ts';

export interface NewCase {
  readonly id: string;
  readonly description: string | null;
  readonly vars: JsonObject;
  readonly expected: JsonValue | null;
  readonly metadata: JsonObject;
  /** Absent: active. */
  readonly status?: CaseStatus;
  /** Its lists are values, and make no cases of their own. */
  readonly expandLists?: false;
}

/** The fields of a new case, in the order in which people read them. */
export function caseFields({ id, description, vars, expected, metadata, status, expandLists }: NewCase): JsonObject {
  return {
    id,
    ...(description === null ? {} : { description }),
    vars,
    ...(expected === null ? {} : { expected }),
    ...(status === undefined ? {} : { status }),
    ...(expandLists === undefined ? {} : { options: { disableVarExpansion: true } }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
  };
}
