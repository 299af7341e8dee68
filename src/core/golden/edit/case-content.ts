/** What a case says, wherever it stands in its file: for comparing a text before and after an edit. */
import type { JsonObject, JsonValue } from '../../json.ts';
import type { GoldenCase } from '../case.ts';
import type { CellChange } from './case-change.ts';

/** Fields that follow from others, or say where something stands. */
const DERIVED = ['source', 'range', 'unsupported', 'literals'];

/**
 * The content of a case. Of a case that is changed, its literals and whether it can be judged are left out, as both follow from the new values.
 */
export function caseContent(item: GoldenCase, changes: readonly CellChange[]): JsonObject {
  const left = changes.length === 0 ? ['source', 'range'] : DERIVED;
  const content = JSON.parse(JSON.stringify(item, (key, value: unknown) => (left.includes(key) ? undefined : value))) as JsonObject;
  if (/^case-[0-9a-f]{8}(?:-\d+)?$/.test(item.id)) content['id'] = '';
  return content;
}

/** The content that a case has after these changes. */
export function changedContent(item: GoldenCase, changes: readonly CellChange[]): JsonObject {
  const content: JsonObject = caseContent(item, changes);
  const vars: Record<string, JsonValue> = { ...item.vars };
  for (const { field, value } of changes) {
    if (field[0] === 'vars') {
      if (value !== null) vars[field[1]] = value;
      else Reflect.deleteProperty(vars, field[1]);
    } else if (field[0] === 'status') content['status'] = value ?? 'active';
    else if (field[0] === 'expected' && value === null) Reflect.deleteProperty(content, 'expected');
    else content[field[0]] = value;
  }
  return { ...content, vars };
}
