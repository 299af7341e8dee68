/** A golden case that is to be written. */
import type { JsonObject, JsonValue } from '../../json.ts';

export interface NewCase {
  readonly id: string;
  readonly description: string | null;
  readonly vars: JsonObject;
  readonly expected: JsonValue | null;
  readonly metadata: JsonObject;
}

/** The fields of a new case, in the order in which people read them. */
export function caseFields({ id, description, vars, expected, metadata }: NewCase): JsonObject {
  return {
    id,
    ...(description === null ? {} : { description }),
    vars,
    ...(expected === null ? {} : { expected }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
  };
}
