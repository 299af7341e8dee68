/** What instrumentations exported, as records without what was measured. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_REDACTION } from '../../src/core/config/redaction-rules.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { readOtlpJson } from '../../src/core/feedback/logs/otlp/read-json.ts';
import { TelemetryReader } from '../../src/core/feedback/logs/otlp/telemetry-reader.ts';
import { redactor } from '../../src/core/feedback/redaction/redact.ts';
import { parseJson } from '../../src/core/json/json.ts';

/** The HMAC of ana@example.com in these records. */
export const ANA = 'a'.repeat(16);
/** Where the fixtures are. */
export const RECORDED_FOLDER = 'test/fixtures/instrumentations';

export type ShownRecord = Partial<Interaction>;

/** Records in the order of their calls, without what was measured and what is empty. */
export function recordsIn(name: string, folder = RECORDED_FOLDER): ShownRecord[] {
  const telemetry = readOtlpJson(parseJson(readFileSync(path.join(folder, `${name}.json`), 'utf8')) ?? null);
  assert.ok(telemetry);
  const persons = (text: string): string => (text === 'ana@example.com' ? ANA : 'b'.repeat(16));
  const redact = redactor(DEFAULT_REDACTION, persons);
  const lines = new TelemetryReader(persons, () => 0).take(telemetry).lines.map(redact);
  return lines.flatMap((line) => ('interaction' in line ? [shown(line.interaction)] : []));
}

function shown({ id: _id, time: _time, trace: _trace, latencyMs: _latency, ttftMs, ...record }: Interaction): ShownRecord {
  const isKnown = ([, value]: [string, unknown]): boolean =>
    value !== null && JSON.stringify(value) !== '{}' && JSON.stringify(value) !== '[]';
  return { ...Object.fromEntries(Object.entries(record).filter(isKnown)), ...(ttftMs === null ? {} : { ttftMs: 1 }) };
}
