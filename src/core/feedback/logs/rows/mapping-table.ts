/** A mapping as a person confirms it: each part with its column and what a row has there, as it would be stored. */
import { excerpt } from '../../../text.ts';
import type { JsonValue } from '../../../json.ts';
import type { StoredLine } from '../../interactions/interaction.ts';
import type { GuessedMapping } from './guess-mapping.ts';
import { TARGETS, valueAt, type ImportMapping, type Target } from './mapping.ts';
import type { RowHashes } from '../log-format.ts';
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
  const constants = Object.entries(mapping.constants).map(([target, value]): [string, string] => [TARGETS[target as Target], `= ${value}`]);
  const rows = [...parts, ...signals].map(([what, from]) => [what, from, shown(sample, from, redact)] as const);
  const widths = [0, 1].map((i) => Math.max(0, ...[...rows, ...constants].map((row) => row[i as 0 | 1].length)));
  const lines = rows.map(([what, from, value]) => `  ${what.padEnd(widths[0] ?? 0)}  ← ${from.padEnd(widths[1] ?? 0)}  ${value}`.trimEnd());
  const first = sample[0] === undefined ? null : interactionOfRow(sample[0], mapping, hashes);
  return [
    `${name}${shape}`,
    ...lines,
    ...constants.map(([what, value]) => `  ${what.padEnd(widths[0] ?? 0)}  ${value}`),
    ...(guess === null || guess.left.length === 0 ? [] : [`  not imported: ${excerpt(guess.left.join(', '), 200)}`]),
    ...(guess?.notes ?? []).map((note) => `  ! ${note}`),
    ...(first !== null && 'problem' in first ? [`  ! The first row would be rejected: ${first.problem}`] : []),
  ].join('\n');
}

/** Of the first row that has it. */
function shown(sample: readonly JsonValue[], from: string, redact: (line: StoredLine) => StoredLine): string {
  const value = sample.map((row) => valueAt(row, from)).find((item) => item !== undefined && item !== null && item !== '');
  if (value === undefined) return '';
  const followUp = {
    of: { interaction: '-', response: null, trace: null, conversation: null },
    time: '',
    signals: [],
    chunks: [],
    action: null,
    triage: null,
  };
  const line = redact({ followUp: { ...followUp, reason: typeof value === 'string' ? value : JSON.stringify(value) } });
  return excerpt('followUp' in line ? (line.followUp.reason ?? '') : '', WIDTH);
}
