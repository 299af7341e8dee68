/** Two runs at once in one folder do not pay twice, and a run that was killed holds nothing up. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { TestWorkspace, type RunJson } from '../system/command-line.ts';

const CASES = 30;

describe('two runs at once in one folder', function () {
  this.timeout(300_000);
  let server: http.Server;
  let requests: string[];
  let waiting: (() => void)[];
  /** Answers are held back until so many requests are here. */
  let hold: number;
  let onRequest: () => void;
  let workspace: TestWorkspace;

  beforeEach(async () => {
    [requests, waiting, hold, onRequest] = [[], [], 1, () => undefined];
    server = http.createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        requests.push(body);
        onRequest();
        const content = JSON.stringify({
          id: 'c',
          choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hi' } }],
        });
        waiting.push(() => response.setHeader('content-type', 'application/json').end(content));
        if (requests.length < hold) return;
        for (const answer of waiting.splice(0)) setImmediate(answer);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    workspace = new TestWorkspace({
      'goldset.yaml': `model: local:m\nproviders: { local: { kind: openai-compatible, baseUrl: 'http://127.0.0.1:${port}/v1', stream: false } }\n`,
      'a.prompt': 'Hello {{x}}\n',
      'a.golden.yaml': Array.from({ length: CASES }, (_, i) => `- { vars: { x: ${i} }, assert: [{ type: contains, value: hi }] }\n`).join(
        '',
      ),
    });
  });
  afterEach(() => {
    workspace.dispose();
    server.closeAllConnections();
    server.close();
  });

  it('send each request once, and both have every answer', async () => {
    // The first answers come when both runs could have sent theirs.
    hold = 8;
    const runs = await Promise.all([1, 2].map(() => workspace.run(['run', '--json', '--yes', '--allow-unknown-price'])));
    for (const { code, out, err } of runs) {
      assert.equal(code, 0, err);
      assert.equal((JSON.parse(out) as RunJson).candidates[0]?.passed, CASES);
    }
    assert.deepEqual([requests.length, new Set(requests).size], [CASES, CASES]);
    assert.deepEqual(readdirSync(path.join(workspace.root, '.goldset/cache/claims')), []);
  });

  it('send again on purpose with --cache refresh', async () => {
    const runs = await Promise.all([1, 2].map(() => workspace.run(['run', '--yes', '--allow-unknown-price', '--cache', 'refresh'])));
    assert.deepEqual(
      runs.map(({ code }) => code),
      [0, 0],
    );
    assert.equal(requests.length, 2 * CASES);
  });

  it('take over the claims of a run after kill −9', async () => {
    hold = Infinity;
    const arrived = new Promise<void>((resolve) => (onRequest = () => (requests.length >= 4 ? resolve() : undefined)));
    const killed = workspace.start(['run', '--yes', '--allow-unknown-price']);
    const ended = once(killed, 'close');
    await arrived;
    killed.kill('SIGKILL');
    await ended;
    const claims = readdirSync(path.join(workspace.root, '.goldset/cache/claims'));
    assert.ok(claims.length > 0, 'The killed run left claims.');
    hold = 1;
    const { code, err } = await workspace.run(['run', '--yes', '--allow-unknown-price']);
    assert.equal(code, 0, err);
  });

  it('still run when no claim can be written', async () => {
    mkdirSync(path.join(workspace.root, '.goldset/cache'), { recursive: true });
    writeFileSync(path.join(workspace.root, '.goldset/cache/claims'), os.hostname());
    workspace.adopt();
    const { code, err } = await workspace.run(['run', '--yes', '--allow-unknown-price']);
    assert.equal(code, 0, err);
    assert.equal(requests.length, CASES);
  });
});
