/** `goldset capture` over sockets: the official exporters of OpenTelemetry, signals, what is refused, and what a kill leaves. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { SpanKind, SpanStatusCode, trace, TraceFlags, type Context, context as contexts } from '@opentelemetry/api';
import { OTLPLogExporter as LogsJson } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as LogsProto } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as TracesJson } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as TracesProto } from '@opentelemetry/exporter-trace-otlp-proto';
import { LoggerProvider, BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { hmacOfMachine } from './captured.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import type { StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { ended, printed, TestWorkspace, type Ended } from './command-line.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const PROTO_TYPE = { 'content-type': 'application/x-protobuf' };

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

describe('goldset capture', () => {
  let workspace: TestWorkspace;
  let child: ChildProcess;
  let whole: Promise<Omit<Ended, 'ms'>>;
  let port: number;

  beforeEach(async () => {
    workspace = new TestWorkspace({});
    child = workspace.start(['capture', '--port', '0', '--json']);
    whole = ended(child);
    port = Number((await printed(child, /OTLP_ENDPOINT=http:\/\/127\.0\.0\.1:(\d+)/))[1]);
  });
  afterEach(async () => {
    child.kill('SIGKILL');
    await whole;
    workspace.dispose();
  });

  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Omit<Ended, 'ms'>> => {
    child.kill(signal);
    return whole;
  };
  const lines = (): StoredLine[] => {
    const found: StoredLine[] = [];
    assert.equal(new InteractionFiles(workspace.root).read(null, (line) => found.push(line)).refused.count, 0);
    return found;
  };
  const send = (path: string, headers: http.OutgoingHttpHeaders, body: string | Buffer, method = 'POST'): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const request = http.request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body: Buffer.concat(chunks) }),
        );
      });
      request.once('error', reject).end(body);
    });

  /** One user action: a conversation of two calls, retrieval, a tool that fails, feedback, as an instrumented application makes it. */
  async function application(encoding: 'protobuf' | 'json'): Promise<void> {
    const options = (path: string): ConstructorParameters<typeof TracesProto>[0] => ({
      url: `http://127.0.0.1:${port}/v1/${path}`,
      compression: 'gzip' as never,
    });
    const traces = encoding === 'protobuf' ? new TracesProto(options('traces')) : new TracesJson(options('traces'));
    const logs = encoding === 'protobuf' ? new LogsProto(options('logs')) : new LogsJson(options('logs'));
    const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(traces)] });
    const loggers = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter: logs })] });
    const tracer = provider.getTracer('app');
    const logger = loggers.getLogger('app');
    const at = (second: number): number => Date.parse('2026-11-01T08:00:00Z') + second * 1000;
    const root = tracer.startSpan('answer', {
      startTime: at(0),
      attributes: { 'goldset.action.type': 'ticket', 'goldset.action.id': 't-1' },
    });
    const inside: Context = trace.setSpan(contexts.active(), root);
    const found = tracer.startSpan(
      'search',
      {
        startTime: at(1),
        attributes: {
          'openinference.span.kind': 'RETRIEVER',
          'retrieval.documents.0.document.content': 'Within 30 days.',
          'retrieval.documents.0.document.score': 0.5,
        },
      },
      inside,
    );
    found.end(at(2));
    const chat = tracer.startSpan(
      'chat gpt-6-luna',
      {
        startTime: at(3),
        kind: SpanKind.CLIENT,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-6-luna',
          'gen_ai.response.id': 'resp_1',
          'gen_ai.usage.input_tokens': 100,
          'gen_ai.usage.output_tokens': 7,
          'gen_ai.request.temperature': 0.5,
          'user.id': 'ana@example.com',
          'gen_ai.response.finish_reasons': ['stop'],
          'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'Grüße 🌍' }] }]),
          'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: 'Yes.' }] }]),
        },
      },
      inside,
    );
    chat.end(at(4));
    const tool = tracer.startSpan(
      'execute_tool refund',
      { startTime: at(5), attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'refund' } },
      inside,
    );
    tool.setStatus({ code: SpanStatusCode.ERROR, message: 'down' });
    tool.end(at(6));
    // As instrumentations up to 1.36 do it: what was said stands in log events.
    const legacy = tracer.startSpan(
      'chat',
      { startTime: at(7), attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-4o' } },
      inside,
    );
    const within = trace.setSpan(inside, legacy);
    logger.emit({ eventName: 'gen_ai.user.message', body: { content: 'And now?' }, context: within });
    logger.emit({ eventName: 'gen_ai.choice', body: { index: 0, finish_reason: 'length', message: { content: 'Now' } }, context: within });
    legacy.end(at(8));
    await loggers.forceFlush();
    root.end(at(9));
    await provider.forceFlush();
    logger.emit({
      eventName: 'gen_ai.evaluation.result',
      context: trace.setSpanContext(inside, {
        traceId: chat.spanContext().traceId,
        spanId: 'ffffffffffffffff',
        traceFlags: TraceFlags.SAMPLED,
      }),
      attributes: {
        'gen_ai.evaluation.name': 'Relevance',
        'gen_ai.evaluation.score.value': 0.25,
        'gen_ai.response.id': 'resp_1',
      },
    });
    await loggers.shutdown();
    const carrier = tracer.startSpan('feedback', {
      startTime: at(20),
      root: true,
      links: [{ context: chat.spanContext() }],
      attributes: {
        'openinference.span.kind': 'EVALUATOR',
        'annotations.0.annotation.name': 'thumb',
        'annotations.0.annotation.label': 'down',
        'annotations.0.annotation.annotator_kind': 'HUMAN',
      },
    });
    carrier.end(at(20));
    await provider.shutdown();
  }

  for (const encoding of ['protobuf', 'json'] as const)
    it(`takes what the official exporters send, as ${encoding} with gzip`, async () => {
      await application(encoding);
      const found = lines();
      const interactions = found.flatMap((line) => ('interaction' in line ? [line.interaction] : []));
      const followUps = found.flatMap((line) => ('followUp' in line ? [line.followUp] : []));
      const [chat, legacy] = interactions;
      assert.ok(chat !== undefined && legacy !== undefined && interactions.length === 2);
      const { id, trace: of, user, costUsd, price, ...rest } = chat;
      // By hand: 100 tokens at 0.10 USD a million and 7 at 0.50, the price on the day of the call.
      assert.ok(Math.abs((costUsd ?? 0) - 0.0000135) < 1e-12);
      assert.match(price?.source ?? '', /^genai-prices/);
      assert.match(id, /^[0-9a-f]{16}$/);
      assert.match(of ?? '', /^[0-9a-f]{32}$/);
      assert.equal(user, hmacOfMachine('ana@example.com'));
      assert.deepEqual(rest, {
        ...{ time: '2026-11-01T08:00:03.000Z', action: { type: 'ticket', id: 't-1' }, conversation: null, responseId: 'resp_1' },
        ...{ prompt: null, variables: {}, model: 'openai:gpt-6-luna', parameters: { temperature: 0.5 } },
        ...{ messages: [{ role: 'user', content: 'Grüße 🌍' }], tools: [], chunks: [{ id: null, text: 'Within 30 days.', score: 0.5 }] },
        ...{ output: 'Yes.', finish: 'stop', ttftMs: null, latencyMs: 1000, error: null, environment: null, triage: null },
        usage: { input: 100, cacheRead: 0, cacheWriteShort: 0, cacheWriteLong: 0, output: 7, reasoning: 0 },
        signals: [
          {
            kind: 'operational',
            name: 'tool-failure',
            value: true,
            annotator: 'code',
            by: null,
            time: '2026-11-01T08:00:06.000Z',
            note: 'refund: down',
          },
        ],
      });
      assert.deepEqual(
        [legacy.messages, legacy.output, legacy.finish, legacy.action?.id],
        [[{ role: 'user', content: 'And now?' }], 'Now', 'length', 't-1'],
      );
      assert.deepEqual(
        followUps.map(({ of: target, signals }) => [
          target.interaction,
          target.response,
          target.trace === of,
          signals[0]?.name,
          signals[0]?.value,
        ]),
        [
          [id, null, true, 'thumb', 'down'],
          [null, 'resp_1', true, 'Relevance', 0.25],
        ],
      );
      assert.doesNotMatch(JSON.stringify(found), /ana@example/);
      const { code, out, err } = await stop();
      assert.equal(code, 0, err);
      assert.deepEqual(JSON.parse(out), {
        schema: 'goldset.capture/1',
        spans: 6,
        interactions: 2,
        signals: 3,
        withoutText: 0,
        lateMessages: 0,
        refused: 0,
      });
    });

  it('says once that content capture is off, and ends cleanly by Ctrl+C', async () => {
    const attributes = [{ key: 'gen_ai.operation.name', value: { stringValue: 'chat' } }];
    for (let i = 1; i < 4; i++)
      assert.equal((await send('/v1/traces', JSON_TYPE, spansOf({ spanId: `000000000000000${i}`, attributes }))).status, 200);
    const { code, err } = await stop('SIGINT');
    assert.equal(code, 0);
    assert.equal(err.match(/content capture is off/g)?.length, 1);
    assert.match(err, /OTEL_EXPORTER_OTLP_PROTOCOL=http\/protobuf/);
    assert.equal(lines().length, 3);
  });

  it('takes signals of an application’s own server', async () => {
    const { status, body } = await send(
      '/signals',
      JSON_TYPE,
      JSON.stringify([
        { interaction: 'a', name: 'copied', value: true, time: '2026-11-01T10:00:00Z' },
        { conversation: 'c', name: 'thumb', value: 'down', by: 'ana', note: 'wrong' },
        { trace: 't', name: 'mood', value: 3, kind: 'explicit' },
        { trace: 't', name: 'mood', value: 3 },
        { name: 'copied' },
      ]),
    );
    assert.equal(status, 200);
    const { taken, problems } = JSON.parse(body.toString()) as { taken: number; problems: string[] };
    assert.equal(taken, 3);
    assert.deepEqual(
      problems.map((text) => text.slice(0, 30)),
      ['Signal 4: Unknown signal "mood', 'Signal 5: It needs one of `int'],
    );
    const signals = lines().map((line) => ('followUp' in line ? line.followUp : null));
    assert.deepEqual(
      signals.map((line) => [line?.signals[0]?.kind, line?.signals[0]?.name]),
      [
        ['implicit', 'copied'],
        ['explicit', 'thumb'],
        ['explicit', 'mood'],
      ],
    );
    assert.equal((await send('/signals', JSON_TYPE, '{"name":"copied"}')).status, 400);
    assert.equal((await send('/signals', PROTO_TYPE, 'x')).status, 415);
  });

  it('answers in the form of OTLP what it cannot take', async () => {
    const refused = async (
      path: string,
      headers: http.OutgoingHttpHeaders,
      body: string | Buffer,
      status: number,
      message: RegExp,
      method = 'POST',
    ): Promise<void> => {
      const answer = await send(path, headers, body, method);
      assert.equal(answer.status, status, answer.body.toString());
      assert.match(answer.body.toString(), message);
      if (answer.type === 'application/json')
        assert.equal(typeof (JSON.parse(answer.body.toString()) as { message: unknown }).message, 'string');
      else assert.equal(answer.body[0], 8);
    };
    await refused('/v1/traces', { ...JSON_TYPE, origin: 'http://localhost:3000' }, '{}', 403, /web pages are rejected/);
    await refused('/v1/traces', { ...JSON_TYPE, host: 'evil.example:4318' }, '{}', 403, /evil\.example/);
    await refused('/v1/traces', { 'content-type': 'text/plain' }, '{}', 415, /application\/x-protobuf/);
    await refused('/v1/traces', { ...JSON_TYPE, 'content-encoding': 'br' }, '{}', 415, /Content-Encoding/);
    await refused('/v1/traces', JSON_TYPE, '', 405, /only POST/, 'GET');
    await refused('/v1/profiles', JSON_TYPE, '{}', 404, /There is no/);
    await refused('/v1/traces', JSON_TYPE, '{"resource', 400, /not JSON/);
    await refused('/v1/traces', JSON_TYPE, '[1]', 400, /resourceSpans/);
    await refused('/v1/traces', JSON_TYPE, '['.repeat(100_000), 400, /not JSON/);
    await refused('/v1/traces', PROTO_TYPE, Buffer.from([10, 100, 1, 2]), 400, /cut off: 100 bytes expected at byte 2/);
    await refused('/v1/traces', { ...PROTO_TYPE, 'content-encoding': 'gzip' }, Buffer.from('no gzip'), 400, /not valid gzip/);
    await refused('/v1/traces', { ...PROTO_TYPE, 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(65 << 20)), 413, /larger than 64 MB/);
    await refused('/v1/traces', { ...PROTO_TYPE, 'content-length': 65 << 20 }, '', 413, /larger than 64 MB/).catch((error: unknown) => {
      // The connection ends although more was announced.
      assert.match(String(error), /ECONNRESET|socket hang up/);
    });
    for (const host of ['localhost', '127.0.0.1', '[::1]:4318'])
      assert.equal((await send('/v1/traces', { ...JSON_TYPE, host }, '{}')).status, 200);
    assert.equal((await send('/v1/traces', { ...JSON_TYPE, 'content-encoding': 'deflate' }, deflateSync('{}'))).status, 200);
    for (const headers of [JSON_TYPE, PROTO_TYPE]) assert.equal((await send('/v1/metrics', headers, '')).status, 200);
    assert.deepEqual((await send('/v1/traces', PROTO_TYPE, '')).body.length, 0);
    assert.deepEqual(lines(), []);
  });

  it('tells which spans of a batch it refused', async () => {
    const body = spansOf(
      { spanId: '0000000000000000' },
      { spanId: '0000000000000009', attributes: [{ key: 'gen_ai.operation.name', value: { stringValue: 'chat' } }] },
    );
    const answer = JSON.parse((await send('/v1/traces', JSON_TYPE, body)).body.toString()) as {
      partialSuccess: { rejectedSpans: string; errorMessage: string };
    };
    assert.equal(answer.partialSuccess.rejectedSpans, '1');
    assert.match(answer.partialSuccess.errorMessage, /no valid trace id/);
    assert.equal(lines().length, 1);
    const none = Buffer.from([10, 4, 18, 2, 18, 0]);
    const { body: bytes } = await send('/v1/traces', PROTO_TYPE, none);
    assert.deepEqual([...bytes.subarray(0, 1), ...bytes.subarray(2, 4)], [10, 8, 1]);
  });

  it('has written what it answered for after kill −9', async () => {
    const attributes = [{ key: 'gen_ai.operation.name', value: { stringValue: 'chat' } }];
    for (let i = 0; i < 20; i++) {
      const spans = Array.from({ length: 50 }, (_, k) => ({ spanId: (1 + i * 50 + k).toString(16).padStart(16, '0'), attributes }));
      assert.equal((await send('/v1/traces', JSON_TYPE, spansOf(...spans))).status, 200);
    }
    await stop('SIGKILL');
    assert.equal(lines().length, 1000);
  });

  it('loses nothing while the disk takes nothing, and writes nothing twice', async () => {
    const attributes = [{ key: 'gen_ai.operation.name', value: { stringValue: 'chat' } }];
    const [first, second] = [spansOf({ spanId: '000000000000000a', attributes }), spansOf({ spanId: '000000000000000b', attributes })];
    workspace.write({ '.goldset/interactions': 'no folder' });
    for (const body of [first, second, first]) assert.equal((await send('/v1/traces', JSON_TYPE, body)).status, 503);
    rmSync(path.join(workspace.root, '.goldset/interactions'));
    for (const body of [first, second]) assert.equal((await send('/v1/traces', JSON_TYPE, body)).status, 200);
    assert.deepEqual(
      lines().map((line) => ('interaction' in line ? line.interaction.id : null)),
      ['000000000000000a', '000000000000000b'],
    );
    assert.match((await stop()).err, /Not written; the sender was told to retry: .*not a regular file/);
  });

  it('names who may have the port', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => other.once('listening', resolve));
      const { port: taken } = other.address() as net.AddressInfo;
      const { code, err } = await workspace.run(['capture', '--port', String(taken)]);
      assert.equal(code, 2);
      assert.match(
        err,
        new RegExp(`Port ${taken} is already in use, perhaps by another goldset capture or an OpenTelemetry Collector\\.\\n.*--port`),
      );
    } finally {
      other.close();
    }
  });
});

function spansOf(...spans: readonly object[]): string {
  const ofTime = {
    startTimeUnixNano: '1793520000000000000',
    endTimeUnixNano: '1793520001000000000',
    traceId: '0'.repeat(31) + '1',
    name: 'chat',
  };
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: spans.map((span) => ({ ...ofTime, ...span })) }] }] });
}
