/**
 * `goldset/runtime/otlp`: capture where there is no disk and nothing of Node, such as an edge runtime. It needs `fetch` and Web Crypto,
 * and sends records to a server that takes OTLP/HTTP in JSON, such as `goldset capture` or a collector.
 */
import { LineQueue } from '../adapters/capture/line-queue.ts';
import { OtlpWriter } from '../adapters/capture/otlp-writer.ts';
import { writeWarning } from '../adapters/capture/write-warning.ts';
import { DEFAULT_REDACTION } from '../core/config/redaction-rules.ts';
import { redactor } from '../core/feedback/redaction/redact.ts';
import { namedAction } from './action.ts';
import { idOfAnswer } from './answer-names.ts';
import type { CaptureHost } from './capture-host.ts';
import type * as Declared from './goldset-runtime-otlp.d.ts';
import type { Sink } from './goldset-runtime.d.ts';
import { HeldRecords } from './sampling.ts';
import { signalOf } from './signal.ts';
import { sinkChoice } from './sink-choice.ts';
import { webIds } from './web-ids.ts';
import { captureClient } from './with-capture.ts';

const queues = new Map<string, LineQueue>();
const SERVICE = 'unknown_service:edge';

function openSink(sink: Sink): LineQueue {
  if (!('endpoint' in sink)) throw new TypeError('goldset/runtime/otlp needs a sink with an endpoint: { sink: { endpoint, headers } }');
  const { endpoint, headers = {}, onProblem = writeWarning, service = SERVICE } = sink;
  const key = JSON.stringify([endpoint, headers, service]);
  const known = queues.get(key);
  if (known) return known;
  const redact = redactor(DEFAULT_REDACTION);
  const writer = new OtlpWriter({ endpoint, headers }, (problem) => queue.problem('refused', problem), { service, idsOf: webIds });
  const queue: LineQueue = new LineQueue({ writer, redact: () => Promise.resolve(redact), onProblem });
  queues.set(key, queue);
  return queue;
}

const HOST: CaptureHost = {
  ...sinkChoice({}, openSink),
  // A hash without a secret can be reversed, and there is no place here for a secret.
  hashUser: () => null,
  redactorOf: ({ fields = [], patterns = [] }) => {
    if (patterns.length > 0) throw new RangeError('`redact.patterns` needs Node. Use a function: redact: (text) => …');
    return redactor({ builtIn: [], fields, patterns: [] });
  },
  held: new HeldRecords(),
};

export const withCapture: typeof Declared.withCapture = (client, options) => captureClient(HOST, client, options);
export const interactionOf: typeof Declared.interactionOf = (answer) => idOfAnswer(answer);
export const signal: typeof Declared.signal = (id, name, value, options) => signalOf(HOST, id, name, value, options);
export const action: typeof Declared.action = (type, id, options) => namedAction(HOST, type, id, options);

/** Sends what waits. Never rejects. */
export const flush: typeof Declared.flush = async () => {
  await Promise.all([...queues.values()].map((queue) => queue.flush()));
};
