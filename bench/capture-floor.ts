/** The floor of capturing: ready bodies are read and appended in one process, without sockets. `node capture-floor.js BODIES FOLDER`, bodies on standard input. */
import { readFileSync } from 'node:fs';
import { readTraceProtobuf } from '../src/core/feedback/otel/read-protobuf.ts';
import { TelemetryReader } from '../src/core/feedback/otel/telemetry-reader.ts';
import { decodeUtf8 } from '../src/adapters/capture/capture.ts';
import { userHash } from '../src/adapters/capture/user-hash.ts';
import { InteractionFiles } from '../src/adapters/storage/interactions/interaction-files.ts';

const [size, folder] = process.argv.slice(2);
const all = readFileSync(0);
const files = new InteractionFiles(folder ?? '');
const reader = new TelemetryReader(userHash, Date.now);
const began = performance.now();
for (let at = 0; at < all.length; at += Number(size)) {
  files.append(...reader.take(readTraceProtobuf(all.subarray(at, at + Number(size)), decodeUtf8)).lines);
}
console.log((performance.now() - began).toFixed(0));
