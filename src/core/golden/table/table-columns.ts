/** A golden set as columns: the case, its inputs, what is expected, how it is judged, and its last output. */
import type { AssertionSpec } from '../../grade/assertion.ts';
import type { JsonValue } from '../../json/json.ts';
import type { GoldenCase } from '../case.ts';
import type { CaseField } from '../edit/case-change.ts';
import { isLiteralAt } from '../literal.ts';

export type ColumnKind = 'case' | 'variable' | 'description' | 'expected' | 'assertions' | 'group' | 'status' | 'output';

export interface CaseColumn {
  /** Unique in the table: `vars.NAME` for a variable, else its kind. */
  readonly id: string;
  readonly kind: ColumnKind;
  readonly title: string;
  /** The field that an edit changes; null: it is only shown. */
  readonly field: CaseField | null;
}

/** More variables than this are not shown as columns: such a set is edited as text. */
export const MOST_VARIABLES = 100;

const CASE: CaseColumn = { id: 'case', kind: 'case', title: 'Case', field: ['id'] };
const OUTPUT: CaseColumn = { id: 'output', kind: 'output', title: 'Last output', field: null };
const ASSERTIONS: CaseColumn = { id: 'assertions', kind: 'assertions', title: 'Assertions', field: null };
const own = (name: 'expected' | 'description' | 'group' | 'status', title: string): CaseColumn => ({
  id: name,
  kind: name,
  title,
  field: [name],
});

/** The columns of a set. `inputs`: variables that its prompts read, which come first. */
export function tableColumns(cases: readonly GoldenCase[], inputs: readonly string[]): CaseColumn[] {
  const names = new Set(inputs);
  for (const { vars } of cases) for (const name of Object.keys(vars)) names.add(name);
  const variables = [...names].slice(0, MOST_VARIABLES).map((name): CaseColumn => ({
    id: `vars.${name}`,
    kind: 'variable',
    title: name,
    field: ['vars', name],
  }));
  const has = (isThere: (item: GoldenCase) => boolean, column: CaseColumn): CaseColumn[] => (cases.some(isThere) ? [column] : []);
  return [
    CASE,
    ...has(({ description }) => description !== null, own('description', 'Description')),
    ...variables,
    own('expected', 'Expected'),
    ASSERTIONS,
    ...has(({ group }) => group !== null, own('group', 'Group')),
    own('status', 'Status'),
    OUTPUT,
  ];
}

/** The value of a case in a column; undefined: it has no value there. Of the last output nothing is known here. */
export function valueIn(item: GoldenCase, { kind, field }: CaseColumn): JsonValue | undefined {
  switch (kind) {
    case 'variable':
      return field?.[0] === 'vars' && Object.hasOwn(item.vars, field[1]) ? item.vars[field[1]] : undefined;
    case 'case':
      return item.id;
    case 'description':
      return item.description ?? undefined;
    case 'expected':
      return item.expected;
    case 'group':
      return item.group ?? undefined;
    case 'status':
      return item.status;
    case 'assertions':
      return item.assertions.length === 0 ? undefined : item.assertions.map(assertionText).join('\n');
    case 'output':
      return undefined;
  }
}

/** A value as it is shown and edited: text as it is, anything else as JSON. */
export const cellTextOf = (value: JsonValue | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** Whether the text of a cell stands for itself although it looks like a file or a template. */
export const isLiteralIn = ({ literals }: GoldenCase, { field }: CaseColumn): boolean =>
  field !== null && literals !== undefined && isLiteralAt(literals, ...field);

function assertionText({ type, value, threshold, assert }: AssertionSpec): string {
  if (assert !== undefined && assert.length > 0) return `${type}: ${assert.map(assertionText).join('; ')}`;
  const what = value === undefined ? '' : `: ${cellTextOf(value)}`;
  return `${type}${what}${threshold === undefined ? '' : ` (${threshold})`}`;
}
