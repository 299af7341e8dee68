/** Pipelines as targets, over a socket and as a program, through the built command line. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { allowedHere, assertValid, TestWorkspace, type RunJson } from './command-line.ts';

const PROMPT = `---\nmodel: rag\nconfig: { maxOutputTokens: 100 }\n---\n{{question}}\n`;
const GOLDEN = `- { id: a, vars: { question: sky?, tenant: acme }, expected: blue }\n`;

type Answer = (body: Record<string, unknown>, request: IncomingMessage, response: ServerResponse) => void;

describe('a pipeline as a target', () => {
  const workspaces: TestWorkspace[] = [];
  const servers: Server[] = [];
  const workspace = (files: Readonly<Record<string, string>>): TestWorkspace => {
    const made = new TestWorkspace({ 't.prompt': PROMPT, 't.golden.yaml': GOLDEN, ...files });
    workspaces.push(made);
    return made;
  };
  const serve = async (answer: Answer): Promise<string> => {
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => answer(JSON.parse(text) as Record<string, unknown>, request, response));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`;
  };
  afterEach(() => {
    workspaces.splice(0).forEach((item) => item.dispose());
    servers.splice(0).forEach((server) => server.close());
  });

  it('answers retrieval cases, which a model does not get, and which never decide', async () => {
    const url = await serve((_body, _request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ output: 'blue', context: ['Nothing of use.'] }));
    });
    const verdict = { statements: [{ text: 'The sky is blue.', supported: false, reason: 'The context does not say so.' }] };
    const made = workspace({
      'goldset.yaml': `providers: { rag: { kind: http, url: "${url}" } }\njudge: { model: "scripted:./judge.scripted.yaml" }\n`,
      'judge.scripted.yaml': `default: { reply: ${JSON.stringify(JSON.stringify(verdict))} }\n`,
      'm.scripted.yaml': 'default: { reply: blue }\n',
      't.golden.yaml': `${GOLDEN}- { id: r, vars: { question: sky? }, kind: retrieval, critical: true, assert: [{ type: context-recall, value: The sky is blue. }] }\n`,
    });
    const ran = await made.run(['run', '--json', '--allow-unknown-price']);
    const report = JSON.parse(ran.out) as RunJson;
    assertValid('run', report);
    assert.deepEqual(
      report.results.map((result) => [result.case, result.kind, result.status, result.verdict]),
      [
        ['a', undefined, 'active', 'pass'],
        ['r', 'retrieval', 'unverified', 'fail'],
      ],
    );
    const [candidate] = report.candidates;
    assert.deepEqual([ran.code, candidate?.retrieval, candidate?.unverified, candidate?.passRate], [0, { cases: 1, passed: 0 }, 0, 1]);
    const byModel = await made.run(['run', '--model', 'scripted:./m.scripted.yaml']);
    assert.match(byModel.err, /t\.prompt: 1 retrieval case left out: only a pipeline retrieves/);
    assert.deepEqual([byModel.code, byModel.out.includes('retrieval')], [0, false]);
  });

  it('over HTTP gets the variables and gives output, chunks, usage and cost', async () => {
    const seen: Record<string, unknown>[] = [];
    const url = await serve((body, request, response) => {
      seen.push({ ...body, key: request.headers.authorization });
      response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          output: 'blue',
          context: ['The sky is blue.', { text: 'So is the sea.', score: 0.7 }],
          usage: { input: 40, output: 2 },
          costUsd: 0.001,
        }),
      );
    });
    const made = workspace({ 'goldset.yaml': `providers: { rag: { kind: http, url: "${url}", apiKeyEnv: RAG_KEY } }\n` });
    const { out, code } = await made.run(['run', '--json'], { environment: { RAG_KEY: 'planted-rag-key', ...allowedHere('RAG_KEY') } });
    const report = JSON.parse(out) as RunJson;
    assertValid('run', report);
    assert.equal(code, 0);
    assert.deepEqual(
      [seen[0]?.['variables'], seen[0]?.['model'], seen[0]?.['key']],
      [{ question: 'sky?', tenant: 'acme' }, 'default', 'Bearer planted-rag-key'],
    );
    const [result] = report.results;
    assert.deepEqual(result?.context, ['The sky is blue.', 'So is the sea.']);
    assert.deepEqual([result.usage?.input, result.costUsd, report.spend.usd], [40, 0.001, 0.001]);
    assert.ok(!out.includes('planted-rag-key'));
  });

  it('is asked again in each run, unless goldset.yaml lists its files and none has changed', async () => {
    let asked = 0;
    const url = await serve((_body, _request, response) => void response.end(JSON.stringify({ output: `blue${asked++ ? '' : ''}` })));
    const made = workspace({ 'goldset.yaml': `providers: { rag: { kind: http, url: "${url}" } }\n`, 'src/chunks.py': '1' });
    await made.run(['run']);
    await made.run(['run']);
    assert.equal(asked, 2);
    made.write({ 'goldset.yaml': `providers: { rag: { kind: http, url: "${url}" } }\npipeline: ["src/**"]\n` });
    await made.run(['run']);
    await made.run(['run']);
    assert.equal(asked, 3);
    made.write({ 'src/chunks.py': '2' });
    await made.run(['run']);
    assert.equal(asked, 4);
  });

  it('that fails is an error with what it said, and no key', async () => {
    const url = await serve((_body, request, response) => {
      response.statusCode = 400;
      response.end(`bad ${request.headers.authorization ?? ''}`);
    });
    const made = workspace({ 'goldset.yaml': `providers: { rag: { kind: http, url: "${url}", apiKeyEnv: RAG_KEY } }\n` });
    const { out, code } = await made.run(['run', '--json'], { environment: { RAG_KEY: 'planted-rag-key', ...allowedHere('RAG_KEY') } });
    const [result] = (JSON.parse(out) as RunJson).results;
    assert.equal(code, 4);
    assert.match(result?.error?.message ?? '', /status 400: bad Bearer \[key\]/);
    assert.ok(!out.includes('planted-rag-key'));
  });

  it('as a program gets the request on standard input, sees few variables, and may print elsewhere', async () => {
    const program = `import json, os, sys
job = json.load(sys.stdin)
print("looking…", file=sys.stderr)
print(json.dumps({"output": "blue" if job["variables"]["tenant"] == "acme" and "HIDDEN" not in os.environ and os.environ.get("SEEN") == "1" else "?", "context": ["c"]}))
`;
    const made = workspace({
      'goldset.yaml': 'providers: { rag: { kind: command, command: [python3, answer.py], env: [SEEN], timeout: 5 } }\n',
      'answer.py': program,
    });
    const run = (environment: Record<string, string>) => made.run(['run', '--json'], { environment });
    const report = JSON.parse((await run({ HIDDEN: 'x', SEEN: '1' })).out) as RunJson;
    assert.deepEqual([report.results[0]?.verdict, report.results[0]?.output, report.results[0]?.context], ['pass', 'blue', ['c']]);
  });

  it('as a program that fails, hangs or answers nonsense is an error that says so', async () => {
    const failing: readonly (readonly [string, RegExp])[] = [
      ['import sys; sys.exit("no index")', /exit code 1\. Last output: no index/],
      ['print("blue")', /must answer with a JSON object that has an `output`, not: blue/],
      ['import time\nwhile True: time.sleep(1)', /did not finish within 1 s/],
    ];
    for (const [program, message] of failing) {
      const made = workspace({
        'goldset.yaml': 'providers: { rag: { kind: command, command: [python3, answer.py], timeout: 1 } }\n',
        'answer.py': program,
      });
      const [result] = (JSON.parse((await made.run(['run', '--json'])).out) as RunJson).results;
      assert.match(result?.error?.message ?? '', message);
    }
    const missing = workspace({ 'goldset.yaml': 'providers: { rag: { kind: command, command: [no-such-program] } }\n' });
    assert.match((await missing.run(['run'])).out, /There is no program no-such-program/);
  });
});
