/** Responses and messages in the shapes that servers send, as events and as whole bodies, each with what a person reads in them. */
import assert from 'node:assert/strict';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import { failureOf, streamed, textOf, whole } from './wire-reading.ts';

describe('a response of the Responses API', () => {
  const item: JsonObject = { type: 'message', id: 'msg', role: 'assistant', content: [{ type: 'output_text', text: 'Hello' }] };
  const completed = (of: JsonObject = {}): JsonObject => ({
    type: 'response.completed',
    response: { id: 'r', status: 'completed', ...of },
  });
  const usage = { input_tokens: 4, output_tokens: 1, total_tokens: 5 };
  const deltas = ['Hel', 'lo'].map((text): JsonObject => ({
    type: 'response.output_text.delta',
    output_index: 1,
    content_index: 0,
    delta: text,
  }));
  const done: JsonObject = { type: 'response.output_text.done', output_index: 1, content_index: 0, text: 'Hello' };
  const itemDone: JsonObject = { type: 'response.output_item.done', output_index: 1, item };

  const rows: readonly (readonly [string, readonly JsonObject[]])[] = [
    ['deltas alone', [...deltas, completed()]],
    ['output_text.done alone', [done, completed()]],
    ['output_item.done alone', [itemDone, completed()]],
    ['completed alone', [completed({ output: [{ type: 'reasoning', id: 'rs' }, item] })]],
    ['all of these', [...deltas, done, itemDone, completed({ output: [{ type: 'reasoning', id: 'rs' }, item] })]],
    ['some of the deltas, and the rest when it ends', [deltas[0] as JsonObject, done, completed()]],
    ['content that is a text', [completed({ output: [{ type: 'message', content: 'Hello' }] })]],
  ];
  for (const [name, events] of rows)
    it(`has its text from ${name}, once`, () => assert.deepEqual(textOf(streamed('responses', events)), ['Hello', 'stop']));

  it('has several parts in their order', () => {
    const parts = [
      { type: 'response.output_text.done', output_index: 0, content_index: 0, text: 'a' },
      { type: 'response.output_text.done', output_index: 0, content_index: 1, text: 'b' },
      { type: 'response.output_item.done', output_index: 1, item: { type: 'message', content: [{ type: 'output_text', text: 'c' }] } },
    ];
    const output = [
      {
        type: 'message',
        content: [
          { type: 'output_text', text: 'a' },
          { type: 'output_text', text: 'b' },
        ],
      },
      { type: 'message', content: [{ type: 'output_text', text: 'c' }] },
    ];
    assert.equal(streamed('responses', [...parts, completed({ output })]).output, 'abc');
  });

  it('has its refusal and its calls from wherever they are, once', () => {
    const refusal = { type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] };
    assert.deepEqual(textOf(streamed('responses', [completed({ output: [refusal] })])), ['No.', 'refusal']);
    assert.deepEqual(textOf(streamed('responses', [{ type: 'response.refusal.done', refusal: 'No.' }, completed()])), ['No.', 'refusal']);
    const call = { type: 'function_call', id: 'fc', call_id: 'c1', name: 'now', arguments: { zone: 'UTC' } };
    const expected = [{ id: 'c1', name: 'now', arguments: '{"zone":"UTC"}' }];
    for (const events of [
      [{ type: 'response.output_item.done', output_index: 0, item: call }, completed()],
      [completed({ output: [call] })],
      [{ type: 'response.output_item.done', output_index: 0, item: call }, completed({ output: [call] })],
    ] as JsonObject[][]) {
      const read = streamed('responses', events);
      assert.deepEqual([read.toolCalls, read.finish], [expected, 'tool-calls']);
    }
  });

  it('ends as its status says', () => {
    const ended = (response: JsonObject): string | null => whole('responses', { output: [item], usage, ...response }).finish;
    assert.equal(ended({ status: 'completed' }), 'stop');
    assert.equal(ended({}), 'stop');
    assert.equal(ended({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }), 'length');
    assert.equal(ended({ status: 'incomplete', incomplete_details: { reason: 'content_filter' } }), 'content-filter');
    assert.equal(ended({ status: 'incomplete', incomplete_details: { reason: 'because' } }), null);
    for (const status of ['cancelled', 'in_progress', 'queued'])
      assert.match(
        failureOf(() => ended({ status })),
        new RegExp(`^unfinished: .*"${status}"`),
      );
    assert.equal(
      failureOf(() => ended({ status: 'failed', error: { code: 'invalid_image_format', message: 'no' } })),
      'bad-request: m: no',
    );
    assert.equal(
      failureOf(() => ended({ status: 'failed', error: { code: 'rate_limit_exceeded', message: 'slow' } })),
      'rate-limit: m: slow',
    );
    assert.equal(
      failureOf(() => streamed('responses', [{ type: 'error', code: 'server_error', message: 'oops', param: null }])),
      'server: m: oops',
    );
  });

  it('is malformed where nothing in it can be read', () => {
    const image = { type: 'image_generation_call', result: 'AAAA' };
    for (const output of [
      [image],
      [{ type: 'message', content: [{ type: 'output_audio', data: 'x' }] }],
      [{ type: 'message', content: 5 }],
    ] as JsonValue[])
      assert.match(
        failureOf(() => whole('responses', { status: 'completed', output })),
        /^malformed: m answered with .*cannot read/,
      );
    assert.equal(whole('responses', { status: 'completed', output: [image, item] }).output, 'Hello');
    assert.match(
      failureOf(() => whole('responses', { choices: [] })),
      /not a response/,
    );
  });
});

describe('a message of Anthropic', () => {
  const start = (usage: JsonObject = { input_tokens: 10, output_tokens: 1 }): JsonObject => ({
    type: 'message_start',
    message: { id: 'msg', usage },
  });
  const block = (content: JsonObject, index = 0): JsonObject => ({ type: 'content_block_start', index, content_block: content });
  const piece = (of: JsonObject, index = 0): JsonObject => ({ type: 'content_block_delta', index, delta: of });
  const end = (reason: JsonValue, usage: JsonObject = { output_tokens: 5 }): JsonObject => ({
    type: 'message_delta',
    delta: { stop_reason: reason },
    usage,
  });
  const text = [block({ type: 'text', text: '' }), piece({ type: 'text_delta', text: 'Hi' })];

  it('ends as its reason says', () => {
    const ended = (reason: string): string | null => streamed('messages', [start(), ...text, end(reason)]).finish;
    assert.deepEqual(['end_turn', 'max_tokens', 'refusal', 'tool_use', 'new_reason'].map(ended), [
      'stop',
      'length',
      'refusal',
      'tool-calls',
      null,
    ]);
    assert.match(
      failureOf(() => ended('pause_turn')),
      /^unfinished: .*"pause_turn"/,
    );
    assert.match(
      failureOf(() => streamed('messages', [start(), ...text, { type: 'message_stop' }])),
      /^unfinished: .*message_stop but without a finish reason/,
    );
    assert.match(
      failureOf(() => streamed('messages', [start(), ...text], 'cut')),
      /^connection: /,
    );
    assert.equal(
      failureOf(() => streamed('messages', [start(), { type: 'error', error: { type: 'invalid_request_error', message: 'no' } }])),
      'bad-request: m: no',
    );
  });

  it('has the largest usage that its events report', () => {
    const read = streamed('messages', [
      start({ input_tokens: 10, cache_read_input_tokens: 90, output_tokens: 3 }),
      ...text,
      end('end_turn', { input_tokens: 0, output_tokens: 1 }),
    ]);
    assert.deepEqual([read.usage?.input, read.usage?.cacheRead, read.usage?.output], [100, 90, 3]);
  });

  it('has the input of a tool in pieces, or whole with its block', () => {
    const use = { type: 'tool_use', id: 't', name: 'now' };
    const call = (events: readonly JsonObject[]): unknown => streamed('messages', [start(), ...events, end('tool_use')]).toolCalls;
    const expected = [{ id: 't', name: 'now', arguments: '{"zone":"UTC"}' }];
    assert.deepEqual(call([block({ ...use, input: {} }), piece({ type: 'input_json_delta', partial_json: '{"zone":"UTC"}' })]), expected);
    assert.deepEqual(call([block({ ...use, input: { zone: 'UTC' } })]), expected);
    assert.deepEqual(call([block({ ...use, input: {} })]), [{ id: 't', name: 'now', arguments: '{}' }]);
    assert.deepEqual(
      whole('messages', { type: 'message', content: [{ ...use, input: { zone: 'UTC' } }], stop_reason: 'tool_use' }).toolCalls,
      expected,
    );
  });

  it('is malformed where nothing in it can be read, and read where its content is a text', () => {
    const body = (content: JsonValue): JsonObject => ({ type: 'message', content, stop_reason: 'end_turn' });
    assert.match(
      failureOf(() => whole('messages', body([{ type: 'container_upload' }]))),
      /^malformed: m answered with a block of the type "container_upload"/,
    );
    assert.match(
      failureOf(() => whole('messages', body(['Hi']))),
      /^malformed: /,
    );
    assert.equal(whole('messages', body('Hi')).output, 'Hi');
    assert.equal(
      whole(
        'messages',
        body([
          { type: 'server_tool_use', name: 'web_search' },
          { type: 'text', text: 'Hi' },
        ]),
      ).output,
      'Hi',
    );
  });
});
