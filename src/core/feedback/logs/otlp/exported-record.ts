/** A record that `goldset export otlp` wrote: its span also has what the conventions have no name for, so that the same record comes back. */
import { parseJson, type JsonValue } from '../../../json/json.ts';
import type { FollowUp, Interaction } from '../../interactions/interaction.ts';
import { readStoredLine } from '../../interactions/stored-line.ts';
import { isUserHash, type PersonHash } from '../../redaction/persons.ts';
import { structured } from '../json-in-text.ts';
import { firstOf, objectIn } from './attributes.ts';
import { NAMES } from './names.ts';
import type { OtlpAttributes } from './telemetry.ts';

export interface ExportedRecord {
  readonly interaction: Interaction;
  /** About it alone. */
  readonly followUps: readonly FollowUp[];
}

/** `read`: what the rest of its span says. Null: the span is no exported record, or what it says beside the conventions cannot be read. */
export function exportedRecord(attributes: OtlpAttributes, read: Interaction, hash: PersonHash): ExportedRecord | null {
  const exact = objectIn(attributes, NAMES.ownRecord);
  if (exact === null) return null;
  const line = readStoredLine(JSON.stringify({ ...read, ...exact, of: undefined, schema: undefined }));
  if (!('interaction' in line)) return null;
  const { id, user } = line.interaction;
  // A program that writes this form itself may not have hashed its users.
  const interaction = user === null || isUserHash(user) ? line.interaction : { ...line.interaction, user: hash(user) };
  const later = structured(firstOf(attributes, NAMES.ownFollowUps));
  return { interaction, followUps: (Array.isArray(later) ? later : []).flatMap((item) => followUpOf(item, id)) };
}

function followUpOf(item: JsonValue, id: string): FollowUp[] {
  const line = readStoredLine(JSON.stringify(item));
  return 'followUp' in line && line.followUp.of.interaction === id ? [line.followUp] : [];
}

/** A text as `goldset.record` has it: fields of `exact` that `read` has otherwise; null takes one away. */
export function recordDifference(exact: Interaction, read: Interaction): string {
  const [wanted, found] = [fieldsOf(exact), fieldsOf(read)];
  const names = new Set([...wanted.keys(), ...found.keys()]);
  const differing = [...names].filter((name) => wanted.get(name) !== found.get(name));
  return JSON.stringify(Object.fromEntries(differing.map((name) => [name, parseJson(wanted.get(name) ?? 'null') ?? null])));
}

const fieldsOf = (record: Interaction): ReadonlyMap<string, string> =>
  new Map(Object.entries(record).flatMap(([name, value]) => (value === undefined ? [] : [[name, JSON.stringify(value)]])));
