/** A mapping as a person checks it: each part of a case with its field and what the first row has there. */
import type { JsonValue } from '../../json/json.ts';
import { excerpt } from '../../text/text.ts';
import { valueAt } from '../logs/rows/mapping.ts';
import { CASE_PARTS, type CaseMapping } from './case-mapping.ts';
import type { DatasetRow } from './dataset-row.ts';

const WIDTH = 60;

export interface MappingLine {
  /** A variable, or `expected`, `id`, `description`, `group`. */
  readonly part: string;
  readonly field: string;
  /** Of the first row that has the field; empty: no row of the sample has it. */
  readonly example: string;
}

export function mappingLines(mapping: CaseMapping, rows: readonly DatasetRow[]): MappingLine[] {
  const parts = CASE_PARTS.flatMap((part): [string, string][] => {
    const field = mapping[part];
    return field === null ? [] : [[part, field]];
  });
  return [...Object.entries(mapping.vars), ...parts].map(([part, field]) => ({ part, field, example: exampleOf(rows, field) }));
}

/** Lines of one width for a terminal. */
export function mappingTextOf(lines: readonly MappingLine[]): string {
  const widths = (['part', 'field'] as const).map((key) => Math.max(0, ...lines.map((line) => line[key].length)));
  return lines
    .map(({ part, field, example }) => `  ${part.padEnd(widths[0] ?? 0)}  ← ${field.padEnd(widths[1] ?? 0)}  ${example}`.trimEnd())
    .join('\n');
}

function exampleOf(rows: readonly DatasetRow[], field: string): string {
  const value = rows.map(({ fields }) => valueAt(fields, field)).find((item) => item !== undefined && item !== null && item !== '');
  return value === undefined ? '' : excerpt(textOf(value), WIDTH);
}

const textOf = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));
