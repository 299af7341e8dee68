/** The floor of capturing: ready bodies are read and appended in one process, without sockets. `node append-loop.js BODIES FOLDER`. */
import { readTraceProtobuf } from '../../src/core/feedback/logs/otlp/read-protobuf.ts';
import { TelemetryReader } from '../../src/core/feedback/logs/otlp/telemetry-reader.ts';
import { decodeUtf8 } from '../../src/adapters/capture/capture.ts';
import { userHash } from '../../src/adapters/capture/user-hash.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { numberSpans, otlpBody, SPANS_A_BODY } from '../inputs/otlp-bodies.ts';

export interface AppendLoop {
  readonly ms: number;
}

const [count = '1', folder = ''] = process.argv.slice(2);
const body = otlpBody(0);
const bodies = Array.from({ length: Number(count) }, (_, i) => Buffer.from(numberSpans(body, i * SPANS_A_BODY)));
const files = new InteractionFiles(folder);
const reader = new TelemetryReader((user) => userHash(user, 'bench'), Date.now);
const began = performance.now();
for (const bytes of bodies) files.append(...reader.take(readTraceProtobuf(bytes, decodeUtf8)).lines);
const measured: AppendLoop = { ms: performance.now() - began };
process.stdout.write(JSON.stringify(measured));
