/** Sends ready-made OTLP protobuf bodies of 512 calls of a model each: node capture-sender.mjs URL SPANS CONNECTIONS. Prints the seconds that it took. */
import http from 'node:http';
import { pathToFileURL } from 'node:url';

export const SPANS_A_BODY = 512;

const varint = (value) => {
  const bytes = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return Buffer.from([...bytes, value]);
};
const bytesField = (field, bytes) => Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
const textField = (field, text) => bytesField(field, Buffer.from(text));
const timeField = (field, ms) => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(ms) * 1_000_000n);
  return Buffer.concat([varint((field << 3) | 1), buffer]);
};
const attribute = (field, key, value) => {
  const any = typeof value === 'number' ? Buffer.concat([varint(3 << 3), varint(value)]) : textField(1, value);
  return bytesField(field, Buffer.concat([textField(1, key), bytesField(2, any)]));
};
const part = (text) => [{ type: 'text', content: text }];

/** A body, and where in it the 16 bytes of trace id and 8 of span id stand that make each span another one. */
export function body(index) {
  const places = [];
  const spans = [];
  const mark = Buffer.from('a1b2c3d4e5f60718293a4b5c6d7e8f90', 'hex');
  for (let i = 0; i < SPANS_A_BODY; i++) {
    const start = Date.UTC(2026, 10, 1 + (index % 5), 8, 0, i % 60);
    const question = `Order ${index * SPANS_A_BODY + i}: ${'I bought this some weeks ago and it does not work. '.repeat(6)}`;
    spans.push(
      bytesField(
        2,
        Buffer.concat([
          bytesField(1, mark),
          bytesField(2, mark.subarray(0, 8)),
          textField(5, 'chat gpt-6-luna'),
          Buffer.from([6 << 3, 3]),
          timeField(7, start),
          timeField(8, start + 900),
          ...Object.entries({
            'gen_ai.operation.name': 'chat',
            'gen_ai.provider.name': 'openai',
            'gen_ai.request.model': 'gpt-6-luna',
            'gen_ai.response.model': 'gpt-6-luna-2026-08-01',
            'gen_ai.response.id': `resp_${index}_${i}`,
            'gen_ai.prompt.name': 'support',
            'gen_ai.prompt.version': '7',
            'gen_ai.conversation.id': `conversation-${i % 40}`,
            'user.id': `user-${i % 97}`,
            'goldset.action.type': 'ticket',
            'goldset.action.id': `ticket-${index}-${i}`,
            'gen_ai.request.max_tokens': 400,
            'gen_ai.usage.input_tokens': 1200 + i,
            'gen_ai.usage.cache_read.input_tokens': 1000,
            'gen_ai.usage.output_tokens': 90,
            'gen_ai.response.finish_reasons': '["stop"]',
            'gen_ai.system_instructions': JSON.stringify(part('You are kind, and you answer in one paragraph.')),
            'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: part(question) }]),
            'gen_ai.output.messages': JSON.stringify([
              { role: 'assistant', parts: part('I am sorry to hear that. '.repeat(8)), finish_reason: 'stop' },
            ]),
          }).map(([key, value]) => attribute(9, key, value)),
        ]),
      ),
    );
  }
  const resource = bytesField(1, attribute(1, 'deployment.environment.name', 'production'));
  const bytes = bytesField(1, Buffer.concat([resource, bytesField(2, Buffer.concat(spans))]));
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 16)) places.push(at);
  return { bytes, places };
}

/** Makes the spans of a body those from `first` on. */
export function number({ bytes, places }, first) {
  places.forEach((at, i) => {
    bytes.writeUInt32BE(first + i + 1, at + 12);
    bytes.writeUInt32BE(first + i + 1, at + 18 + 4);
  });
  return bytes;
}

async function main(url, spans, connections) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const bodies = Array.from({ length: connections }, (_, i) => body(i));
  let next = 0;
  const post = (bytes) =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/x-protobuf', 'content-length': bytes.length };
      const request = http.request(`${url}/v1/traces`, { method: 'POST', agent, headers }, (response) => {
        response.resume().once('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`))));
      });
      request.once('error', reject).end(bytes);
    });
  const began = performance.now();
  await Promise.all(
    bodies.map(async (mine) => {
      while (next < spans) {
        const first = next;
        next += SPANS_A_BODY;
        await post(number(mine, first));
      }
    }),
  );
  console.log(((performance.now() - began) / 1000).toFixed(3));
  agent.destroy();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [url, spans, connections] = process.argv.slice(2);
  await main(url, Number(spans), Number(connections));
}
