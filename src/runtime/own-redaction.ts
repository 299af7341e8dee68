/** `redact` of one client or call: a function for each text, or fields and patterns beside those of goldset.yaml. */
import type { Redact } from '../adapters/capture/line-queue.ts';
import type { StoredLine } from '../core/feedback/interactions/interaction.ts';
import { isJsonObject, type JsonValue } from '../core/json/json.ts';
import type { CaptureHost } from './capture-host.ts';
import type { CaptureOptions } from './goldset-runtime.d.ts';

/** Null: nothing is taken out besides what goldset.yaml says. */
export function ownRedaction(redact: CaptureOptions['redact'], { redactorOf }: Pick<CaptureHost, 'redactorOf'>): Redact | null {
  if (redact === undefined) return null;
  if (typeof redact === 'function') return (line) => withTexts(line, redact);
  return (line) => redactorOf(redact)(line);
}

/** Names and ids stay as they are: a record is found by them. */
function withTexts(line: StoredLine, change: (text: string) => string): StoredLine {
  const changed = <T>(value: T): T => mapTexts(value as JsonValue, change) as T;
  if ('followUp' in line) {
    const { followUp } = line;
    return { followUp: { ...followUp, signals: changed(followUp.signals), chunks: changed(followUp.chunks) } };
  }
  const { variables, parameters, messages, tools, chunks, output, error, attributes } = line.interaction;
  return {
    interaction: {
      ...line.interaction,
      ...changed({ variables, parameters, messages, tools, chunks, output }),
      error: error === null ? null : { ...error, message: changed(error.message) },
      ...(attributes === undefined ? {} : { attributes: changed(attributes) }),
    },
  };
}

/** @throws {TypeError} for what is no text: a record is written redacted or not at all. */
function mapTexts(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === 'string') {
    const changed: unknown = change(value);
    if (typeof changed !== 'string') throw new TypeError('`redact` must return a string');
    return changed;
  }
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, change)]));
}
