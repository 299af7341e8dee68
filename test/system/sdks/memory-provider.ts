/** Both providers' APIs in memory, for the SDKs' `fetch`: each answer has an id of its own, and a tool is called once. */

type Json = Record<string, unknown>;

export class MemoryProvider {
  /** Ids begin there: no two providers of a test give the same. */
  constructor(private count: number) {}

  readonly fetch = (input: unknown, init?: { readonly body?: unknown }): Promise<Response> =>
    Promise.resolve(this.answer(input, init?.body));

  private answer(input: unknown, given: unknown): Response {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const text = typeof given === 'string' ? given : '{}';
    const body = JSON.parse(text) as Json;
    const id = ++this.count;
    const path = url.pathname.replace(/^\/v1/, '');
    if (path === '/chat/completions') return body['stream'] === true ? events(chatEvents(id, body)) : json(chatAnswer(id, body));
    if (path === '/responses') return body['stream'] === true ? events(responseEvents(id)) : json(responseAnswer(id, 'completed'));
    if (path === '/messages') return body['stream'] === true ? events(messageEvents(id, body)) : json(messageAnswer(id, body));
    if (path === '/embeddings')
      return json({ object: 'list', data: [{ embedding: [0.1], index: 0 }], model: 'e', usage: { prompt_tokens: 7, total_tokens: 7 } });
    if (path.startsWith('/images/'))
      return json({ created: 1, data: [{ b64_json: 'AA==' }], usage: { input_tokens: 5, output_tokens: 100, total_tokens: 105 } });
    return json({ error: { message: `no ${path}` } }, 404);
  }
}

const json = (body: Json, status = 200): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'x-request-id': 'req', 'request-id': 'req' },
  });

const events = (list: readonly (readonly [name: string | null, data: unknown])[]): Response =>
  new Response(
    list
      .map(
        ([name, data]) => `${name === null ? '' : `event: ${name}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`,
      )
      .join(''),
    { headers: { 'content-type': 'text/event-stream', 'x-request-id': 'req', 'request-id': 'req' } },
  );

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const ANSWER = '{"label":"refund"}';

/** The last message is not a tool's result yet. */
const wantsTool = ({ tools, messages }: Json): boolean =>
  Array.isArray(tools) && tools.length > 0 && !/"role":"tool"|"tool_result"/.test(JSON.stringify(messages));

const toolCall = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } };

const chatAnswer = (id: number, body: Json): Json => ({
  ...{ id: `chatcmpl-${id}`, object: 'chat.completion', created: 1, model: 'm', usage },
  choices: [
    wantsTool(body)
      ? { index: 0, message: { role: 'assistant', content: null, refusal: null, tool_calls: [toolCall] }, finish_reason: 'tool_calls' }
      : { index: 0, message: { role: 'assistant', content: ANSWER, refusal: null }, finish_reason: 'stop' },
  ],
});

function chatEvents(id: number, body: Json): [null, unknown][] {
  const head = { id: `chatcmpl-${id}`, object: 'chat.completion.chunk', created: 1, model: 'm' };
  const delta = wantsTool(body) ? { role: 'assistant', tool_calls: [{ index: 0, ...toolCall }] } : { role: 'assistant', content: ANSWER };
  const finish = wantsTool(body) ? 'tool_calls' : 'stop';
  return [
    [null, { ...head, choices: [{ index: 0, delta, finish_reason: null }] }],
    [null, { ...head, choices: [{ index: 0, delta: {}, finish_reason: finish }] }],
    [null, '[DONE]'],
  ];
}

const responseAnswer = (id: number, status: string): Json => ({
  ...{ id: `resp_${id}`, object: 'response', created_at: 1, model: 'm', status, error: null, incomplete_details: null, tools: [] },
  output:
    status === 'completed'
      ? [{ type: 'message', id: `msg_${id}`, role: 'assistant', status, content: [{ type: 'output_text', text: ANSWER, annotations: [] }] }]
      : [],
  usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
});

function responseEvents(id: number): [string, Json][] {
  const place = { item_id: `msg_${id}`, output_index: 0, content_index: 0 };
  const item = { type: 'message', id: `msg_${id}`, role: 'assistant', status: 'in_progress', content: [] };
  const part = { type: 'output_text', text: '', annotations: [] };
  const list: [string, Json][] = [
    ['response.created', { response: responseAnswer(id, 'in_progress') }],
    ['response.output_item.added', { output_index: 0, item }],
    ['response.content_part.added', { ...place, part }],
    ['response.output_text.delta', { ...place, delta: ANSWER, logprobs: [] }],
    ['response.output_text.done', { ...place, text: ANSWER, logprobs: [] }],
    ['response.content_part.done', { ...place, part: { ...part, text: ANSWER } }],
    ['response.output_item.done', { output_index: 0, item: { ...item, status: 'completed', content: [{ ...part, text: ANSWER }] } }],
    ['response.completed', { response: responseAnswer(id, 'completed') }],
  ];
  return list.map(([type, data], i) => [type, { type, sequence_number: i, ...data }]);
}

const contentOf = (body: Json): Json =>
  wantsTool(body) ? { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Rome' } } : { type: 'text', text: ANSWER };

const messageAnswer = (id: number, body: Json): Json => ({
  ...{ id: `msg_${id}`, type: 'message', role: 'assistant', model: 'm', stop_sequence: null },
  content: [contentOf(body)],
  stop_reason: wantsTool(body) ? 'tool_use' : 'end_turn',
  usage: { input_tokens: 10, output_tokens: 5 },
});

function messageEvents(id: number, body: Json): [string, Json][] {
  const { content: _, ...message } = messageAnswer(id, body);
  const delta = wantsTool(body) ? { type: 'input_json_delta', partial_json: '{"city":"Rome"}' } : { type: 'text_delta', text: ANSWER };
  const start = wantsTool(body) ? { ...contentOf(body), input: {} } : { type: 'text', text: '' };
  const list: [string, Json][] = [
    ['message_start', { message: { ...message, content: [], stop_reason: null } }],
    ['content_block_start', { index: 0, content_block: start }],
    ['content_block_delta', { index: 0, delta }],
    ['content_block_stop', { index: 0 }],
    ['message_delta', { delta: { stop_reason: message['stop_reason'], stop_sequence: null }, usage: { output_tokens: 5 } }],
    ['message_stop', {}],
  ];
  return list.map(([type, data]) => [type, { type, ...data }]);
}
