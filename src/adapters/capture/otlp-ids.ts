/** Ids of spans in Node. */
import type { OtlpIds } from '../../core/feedback/otel/write-otlp.ts';
import { sha256 } from '../hash.ts';
import type { OtlpSender } from './otlp-writer.ts';

/** Derived from the interaction's id alone, so that a signal finds its span from any process. */
export const OTLP_IDS: OtlpIds = {
  trace: (interaction, trace) => (trace !== null && /^[0-9a-f]{32}$/.test(trace) ? trace : sha256(trace ?? interaction).slice(0, 32)),
  span: (interaction) => sha256(`span ${interaction}`).slice(0, 16),
};

/** By the environment of the process, as OpenTelemetry names services. */
export const nodeSender = (): OtlpSender => ({
  service: process.env['OTEL_SERVICE_NAME'] ?? 'unknown_service:node',
  idsOf: () => OTLP_IDS,
});
