/** Files of OpenTelemetry's protobuf: the bytes of the official exporters, framed in each of the ways that are in use. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { context as contexts, trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { decodeUtf8 } from '../../src/adapters/capture/capture.ts';
import { protobufMessages } from '../../src/adapters/import/protobuf-messages.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { readProtobuf } from '../../src/core/feedback/logs/otlp/read-protobuf.ts';
import { WireProblem } from '../../src/core/feedback/logs/otlp/wire.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { TestWorkspace, type Ended } from './command-line.ts';

const CALLS = 5;

type Requests = Readonly<Record<'traces' | 'logs', readonly Buffer[]>>;

/** What the exporters send: a span a call, and what was said in log events, as instrumentations up to 1.36 do it. */
async function exported(): Promise<Requests> {
  const requests = { traces: [] as Buffer[], logs: [] as Buffer[] };
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      requests[request.url === '/v1/logs' ? 'logs' : 'traces'].push(Buffer.concat(chunks));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter({ url: `${at}/traces` }))] });
  const exporter = new OTLPLogExporter({ url: `${at}/logs` });
  const loggers = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  for (let i = 0; i < CALLS; i++) {
    const startTime = Date.parse('2026-11-01T08:00:00Z') + i * 1000;
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'm',
      'gen_ai.response.id': `resp_${i}`,
      'gen_ai.usage.input_tokens': 5,
      'gen_ai.usage.output_tokens': 2,
    };
    const span = provider.getTracer('app').startSpan('chat m', { startTime, attributes });
    loggers.getLogger('app').emit({
      eventName: 'gen_ai.user.message',
      body: { content: `Grüße ${i} 🌍 ${'x'.repeat(200)}` },
      timestamp: startTime,
      context: trace.setSpan(contexts.active(), span),
    });
    span.end(startTime + 500);
  }
  await provider.forceFlush();
  await loggers.forceFlush();
  await provider.shutdown();
  await loggers.shutdown();
  server.close();
  return requests;
}

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
const FRAMINGS: Readonly<Record<string, (message: Buffer) => Buffer>> = {
  'behind a varint, as the specification’s exporter writes them': (message) =>
    Buffer.concat([Buffer.from(varint(message.length)), message]),
  'behind four bytes, as the Collector writes them': (message) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(message.length);
    return Buffer.concat([head, message]);
  },
};

describe('files of OpenTelemetry’s protobuf', () => {
  let workspace: TestWorkspace;
  let sent: Requests = { traces: [], logs: [] };
  before(async () => {
    sent = await exported();
  });
  beforeEach(() => {
    workspace = new TestWorkspace({});
    mkdirSync(path.join(workspace.root, 'otel'));
  });
  afterEach(() => workspace.dispose());

  const put = (name: string, bytes: Buffer): void => writeFileSync(path.join(workspace.root, 'otel', name), bytes);
  const importAll = (...args: string[]): Promise<Ended> => workspace.run(['import', '--json', ...args]);
  const stored = (): Interaction[] => {
    const all: Interaction[] = [];
    new InteractionFiles(workspace.root).read(null, (line) => 'interaction' in line && all.push(line.interaction));
    return all.sort((a, b) => (a.time < b.time ? -1 : 1));
  };
  const assertWhole = (): void => {
    assert.deepEqual(
      stored().map(({ responseId, latencyMs, usage, messages }) => [
        responseId,
        latencyMs,
        usage?.input,
        JSON.stringify(messages).slice(0, 46),
      ]),
      Array.from({ length: CALLS }, (_, i) => [`resp_${i}`, 500, 5, `[{"role":"user","content":"Grüße ${i} 🌍 xxxxxxxx`.slice(0, 46)]),
    );
  };

  for (const [name, frame] of Object.entries(FRAMINGS)) {
    it(`are read ${name}: logs and traces apart or in one file, also compressed; twice adds nothing`, async () => {
      put('a-traces.binpb', Buffer.concat(sent.traces.map(frame)));
      put('z-logs.pb.gz', gzipSync(Buffer.concat(sent.logs.map(frame))));
      const first = await importAll('otel');
      assert.equal(first.code, 0, first.err);
      assertWhole();
      const again = JSON.parse((await importAll('otel')).out) as { interactions: number; known: number };
      assert.deepEqual([again.interactions, again.known], [0, CALLS]);
      const together = new TestWorkspace({});
      writeFileSync(path.join(together.root, 'all.pb'), Buffer.concat([...sent.logs, ...sent.traces].map(frame)));
      const { out } = await together.run(['import', '--json', 'all.pb']);
      assert.equal((JSON.parse(out) as { interactions: number }).interactions, CALLS);
      together.dispose();
    });
  }

  it('are read when each is one request alone, as a receiver keeps them', async () => {
    sent.traces.forEach((message, i) => put(`trace-${i}.pb`, message));
    sent.logs.forEach((message, i) => put(`log-${i}.pb`, message));
    const { code, err } = await importAll('otel');
    assert.equal(code, 0, err);
    assertWhole();
  });

  it('are read as far as they are whole; what is torn or none of it is named', async () => {
    const frame = Object.values(FRAMINGS)[0] as (message: Buffer) => Buffer;
    const [first, second, third] = sent.traces.map(frame);
    assert.ok(first && second && third);
    put('torn.pb', Buffer.concat([first, second.subarray(0, 40)]));
    put('wrong.pb', Buffer.concat([first, frame(Buffer.from([10, 255, 255, 255, 255, 15])), third]));
    put('noise.pb', Buffer.from('no protobuf at all'));
    put('empty.pb', Buffer.alloc(0));
    const { out } = await importAll('otel');
    const { interactions, refused } = JSON.parse(out) as { interactions: number; refused: { rows: { place: string; problem: string }[] } };
    assert.equal(interactions, 2);
    const named = refused.rows.map(({ place, problem }) => `${path.basename(place)}: ${problem}`).sort();
    assert.equal(named.length, 3, named.join('\n'));
    assert.match(named[0] ?? '', /^noise\.pb, message 1: It is not OTLP protobuf: /);
    assert.equal(named[1], 'torn.pb, message 2: The file ends in the middle of it.');
    assert.match(named[2] ?? '', /^wrong\.pb, message 2: It is not OTLP protobuf: .*at byte/);
  });

  it('never throw, whatever is in them', async () => {
    const file = path.join(workspace.root, 'otel', 'any.pb');
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.of(0, 0, 0, 9, 10, ...bytes)),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (bytes) => {
        writeFileSync(file, bytes);
        let size = 0;
        for await (const message of protobufMessages(file)) {
          if ('problem' in message) continue;
          size += message.bytes.length;
          try {
            readProtobuf(message.bytes, decodeUtf8);
          } catch (error) {
            assert.ok(error instanceof WireProblem, String(error));
          }
        }
        assert.ok(size <= bytes.length);
      }),
      { numRuns: 300 },
    );
  });

  it('never take more memory than a message may have, whatever a file announces', async () => {
    const huge = Buffer.concat([Buffer.from(varint(2 ** 31 - 1)), Buffer.from([10]), Buffer.alloc(100)]);
    put('huge.pb', huge);
    const read = [];
    for await (const message of protobufMessages(path.join(workspace.root, 'otel', 'huge.pb'))) read.push(message);
    assert.deepEqual(read, [{ place: 'message 1', problem: 'It is longer than 64 MB.' }]);
  });
});
