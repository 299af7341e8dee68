/** A server that answers as OpenAI does, with the same answer each time: what the instrumentations record of it can be compared. */
import http from 'node:http';

const USAGE = {
  prompt_tokens: 20,
  completion_tokens: 6,
  total_tokens: 26,
  prompt_tokens_details: { cached_tokens: 12 },
  completion_tokens_details: { reasoning_tokens: 2 },
};
const HEAD = {
  id: 'chatcmpl-1',
  created: 1_790_000_000,
  model: 'gpt-5-mini-2025-08-07',
  system_fingerprint: 'fp_44709d6fcb',
  service_tier: 'default',
};
const CALL = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Berlin"}' } };

/** What the last message asks for. */
function answerTo(body) {
  const text = JSON.stringify(body.messages ?? body.input ?? '');
  if (body.response_format !== undefined) return { content: '{"city":"Berlin"}' };
  // After the tool has answered, the model does.
  return text.includes('weather') && !text.includes('"role":"tool"') ? { content: null, tool_calls: [CALL] } : { content: 'It is sunny.' };
}

function whole(body) {
  const message = { role: 'assistant', refusal: null, ...answerTo(body) };
  const finish = message.tool_calls === undefined ? 'stop' : 'tool_calls';
  return { ...HEAD, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: finish, logprobs: null }], usage: USAGE };
}

function* chunks(body) {
  const { content, tool_calls: calls } = answerTo(body);
  const chunk = (delta, finish = null, usage = null) => ({
    ...HEAD,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
    usage,
  });
  yield chunk({ role: 'assistant', content: '' });
  for (const word of (content ?? '').match(/\S+\s*/g) ?? []) yield chunk({ content: word });
  if (calls !== undefined) yield chunk({ tool_calls: calls.map((call, index) => ({ index, ...call })) });
  yield chunk({}, calls === undefined ? 'stop' : 'tool_calls');
  yield { ...HEAD, object: 'chat.completion.chunk', choices: [], usage: USAGE };
}

/** Gives its address, and what ends it. Status 429 is the first answer to a text with `busy`, and the only one to a text with `never`. */
export async function startChatServer() {
  let busy = 0;
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (part) => (text += part));
    request.on('end', () => {
      const body = JSON.parse(text || '{}');
      const send = (status, value) =>
        response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_1' }).end(JSON.stringify(value));
      if (text.includes('never') || (text.includes('busy') && busy++ === 0)) {
        response.setHeader('retry-after-ms', '1');
        return send(429, { error: { message: 'Rate limit reached', type: 'rate_limit_error', code: 'rate_limit_exceeded' } });
      }
      if (request.url?.endsWith('/embeddings'))
        return send(200, {
          object: 'list',
          data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
          model: 'text-embedding-3-small',
          usage: { prompt_tokens: 3, total_tokens: 3 },
        });
      if (body.stream !== true) return send(200, whole(body));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const chunk of chunks(body)) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
      response.end('data: [DONE]\n\n');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  return { url: `http://127.0.0.1:${server.address().port}/v1`, stop: () => server.close() };
}
