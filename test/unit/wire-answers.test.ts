/** Chat completions in the shapes that servers send, as chunks and as whole bodies, each with what a person reads in them. */
import assert from 'node:assert/strict';
import { contentText, messagesOf, toolCallsIn } from '../../src/core/feedback/logs/chat-messages.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import type { ModelResponse } from '../../src/core/model/model-request.ts';
import { failureOf, streamed, textOf, whole } from './wire-reading.ts';

const delta = (of: JsonObject, finish: JsonValue = null, more: JsonObject = {}): JsonObject => ({
  choices: [{ index: 0, delta: of, finish_reason: finish }],
  ...more,
});
const message = (of: JsonObject, finish: JsonValue = 'stop'): JsonObject => ({
  choices: [{ index: 0, message: { role: 'assistant', ...of }, finish_reason: finish }],
});
const STOP = delta({}, 'stop');

describe('the content of a chat completion', () => {
  const rows: readonly (readonly [string, JsonObject, readonly [string, string | null]])[] = [
    ['a text', { content: 'Hi' }, ['Hi', 'stop']],
    [
      'a list of parts',
      {
        content: [
          { type: 'text', text: 'H' },
          { type: 'output_text', text: 'i' },
        ],
      },
      ['Hi', 'stop'],
    ],
    ['a list of texts', { content: ['H', 'i'] }, ['Hi', 'stop']],
    ['one part', { content: { type: 'text', text: 'Hi' } }, ['Hi', 'stop']],
    ['a part whose text has a value', { content: [{ type: 'text', text: { value: 'Hi', annotations: [] } }] }, ['Hi', 'stop']],
    [
      'Mistral’s thinking beside its text',
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
          { type: 'text', text: 'Hi' },
          { type: 'reference', reference_ids: [1] },
        ],
      },
      ['Hi', 'stop'],
    ],
    ['a refusal', { content: null, refusal: 'No.' }, ['No.', 'refusal']],
    ['a refusal as a part', { content: [{ type: 'refusal', refusal: 'No.' }] }, ['No.', 'refusal']],
    ['nothing, which is an empty answer', { content: '' }, ['', 'stop']],
    ['null beside reasoning', { content: null, reasoning_content: 'hm' }, ['', 'stop']],
  ];
  for (const [name, part, expected] of rows)
    it(`is read as ${name}, whole and streamed`, () => {
      assert.deepEqual(textOf(whole('chat', message(part))), expected);
      assert.deepEqual(textOf(streamed('chat', [delta(part), STOP])), expected);
    });

  const unreadable: readonly (readonly [string, JsonObject])[] = [
    ['a number', { content: 42 }],
    ['a list of lists', { content: [['a']] }],
    ['an audio part alone', { content: [{ type: 'audio', data: 'AAAA' }] }],
    [
      'an image part beside a text',
      {
        content: [
          { type: 'text', text: 'see' },
          { type: 'image_url', image_url: { url: 'x' } },
        ],
      },
    ],
    ['a text part without a text', { content: [{ type: 'text' }] }],
    ['another field instead', { content: null, audio: { data: 'AAAA', transcript: 'Hi' } }],
    ['a tool call without a name', { content: null, tool_calls: [{ id: 'a', type: 'function', function: { arguments: '{}' } }] }],
    ['a tool call that is a text', { content: null, tool_calls: ['get_weather'] }],
  ];
  for (const [name, part] of unreadable)
    it(`is malformed, not an empty answer: ${name}`, () => {
      assert.match(
        failureOf(() => whole('chat', message(part))),
        /^malformed: m answered with .* which Goldset cannot read\.$/,
      );
      assert.match(
        failureOf(() => streamed('chat', [delta(part), STOP])),
        /^malformed: /,
      );
    });

  it('is malformed where the message or the choices are missing', () => {
    for (const body of [{}, { choices: [] }, { choices: ['x'] }, { candidates: [] }] as JsonObject[])
      assert.match(
        failureOf(() => whole('chat', body)),
        /^malformed: m answered with JSON that is not a chat completion/,
      );
    assert.match(
      failureOf(() => whole('chat', { choices: [{ message: { role: 'assistant' } }] })),
      /^malformed: /,
    );
  });

  it('is that of the choice with index 0, wherever it is', () => {
    const two = (a: string, b: string): JsonObject => ({
      choices: [
        { index: 1, delta: { content: b }, finish_reason: null },
        { index: 0, delta: { content: a }, finish_reason: null },
      ],
    });
    const other: JsonObject = { choices: [{ index: 1, delta: { content: 'other' }, finish_reason: 'length' }] };
    assert.deepEqual(textOf(streamed('chat', [other, two('H', 'x'), two('i', 'y'), STOP, other])), ['Hi', 'stop']);
    const body: JsonObject = {
      choices: [
        { index: 1, message: { content: 'other' }, finish_reason: 'length' },
        { index: 0, message: { content: 'Hi' }, finish_reason: 'stop' },
      ],
    };
    assert.deepEqual(textOf(whole('chat', body)), ['Hi', 'stop']);
    assert.deepEqual(textOf(whole('chat', { choices: [{ message: { content: 'Hi' } }] })), ['Hi', null]);
  });
});

describe('the end of a chat completion', () => {
  it('that the provider broke off is an error with the provider’s word', () => {
    for (const reason of ['error', 'network_error', 'insufficient_system_resource', 'abort'])
      assert.equal(
        failureOf(() => streamed('chat', [delta({ content: 'Hi' }), delta({}, reason)])),
        `server: m: The provider broke off the answer (finish reason "${reason}").`,
      );
    assert.match(
      failureOf(() => whole('chat', message({ content: 'Hi' }, 'malformed_function_call'))),
      /^malformed: .*malformed_function_call/,
    );
    // As SGLang writes it.
    assert.match(
      failureOf(() => whole('chat', message({ content: 'Hi' }, { type: 'abort' }))),
      /^server: /,
    );
  });

  it('is known only by a reason that is in the table', () => {
    const finishes = ['MAX_TOKENS', 'SAFETY', 'toolcallish', 'stop'].map(
      (reason) => whole('chat', message({ content: 'Hi' }, reason)).finish,
    );
    assert.deepEqual(finishes, ['length', 'content-filter', null, 'stop']);
  });

  it('that did not come is told apart by how the stream ended', () => {
    const events = [delta({ content: 'Hi' })];
    assert.equal(
      failureOf(() => streamed('chat', events)),
      'unfinished: m: the stream ended with [DONE] but without a finish reason, so the answer may be incomplete.',
    );
    assert.equal(
      failureOf(() => streamed('chat', events, 'cut')),
      'connection: The stream ended before the answer was complete.',
    );
  });

  const errors: readonly (readonly [string, JsonObject, string])[] = [
    ['a 200 with the code 429', { error: { code: 429, message: 'slow down' } }, 'rate-limit: m: slow down'],
    [
      'an error in the choice',
      { choices: [{ index: 0, delta: { content: '' }, finish_reason: 'stop', error: { code: 502, message: 'down' } }] },
      'server: m: down',
    ],
    [
      'an error beside null content',
      {
        choices: [{ index: 0, message: { content: null }, finish_reason: 'stop' }],
        error: { message: 'too long', code: 'context_length_exceeded' },
      },
      'bad-request: m: too long',
    ],
    [
      'an error in the message',
      { choices: [{ index: 0, message: { content: null, error: 'busy' }, finish_reason: 'stop' }] },
      'server: m: busy',
    ],
    ['Groq’s error of a stream', { choices: [], x_groq: { error: 'over capacity' } }, 'server: m: over capacity'],
    [
      'vLLM’s, which is the whole body',
      { object: 'error', message: 'too long', type: 'BadRequestError', code: 400 },
      'bad-request: m: too long',
    ],
    ['an error that is a text', { error: 'no such thing' }, 'server: m: no such thing'],
  ];
  for (const [name, body, expected] of errors)
    it(`is an error that says what it is: ${name}`, () => {
      assert.equal(
        failureOf(() => streamed('chat', [body])),
        expected,
      );
      assert.equal(
        failureOf(() => whole('chat', body)),
        expected,
      );
    });

  it('is not disturbed by an empty error', () => {
    for (const error of [null, '', {}, false] as JsonValue[])
      assert.equal(streamed('chat', [{ ...delta({ content: 'Hi' }), error }, STOP]).output, 'Hi');
  });
});

describe('the usage of a chat completion', () => {
  const usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
  const rows: readonly (readonly [string, readonly JsonObject[]])[] = [
    ['in its last chunk', [delta({ content: 'Hi' }), STOP, { choices: [], usage }]],
    ['in x_groq', [delta({ content: 'Hi' }), { ...STOP, x_groq: { id: 'r', usage } }]],
    ['in the choice', [delta({ content: 'Hi' }), { choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage }] }]],
    [
      'in an earlier chunk, with zeros after it',
      [{ ...delta({ content: 'Hi' }), usage }, STOP, { choices: [], usage: { prompt_tokens: 0, completion_tokens: 0 } }],
    ],
  ];
  for (const [name, events] of rows)
    it(`is read ${name}`, () => {
      const found = streamed('chat', events).usage;
      assert.deepEqual([found?.input, found?.output], [7, 2]);
    });

  it('is unknown where it is zero beside a text', () => {
    assert.equal(
      streamed('chat', [
        delta({ content: 'Hi' }),
        STOP,
        { choices: [], usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } },
      ]).usage,
      null,
    );
  });
});

describe('tool calls of a chat completion', () => {
  const fn = (name: string | null, text: JsonValue, more: JsonObject = {}): JsonObject => ({
    ...more,
    type: 'function',
    function: { ...(name === null ? {} : { name }), arguments: text },
  });
  const stream = (...pieces: readonly JsonObject[][]): ModelResponse['toolCalls'] =>
    streamed('chat', [...pieces.map((calls) => delta({ tool_calls: calls })), delta({}, 'tool_calls')]).toolCalls;
  const A = { id: 'a', name: 'weather', arguments: '{"city":"Rome"}' };
  const B = { id: 'b', name: 'weather', arguments: '{"city":"Oslo"}' };
  const bare = ({ name, arguments: text }: typeof A): JsonObject => ({ id: null, name, arguments: text });

  const rows: readonly (readonly [string, () => ModelResponse['toolCalls'], readonly JsonObject[]])[] = [
    [
      'in pieces with an index, as OpenAI sends them',
      () =>
        stream(
          [fn('weather', '', { index: 0, id: 'a' })],
          [fn(null, '{"city":', { index: 0 })],
          [fn('weather', '', { index: 1, id: 'b' })],
          [fn(null, '"Rome"}', { index: 0 })],
          [fn(null, '{"city":"Oslo"}', { index: 1 })],
        ),
      [A, B],
    ],
    ['whole, without an index', () => stream([fn('weather', A.arguments, { id: 'a' }), fn('weather', B.arguments, { id: 'b' })]), [A, B]],
    [
      'in pieces, without an index',
      () =>
        stream([fn('weather', '', { id: 'a' })], [fn(null, '{"city":')], [fn(null, '"Rome"}')], [fn('weather', B.arguments, { id: 'b' })]),
      [A, B],
    ],
    [
      'with index 0 for all',
      () => stream([fn('weather', A.arguments, { index: 0, id: 'a' })], [fn('weather', B.arguments, { index: 0, id: 'b' })]),
      [A, B],
    ],
    [
      'with index 0 for all, in one chunk',
      () => stream([fn('weather', A.arguments, { index: 0, id: 'a' }), fn('weather', B.arguments, { index: 0, id: 'b' })]),
      [A, B],
    ],
    ['with neither an index nor an id', () => stream([fn('weather', A.arguments)], [fn('weather', B.arguments)]), [bare(A), bare(B)]],
    [
      'with the name again in every piece',
      () =>
        stream(
          [fn('weather', '', { index: 0, id: 'a' })],
          [fn('weather', '{"city":', { index: 0, id: 'a' })],
          [fn('weather', '"Rome"}', { index: 0, id: 'a' })],
        ),
      [A],
    ],
    [
      'with the name again in every piece and no id',
      () => stream([fn('weather', '{"city":', { index: 0 })], [fn('weather', '"Rome"}', { index: 0 })], [fn('weather', '', { index: 0 })]),
      [bare(A)],
    ],
    ['with its name in pieces', () => stream([fn('wea', '{"city":', { index: 0, id: 'a' })], [fn('ther', '"Rome"}', { index: 0 })]), [A]],
    [
      'with an empty id and an empty name in later pieces',
      () => stream([fn('weather', '{"city":', { index: 0, id: 'a' })], [fn('', '"Rome"}', { index: 0, id: '' })]),
      [A],
    ],
    [
      'with a placeholder before the arguments',
      () => stream([fn('weather', '{}', { index: 0, id: 'a' })], [fn(null, '{"city":', { index: 0 })], [fn(null, '"Rome"}', { index: 0 })]),
      [A],
    ],
    ['with arguments as an object', () => stream([fn('weather', { city: 'Rome' }, { index: 0, id: 'a' })]), [A]],
    [
      'without arguments',
      () => stream([fn('now', '', { index: 0, id: 'a' })], [fn('today', '', { index: 0, id: 'b' })]),
      [
        { id: 'a', name: 'now', arguments: '' },
        { id: 'b', name: 'today', arguments: '' },
      ],
    ],
    [
      'as function_call in pieces',
      () =>
        streamed('chat', [
          delta({ function_call: { name: 'weather', arguments: '' } }),
          delta({ function_call: { arguments: '{"city":' } }),
          delta({ function_call: { arguments: '"Rome"}' } }),
          delta({}, 'function_call'),
        ]).toolCalls,
      [bare(A)],
    ],
    [
      'as function_call in one piece',
      () =>
        whole('chat', message({ content: null, function_call: { name: 'weather', arguments: A.arguments } }, 'function_call')).toolCalls,
      [bare(A)],
    ],
    [
      'of a whole body, all with index 0',
      () =>
        whole(
          'chat',
          message(
            {
              content: null,
              tool_calls: [fn('weather', A.arguments, { index: 0, id: 'a' }), fn('weather', { city: 'Oslo' }, { index: 0, id: 'b' })],
            },
            'tool_calls',
          ),
        ).toolCalls,
      [A, B],
    ],
    [
      'of a whole body without ids',
      () =>
        whole('chat', message({ content: null, tool_calls: [fn('weather', A.arguments), fn('weather', B.arguments)] }, 'tool_calls'))
          .toolCalls,
      [bare(A), bare(B)],
    ],
  ];
  for (const [name, read, expected] of rows) it(`are read ${name}`, () => assert.deepEqual(read(), expected));

  it('are read in logs by the same reader', () => {
    const shapes: readonly JsonObject[] = [
      { role: 'assistant', tool_calls: [fn('weather', { city: 'Rome' }, { id: 'a' })] },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Rome' } }] },
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'a', name: 'weather', arguments: { city: 'Rome' } }] },
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'a', toolName: 'weather', args: { city: 'Rome' } }] },
    ];
    for (const shape of shapes) assert.deepEqual(toolCallsIn(messagesOf(shape, 'assistant')[0]), [A]);
    const legacy = messagesOf(
      { role: 'assistant', content: null, function_call: { name: 'weather', arguments: A.arguments } },
      'assistant',
    );
    assert.deepEqual(toolCallsIn(legacy[0]), [bare(A)]);
    assert.equal(contentText({ content: [{ type: 'refusal', refusal: 'No.' }] }), 'No.');
  });
});
