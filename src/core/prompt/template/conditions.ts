/** The blocks around a part of a template, as conditions on its input variables: what they say of a case without rendering it. */
import { isJsonObject, ownValue, type JsonObject, type JsonValue } from '../../json/json.ts';

/** What must hold for a part of a template to be printed. */
export type Condition =
  /** The path is there and is not empty (`isNot`: it is not there, or empty), as `{{#if}}` understands it. */
  | { readonly kind: 'truthy'; readonly path: string; readonly isNot: boolean }
  | { readonly kind: 'equals'; readonly path: string; readonly value: JsonValue; readonly isNot: boolean }
  /** It depends on something else than the input. */
  | { readonly kind: 'unknown' };

export const UNKNOWN_CONDITION: Condition = { kind: 'unknown' };

/** The condition of the other branch. */
export const otherwise = (condition: Condition): Condition =>
  condition.kind === 'unknown' ? condition : { ...condition, isNot: !condition.isNot };

/** Whether all of them hold for certain with these variables; a condition that depends on something else never does. */
export const holdForSure = (conditions: readonly Condition[], variables: JsonObject): boolean =>
  conditions.every((condition) => {
    if (condition.kind === 'unknown') return false;
    const value = valueAt(variables, condition.path);
    const holds = condition.kind === 'truthy' ? isTruthy(value) : value === condition.value;
    return holds !== condition.isNot;
  });

const valueAt = (variables: JsonObject, path: string): JsonValue | undefined =>
  path.split('.').reduce<JsonValue | undefined>((value, name) => (isJsonObject(value) ? ownValue(value, name) : undefined), variables);

/** As Handlebars has it: an empty list is false, and so is zero. */
const isTruthy = (value: JsonValue | undefined): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));
