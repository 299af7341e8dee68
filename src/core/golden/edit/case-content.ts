/** What cases say, wherever they stand in their file: for comparing a text before and after an edit. */
import type { AssertionSpec } from '../../grade/assertion.ts';
import { jsonEquals, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { GoldenCase } from '../case.ts';
import type { CellChange } from './case-change.ts';

/** Whether the case has the name that its content gives it. */
export const isDerivedId = (id: string): boolean => /^case-[0-9a-f]{8}(?:-\d+)?$/.test(id);

/** The case with these changes. What follows from its values (literals, whether it can be judged) is that of before. */
export function changedCase(item: GoldenCase, changes: readonly CellChange[]): GoldenCase {
  if (changes.length === 0) return item;
  const vars = new Map(Object.entries(item.vars));
  const { expected, ...others } = item;
  const changed: Record<string, unknown> = { ...others };
  let wanted: JsonValue | undefined = expected;
  for (const { field, value } of changes) {
    if (field[0] === 'vars') {
      if (value === null) vars.delete(field[1]);
      else vars.set(field[1], value);
    } else if (field[0] === 'expected') wanted = value ?? undefined;
    else changed[field[0]] = field[0] === 'status' ? (value ?? 'active') : value;
  }
  return {
    ...changed,
    vars: Object.fromEntries(vars),
    ...(wanted === undefined ? {} : { expected: wanted }),
  } as unknown as GoldenCase;
}

/** Whether two cases say the same. `isChanged`: what follows from their values may differ. */
export function sameContent(a: GoldenCase, b: GoldenCase, isChanged: boolean): boolean {
  const left = isChanged ? ['source', 'assertions', 'id', 'literals', 'unsupported'] : ['source', 'assertions', 'id'];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of left) keys.delete(key);
  const value = (item: GoldenCase, key: string): JsonValue => (item as unknown as JsonObject)[key] ?? null;
  if (![...keys].every((key) => jsonEquals(value(a, key), value(b, key)))) return false;
  if (a.id !== b.id && !(isDerivedId(a.id) && isDerivedId(b.id))) return false;
  return sameAssertions(a.assertions, b.assertions);
}

const sameAssertions = (a: readonly AssertionSpec[] = [], b: readonly AssertionSpec[] = []): boolean =>
  a.length === b.length && a.every((spec, i) => b[i] !== undefined && sameAssertion(spec, b[i]));

function sameAssertion(
  { range: _own, assert: inner, ...a }: AssertionSpec,
  { range: _other, assert: others, ...b }: AssertionSpec,
): boolean {
  return jsonEquals(a as unknown as JsonValue, b as unknown as JsonValue) && sameAssertions(inner, others);
}
