/** promptfoo's cell syntax for assertions: `type(threshold):value`; without a type it means `equals`. */
import type { JsonObject } from '../json/json.ts';
import { isKnownType } from '../grade/assertion-types.ts';
import { splitList } from '../grade/list-text.ts';

const SHORT: readonly (readonly [RegExp, string])[] = [
  [/^(?:javascript|fn|eval):/, 'javascript'],
  [/^python:/, 'python'],
  [/^(?:grade|llm-rubric):/, 'llm-rubric'],
];
const NUMBER_VALUED = ['levenshtein', 'cost', 'latency', 'ttft', 'output-tokens'];
const LIST_VALUED = /^(?:not-)?i?contains-(?:any|all)$/;

export function parseExpectedCell(cell: string): JsonObject {
  const text = cell.trim();
  for (const [prefix, type] of SHORT) {
    if (prefix.test(text)) return { type, value: text.replace(prefix, '').trim() };
  }
  const match = /^((?:not-)?[a-z][a-z-]*)(?:\((\d+(?:\.\d+)?)\))?(?::([^]*))?$/.exec(text);
  const type = match?.[1];
  if (!match || type === undefined || !isKnownType(type)) return { type: 'equals', value: cell };
  const entry: JsonObject = { type };
  if (match[2] !== undefined) entry['threshold'] = Number(match[2]);
  const value = match[3]?.trim();
  if (value === undefined || value === '') return entry;
  if (LIST_VALUED.test(type)) entry['value'] = splitList(value);
  else if (NUMBER_VALUED.includes(type) && match[2] === undefined && /^[\d.]+$/.test(value)) entry['threshold'] = Number(value);
  else entry['value'] = value;
  return entry;
}
