/** A mapping as a person confirms it: each part with its column and what a row has there, as it would be stored. */
import { excerpt } from '../../../text/text.ts';
import type { JsonValue } from '../../../json/json.ts';
import type { StoredLine } from '../../interactions/interaction.ts';
import { redactedExcerpt } from '../redacted-excerpt.ts';
import type { GuessedMapping } from './guess-mapping.ts';
import { TARGETS, valueAt, type ImportMapping, type Target } from './mapping.ts';
import type { RowHashes } from '../log-format.ts';
import { isCallRow, withChildren } from './call-rows.ts';
import { interactionOfRow } from './row-interaction.ts';

const WIDTH = 60;

export interface MappingTable {
  /** Of the file. */
  readonly name: string;
  readonly mapping: ImportMapping;
  readonly guess: GuessedMapping | null;
  readonly sample: readonly JsonValue[];
  readonly hashes: RowHashes;
  readonly redact: (line: StoredLine) => StoredLine;
}

export function mappingTable({ name, mapping, guess, sample, hashes, redact }: MappingTable): string {
  const shape = guess?.shape == null ? '' : ` (it looks like ${guess.shape})`;
  const parts = Object.entries(mapping.fields).map(([target, { from, unit }]): [string, string] => [
    `${TARGETS[target as Target]}${unit === null ? '' : ` (${unit === 'usd' ? 'USD' : unit})`}`,
    from,
  ]);
  const signals = mapping.signals.map(({ from, name: signal }): [string, string] => [
    signal === null ? 'one signal per item of' : `signal ${signal}`,
    from,
  ]);
  const attributes = (mapping.attributes ?? []).map(({ from, name: attribute }): [string, string] => [
    attribute === null ? 'attributes in' : `attribute ${attribute}`,
    from,
  ]);
  const constants = Object.entries(mapping.constants).map(([target, value]): [string, string] => [TARGETS[target as Target], `= ${value}`]);
  const rows = [...parts, ...signals, ...attributes].map(
    ([what, from]) => [what, from, shown(sample, from, mapping.children, redact)] as const,
  );
  const widths = [0, 1].map((i) => Math.max(0, ...[...rows, ...constants].map((row) => row[i as 0 | 1].length)));
  const lines = rows.map(([what, from, value]) => `  ${what.padEnd(widths[0] ?? 0)}  ← ${from.padEnd(widths[1] ?? 0)}  ${value}`.trimEnd());
  const first = firstCall(sample, mapping, hashes);
  return [
    `${name}${shape}`,
    ...lines,
    ...constants.map(([what, value]) => `  ${what.padEnd(widths[0] ?? 0)}  ${value}`),
    ...rowLines(mapping),
    ...(guess === null || guess.left.length === 0 ? [] : [`  not imported: ${excerpt(guess.left.join(', '), 200)}`]),
    ...(guess?.notes ?? []).map((note) => `  ! ${note}`),
    ...(first !== null && 'problem' in first ? [`  ! The first row would be rejected: ${first.problem}`] : []),
  ].join('\n');
}

/** Rows that are joined say only together whether they are a call. */
function firstCall(sample: readonly JsonValue[], mapping: ImportMapping, hashes: RowHashes): ReturnType<typeof interactionOfRow> | null {
  const row =
    mapping.join === undefined
      ? sample.flatMap((item) => withChildren(item, mapping.children)).find((item) => isCallRow(item, mapping.only))
      : undefined;
  return row === undefined ? null : interactionOfRow(row, mapping, hashes);
}

/** Which rows are calls. */
function rowLines({ only, join, children }: ImportMapping): string[] {
  return [
    ...(only === undefined ? [] : [`  only rows whose \`${only.from}\` is ${only.values.join(' or ')}`]),
    ...(join === undefined ? [] : [`  rows with the same \`${join}\` are one call`]),
    ...(children === undefined ? [] : [`  also the rows in \`${children}\``]),
  ];
}

/** Of the first row that has it. */
function shown(sample: readonly JsonValue[], from: string, children: string | undefined, redact: (line: StoredLine) => StoredLine): string {
  const value = sample
    .flatMap((row) => withChildren(row, children))
    .map((row) => valueAt(row, from))
    .find((item) => item !== undefined && item !== null && item !== '');
  return value === undefined ? '' : redactedExcerpt(value, redact, WIDTH);
}
