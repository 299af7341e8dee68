/** Bodies as servers and proxies send them: framing, wrong content types, and shapes that public bug reports name. The values are by hand. */
import assert from 'node:assert/strict';
import { answerReader, type BodyFormat } from '../../src/adapters/models/answer-reader.ts';
import { readAnswer } from '../../src/adapters/models/event-stream.ts';
import { reportedError } from '../../src/adapters/models/reported-error.ts';
import { waitIn } from '../../src/adapters/models/retry-after.ts';
import { ArrivingText } from '../../src/adapters/models/wire.ts';
import { isProviderError } from '../../src/core/problems/errors.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import { streamed, whole } from './wire-reading.ts';

const SSE = 'text/event-stream';
const CHUNK = '{"choices":[{"index":0,"delta":{"content":"Grüße 😀"}}]}';
const LAST = '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}';
const USAGE = '{"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}';
const EVENTS = [CHUNK, LAST, USAGE, '[DONE]'].map((data) => `data: ${data}\n\n`).join('');
const BODY =
  '{"choices":[{"index":0,"message":{"role":"assistant","content":"Grüße 😀"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}';

async function* bytesOf(text: string, size: number): AsyncIterable<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield Promise.resolve(bytes.subarray(at, at + size));
}

/** `text | finish | input tokens`, or the failure. */
async function read(text: string, contentType = SSE, format: BodyFormat = 'chat', size = 1e6): Promise<string> {
  const reader = answerReader(format, 'm', new ArrivingText(() => 1, {}));
  try {
    await readAnswer({ id: 'm', stream: bytesOf(text, size), contentType, status: 200 }, reader);
    const { output, finish, usage } = reader.finish();
    return `${output} | ${finish} | ${usage?.input}`;
  } catch (error) {
    if (isProviderError(error)) return error.failure;
    if (error instanceof SyntaxError) return 'not JSON';
    throw error;
  }
}

describe('the body of an answer', () => {
  const good = 'Grüße 😀 | stop | 10';
  const rows: readonly (readonly [string, string, string?])[] = [
    ['events', EVENTS],
    ['events without a space after the colon', EVENTS.replaceAll('data: ', 'data:')],
    ['events with CRLF', EVENTS.replaceAll('\n', '\r\n')],
    ['events after a byte order mark and blank lines', `\ufeff\n\n${EVENTS}`],
    ['events between comments and empty data', `: OPENROUTER PROCESSING\n\ndata: \n\n${EVENTS}`],
    ['events with ids and names', EVENTS.replaceAll('data:', 'id: 1\nevent: message\ndata:')],
    ['events without [DONE]', EVENTS.replace('data: [DONE]\n\n', '')],
    ['events whose last has no empty line after it', EVENTS.replace('\n\ndata: [DONE]\n\n', '')],
    ['events of which the last is cut after the answer', EVENTS.replace('data: [DONE]\n\n', 'data: {"choi')],
    ['events that pass for a text', EVENTS, 'text/plain'],
    ['events that pass for JSON', EVENTS, 'application/json'],
    ['events that pass for bytes', EVENTS, 'application/octet-stream'],
    ['JSON', BODY, 'application/json'],
    ['JSON with another case of its type', BODY, 'Application/JSON; charset=UTF-8'],
    ['JSON that passes for events', BODY],
    ['JSON after white space and a byte order mark', `\ufeff\n  ${BODY}`, 'application/json'],
    ['JSON in a list', `[${BODY}]`, 'application/json'],
    ['chunks in a list', `[${[CHUNK, LAST, USAGE].join(',')}]`, 'application/json'],
  ];
  for (const [name, text, type] of rows)
    it(`is read: ${name}`, async () => {
      assert.equal(await read(text, type), good);
      assert.equal(await read(text, type, 'chat', 1), good);
    });

  it('is neither a page nor a number', async () => {
    assert.equal(await read('<html>Sign in</html>', 'text/html'), 'malformed');
    assert.equal(await read('ok', 'text/plain'), 'malformed');
    assert.equal(await read('42', 'application/json'), 'malformed');
    assert.equal(await read('[[1]]', 'application/json'), 'malformed');
    assert.equal(await read('{"choices":[{"index', 'application/json'), 'not JSON');
    assert.equal(await read('data: {"choices":[{"index\n\n'), 'malformed');
    assert.equal(await read(''), 'connection');
  });

  it('of a stream may hold an event with the name `error`, whatever its data looks like', async () => {
    assert.equal(await read('event: error\ndata: {"code":400,"message":"no"}\n\n'), 'bad-request');
    assert.equal(await read('event: error\ndata: rate limit reached\n\n'), 'rate-limit');
    assert.equal(await read('event: error\ndata: {"error":{"code":"model_not_found"}}\n\n'), 'not-found');
    const overloaded = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';
    assert.equal(await read(overloaded, SSE, 'messages'), 'server');
  });

  it('of Gemini may be a list of chunks', async () => {
    const part = (text: string, more = ''): string => `{"candidates":[{"content":{"parts":[{"text":"${text}"}]}${more}}]}`;
    const list = `[${part('Hel')},\r\n${part('lo', ',"finishReason":"STOP"')}]`;
    assert.equal(await read(list, 'application/json', 'generate-content'), 'Hello | stop | undefined');
  });
});

describe('an error inside an answer', () => {
  it('says with Google’s RetryInfo how long to wait', () => {
    const details: JsonValue = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' }];
    const error: JsonObject = { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'You exceeded your current quota', details };
    assert.equal(waitIn(error), 34_400);
    assert.equal(waitIn({ error }), 34_400);
    assert.equal(reportedError('m', error, { hasBegun: false }).retryAfterMs, 34_400);
    for (const other of [null, 'x', {}, { details: [] }, { details: [{ retryDelay: '-3s' }, null] }]) assert.equal(waitIn(other), null);
  });
});

describe('shapes of compatible servers', () => {
  const call = (of: JsonObject): JsonObject => ({ choices: [{ index: 0, delta: { tool_calls: [of] } }] });
  const end = (finish: string): JsonObject => ({ choices: [{ index: 0, delta: {}, finish_reason: finish }] });

  it('a text beside the index is the content', () => {
    assert.equal(streamed('chat', [{ choices: [{ index: 0, text: 'Hi', finish_reason: 'stop' }] }]).output, 'Hi');
    assert.equal(whole('chat', { choices: [{ index: 0, text: 'Hi', finish_reason: 'stop' }] }).output, 'Hi');
  });

  it('`function_call: {}` and a call without a name, arguments or id call nothing', () => {
    const message: JsonObject = { content: 'Hi', function_call: {}, tool_calls: [{ id: '', function: { name: '', arguments: '' } }] };
    const { output, toolCalls } = whole('chat', { choices: [{ message, finish_reason: 'stop' }] });
    assert.deepEqual([output, toolCalls], ['Hi', []]);
  });

  it('arguments that come whole again with each piece are those of the last piece', () => {
    const pieces = ['{"a"', '{"a":1', '{"a":1}'].map((text) => call({ index: 0, id: 'c', function: { name: 'f', arguments: text } }));
    assert.equal(streamed('chat', [...pieces, end('tool_calls')]).toolCalls[0]?.arguments, '{"a":1}');
    const nested = ['{"a":', '{"a":1}}'].map((text) => call({ index: 0, id: 'c', function: { name: 'f', arguments: text } }));
    assert.equal(streamed('chat', [...nested, end('tool_calls')]).toolCalls[0]?.arguments, '{"a":{"a":1}}');
    const cut = ['{"a": ', '{"b":1}'].map((text) => call({ index: 0, id: 'c', function: { name: 'f', arguments: text } }));
    assert.equal(streamed('chat', [...cut, end('length')]).toolCalls[0]?.arguments, '{"a": {"b":1}');
  });

  it('a custom tool is called with a text', () => {
    const { toolCalls } = whole('chat', {
      choices: [{ message: { content: null, tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'f', input: 'x=1' } }] } }],
    });
    assert.deepEqual(toolCalls, [{ id: 'c', name: 'f', arguments: 'x=1' }]);
  });

  it('a `stop` after another reason does not take it back', () => {
    assert.equal(streamed('chat', [end('length'), end('stop')]).finish, 'length');
    assert.equal(streamed('chat', [end('stop'), end('length')]).finish, 'length');
    assert.throws(() => streamed('chat', [end('error'), end('stop')]), /broke off the answer \(finish reason "error"\)/);
  });

  it('a body with neither an answer nor a reason is no answer', () => {
    const body: JsonObject = { choices: [{ message: { role: 'assistant', content: null }, finish_reason: null }] };
    assert.throws(() => whole('chat', body), { failure: 'unfinished' });
  });

  const completed = (output: JsonValue, more: JsonObject = {}): JsonObject => ({
    type: 'response.completed',
    response: { id: 'r', status: 'completed', output, ...more },
  });

  it('a response whose text is only in `content_part.done` or `output_text`', () => {
    const part: JsonObject = {
      type: 'response.content_part.done',
      output_index: 0,
      content_index: 0,
      part: { type: 'output_text', text: 'Hi' },
    };
    assert.equal(streamed('responses', [part, completed([])]).output, 'Hi');
    assert.equal(streamed('responses', [completed([], { output_text: 'Hi' })]).output, 'Hi');
  });

  it('a response whose call is only in its beginning and its arguments', () => {
    const item: JsonObject = { type: 'function_call', id: 'fc', call_id: 'c', name: 'f', arguments: '' };
    const events: JsonObject[] = [
      { type: 'response.output_item.added', output_index: 0, item },
      { type: 'response.function_call_arguments.delta', output_index: 0, item_id: 'fc', delta: '{"a":1}' },
      { type: 'response.function_call_arguments.done', output_index: 0, item_id: 'fc', arguments: '{"a":1}' },
    ];
    const { toolCalls, finish } = streamed('responses', [...events, completed([])]);
    assert.deepEqual([toolCalls, finish], [[{ id: 'c', name: 'f', arguments: '{"a":1}' }], 'tool-calls']);
    const again = streamed('responses', [...events, completed([{ ...item, arguments: '{"a":1}' }])]);
    assert.equal(again.toolCalls.length, 1);
  });

  it('a response that only asks for an approval is not an empty answer', () => {
    assert.throws(() => streamed('responses', [completed([{ type: 'mcp_approval_request', name: 'x' }])]), { failure: 'malformed' });
  });
});
