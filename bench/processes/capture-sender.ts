/** Sends OTLP bodies: `node capture-sender.js URL SPANS CONNECTIONS`. Prints the seconds that it took. */
import http from 'node:http';
import { numberSpans, otlpBody, SPANS_A_BODY } from '../inputs/otlp-bodies.ts';

async function main(): Promise<void> {
  const [url = '', spans = '0', connections = '1'] = process.argv.slice(2);
  const agent = new http.Agent({ keepAlive: true, maxSockets: Number(connections) });
  const bodies = Array.from({ length: Number(connections) }, (_, i) => otlpBody(i));
  let next = 0;
  const post = (bytes: Buffer): Promise<void> =>
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
      while (next < Number(spans)) {
        const first = next;
        next += SPANS_A_BODY;
        await post(numberSpans(mine, first));
      }
    }),
  );
  process.stdout.write(((performance.now() - began) / 1000).toFixed(3));
  agent.destroy();
}

void main();
