/** Keys are planted, servers repeat them wherever they can: they are in no journal, cache, report, export, page message, error or log. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import fc from 'fast-check';
import { RunArchive } from '../../src/engine/runs/run-archive.ts';
import { EVERYTHING } from '../../src/protocol/query.ts';
import { BATCH_KEY, BatchServer } from './batch-server.ts';
import { allowedHere, TestWorkspace } from './command-line.ts';

const KEY = 'sk-planted/9f3c+77aa=secret';
const CASES = 40;
const REPORTS = ['json', 'junit', 'html', 'markdown', 'csv', 'jsonl'] as const;

/** How a server answers: where it puts what it was sent. */
interface Scene {
  readonly status: number;
  readonly type: string;
  readonly shape: 'error' | 'text' | 'answer' | 'tool' | 'stream' | 'garbage' | 'cut';
  readonly before: string;
  readonly after: string;
  readonly cut: number;
}

const scenes: fc.Arbitrary<Scene> = fc.record({
  status: fc.constantFrom(200, 200, 200, 400, 401, 403, 404, 422),
  type: fc.constantFrom('application/json', 'application/json', 'text/event-stream'),
  shape: fc.constantFrom('error', 'text', 'answer', 'tool', 'stream'),
  before: fc.string({ maxLength: 20 }),
  after: fc.string({ maxLength: 20 }),
  cut: fc.integer({ min: 1, max: 9 }),
});
const PLAIN: Scene = { status: 200, type: 'application/json', shape: 'answer', before: '', after: '', cut: 3 };
/** These are tried again, with a pause: one of each is enough. */
const SLOW: readonly Scene[] = [
  { ...PLAIN, shape: 'garbage' },
  { ...PLAIN, shape: 'cut' },
  { ...PLAIN, status: 302 },
  { ...PLAIN, type: 'text/html', shape: 'text' },
];

const OF: Readonly<Record<string, (content: string, key: string) => unknown>> = {
  chat: (content, key) => ({
    id: key,
    model: key,
    service_tier: key,
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: {
          role: 'assistant',
          content,
          tool_calls: [{ id: key, type: 'function', function: { name: key, arguments: JSON.stringify({ key }) } }],
        },
      },
    ],
  }),
  responses: (content, key) => ({
    id: key,
    status: 'completed',
    model: key,
    output: [{ type: 'message', id: key, content: [{ type: 'output_text', text: content }] }],
  }),
  anthropic: (content, key) => ({
    id: key,
    type: 'message',
    model: key,
    role: 'assistant',
    stop_reason: 'end_turn',
    content: [{ type: 'text', text: content }],
    usage: { input_tokens: 1, output_tokens: 1 },
  }),
  pipeline: (content, key) => ({ output: content, context: [key, { text: content }], usage: { input: 1, output: 1 }, model: key }),
};

function answer(response: ServerResponse, format: string, scene: Scene): void {
  const { status, type, shape, before, after, cut } = scene;
  const content = `${before}${KEY}${after}`;
  const headers = { 'content-type': type, 'x-request-id': KEY, location: `http://127.0.0.1:9/?key=${KEY}` };
  if (status === 302) return void response.writeHead(302, headers).end();
  const body =
    shape === 'error'
      ? JSON.stringify({ error: { message: content, type: KEY, code: KEY, param: KEY } })
      : shape === 'garbage'
        ? `{"${content}`
        : shape === 'text'
          ? content
          : JSON.stringify(OF[format]?.(content, KEY));
  if (shape === 'stream') {
    response.writeHead(status, { ...headers, 'content-type': 'text/event-stream' });
    for (let at = 0; at < content.length; at += cut) {
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: content.slice(at, at + cut) } }] })}\n\n`);
    }
    return void response.end('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
  }
  response.writeHead(status, headers);
  if (shape === 'cut') {
    response.write(body.slice(0, Math.floor(body.length / 2)));
    return void setImmediate(() => response.destroy());
  }
  response.end(body);
}

/** Every way in which a text may hold the key. */
function assertNoKey(text: string, key: string, where: string): void {
  for (const hidden of [
    key,
    JSON.stringify(key).slice(1, -1),
    encodeURIComponent(key),
    Buffer.from(key).toString('base64'),
    key.replaceAll('/', '\\/'),
  ]) {
    const at = text.indexOf(hidden);
    assert.equal(at, -1, `${where}: ${text.slice(Math.max(0, at - 60), at + 60)}`);
  }
}

function assertNoKeyIn(folder: string, key: string): number {
  let files = 0;
  for (const name of readdirSync(folder, { recursive: true }).map(String)) {
    const file = path.join(folder, name);
    if (!statSync(file).isFile()) continue;
    files++;
    assertNoKey(readFileSync(file, 'utf8'), key, name);
  }
  return files;
}

/** Everything that the results page is sent about the runs of a workspace. */
async function assertNoKeyOnPage(root: string, key: string): Promise<void> {
  const archive = new RunArchive(path.resolve('dist'));
  for (const file of readdirSync(path.join(root, '.goldset/runs')).filter((name) => name.endsWith('.jsonl'))) {
    const journal = path.join(root, '.goldset/runs', file);
    const { head } = archive.start(journal);
    assert.ok(head);
    const view = archive.createView({ root, sideBySide: false, readOnly: false });
    const caseIds = [...new Set(head.cases.flatMap(({ ids }) => ids))];
    const index = view.add({
      id: head.id,
      startedAt: head.startedAt,
      heads: head.candidates,
      caseIds,
      cases: [],
      samples: caseIds.length,
      report: null,
      file: journal,
      read: archive.reader(journal),
    });
    await archive.read(
      journal,
      (result, position) => view.take(index, result, position),
      () => true,
    );
    const messages = [
      view.snapshot(EVERYTHING),
      view.rows({ from: 0, to: caseIds.length, glance: false }, EVERYTHING),
      view.plots(),
      ...caseIds.map((id) => view.detail(id, view.table.columns[0]?.id ?? '', 0, null)),
    ];
    // A server that fails again and again is not asked any more.
    assert.ok(
      messages.filter((message) => message !== null).length > 13,
      `${messages.filter((message) => message !== null).length} messages`,
    );
    assertNoKey(JSON.stringify(messages), key, 'a page message');
  }
}

/** A run against a server that repeats the key in every way; what it leaves and prints is searched. */
async function searchedRun(format: string, config: string): Promise<void> {
  const seed = Date.now() % 1e9;
  // A server that fails again and again is not asked any more, so every other answer is one.
  const drawn = fc.sample(scenes, { numRuns: CASES / 2 - SLOW.length, seed });
  const all = [...drawn, ...SLOW].flatMap((scene) => [PLAIN, scene]);
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const scene = all[Number(/scene (\d+)/.exec(text)?.[1] ?? 0)];
      if (scene) answer(response, format, scene);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const workspace = new TestWorkspace({
    'goldset.yaml': `providers:\n  m: { ${config}, ${format === 'pipeline' ? 'url' : 'baseUrl'}: "${url}", apiKeyEnv: PLANTED }\n`,
    'a.prompt': '---\nmodel: m:x\n---\n{{x}}',
    'a.golden.yaml': Array.from({ length: CASES }, (_, i) => `- { id: c${i}, vars: { x: "scene ${i}." }, expected: ok }\n`).join(''),
  });
  try {
    const reports = REPORTS.flatMap((kind) => ['--report', `${kind}=out/report.${kind}`]);
    const environment = { PLANTED: KEY, GOLDSET_DEBUG: '1', ...allowedHere('PLANTED') };
    const { out, err, code } = await workspace.run(['run', '--json', '--timeout', '5', ...reports], { environment });
    assert.ok(code !== null && code !== 2, err);
    assertNoKey(out, KEY, `seed ${seed}, standard output`);
    assertNoKey(err, KEY, `seed ${seed}, standard error`);
    assert.ok(assertNoKeyIn(workspace.root, KEY) >= REPORTS.length + 4);
    await assertNoKeyOnPage(workspace.root, KEY);
    const { out: listed, err: said } = await workspace.run(['models'], { environment });
    assertNoKey(listed + said, KEY, 'goldset models');
  } finally {
    server.closeAllConnections();
    server.close();
    workspace.dispose();
  }
}

describe('planted keys', () => {
  const CONFIGS: Readonly<Record<string, string>> = {
    chat: 'kind: openai-compatible',
    responses: 'kind: openai, api: responses',
    anthropic: 'kind: anthropic',
    pipeline: 'kind: http',
  };
  /** All at once: most of each is the wait before an answer is tried again. */
  const searched = new Map<string, Promise<unknown>>();
  before(() => {
    for (const [format, config] of Object.entries(CONFIGS))
      searched.set(
        format,
        searchedRun(format, config).then(
          () => null,
          (error: unknown) => error,
        ),
      );
  });
  for (const format of Object.keys(CONFIGS))
    it(`${format}: are nowhere, whatever the server does with them`, async () => {
      assert.ifError(await searched.get(format));
    });
  for (const kind of ['openai', 'anthropic'] as const) {
    it(`${kind} batches: are neither in what is on disk nor in what is told`, async () => {
      const server = new BatchServer({ answer: () => `my key is ${BATCH_KEY}` });
      const url = await server.listen();
      const workspace = new TestWorkspace({
        'goldset.yaml': `providers:\n  m: { kind: ${kind}, baseUrl: "${url}/v1", apiKeyEnv: PLANTED }\n`,
        'a.prompt': '---\nmodel: m:x\n---\n{{x}}',
        'a.golden.yaml': '- { id: c0, vars: { x: "question 0" }, expected: "my key is [key]" }\n',
      });
      try {
        const environment = { PLANTED: BATCH_KEY, ...allowedHere('PLANTED') };
        const { out, err, code } = await workspace.run(['run', '--batch', '--wait', '--json'], { environment });
        assert.equal(code, 0, err);
        assertNoKey(out + err, BATCH_KEY, 'what is told');
        assert.ok(assertNoKeyIn(workspace.root, BATCH_KEY) > 5);
      } finally {
        server.close();
        workspace.dispose();
      }
    });
  }
});
