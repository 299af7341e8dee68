/** Calls exported as OTLP come back as the same records. What they are compared with is the records themselves. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import YAML from 'yaml';
import { OTLP_IDS } from '../../src/adapters/capture/otlp-ids.ts';
import type { FollowUp, Interaction, StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { newInteraction, RECORD_FIELD_NAMES } from '../../src/core/feedback/interactions/record-fields.ts';
import { readStoredLine } from '../../src/core/feedback/interactions/stored-line.ts';
import { EXPORT_BATCH, exportBatches, type StoredCall } from '../../src/core/feedback/otel/export-otlp.ts';
import { OTLP } from '../../src/core/feedback/logs/otlp/otlp-format.ts';
import { EMPTY_MAPPING } from '../../src/core/feedback/logs/rows/mapping.ts';
import { parseJson, type JsonObject } from '../../src/core/json/json.ts';
import { read, reader, requestOf, type GivenSpan } from './telemetry-world.ts';

const TIME = '2026-11-01T08:00:00.123Z';
const CRITERION = { type: 'llm-rubric', hash: 'c'.repeat(64), text: 'Is it true?' };

/** Every field says something, and much of it is what the conventions have no name for. */
const FULL = newInteraction({
  ...{ id: 'call-1', time: TIME, action: { type: 'answer', id: 'a-1' }, conversation: 'c-1', trace: 'request 7', responseId: 'r-1' },
  user: '0123456789abcdef',
  prompt: { name: 'answer.prompt', version: '3', contentHash: 'a'.repeat(64) },
  variables: { question: 'Where is it?', list: [1, 'two'], ['tags.of']: { deep: null }, number: 7, text: '7' },
  model: 'azure:Gpt-5/Eu',
  parameters: { temperature: 0, stop: 'END', max_completion_tokens: 9, reasoning: { effort: 'low' } },
  messages: [
    { role: 'developer', content: 'Be short.' },
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
    { role: 'system', content: 'Later.' },
    { role: 'assistant', content: null, tool_calls: [{ id: 't', type: 'function', function: { name: 'find', arguments: '{ "a":1 }' } }] },
    { role: 'tool', tool_call_id: 't', content: '' },
  ],
  tools: [{ type: 'web_search' }, { name: 'find', input_schema: { type: 'object' } }],
  chunks: [
    { id: null, text: '', score: null },
    { id: 'd-1', text: 'A parcel.', score: -0.5 },
  ],
  output: 'First.\n{"a": 1}',
  finish: 'tool-calls',
  usage: { input: 100, output: 20, cacheRead: 10, cacheWriteShort: 7, cacheWriteLong: 5, reasoning: 3 },
  served: { tier: 'batch', region: 'eu' } as unknown as NonNullable<Interaction['served']>,
  ...{ costUsd: 1, price: { asOf: null, source: 'list' }, attempts: 3, ttftMs: 10.001, latencyMs: 1234.567 },
  response: { model: 'gpt-5-2026', systemFingerprint: null, serviceTier: 'flex' },
  operation: { type: 'rerank', name: null },
  attributes: { tenant: 'acme', release: 5, 'gen_ai.test': true },
  error: { type: 'timeout', message: '' },
  environment: 'production',
  signals: [
    { kind: 'explicit', name: 'thumb', value: false, annotator: 'human', by: null, time: null, note: null },
    {
      kind: 'operational',
      name: 'judged',
      value: 'fail',
      annotator: 'model',
      by: 'j',
      time: TIME,
      note: 'n',
      judge: { path: 'j.prompt', version: 'v', model: 'm', criterion: CRITERION, score: 0.25 },
    },
    { kind: 'implicit', name: 'kept', value: '', annotator: 'code', by: null, time: null, note: null },
  ],
  triage: 'dismissed',
});
const later = (over: Partial<FollowUp>): FollowUp => ({
  of: { interaction: 'call-1', response: null, trace: null, conversation: null },
  ...{ time: '2026-11-03T08:00:00.000Z', signals: [], chunks: [], action: null, triage: null, reason: null, ...over },
});
const LATER: readonly FollowUp[] = [
  later({ signals: [{ kind: 'explicit', name: 'correction', value: '{"a":2}', annotator: 'human', by: 'ana', time: null, note: null }] }),
  later({ chunks: [{ id: 'd-2', text: 'Late.', score: 1 }], action: { type: 'other', id: 'a-2' } }),
  later({ triage: 'case', reason: 'answer-7', by: 'ben', time: '2026-11-04T08:00:00.000Z' }),
];

/** As it is stored. */
const stored = (given: Interaction): Interaction => {
  const line = readStoredLine(JSON.stringify(given));
  assert.ok('interaction' in line);
  return line.interaction;
};

const imported = (calls: readonly StoredCall[]): StoredLine[] => {
  const hashes = { content: () => 'never', user: (text: string) => `user ${text}` };
  const open = OTLP.open({ hashes, decode: () => '' });
  const source = { mapping: EMPTY_MAPPING, writtenMs: 0 };
  const lines = [...exportBatches(calls, 'shop', OTLP_IDS)].flatMap(
    ({ body }) => open.read({ row: parseJson(body) ?? null }, source).lines,
  );
  return [...lines, ...open.close().lines];
};
const linesOf = (calls: readonly StoredCall[]): StoredLine[] => [
  ...calls.map(({ interaction }) => ({ interaction })),
  ...calls.flatMap(({ followUps }) => followUps.map((followUp) => ({ followUp }))),
];

describe('calls as OTLP and back', () => {
  it('says something in every field of the record that is tried', () => {
    const empty: JsonObject = { ...(newInteraction({ id: 'x', time: TIME }) as unknown as JsonObject) };
    const record = stored(FULL) as unknown as JsonObject;
    for (const name of RECORD_FIELD_NAMES)
      assert.notDeepEqual(
        record[name],
        name === 'time' ? undefined : empty[name],
        `${name} is empty: the next test would not see its loss`,
      );
  });
  it('keeps every field and what became known later, byte by byte', () => {
    const calls = [{ interaction: stored(FULL), followUps: LATER }];
    assert.deepEqual(imported(calls), linesOf(calls));
    assert.equal(JSON.stringify(imported(calls)), JSON.stringify(linesOf(calls)));
  });
  it('keeps a record without each of its fields', () => {
    for (const name of RECORD_FIELD_NAMES.filter((field) => field !== 'id' && field !== 'time')) {
      const { [name]: _left, ...rest } = FULL;
      const calls = [{ interaction: stored(newInteraction(rest)), followUps: [] }];
      assert.deepEqual(imported(calls), linesOf(calls), `without ${name}`);
    }
  });
  it('keeps calls of one trace apart, whatever else is the same, and gives none of them what another one has', () => {
    const usage = { input: 10, output: 5, cacheRead: 0, cacheWriteShort: 0, cacheWriteLong: 0, reasoning: 0 };
    const call = (id: string, over: Partial<Interaction>): StoredCall => ({
      interaction: stored(newInteraction({ id, time: TIME, trace: 'b'.repeat(32), usage, latencyMs: 50, ...over })),
      followUps: [],
    });
    const calls = [
      call('one', { model: 'openai:gpt-5', action: { type: 'answer', id: 'a' } }),
      call('two', { model: 'openai:gpt-5-mini', parameters: { user: 'ana' } }),
      call('three', { model: 'gpt-5' }),
    ];
    assert.deepEqual(imported(calls), linesOf(calls));
  });
  it('keeps what every convention was read to', () => {
    const cases = YAML.parse(readFileSync('test/unit/cases/telemetry.yaml', 'utf8')) as { spans: GivenSpan[]; resource?: JsonObject }[];
    const found = cases.flatMap(({ spans, resource }) => reader().take(read(requestOf(spans, 1, resource))).lines);
    const calls = found.flatMap((line) =>
      'interaction' in line ? [{ interaction: stored({ ...line.interaction, user: FULL.user }), followUps: [] }] : [],
    );
    assert.ok(calls.length >= 20, String(calls.length));
    // Many of these cases name their spans alike.
    for (const call of calls) assert.deepEqual(imported([call]), linesOf([call]));
  });
  it('says to other programs by the conventions what is known of the call', () => {
    const [batch] = exportBatches([{ interaction: stored(FULL), followUps: LATER }], 'shop', OTLP_IDS);
    const body = batch?.body ?? '';
    for (const said of ['"gen_ai.request.model","value":{"stringValue":"Gpt-5/Eu"}', '"gen_ai.usage.input_tokens"', '"correction"'])
      assert.ok(body.includes(said), said);
    // What a convention carries exactly is not there a second time.
    const plain = newInteraction({ id: 'x', time: TIME, messages: [{ role: 'user', content: 'Only once.' }], output: 'An answer.' });
    const [small] = exportBatches([{ interaction: plain, followUps: [] }], 'shop', OTLP_IDS);
    for (const text of ['Only once.', 'An answer.']) assert.equal(small?.body.split(text).length, 2, text);
  });
  it('gives the same ids each time, and batches that are not larger than one request may be', () => {
    const calls = Array.from({ length: 250 }, (_, i): StoredCall => ({ interaction: { ...stored(FULL), id: `call-${i}` }, followUps: [] }));
    const batches = [...exportBatches(calls, 'shop', OTLP_IDS)];
    assert.deepEqual(
      batches.map(({ spans }) => spans),
      [200, 50],
    );
    assert.deepEqual([...exportBatches(calls, 'shop', OTLP_IDS)], batches);
    const output = 'x'.repeat(EXPORT_BATCH.characters * 0.6);
    const large = calls.slice(0, 2).map((call) => ({ ...call, interaction: { ...call.interaction, output } }));
    assert.deepEqual(
      [...exportBatches(large, 'shop', OTLP_IDS)].map(({ spans }) => spans),
      [1, 1],
    );
  });
});
