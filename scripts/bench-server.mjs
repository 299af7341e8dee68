/** Answers every chat completion at once, or after so many ms, with three chunks and usage. Nothing of the project's is in here. */
import http from 'node:http';

const chunk = (delta, finish, usage) =>
  `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 0, model: 'm', choices: usage ? [] : [{ index: 0, delta, finish_reason: finish }], usage: usage ?? null })}\n\n`;
const BODY =
  chunk({ role: 'assistant', content: '' }, null) +
  chunk({ content: '{"label":' }, null) +
  chunk({ content: '"shipping"}' }, null) +
  chunk({}, 'stop') +
  chunk({}, null, { prompt_tokens: 40, completion_tokens: 8, total_tokens: 48 }) +
  'data: [DONE]\n\n';

const delayMs = Number(process.argv[2] ?? 0);
let tell = false;
process.on('message', () => (tell = true));
const server = http.createServer((request, response) => {
  if (tell) process.send('request');
  tell = false;
  request.resume().on('end', () => {
    const answer = () => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(BODY);
    if (delayMs > 0) setTimeout(answer, delayMs);
    else answer();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
