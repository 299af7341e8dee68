/** Telemetry of every convention to lines, as pictures in cases/telemetry.yaml. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Validator } from '@cfworker/json-schema';
import YAML from 'yaml';
import type { StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { readOtlpJson } from '../../src/core/feedback/logs/otlp/read-json.ts';
import { storedLineText, readStoredLine } from '../../src/core/feedback/interactions/stored-line.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import { logsOf, picture, read, reader, requestOf, spanId, TRACE, type GivenLog, type GivenSpan } from './telemetry-world.ts';

interface Case {
  readonly name: string;
  readonly resource?: JsonObject;
  /** In a request before. */
  readonly earlier?: readonly GivenSpan[];
  readonly logs?: readonly GivenLog[];
  /** Whether logs and spans come at once; else the logs come first. */
  readonly together?: boolean;
  readonly spans: readonly GivenSpan[];
  readonly lines: readonly JsonObject[];
  readonly closing?: readonly JsonObject[];
}

const validator = (name: string): Validator =>
  new Validator(JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8')) as object, '7');
const validators = { interaction: validator('interaction'), followUp: validator('follow-up') };

/** It is valid against its schema, and read back it is the same. */
function assertStored(line: StoredLine): void {
  const text = storedLineText(line);
  const { errors } = ('interaction' in line ? validators.interaction : validators.followUp).validate(JSON.parse(text));
  assert.deepEqual(errors.slice(0, 3), []);
  assert.deepEqual(readStoredLine(text), line);
}

describe('telemetry as interactions', () => {
  for (const given of YAML.parse(readFileSync('test/unit/cases/telemetry.yaml', 'utf8')) as Case[]) {
    it(given.name, () => {
      const of = reader();
      const earlier = given.earlier ?? [];
      if (earlier.length > 0) of.take(read(requestOf(earlier, 1)));
      const logs = given.logs === undefined ? [] : read(logsOf(given.logs)).logs;
      const { spans } = read(requestOf(given.spans, 1 + earlier.length, given.resource));
      const requests =
        given.together === true
          ? [{ spans, logs }]
          : [
              { spans: [], logs },
              { spans, logs: [] },
            ];
      const lines = requests.flatMap((request) => of.take({ ...request, refused: { count: 0, first: null } }).lines);
      assert.deepEqual(lines.map(picture), given.lines);
      assert.deepEqual(of.close().map(picture), given.closing ?? []);
      for (const line of lines) assertStored(line);
    });
  }
  it('says that messages came after their call', () => {
    const of = reader();
    of.take(read(requestOf([{ attributes: { 'gen_ai.operation.name': 'chat' } }], 1)));
    const { counts, lines } = of.take(read(logsOf([{ span: 's1', event: 'gen_ai.user.message', body: { content: 'late' } }])));
    assert.deepEqual([counts.lateMessages, lines.length], [1, 0]);
  });
  it('says what it refuses', () => {
    const request = requestOf([{ attributes: { 'gen_ai.operation.name': 'chat' } }], 1);
    const text = JSON.stringify(request);
    const timeless = text.replace(/"startTimeUnixNano":"\d+"/, '"startTimeUnixNano":"0"');
    assert.match(reader().take(read(JSON.parse(timeless) as JsonValue)).refused.first ?? '', /has no start time/);
    const idless = readOtlpJson(JSON.parse(text.replaceAll(TRACE, '0'.repeat(32))) as JsonValue);
    assert.deepEqual([idless?.spans.length, idless?.refused.count], [0, 1]);
  });
});

describe('OTLP/JSON as exporters write it', () => {
  const plain = requestOf(
    [{ attributes: { 'gen_ai.operation.name': 'chat', n: 5, deep: { a: [1.5, true] } }, error: 'x', links: [{ trace: 't', span: 's2' }] }],
    1,
  );
  const wanted = read(plain);
  const text = JSON.stringify(plain);
  const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
  for (const [what, changed] of [
    [
      'ids in base64',
      text
        .replaceAll(TRACE, base64(TRACE))
        .replaceAll(spanId('s1'), base64(spanId('s1')))
        .replaceAll(spanId('s2'), base64(spanId('s2'))),
    ],
    ['numbers as numbers', text.replace(/"(\w*UnixNano|intValue)":"(\d+)"/g, '"$1":$2')],
    ['snake_case', text.replace(/"(\w+)":/g, (_, name: string) => `"${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}":`)],
    ['enums by name', text.replace('"code":2', '"code":"STATUS_CODE_ERROR"')],
    ['unknown fields', text.replace('"name":"span"', '"name":"span","flags":257,"new":{"a":[]}')],
    ['empty lists as null', text.replace('"events":[]', '"events":null')],
  ] as const)
    it(what, () => {
      assert.notEqual(changed, text);
      assert.deepEqual(readOtlpJson(JSON.parse(changed) as JsonValue), wanted);
    });
});
