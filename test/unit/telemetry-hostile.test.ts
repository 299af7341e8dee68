/** Whatever is sent: nothing throws but a WireProblem with its place, and every line can be read back. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeUtf8 } from '../../src/adapters/capture/capture.ts';
import type { StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { unflatten } from '../../src/core/feedback/logs/otlp/attributes.ts';
import { NAMES } from '../../src/core/feedback/logs/otlp/names.ts';
import { readOtlpJson } from '../../src/core/feedback/logs/otlp/read-json.ts';
import { readLogsProtobuf, readTraceProtobuf } from '../../src/core/feedback/logs/otlp/read-protobuf.ts';
import type { LogRecord, Telemetry } from '../../src/core/feedback/logs/otlp/telemetry.ts';
import { WireProblem } from '../../src/core/feedback/logs/otlp/wire.ts';
import { storedLineText, readStoredLine } from '../../src/core/feedback/interactions/stored-line.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import { reader, requestOf } from './telemetry-world.ts';

describe('what is remembered of traces', () => {
  it('has its bounds, and what is let go is written', () => {
    const of = reader();
    const retrieval = requestOf(
      [{ attributes: { 'openinference.span.kind': 'RETRIEVER', 'retrieval.documents.0.document.content': 'x'.repeat(20_000) } }],
      1,
    );
    const [template] = readOtlpJson(retrieval)?.spans ?? [];
    assert.ok(template !== undefined);
    const lines: StoredLine[] = [];
    for (let i = 1; i <= 6000; i++) {
      const span = { ...template, traceId: i.toString(16).padStart(32, '0') };
      lines.push(...of.take({ spans: [span], logs: [], refused: { count: 0, first: null } }).lines);
    }
    // Chunks of 32 million characters in all, so of about 1,670 traces.
    assert.ok(lines.length > 4200 && lines.length < 4500, String(lines.length));
    assert.equal(new Set([...lines, ...of.close()].map((line) => ('followUp' in line ? line.followUp.of.trace : null))).size, 6000);
  });
  it('lets the oldest events go that wait for a span', () => {
    const of = reader();
    const log = (i: number, text: string): LogRecord => ({
      ...{ traceId: '1'.repeat(32), spanId: i.toString(16).padStart(16, '0'), eventName: 'gen_ai.user.message', timeMs: 1 },
      ...{ attributes: new Map(), body: { content: text } },
    });
    for (let i = 1; i <= 40; i++) of.take({ spans: [], logs: [log(i, 'x'.repeat(1 << 20))], refused: { count: 0, first: null } });
    const calls = readOtlpJson(
      requestOf(
        Array.from({ length: 40 }, () => ({ attributes: { 'gen_ai.operation.name': 'chat' } })),
        1,
      ),
    );
    const spans =
      calls?.spans.map((span) => ({ ...span, traceId: '1'.repeat(32), spanId: Number(span.spanId).toString(16).padStart(16, '0') })) ?? [];
    const { lines } = of.take({ spans, logs: [], refused: { count: 0, first: null } });
    const known = lines.map((line) => 'interaction' in line && line.interaction.messages.length > 0);
    assert.deepEqual([known.length, known[0], known.at(-1), known.filter(Boolean).length], [40, false, true, 31]);
  });
});

describe('hostile telemetry', () => {
  /** Neither throws nor makes a line that cannot be read back. */
  const takes = (telemetry: Telemetry | null): void => {
    if (telemetry === null) return;
    const of = reader();
    const { lines } = of.take(telemetry);
    for (const line of [...lines, ...of.close()]) assert.ok(!('problem' in readStoredLine(storedLineText(line))), storedLineText(line));
  };
  it('any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => takes(readOtlpJson(value as JsonValue))),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => takes(readOtlpJson({ resourceSpans: [{ scopeSpans: [{ spans: [value as JsonValue] }] }] }))),
    );
  });
  it('any value of any known name', () => {
    const names = [...new Set(Object.values(NAMES).flat())].map((name: string) => name.replace('*', '0.message.content'));
    const flat = fc.stringMatching(
      /^(llm\.input_messages|gen_ai\.prompt|retrieval\.documents|annotations)(\.(0|99999999999|__proto__|message|content|annotation|name)){0,20}$/,
    );
    const value = fc.oneof(
      fc.jsonValue(),
      fc.json(),
      fc.constantFrom('chat', 'LLM', '[', '{"role":1}', '[{"parts":[{"type":"tool_call"}]}]'),
    );
    const kinds = fc.constantFrom<JsonObject>(
      { 'openinference.span.kind': 'LLM' },
      { 'openinference.span.kind': 'RETRIEVER' },
      { 'gen_ai.operation.name': 'execute_tool' },
      {},
    );
    fc.assert(
      fc.property(kinds, fc.dictionary(fc.oneof(fc.constantFrom(...names), flat), value, { maxKeys: 12 }), (kind, given) =>
        takes(readOtlpJson(requestOf([{ attributes: { ...(given as JsonObject), ...kind }, error: 'x' }], 1))),
      ),
      { numRuns: 3000 },
    );
    assert.equal(({} as Record<string, unknown>)['message'], undefined);
  });
  it('any bytes', () => {
    const reads = (bytes: Uint8Array): void => {
      for (const one of [readTraceProtobuf, readLogsProtobuf])
        try {
          takes(one(bytes, decodeUtf8));
        } catch (error) {
          assert.ok(error instanceof WireProblem, String(error));
          assert.match(error.message, /at byte \d+\.$/);
        }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), reads), { numRuns: 5000 });
    // Well-formed beginnings with something wrong inside.
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.array(fc.constantFrom(1, 2, 5, 6, 9, 11, 15), { maxLength: 8 }), (tail, path) =>
        reads(
          message(
            1,
            message(
              2,
              message(
                2,
                path.reduceRight<Uint8Array>((inner, field) => message(field, inner), tail),
              ),
            ),
          ),
        ),
      ),
      { numRuns: 5000 },
    );
  });
  it('values that are nested thousands of times, and lengths that are a lie', () => {
    let nested: Uint8Array = Buffer.from([10, 1, 65]);
    for (let i = 0; i < 3000; i++) nested = message(5, message(1, nested));
    const value = Buffer.concat([message(1, Buffer.from('a')), message(2, nested)]);
    takes(readTraceProtobuf(message(1, message(1, message(1, value))), decodeUtf8));
    const text = `[{"type":"x","a":${'['.repeat(20_000)}${']'.repeat(20_000)}}]`;
    for (const name of ['gen_ai.input.messages', 'gen_ai.tool.definitions', 'llm.invocation_parameters', 'llm.tools.0.tool.json_schema'])
      takes(readOtlpJson(requestOf([{ attributes: { 'gen_ai.operation.name': 'chat', [name]: text } }], 1)));
    assert.throws(
      () => readTraceProtobuf(Uint8Array.from([10, 255, 255, 255, 255, 15]), decodeUtf8),
      /cut off: 4294967295 bytes .* at byte 6/,
    );
    assert.throws(() => readTraceProtobuf(Uint8Array.from([10, ...Array<number>(11).fill(255)]), decodeUtf8), /longer than 64 bits/);
    const deep = `${'{"arrayValue":{"values":['.repeat(5000)}{"intValue":1}${']}}'.repeat(5000)}`;
    takes(
      readOtlpJson(
        JSON.parse(
          JSON.stringify(requestOf([{}], 1)).replace('"attributes":[]', `"attributes":[{"key":"a","value":${deep}}]`),
        ) as JsonValue,
      ),
    );
  });
  it('flattened names that would be prototypes or huge lists', () => {
    const flat = new Map<string, JsonValue>([
      ['a.__proto__.x', 1],
      ['a.constructor.prototype.y', 2],
    ]);
    assert.equal(JSON.stringify(unflatten(flat, 'a.')), '{"__proto__":{"x":1},"constructor":{"prototype":{"y":2}}}');
    assert.equal(({} as Record<string, unknown>)['x'], undefined);
    const list = new Map<string, JsonValue>([
      ['b.999999999.c', 'last'],
      ['b.2.c', 'first'],
    ]);
    assert.deepEqual(unflatten(list, 'b.'), [{ c: 'first' }, { c: 'last' }]);
  });
});

const lengthOf = (length: number): number[] => (length < 128 ? [length] : [(length % 128) | 128, ...lengthOf(Math.floor(length / 128))]);

const message = (field: number, inner: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from([(field << 3) | 2, ...lengthOf(inner.length)]), inner]);
