/**
 * Stored calls as spans that other programs read by OpenTelemetry's conventions, and that Goldset reads back as the same records: what its own
 * reader would not find in the span, the attribute `goldset.record` has.
 */
import type { JsonObject } from '../../json/json.ts';
import { joined } from '../interactions/interaction-query.ts';
import type { FollowUp, Interaction } from '../interactions/interaction.ts';
import { newInteraction } from '../interactions/record-fields.ts';
import { recordDifference } from '../logs/otlp/exported-record.ts';
import { readOtlpJson } from '../logs/otlp/read-json.ts';
import { TelemetryReader } from '../logs/otlp/telemetry-reader.ts';
import type { PersonHash } from '../redaction/persons.ts';
import { otlpBody, otlpSpan, type OtlpIds } from './write-otlp.ts';

/** A call, and what became known of it later. */
export interface StoredCall {
  readonly interaction: Interaction;
  readonly followUps: readonly FollowUp[];
}

/** Other programs see the call with everything that is known of it. */
export function exportedSpan({ interaction, followUps }: StoredCall, ids: OtlpIds): JsonObject {
  const whole = joined(interaction, followUps);
  const about = { interaction: interaction.id, response: null, trace: null, conversation: null };
  const later = followUps.map((followUp) => ({ ...followUp, of: about }));
  return otlpSpan(whole, ids, {
    'goldset.record': recordDifference(interaction, foundIn(otlpSpan(whole, ids), interaction)),
    ...(later.length === 0 ? {} : { 'goldset.follow_ups': JSON.stringify(later) }),
  });
}

/** Not the hash of any machine: a user that the reader would find, and the record has not, is a difference. */
const ANYBODY: PersonHash = (text) => `hash of ${text}`;

/** What our reader finds in a span; of one in which it finds no call, nothing. */
function foundIn(span: JsonObject, { id, time }: Interaction): Interaction {
  const telemetry = readOtlpJson(otlpBody([span], ''));
  const lines = telemetry === null ? [] : new TelemetryReader(ANYBODY, () => 0).take(telemetry).lines;
  const [found] = lines.flatMap((line) => ('interaction' in line ? [line.interaction] : []));
  return found ?? newInteraction({ id, time });
}

/** Of one request: servers refuse large ones, and a request that fails is sent again as a whole. */
export const EXPORT_BATCH = { spans: 200, characters: 2 << 20 } as const;

export interface SpanBatch {
  /** JSON of `POST /v1/traces`. */
  readonly body: string;
  readonly spans: number;
}

/** Bodies of requests, in the order of the calls. A call that is larger than a batch is one alone. */
export function* exportBatches(calls: Iterable<StoredCall>, service: string, ids: OtlpIds): Generator<SpanBatch> {
  let spans: JsonObject[] = [];
  let characters = 0;
  const batch = (): SpanBatch => ({ body: JSON.stringify(otlpBody(spans, service)), spans: spans.length });
  for (const call of calls) {
    const span = exportedSpan(call, ids);
    const size = JSON.stringify(span).length;
    if (spans.length > 0 && (spans.length >= EXPORT_BATCH.spans || characters + size > EXPORT_BATCH.characters)) {
      yield batch();
      [spans, characters] = [[], 0];
    }
    spans.push(span);
    characters += size;
  }
  if (spans.length > 0) yield batch();
}
