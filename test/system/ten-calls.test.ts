/**
 * The same ten calls through every entry point: what is stored must be the same bytes. The record of each call is written down by hand in
 * ten-calls/calls.ts; what an entry point cannot know is in the table EXCEPTIONS, and must be empty then.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { captureInto } from '../../src/engine/engine.ts';
import { RECORD_FIELDS, RECORD_FIELD_NAMES, type RecordFieldName } from '../../src/core/feedback/interactions/record-fields.ts';
import { flush, withCapture } from '../../src/runtime/index.ts';
import type { CaptureOptions } from '../../src/runtime/goldset-runtime.d.ts';
import { ended, printed, TestWorkspace } from './command-line.ts';
import { PRICES, SAID, TEN_CALLS, type Call, type Json } from './ten-calls/calls.ts';
import { csvText, idOf, langfuseRows, langfuseTableRows, ownLines, pairRows } from './ten-calls/file-forms.ts';
import { PlayedProvider } from './ten-calls/played-provider.ts';
import { collectorRows, otlpRequest, spanIdOf, TRACE } from './ten-calls/telemetry-forms.ts';

const SECRET = 'for these calls';
const PERSON = createHmac('sha256', SECRET).update(SAID.user).digest('hex').slice(0, 16);

/** By their names, as records have them. */
const sorted = (attributes: Call['attributes']): Call['attributes'] =>
  Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
const PRICE = { asOf: '2026-10-01', source: './prices.yaml' };

/** A field that an entry point cannot know, with the reason; `instead`: what stands there, where it is not empty. */
interface Exception {
  readonly field: RecordFieldName;
  readonly reason: string;
  readonly instead?: (call: Call, actual: Json) => unknown;
}

const TRACED: Exception = {
  field: 'trace',
  reason: 'It has the trace of its own source; what becomes known of one is not about its embeddings.',
  instead: ({ api }) => (api === 'embeddings' ? null : TRACE),
};
const NO_NAME: Exception = {
  field: 'operation',
  reason: 'Conventions do not say what the application called.',
  instead: ({ api }) => (api === 'embeddings' ? { type: 'embeddings', name: null } : undefined),
};
const TEXTS: Exception = {
  field: 'attributes',
  reason: 'A table keeps them as text.',
  instead: ({ attributes }) => sorted(Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]))),
};
const priced = (field: 'costUsd' | 'price', value: (call: Call) => unknown): Exception => ({
  field,
  reason: 'The model of an embedding tells no provider, so it has no price.',
  instead: (call) => (call.api === 'embeddings' ? undefined : value(call)),
});
const LANGFUSE: readonly Exception[] = [
  priced('costUsd', ({ record }) => record['costUsd']),
  priced('price', ({ record }) => (record['costUsd'] === undefined ? undefined : PRICE)),
  { field: 'trace', reason: 'It has the trace of its own source.', instead: () => 'trace-1' },
  { field: 'variables', reason: 'Langfuse has no place for them.' },
  { field: 'chunks', reason: 'They are observations of their own there.' },
  {
    field: 'response',
    reason: 'Langfuse keeps no answer of embeddings.',
    instead: ({ api, record }) => (api === 'embeddings' ? undefined : record['response']),
  },
  { field: 'attempts', reason: 'Langfuse does not count them.' },
  { field: 'model', reason: 'Langfuse does not name the provider.', instead: ({ request }) => request['model'] },
  {
    field: 'error',
    reason: 'Langfuse has a message, no type.',
    instead: ({ record }) => (record['error'] === undefined ? null : { ...(record['error'] as Json), type: 'error' }),
  },
];

const EXCEPTIONS: Readonly<Record<string, readonly Exception[]>> = {
  'the library': [],
  'the library over OpenTelemetry, into goldset capture': [
    {
      field: 'trace',
      reason: 'OpenTelemetry has no span without a trace.',
      instead: (_call, actual) => (/^[0-9a-f]{32}$/.test(String(actual['trace'])) ? actual['trace'] : 'a trace of 32 digits'),
    },
  ],
  'spans of other instrumentations, into the editor’s receiver': [TRACED, NO_NAME],
  'a file of our own lines': [],
  'a file of spans': [TRACED, NO_NAME],
  'a collector’s ClickHouse table': [TRACED, NO_NAME, TEXTS],
  'a log of requests and responses': [],
  'a CSV': [],
  'Langfuse’s API': LANGFUSE,
  'Langfuse’s ClickHouse table': [...LANGFUSE, TEXTS],
};

/** The ten records as an entry point must store them, as objects in the order of a record's fields. */
function recordsOf(entry: string, id: (n: number) => string, actual: readonly Json[] = []): Json[] {
  const exceptions = EXCEPTIONS[entry] ?? [];
  return TEN_CALLS.map((call, n) => {
    const { time, variables, chunks, attributes, record } = call;
    const price = record['costUsd'] === undefined ? {} : { price: PRICE };
    const known = Object.entries({
      ...{
        id: id(n),
        time,
        action: SAID.action,
        conversation: SAID.conversation,
        user: PERSON,
        prompt: { ...SAID.prompt, contentHash: null },
      },
      ...{ variables, chunks, attributes: sorted(attributes), environment: SAID.environment, ...price, ...record },
    });
    const facts = new Map<string, unknown>(known);
    for (const { field, instead } of exceptions) facts.set(field, instead?.(call, actual[n] ?? {}));
    const fields = RECORD_FIELD_NAMES.map((field) => [field, facts.get(field) ?? RECORD_FIELDS[field].empty] as const);
    return { schema: 'goldset.interaction/1', ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)) };
  });
}

describe('the same ten calls through every entry point', () => {
  const secretBefore = process.env['GOLDSET_USER_SECRET'];
  const open: TestWorkspace[] = [];
  const newWorkspace = (): TestWorkspace => {
    const workspace = new TestWorkspace({ 'goldset.yaml': 'prices: ./prices.yaml\n', 'prices.yaml': PRICES });
    open.push(workspace);
    return workspace;
  };
  before(() => {
    process.env['GOLDSET_USER_SECRET'] = SECRET;
  });
  after(() => {
    if (secretBefore === undefined) delete process.env['GOLDSET_USER_SECRET'];
    else process.env['GOLDSET_USER_SECRET'] = secretBefore;
  });
  afterEach(() => {
    for (const workspace of open.splice(0)) workspace.dispose();
  });

  /** Lines on disk, in the order of their calls. */
  const stored = ({ root }: TestWorkspace): string[] => {
    const folder = path.join(root, '.goldset', 'interactions');
    const days = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    const lines = days.flatMap((name) => readFileSync(path.join(folder, name), 'utf8').trim().split('\n'));
    return lines.sort((a, b) => timeIn(a).localeCompare(timeIn(b)));
  };
  const timeIn = (line: string): string => /"time":"([^"]+)"/.exec(line)?.[1] ?? '';
  const assertSame = (workspace: TestWorkspace, entry: string, id: ((n: number) => string) | null): void => {
    const lines = stored(workspace);
    // The library makes ids: they are its own, and all different.
    const records = lines.map((line) => JSON.parse(line) as Json);
    const ids = records.map((record) => String(record['id']));
    assert.equal(new Set(ids).size, TEN_CALLS.length);
    const expected = recordsOf(entry, id ?? ((n) => ids[n] ?? ''), records);
    // First as objects, which shows what differs, then byte by byte.
    assert.deepEqual(records, expected);
    assert.deepEqual(
      lines,
      expected.map((record) => JSON.stringify(record)),
    );
  };

  async function playLibrary(sink: CaptureOptions['sink']): Promise<void> {
    const provider = new PlayedProvider();
    const { fetch } = provider;
    provider.takeTime();
    try {
      for (const { api, request, variables, chunks, attributes, ...call } of TEN_CALLS) {
        provider.play({ api, request, variables, chunks, attributes, ...call });
        const options = { ...SAID, variables, chunks, attributes, sink } as CaptureOptions;
        const openai = withCapture(new OpenAI({ apiKey: 'x', fetch }), options);
        const claude = withCapture(new Anthropic({ apiKey: 'x', fetch }), options);
        if (api === 'embeddings') await openai.embeddings.create(request as never);
        else if (api === 'messages') await claude.messages.create(request as never);
        else if (call.refusal !== undefined) await assert.rejects(async () => openai.chat.completions.create(request as never));
        else {
          const answer: unknown = await openai.chat.completions.create(request as never);
          if (request['stream'] === true) for await (const _event of answer as AsyncIterable<unknown>);
        }
      }
    } finally {
      provider.restore();
    }
    await flush();
  }

  const post = async (url: string, body: Json): Promise<void> => {
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    assert.equal(answer.status, 200, await answer.text());
  };

  it('the library', async () => {
    const workspace = newWorkspace();
    const problems: string[] = [];
    await playLibrary({ root: workspace.root, onProblem: (problem) => problems.push(problem) });
    assert.deepEqual(problems, []);
    assertSame(workspace, 'the library', null);
  });

  it('the library over OpenTelemetry, into goldset capture', async () => {
    const workspace = newWorkspace();
    const child = workspace.start(['capture', '--port', '0', '--json']);
    const whole = ended(child);
    const [, endpoint = ''] = await printed(child, /OTLP_ENDPOINT=(http:\/\/127\.0\.0\.1:\d+)/);
    const problems: string[] = [];
    await playLibrary({ endpoint, onProblem: (problem: string) => problems.push(problem) });
    child.kill('SIGTERM');
    await whole;
    assert.deepEqual(problems, []);
    assertSame(workspace, 'the library over OpenTelemetry, into goldset capture', null);
  });

  it('spans of other instrumentations, into the editor’s receiver', async () => {
    const workspace = newWorkspace();
    const failures: string[] = [];
    const running = await captureInto(path.resolve('dist/worker.js'), {
      ...{ root: workspace.root, host: '127.0.0.1', port: 0, token: null, onChange: () => undefined },
      onFailure: (error) => failures.push(String(error)),
      onProblem: (problem) => failures.push(problem),
    });
    await post(`http://127.0.0.1:${running.port}/v1/traces`, otlpRequest(TEN_CALLS));
    await running.stop();
    assert.deepEqual(failures, []);
    assertSame(workspace, 'spans of other instrumentations, into the editor’s receiver', spanIdOf);
  });

  const jsonl = (rows: readonly Json[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const FILES: readonly (readonly [entry: string, file: string, text: string, id: (n: number) => string])[] = [
    ['a file of our own lines', 'own.jsonl', jsonl(ownLines(TEN_CALLS)), idOf],
    ['a file of spans', 'spans.json', JSON.stringify(otlpRequest(TEN_CALLS)), spanIdOf],
    ['a collector’s ClickHouse table', 'otel_traces.jsonl', jsonl(collectorRows(TEN_CALLS)), spanIdOf],
    ['a log of requests and responses', 'pairs.jsonl', jsonl(pairRows(TEN_CALLS)), idOf],
    ['a CSV', 'calls.csv', csvText(TEN_CALLS), idOf],
    ['Langfuse’s API', 'observations.json', JSON.stringify({ data: langfuseRows(TEN_CALLS) }), idOf],
    ['Langfuse’s ClickHouse table', 'langfuse.jsonl', jsonl(langfuseTableRows(TEN_CALLS)), idOf],
  ];
  for (const [entry, file, text, id] of FILES) {
    it(entry, async () => {
      const workspace = newWorkspace();
      writeFileSync(path.join(workspace.root, file), text);
      const { code, out, err } = await workspace.run(['import', file, '--yes', '--json']);
      assert.equal(code, 0, `${out}${err}`);
      assertSame(workspace, entry, id);
    });
  }

  it('exceptions are few, and of fields that a record has', () => {
    for (const exceptions of Object.values(EXCEPTIONS)) {
      for (const { field, reason } of exceptions) assert.ok(RECORD_FIELD_NAMES.includes(field) && reason.endsWith('.'));
      assert.equal(new Set(exceptions.map(({ field }) => field)).size, exceptions.length);
    }
    // Each field is said by at least one of the ten calls.
    const said = new Set(
      recordsOf('a file of spans', idOf).flatMap((record) =>
        Object.entries(record)
          .filter(([, value]) => isSaid(value))
          .map(([field]) => field),
      ),
    );
    assert.deepEqual(
      RECORD_FIELD_NAMES.filter((field) => !said.has(field)),
      // What people say later, and decide.
      ['signals', 'triage'],
    );
  });
});

const isSaid = (value: unknown): boolean => value !== null && !['[]', '{}'].includes(JSON.stringify(value));
