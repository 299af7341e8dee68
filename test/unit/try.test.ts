/** The playground without the world: fields, typed values, turns, kept tries, thinking, programs. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { ArrivingText } from '../../src/adapters/models/wire.ts';
import { answerReader, type BodyFormat } from '../../src/adapters/models/answer-reader.ts';
import { addCases } from '../../src/core/golden/edit/edit-golden.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { prepareRenderer } from '../../src/core/prompt/render.ts';
import { renderDataOf } from '../../src/core/prompt/case-data.ts';
import type { Message } from '../../src/core/prompt/request.ts';
import { applyEdits } from '../../src/core/text/text.ts';
import { inputFields, type InputField } from '../../src/core/try/input-fields.ts';
import { freeNamedId, slugOf } from '../../src/core/try/case-name.ts';
import { pythonProgramText, typescriptProgramText, type ProgramRequest } from '../../src/core/try/programs.ts';
import { readTried, titleOfTry, triedMatches, triedText, type Tried } from '../../src/core/try/tried.ts';
import { caseMessagesOf, editedMessages, turnsOf } from '../../src/core/try/turns.ts';
import { textsOf, typedInput } from '../../src/core/try/typed-values.ts';
import { shownWait } from '../../src/core/try/waiting.ts';

const fieldsOf = (text: string, cases: readonly { vars: JsonObject }[] = [], path = 'a.prompt'): InputField[] =>
  inputFields({ reading: readPrompt(path, text), partials: [], cases });

describe('the fields of a prompt', () => {
  const rows: readonly (readonly [string, string, readonly { vars: JsonObject }[], readonly (readonly [string, string, boolean])[]])[] = [
    [
      'by its schema',
      '---\ninput: { schema: { a: string, b?: integer, c: boolean, "d(array)": string, "e(enum)": [x, y], f(object): { g: string } } }\n---\n{{a}}',
      [],
      [
        ['a', 'text', true],
        ['b', 'number', false],
        ['c', 'boolean', true],
        ['d', 'json', true],
        ['e', 'choice', true],
        ['f', 'json', true],
      ],
    ],
    [
      'by its template, its defaults and its cases',
      '---\ninput: { default: { n: 3 } }\n---\n{{n}} {{#each items}}{{this}}{{/each}} {{user.name}} {{free}} {{flag}} {{media url=photo}}',
      [{ vars: { flag: true } }],
      [
        ['n', 'number', false],
        ['items', 'json', false],
        ['user', 'json', false],
        ['free', 'text', false],
        ['flag', 'boolean', false],
        ['photo', 'media', false],
      ],
    ],
  ];
  for (const [what, text, cases, expected] of rows)
    it(what, () =>
      assert.deepEqual(
        fieldsOf(text, cases).map(({ name, kind, required }) => [name, kind, required]),
        expected,
      ),
    );

  it('of plain text and of the prompts of other formats', () => {
    assert.deepEqual(
      fieldsOf('messages:\n  - { role: user, content: "{{ticket}} {{tone}}" }\n', [], 'a.prompt.yml').map(({ name }) => name),
      ['ticket', 'tone'],
    );
  });
});

describe('what is typed into a field', () => {
  const schema =
    '---\ninput: { schema: { a: string, n?: integer, b?: boolean, j?(array): string, "e?(enum)": [x, "2"], constructor?: string } }\n---\n{{a}}';
  const fields = fieldsOf(schema);
  const rows: readonly (readonly [Record<string, string>, JsonObject, readonly (string | null)[]])[] = [
    [{ a: 'x', n: '3', b: 'TRUE', j: '["y"]', e: '2' }, { a: 'x', n: 3, b: true, j: ['y'], e: '2' }, []],
    [{ a: '' }, {}, ['a']],
    [{ a: ' ', n: '', b: ' ', j: '' }, { a: ' ' }, []],
    [{ a: 'x', n: '3.5', b: 'yes', j: '[', e: 'z' }, { a: 'x' }, ['n', 'b', 'j', 'e']],
    [{ a: 'x', n: 'Infinity' }, { a: 'x' }, ['n']],
    [{ a: 'half \ud800' }, {}, ['a']],
    [{ a: 'x', unknown: 'y', constructor: 'z' }, { a: 'x', constructor: 'z' }, []],
  ];
  rows.forEach(([texts, vars, problems], i) =>
    it(`row ${i + 1}`, () => {
      const typed = typedInput(fields, texts);
      assert.deepEqual({ ...typed.vars }, vars);
      assert.deepEqual(
        typed.problems.map(({ field }) => field),
        problems,
      );
      assert.deepEqual(
        typed.literals.map(([, name]) => name),
        Object.keys(vars),
      );
    }),
  );

  it('comes back as the same texts', () => {
    const vars = { a: 'two\nlines', n: 0, b: false, j: ['q"'], e: 'x' };
    assert.deepEqual({ ...typedInput(fields, textsOf(fields, vars)).vars }, vars);
  });
});

const said: readonly Message[] = [
  { role: 'system', content: [{ text: 'Be brief.' }] },
  { role: 'user', content: [{ text: 'See ' }, { media: { url: 'cat.png' } }, { text: ' here' }] },
  { role: 'model', content: [{ reasoning: { type: 'thinking' } }, { toolCall: { id: 'c', name: 'look', arguments: '{}' } }] },
  { role: 'tool', content: [{ toolResult: { id: 'c', name: 'look', text: 'a cat' } }] },
  { role: 'model', content: [{ text: 'A cat.' }] },
];

describe('the turns of a conversation', () => {
  it('that were not edited are the messages, with all that a text does not show', () =>
    assert.deepEqual(editedMessages(said, turnsOf(said)), said));

  it('that were edited keep their files and calls where their places are', () => {
    const turns = turnsOf(said).map((turn, i) =>
      i === 1 ? { ...turn, text: turn.text.replace('See', 'Look at') } : i === 3 ? { ...turn, text: 'a dog' } : turn,
    );
    const edited = editedMessages(said, turns);
    assert.deepEqual(edited[1]?.content, [{ text: 'Look at ' }, { media: { url: 'cat.png' } }, { text: ' here' }]);
    assert.deepEqual(edited[3]?.content, [{ toolResult: { id: 'c', name: 'look', text: 'a dog' } }]);
    assert.deepEqual(edited[4], said[4]);
  });

  it('may be left out or added', () => {
    const turns = turnsOf(said);
    assert.deepEqual(editedMessages(said, [...turns.slice(0, 1), { role: 'user', text: 'New' }]), [
      said[0],
      { role: 'user', content: [{ text: 'New' }] },
    ]);
  });

  it('go on from the prompt in a case, unless what it renders was edited', () => {
    assert.deepEqual(
      caseMessagesOf(said, said.slice(0, 2)).map(({ role }) => role),
      ['model', 'tool', 'model'],
    );
    const other: Message[] = [{ role: 'system', content: [{ text: 'Be long.' }] }, ...said.slice(1)];
    assert.equal(caseMessagesOf(other, said.slice(0, 2)).length, 5);
  });
});

describe('`messages` of a golden case', () => {
  const prompt = readPrompt('a.prompt', '{{role "system"}}Be brief.{{role "user"}}{{x}}').document;
  const read = (text: string): ReturnType<typeof readGoldenSet> => readGoldenSet('a.golden.yaml', text);
  const sent = (text: string): Message[] => {
    const { cases, diagnostics } = read(text);
    assert.deepEqual(diagnostics, []);
    const [first] = cases;
    assert.ok(first);
    return [...prepareRenderer(prompt, []).render(renderDataOf(first)).messages];
  };
  const shown = (text: string): readonly (readonly [string, string])[] => turnsOf(sent(text)).map(({ role, text: of }) => [role, of]);

  it('that begin with an answer continue what the prompt renders, verbatim', () =>
    assert.deepEqual(
      shown('- vars: { x: hi }\n  messages: [{ role: assistant, content: "{{x}}" }, { role: user, content: "file://a" }]\n'),
      [
        ['system', 'Be brief.'],
        ['user', 'hi'],
        ['assistant', '{{x}}'],
        ['user', 'file://a'],
      ],
    ));

  it('that begin otherwise are sent instead', () =>
    assert.deepEqual(shown('- messages: [{ role: user, content: hi }]\n'), [['user', 'hi']]));

  it('that cannot be read make the case an error, with the place', () => {
    for (const messages of ['hi', '[]', '[{ role: nobody, content: x }]', '[{ role: user, content: [{ picture: x }] }]']) {
      const { cases, diagnostics } = read(`- id: a\n  messages: ${messages}\n`);
      assert.notEqual(cases[0]?.unsupported, null, messages);
      assert.ok(diagnostics.some(({ severity, range }) => severity === 'error' && range !== null));
    }
  });

  it('are written as they are read', () => {
    const messages = caseMessagesOf(said.slice(3), []);
    const added = { id: 'n', description: null, vars: {}, expected: 'literal' as const, metadata: {}, messages };
    const text = applyEdits('', addCases({ path: 'a.golden.yaml', text: '', read: (changed) => read(changed).cases }, [added]));
    assert.deepEqual(read(text).cases[0]?.messages, messages);
  });
});

const TRIED: Tried = {
  ...{ id: '20261101T100000000-0000abcd', at: '2026-11-01T10:00:00.000Z', prompt: 'a.prompt', version: 'v', model: 'm', effort: null },
  ...{ values: { a: 'short', b: 'The longest text\nof all' }, picked: ['/x/cat.png'], turns: [{ role: 'user', text: 'Hi' }], rendered: 1 },
  answer: {
    ...{ text: 'An Answer', thinking: '', toolCalls: [], schema: { valid: false, message: 'no' }, finish: 'stop', source: 'model' },
    tokens: { input: 3, cacheRead: 0, output: 2, reasoning: null, basis: 'reported' },
    ...{ costUsd: null, wouldCost: false, ttftMs: 1, latencyMs: 2, sentWithout: [] },
  },
  source: { interaction: 'call-7', day: '2026-11-01' },
};

describe('a kept try', () => {
  it('is read as it was written', () => assert.deepEqual(readTried(JSON.parse(triedText(TRIED)) as JsonObject), TRIED));

  it('that is damaged says so, and one with odd parts loses only these', () => {
    for (const value of [undefined, 7, { ...TRIED }, { schema: 'goldset.tried/1' }] as never[]) assert.ok('problem' in readTried(value));
    const odd = { schema: 'goldset.tried/1', ...TRIED, turns: [7, { role: 'king', text: 'x' }], picked: 'x', values: { a: 1, b: 'y' } };
    const read = readTried(odd as never);
    assert.ok(!('problem' in read));
    assert.deepEqual([read.turns, read.picked, read.values], [[], [], { b: 'y' }]);
  });

  it('of a long conversation can be read again: its texts are shorter, and all of its turns are there', () => {
    const turns = Array.from({ length: 20 }, () => ({ role: 'user' as const, text: '\u6f22'.repeat(150_000) }));
    const values = { a: 'y'.repeat(150_000) };
    const text = triedText({ ...TRIED, turns, values });
    assert.ok(Buffer.byteLength(text) < 8 * 1024 * 1024, 'the reader reads 8 MB');
    const read = readTried(JSON.parse(text) as JsonObject);
    assert.ok(!('problem' in read));
    assert.equal(read.turns.length, 20);
    assert.ok(read.values['a'] === values.a, 'what was typed is whole');
    const typed = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`v${i}`, values.a]));
    assert.ok(Buffer.byteLength(triedText({ ...TRIED, values: typed })) < 8 * 1024 * 1024);
    const short = triedText({ ...TRIED, turns: turns.slice(0, 2) });
    assert.ok(short.includes('\u6f22'.repeat(150_000)), 'a short one is whole');
  });

  it('has a title, and is found by any of its texts', () => {
    assert.equal(titleOfTry(TRIED), 'The longest text');
    assert.deepEqual(
      ['', 'answer', 'LONGEST', 'hi', 'nothing'].map((search) => triedMatches(TRIED, search)),
      [true, true, true, true, false],
    );
    assert.deepEqual([slugOf('I bought this 45 days ago, OK?'), slugOf('…')], ['i-bought-this-45-days', 'try']);
    assert.equal(freeNamedId('a', [{ id: 'a' }, { id: 'a-2' }]), 'a-3');
  });
});

it('what a model waits for is one sentence', () => {
  const sample = { candidate: 'c', case: 'x', repeat: 0 };
  assert.equal(
    shownWait({ type: 'retry', sample, attempt: 1, delayMs: 4000, failure: 'rate-limit', reason: '429 Too many requests' }),
    'Rate limited, retrying in 4 s (429 Too many requests)',
  );
  assert.equal(
    shownWait({ type: 'retry', sample, attempt: 2, delayMs: 12_300, failure: 'connection', reason: 'socket closed' }),
    'Attempt 2 failed, retrying in 12 s (socket closed)',
  );
  assert.equal(shownWait({ type: 'text', sample, text: 'x' }), null);
});

describe('thinking that a provider shows is told apart from the answer', () => {
  const rows: readonly (readonly [BodyFormat, readonly JsonObject[]])[] = [
    [
      'chat',
      [
        { choices: [{ index: 0, delta: { reasoning_content: 'hm' } }] },
        { choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] },
      ],
    ],
    [
      'responses',
      [
        { type: 'response.reasoning_summary_text.delta', delta: 'hm' },
        { type: 'response.output_text.delta', delta: 'Hi' },
        { type: 'response.completed', response: { status: 'completed', output: [] } },
      ],
    ],
    [
      'messages',
      [
        { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
        { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
        { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hi' } },
        { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
      ],
    ],
    ['generate-content', [{ candidates: [{ content: { parts: [{ text: 'hm', thought: true }, { text: 'Hi' }] }, finishReason: 'STOP' }] }]],
  ];
  for (const [format, events] of rows)
    it(format, () => {
      const heard = { text: '', thinking: '' };
      const arriving = new ArrivingText(() => 1, {
        onText: (text) => (heard.text += text),
        onThinking: (text) => (heard.thinking += text),
      });
      const reader = answerReader(format, 'x:m', arriving);
      for (const event of events) reader.add(event);
      assert.equal(reader.finish().output, 'Hi');
      assert.deepEqual(heard, { text: 'Hi', thinking: 'hm' });
    });
});

describe('a request as a program', () => {
  /** Texts that end quotings of other programs. */
  const HOSTILE = `''' """ \`\${process.exit(7)}\` \\ ' " \u2028 $HOME \r\n#{x}`;
  const body: JsonObject = JSON.parse(
    `{"model":"m","messages":[{"role":"user","content":${JSON.stringify(HOSTILE)}}],"__proto__":{"x":1},"a\\"__proto__":2,"n":0.5,"ok":true,"none":null}`,
  ) as JsonObject;
  const request = (format: ProgramRequest['format'], path: string): ProgramRequest => ({
    ...{ format, path, body },
    baseUrl: 'http://127.0.0.1:1/v1',
    keyVariable: 'MY_KEY',
    keyHeader: 'authorization',
    headers: {},
  });
  const ROWS = [
    ['chat', '/chat/completions'],
    ['responses', '/responses'],
    ['messages', '/v1/messages'],
    ['generate-content', '/models/m:generateContent'],
  ] as const;

  for (const [format, path] of ROWS)
    it(`of ${format} holds its body whole in TypeScript, and names the key alone`, () => {
      const text = typescriptProgramText(request(format, path));
      assert.match(text, /MY_KEY/);
      const literal = /(?:create\(|stringify\()(\{[\s\S]*?\n\})\)/.exec(text)?.[1] ?? '';
      assert.equal(runInNewContext(`JSON.stringify((${literal}))`), JSON.stringify(body));
    });

  it('is Python that holds the same body', () => {
    const programs = ROWS.map(([format, path]) => pythonProgramText(request(format, path)));
    const script = `import ast, json, sys
for program in json.load(sys.stdin):
    calls = [n for n in ast.walk(ast.parse(program)) if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "loads"]
    body = json.dumps(json.loads(calls[0].args[0].value), ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write((body + chr(0)).encode())`;
    const { stdout, stderr } = spawnSync('python3', ['-c', script], { input: JSON.stringify(programs), encoding: 'utf8' });
    assert.equal(stdout, `${JSON.stringify(body)}\0`.repeat(ROWS.length), stderr);
    for (const program of programs) assert.match(program, /os\.environ\["MY_KEY"\]/);
  });

  it('never writes a name that is no variable', () => {
    const odd = { ...request('chat', '/chat/completions'), keyVariable: 'X"; import os' };
    for (const text of [typescriptProgramText(odd), pythonProgramText(odd)]) assert.doesNotMatch(text, /import os/);
  });
});
