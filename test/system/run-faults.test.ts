/** The run engine over real sockets and processes: faults, kills, full disks. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { readJournalFile } from '../../src/adapters/storage/journal-file.ts';
import { seeded } from '../unit/virtual-clock.ts';
import { ended } from './command-line.ts';
import { answer, Gate, piece, type Behaviour } from './faulty-server.ts';
import { golden, journals, report, withServer, workspaceFor } from './run-workspace.ts';

describe('faults over real sockets', function () {
  /** Question 3 meets the fault at its first attempt, or always. */
  const matrix: readonly (readonly [string, Behaviour, 'answered' | RegExp])[] = [
    [
      '429 with Retry-After',
      ({ response }) => void response.writeHead(429, { 'retry-after': '0.2' }).end('{"error":{"message":"slow"}}'),
      'answered',
    ],
    ['500', ({ response }) => void response.writeHead(500).end('{"error":{"message":"oops"}}'), 'answered'],
    ['503 without a body', ({ response }) => void response.writeHead(503).end(), 'answered'],
    ['a reset before the answer', ({ request }) => request.socket.destroy(), 'answered'],
    [
      'a reset in the middle of the stream',
      ({ response }) => (
        response.writeHead(200, { 'content-type': 'text/event-stream' }),
        response.write(piece({ content: 'o' })),
        setImmediate(() => response.destroy())
      ),
      'answered',
    ],
    [
      'a stream that ends too early',
      ({ response }) => (response.writeHead(200, { 'content-type': 'text/event-stream' }), void response.end(piece({ content: 'o' }))),
      'answered',
    ],
    ['a server that hangs', () => undefined, 'answered'],
    [
      'a slow loris',
      ({ response }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const timer = setInterval(() => response.write(': x\n\n'), 100);
        response.once('close', () => clearInterval(timer));
      },
      'answered',
    ],
    [
      'no JSON in the stream',
      ({ response }) => (response.writeHead(200, { 'content-type': 'text/event-stream' }), void response.end('data: {nope\n\n')),
      /not JSON/,
    ],
    [
      'a web page',
      ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in</h1>'),
      /text\/html instead of a stream/,
    ],
    ['400', ({ response }) => void response.writeHead(400).end('{"error":{"message":"bad field"}}'), /bad field/],
    ['413', ({ response }) => void response.writeHead(413).end(), /413/],
    [
      'JSON of another shape',
      ({ response }) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"foo":1}'),
      /not a chat completion: \{"foo":1\}/,
    ],
    [
      'a redirect',
      ({ response }) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      /a redirect, which Goldset does not follow/,
    ],
    [
      'an error inside the stream',
      ({ response }) => (
        response.writeHead(200, { 'content-type': 'text/event-stream' }),
        void response.end('data: {"error":{"message":"overloaded"}}\n\n')
      ),
      'answered',
    ],
  ];
  for (const [name, fault, expected] of matrix) {
    it(`${name}: ${expected === 'answered' ? 'asked again and answered' : 'an error that says so'}`, () =>
      withServer(
        (call) => (call.user === 'question 3' && (call.attempt === 1 || expected !== 'answered') ? fault(call) : answer(call.response)),
        async (url, server) => {
          const workspace = workspaceFor(url, 8);
          // Long enough for an answer on a busy machine; what never comes is waited for once.
          const { out, err, code } = await workspace.run(['run', '--json', '--timeout', '4']);
          const { results, complete, candidates, spend } = report(out);
          assert.ok(complete, err);
          assert.deepEqual(
            results.map((result) => result.case),
            Array.from({ length: 8 }, (_, i) => `c${i}`),
          );
          const met = results[3];
          if (expected === 'answered') {
            assert.deepEqual([met?.verdict, met?.attempts, code], ['pass', 2, 0], JSON.stringify(met?.error));
            assert.equal(server.asked.filter((user) => user === 'question 3').length, 2);
            assert.equal(spend.usd?.toFixed(6), '0.000960');
          } else {
            assert.match(met?.error?.message ?? '', expected);
            assert.deepEqual([met?.verdict, met?.attempts, candidates[0]?.errors, code], ['error', 1, 1, 4]);
          }
          workspace.dispose();
        },
      ));
  }

  it('a storm of 429: nobody gives up while the server asks to wait, and it ends', () => {
    let refused = 0;
    return withServer(
      ({ response }) =>
        ++refused <= 30
          ? void response.writeHead(429, { 'retry-after': '0.3' }).end('{"error":{"message":"slow down"}}')
          : answer(response),
      async (url) => {
        const workspace = workspaceFor(url, 40);
        const { out, code, err } = await workspace.run(['run', '--json']);
        assert.deepEqual([code, report(out).candidates[0]?.passed], [0, 40], err);
        workspace.dispose();
      },
    );
  });

  it('a wait of a day: one clear error at once, the rest is kept, and the process ends', () =>
    withServer(
      ({ response }) => void response.writeHead(429, { 'retry-after': '90000' }).end('{"error":{"message":"daily quota"}}'),
      async (url, server) => {
        for (const cases of [10, 300]) {
          const workspace = workspaceFor(url, cases);
          server.asked.splice(0);
          const { out, code } = await workspace.run(['run', '--json'], { ownProcess: true });
          const { stopped } = report(out);
          assert.deepEqual([code, stopped?.code], [4, 'origin/down']);
          assert.match(stopped?.message ?? '', /daily quota/);
          // It ended, so it did not wait; and no case is asked again, nor one more than were under way when the first answer came.
          assert.equal(new Set(server.asked).size, server.asked.length);
          assert.ok(server.asked.length <= 8, `${server.asked.length} requests`);
          workspace.dispose();
        }
      },
    ));

  it('usage that is missing: an unknown cost, and an answer all the same', () =>
    withServer(
      ({ response }) => answer(response, { withUsage: false }),
      async (url) => {
        const workspace = workspaceFor(url, 2);
        const { out, code } = await workspace.run(['run', '--json']);
        const { candidates, spend } = report(out);
        assert.deepEqual([code, candidates[0]?.passed, candidates[0]?.costUsd, candidates[0]?.usage, spend.usd], [0, 2, null, null, null]);
        workspace.dispose();
      },
    ));

  it('an answer in one piece, from a server that does not stream', () =>
    withServer(
      ({ response }) =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end(
          JSON.stringify({
            choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'ok' } }],
            usage: { prompt_tokens: 1, completion_tokens: 1 },
          }),
        ),
      async (url) => {
        const workspace = workspaceFor(url, 2);
        assert.equal((await workspace.run(['run'])).code, 0);
        workspace.dispose();
      },
    ));

  it('a host that does not exist, a port where nobody listens, a server that speaks no TLS: one clear error, and the rest is kept', async () => {
    // Speaks plain HTTP where TLS is expected.
    const plain = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => plain.once('listening', resolve));
    for (const [url, message] of [
      ['http://nobody.invalid/v1', /ENOTFOUND|EAI_AGAIN/],
      ['http://127.0.0.1:9/v1', /ECONNREFUSED/],
      [`https://127.0.0.1:${(plain.address() as AddressInfo).port}/v1`, /SSL|EPROTO|TLS/i],
    ] as const) {
      const workspace = workspaceFor(url, 200);
      const { out, code, err } = await workspace.run(['run', '--json']);
      const { stopped, complete, results } = report(out);
      assert.deepEqual([code, complete, stopped?.code], [4, false, 'origin/down'], err);
      assert.match(stopped?.message ?? '', message);
      assert.ok(results.length < 20, `${results.length} errors`);
      workspace.dispose();
    }
    plain.close();
  });

  it('connections are used again', () =>
    withServer(
      ({ response }) => answer(response),
      async (url, server) => {
        const workspace = workspaceFor(url, 200);
        const child = workspace.start(['run', '--json', '--concurrency', '4']);
        let most = 0;
        const timer = setInterval(() => (most = Math.max(most, server.connections)), 1);
        const { code } = await ended(child);
        clearInterval(timer);
        assert.equal(code, 0);
        assert.ok(most <= 5, `${most} connections at once`);
        workspace.dispose();
      },
    ));
});

describe('a run that is cut off', function () {
  this.timeout(3_600_000);

  it('kill −9 at any moment: every sample once, totals right, and no answered case asked again', () =>
    withServer(
      ({ response }) => answer(response, { delayMs: 2 }),
      async (url, server) => {
        const cases = Number(process.env['GOLDSET_KILL_CASES'] ?? 150);
        const random = seeded(Number(process.env['GOLDSET_KILL_SEED'] ?? 7));
        const rounds = Number(process.env['GOLDSET_KILLS'] ?? 3);
        let killed = 0;
        for (let round = 0; round < rounds; round++) {
          const workspace = workspaceFor(url, cases);
          const cache = ['use', 'off', 'refresh'][round % 3] ?? 'use';
          const args = ['run', '--json', '--concurrency', '16', '--cache', cache];
          const from = server.asked.length;
          // After so many requests, wherever in the process that is.
          const after = 1 + Math.floor(random() * (cases - 1));
          const child = workspace.start(args);
          while (server.asked.length - from < after && child.exitCode === null)
            await new Promise((resolve) => setTimeout(resolve, random() * 3));
          child.kill('SIGKILL');
          await ended(child);
          const [file = ''] = journals(workspace);
          const before = readJournalFile(file);
          const paid = new Set(before?.answers.map(({ sample }) => sample.case));
          const first = server.asked.splice(0);
          const { out, code, err } = await workspace.run([...args, '--resume']);
          assert.equal(code, 0, err);
          const { results, complete, spend, calls } = report(out);
          assert.deepEqual([complete, results.length, new Set(results.map((result) => result.case)).size], [true, cases, cases]);
          assert.equal(spend.usd?.toFixed(6), (cases * 0.00012).toFixed(6));
          assert.equal(calls.asked, cases);
          const again = server.asked.splice(0).map((user) => user.replace('question ', 'c'));
          assert.deepEqual(
            again.filter((id) => paid.has(id)),
            [],
            'asked again',
          );
          assert.equal(again.length, cases - paid.size);
          assert.equal(new Set(again).size, again.length);
          if (first.length < cases) killed++;
          assert.equal(readJournalFile(file)?.damaged, 0);
          workspace.dispose();
        }
        assert.ok(killed > 0);
      },
    ));

  it('SIGINT ends with 130; --resume goes on; a run that ended has nothing to resume', () => {
    const gate = new Gate(10);
    return withServer(
      ({ response }) => gate.pass(() => answer(response)),
      async (url, server) => {
        const workspace = workspaceFor(url, 60);
        const child = workspace.start(['run', '--json', '--concurrency', '4']);
        while (server.answered.length < 10) await new Promise((resolve) => setTimeout(resolve, 5));
        child.kill('SIGINT');
        gate.release();
        const { code, out } = await ended(child);
        gate.open();
        assert.deepEqual([code, report(out).complete, report(out).stopped?.code], [130, false, 'interrupted']);
        const rest = await workspace.run(['run', '--json', '--resume']);
        assert.equal(rest.code, 0, rest.err);
        assert.deepEqual([report(rest.out).id, report(rest.out).results.length], [report(out).id, 60]);
        const nothing = await workspace.run(['run', '--resume']);
        assert.equal(nothing.code, 2);
        assert.match(nothing.err, /No interrupted run of this plan/);
        workspace.write({ 'a.golden.yaml': golden(61) });
        const changed = await workspace.run(['run', '--resume', report(out).id]);
        assert.equal(changed.code, 2);
        assert.match(changed.err, /another plan/);
        assert.equal((await workspace.run(['run', '--resume', '20260101T000000-000000'])).code, 2);
        workspace.dispose();
      },
    );
  });

  it('two processes on one journal: the second refuses', () => {
    const gate = new Gate(0);
    return withServer(
      ({ response }) => gate.pass(() => answer(response)),
      async (url, server) => {
        const workspace = workspaceFor(url, 8);
        const child = workspace.start(['run', '--concurrency', '2']);
        while (server.asked.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
        const second = await workspace.run(['run', '--resume']);
        assert.equal(second.code, 2);
        assert.match(second.err, /Another process is writing/);
        gate.open();
        assert.equal((await ended(child)).code, 0);
        workspace.dispose();
      },
    );
  });

  it('a full disk: no half line, a clear end, and the rest once there is room', () =>
    withServer(
      ({ response }) => answer(response),
      async (url, server) => {
        const workspace = workspaceFor(url, 100);
        const limited = spawn('bash', ['-c', `ulimit -f 16; exec "${process.execPath}" "${path.resolve('dist/cli.js')}" run --json`], {
          cwd: workspace.root,
        });
        const { code, err } = await ended(limited);
        assert.equal(code, 2);
        assert.match(err, /cannot be written.*\n.*Free some disk space/);
        const [file = ''] = journals(workspace);
        const before = readJournalFile(file);
        assert.deepEqual([before?.damaged, readFileSync(file, 'utf8').endsWith('\n')], [0, true]);
        const kept = before?.answers.length ?? 0;
        assert.ok(kept > 5 && kept < 100, `${kept}`);
        server.asked.splice(0);
        const rest = await workspace.run(['run', '--json', '--resume']);
        assert.equal(rest.code, 0, rest.err);
        assert.equal(report(rest.out).results.length, 100);
        // An answer may be in the cache although the journal had no room for its line.
        assert.ok(server.asked.length <= 100 - kept, `${server.asked.length}`);
        workspace.dispose();
      },
    ));
});
