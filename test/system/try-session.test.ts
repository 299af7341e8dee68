/** The playground's engine, as the editor's page uses it: rendered, sent, continued, stored, kept. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { readText } from '../../src/adapters/bounded-file.ts';
import type { KeySource } from '../../src/adapters/models/keys.ts';
import { startWorker } from '../../src/adapters/evaluation/start-worker.ts';
import { applyEdits } from '../../src/core/text/text.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { TrySession } from '../../src/engine/try/try-session.ts';
import type { TryAnswer, TryLane } from '../../src/protocol/try.ts';
import { TestWorkspace } from './command-line.ts';
import { answer, FaultyServer, type Behaviour } from './faulty-server.ts';

const PROMPT = `---
model: scripted:./m.scripted.yaml
input:
  schema:
    ticket: string, what the customer wrote
    tone?(enum): [warm, short]
    photo?: string
output: { format: json, schema: { label: string } }
tools: [{ name: lookup, description: finds an order, parameters: { type: object, properties: { id: { type: string } } } }]
---
{{role "system"}}You label tickets. Tone: {{tone}}.
{{role "user"}}{{ticket}} {{#if photo}}{{media url=photo}}{{/if}}`;

const SCRIPT = `price: { input: 1, output: 2 }
rules:
  - { when: { user: "order" }, toolCalls: [{ name: lookup, arguments: { id: "7" } }] }
  - { when: { user: "again" }, reply: "once more" }
default: { reply: '{"label":"refund"}' }
`;

/** The first bytes of a PNG of 1 × 1. */
const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010806000000', 'hex');

describe('a try in the editor', function () {
  this.timeout(300_000);
  let workspace: TestWorkspace;
  let engine: Engine;
  let session: TrySession;
  let isTrusted = true;
  let streamed = '';
  let arrived = (): void => undefined;
  let answers: TryAnswer[] = [];

  const lane = (id: string, model = 'scripted:./m.scripted.yaml', effort: string | null = null): TryLane => ({ id, model, effort });
  const only = (): TryAnswer => {
    assert.equal(answers.length, 1, JSON.stringify(answers));
    const [first] = answers;
    answers = [];
    assert.ok(first);
    return first;
  };
  const send = async (values: Record<string, string>, lanes = [lane('a')], useCache = false): Promise<TryAnswer[]> => {
    answers = [];
    await session.send({ values, lanes, useCache });
    return answers;
  };

  const open = (file = 'a.prompt'): TrySession =>
    engine.tries.session(path.join(workspace.root, file), {
      page: {
        changed: () => undefined,
        waiting: () => undefined,
        streamed: ({ text }) => {
          streamed += text;
          arrived();
        },
        answered: (each) => answers.push(each),
      },
      write: (edit) => {
        writeFileSync(edit.file, applyEdits(edit.text, edit.edits));
        return Promise.resolve();
      },
      scripted: () => Promise.resolve([]),
      mayStart: () => Promise.resolve(true),
    });

  beforeEach(() => {
    workspace = new TestWorkspace({ 'a.prompt': PROMPT, 'm.scripted.yaml': SCRIPT });
    const worker = path.resolve('dist/worker.js');
    const keys: KeySource = { variable: () => null, keyForOrigin: () => Promise.resolve(null), isAllowed: () => false };
    engine = new Engine({
      ...{ worker, keys, quietKeys: keys, models: {}, gitExecutable: undefined },
      started: startWorker(worker),
      readText: (file) => readText(file),
      mayRunCode: () => isTrusted,
    });
    isTrusted = true;
    streamed = '';
    answers = [];
    session = open();
  });
  afterEach(async () => {
    await engine.dispose();
    workspace.dispose();
  });

  it('has a field for each variable, by the schema', async () => {
    const { fields, model, tools, problem } = await session.ready();
    assert.equal(problem, null);
    assert.deepEqual([model, tools], ['scripted:./m.scripted.yaml', ['lookup']]);
    assert.deepEqual(
      fields.map(({ name, kind, required, choices }) => [name, kind, required, choices.length]),
      [
        ['ticket', 'text', true, 0],
        ['tone', 'choice', false, 2],
        ['photo', 'media', false, 0],
      ],
    );
  });

  it('renders what is typed, with the text before the first value marked, and counts it', async () => {
    const { messages, problems, tokens, inputCostUsd } = await session.render({ values: { ticket: 'My money, please', tone: 'warm' } });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      messages.map(({ role, pieces }) => [role, pieces.map(({ text, isPrefix, variable }) => [text, isPrefix, variable])]),
      [
        [
          'system',
          [
            ['You label tickets. Tone: ', true, null],
            ['warm', false, 'tone'],
            ['.\n', false, null],
          ],
        ],
        [
          'user',
          [
            ['My money, please', false, 'ticket'],
            [' ', false, null],
          ],
        ],
      ],
    );
    assert.ok(tokens !== null && tokens.input > tokens.cacheable && tokens.cacheable > 0);
    assert.ok(inputCostUsd !== null && Math.abs(inputCostUsd - tokens.input / 1e6) < 1e-12);
    const wrong = await session.render({ values: { tone: 'rude' } });
    assert.deepEqual(
      wrong.problems.map(({ field }) => field),
      ['ticket', 'tone'],
    );
    assert.equal(existsSync(path.join(workspace.root, '.goldset')), false);
  });

  it('streams an answer, checks it by the schema, and stores it before the page has it', async () => {
    const [first] = await send({ ticket: 'My money' });
    assert.ok(first);
    assert.equal(streamed, '{"label":"refund"}');
    assert.deepEqual([first.text, first.format, first.source, first.problem], [streamed, 'json', 'scripted', null]);
    assert.deepEqual([first.schema?.valid, first.wouldCost], [true, true]);
    assert.ok(first.costUsd !== null && first.costUsd > 0 && first.ttftMs !== null && first.tokens !== null);
    assert.deepEqual(
      (await session.history({ search: 'MONEY', from: 0, count: 5 })).tries.map(({ id, title }) => [id, title]),
      [[first.id, 'My money']],
    );
    assert.equal((await session.history({ search: 'nothing of this', from: 0, count: 5 })).total, 0);
    const [again] = await send({ ticket: 'My money' }, [lane('a')], true);
    assert.equal(again?.source, 'cache');
    assert.equal((await session.ready()).input.values['ticket'], 'My money');
  });

  it('goes on after a tool was answered by hand, and keeps the result as what the tool answers', async () => {
    const [asked] = await send({ ticket: 'Where is my order?' });
    assert.deepEqual(asked?.toolCalls, [{ name: 'lookup', arguments: '{"id":"7"}' }]);
    answers = [];
    workspace.write({ 'm.scripted.yaml': 'default: { reply: "on its way" }\n' });
    await session.answerTool({ lane: 'a', call: 0, result: '{"state":"sent"}' });
    assert.equal(only().text, 'on its way');
    const kept = await session.keep({ lane: 'a', expected: 'on its way' });
    assert.equal(kept?.case, 'where-is-my-order');
    assert.equal(
      workspace.read('a.golden.yaml'),
      `- id: where-is-my-order
  vars:
    ticket: Where is my order?
  tools:
    - name: lookup
      arguments:
        id: "7"
      result: '{"state":"sent"}'
  expected: on its way
`,
    );
  });

  it('follows up with an edited turn, and keeps the conversation', async () => {
    await send({ ticket: 'My money', tone: 'short' });
    answers = [];
    const history = [
      { role: 'system', text: 'You label tickets. Tone: short.\n' },
      { role: 'user', text: 'My money ' },
      { role: 'assistant', text: '{"label":"bill"}' },
    ] as const;
    await session.followUp({ lane: 'a', history, text: 'And again?' });
    assert.equal(only().text, 'once more');
    await session.keep({ lane: 'a', expected: null });
    assert.equal(
      workspace.read('a.golden.yaml'),
      `- id: my-money
  vars:
    ticket: My money
    tone: short
  messages:
    - role: assistant
      content: '{"label":"bill"}'
    - role: user
      content: And again?
  status: unverified
`,
    );
    const { tries } = await session.history({ search: '', from: 0, count: 9 });
    const opened = await session.openTry({ id: tries[0]?.id ?? '' });
    assert.deepEqual(
      opened.turns.map(({ role, text }) => [role, text]),
      [...history.map(({ role, text }) => [role, text]), ['user', 'And again?'], ['assistant', 'once more']],
    );
    answers = [];
    await session.followUp({ lane: opened.answer.lane, history: opened.turns, text: 'again, please' });
    assert.equal(only().text, 'once more');
    // The case runs as it was tried.
    const { out } = await workspace.run(['run', 'a.prompt', '--json']);
    const { results } = JSON.parse(out) as { results: { output: string }[] };
    assert.deepEqual(
      results.map(({ output }) => output),
      ['once more'],
    );
  });

  it('keeps typed text as text, and copies a file from outside beside the golden set', async () => {
    const outside = mkdtempSync(path.join(os.tmpdir(), 'goldset-outside-'));
    try {
      const picture = path.join(outside, 'my cat.png');
      writeFileSync(picture, PNG);
      const picked = await session.pickedFile(picture);
      assert.deepEqual([picked.name, picked.type, picked.bytes], ['my cat.png', 'image/png', PNG.length]);
      const [first] = await send({ ticket: 'file:///etc/passwd', photo: picked.value });
      assert.equal(first?.problem, null);
      await session.keep({ lane: 'a', expected: '{"label":"refund"}' });
      assert.match(workspace.read('a.golden.yaml'), /ticket:\n {6}literal: file:\/\/\/etc\/passwd\n {4}photo: file:\/\/my-cat\.png\n/);
      assert.deepEqual(readFileSync(path.join(workspace.root, 'my-cat.png')), PNG);
      // A path that the person did not choose is not read.
      const [foreign] = await send({ ticket: 'x', photo: path.join(outside, 'other.png') });
      assert.match(foreign?.problem?.message ?? '', /no file .*other\.png/);
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });

  it('sends and writes nothing in Restricted Mode, and still renders', async () => {
    isTrusted = false;
    assert.equal((await session.render({ values: { ticket: 'x' } })).messages.length, 2);
    for (const act of [
      () => session.send({ values: { ticket: 'x' }, lanes: [lane('a')], useCache: false }),
      () => session.keep({ lane: 'a', expected: null }),
      () => session.followUp({ lane: 'a', history: [], text: 'x' }),
    ])
      await assert.rejects(act, /Restricted Mode/);
    await session.ready();
    assert.deepEqual(
      readdirSync(workspace.root).filter((name) => name.startsWith('.goldset')),
      [],
    );
  });

  describe('with a server', () => {
    const withServer = async (behaviour: Behaviour, work: (server: FaultyServer) => Promise<void>): Promise<void> => {
      const server = new FaultyServer(behaviour);
      try {
        const url = await server.listen();
        workspace.write({ 'goldset.yaml': `providers:\n  local: { kind: openai-compatible, baseUrl: "${url}" }\n` });
        await work(server);
      } finally {
        server.close();
      }
    };

    it('answers two lanes at once, and one that fails does not stop the other', () =>
      withServer(
        ({ response }) => answer(response),
        async () => {
          const all = await send({ ticket: 'x' }, [lane('a', 'local:m'), lane('b', 'openai:gpt-6-luna')]);
          const by = Object.fromEntries(all.map((each) => [each.lane, each]));
          assert.deepEqual(by['a']?.problem, null);
          assert.deepEqual([by['a']?.text, by['a']?.schema?.valid, by['a']?.wouldCost], ['ok', false, false]);
          assert.deepEqual([by['b']?.problem?.action, by['b']?.text], ['manage-keys', '']);
        },
      ));

    for (const [what, provider] of [
      ['Chat Completions', 'kind: openai-compatible'],
      ['Responses', 'kind: openai, api: responses'],
      ['Messages', 'kind: anthropic'],
      ['generateContent', 'kind: gemini'],
    ] as const)
      it(`is copied as a program that sends the same bytes (${what})`, async () => {
        const bodies: string[] = [];
        const server = createServer((request, response) => {
          let body = '';
          request.on('data', (part: Buffer) => (body += part.toString()));
          request.on('end', () => {
            bodies.push(`${request.url}\n${body}`);
            response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"seen"}}');
          });
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        try {
          const { port } = server.address() as AddressInfo;
          workspace.write({ 'goldset.yaml': `providers:\n  s: { ${provider}, baseUrl: "http://127.0.0.1:${port}/v1" }\n` });
          const ticket = 'Quotes \' " ` ${x} \\ and\nlines: ü \u2028';
          const [refused] = await send({ ticket }, [lane('a', 's:m')]);
          assert.match(refused?.problem?.message ?? '', /seen/);
          const program = await session.programOf({ lane: 'a', form: 'typescript' });
          const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
          await new Promise((resolve) => child.once('close', resolve));
          assert.equal(bodies.length, 2);
          assert.equal(bodies[1], bodies[0]);
          const curl = await session.programOf({ lane: 'a', form: 'curl' });
          assert.match(curl, new RegExp(`^curl 'http://127\\.0\\.0\\.1:${port}/v1`));
        } finally {
          server.close();
        }
      });

    it('says what had arrived when a person stops it', () =>
      withServer(
        ({ response }) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'half' } }] })}\n\n`);
        },
        async () => {
          const hasArrived = new Promise<void>((resolve) => (arrived = resolve));
          const sent = send({ ticket: 'x' }, [lane('a', 'local:m')]);
          await hasArrived;
          await session.stop();
          const [stopped] = await sent;
          assert.deepEqual([stopped?.text, stopped?.problem?.message], ['half', 'You stopped this answer.']);
        },
      ));
  });
});
