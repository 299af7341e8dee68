/** What a function of the user's program returned: read in the forms that SDKs take, and rendered as it is. */
import assert from 'node:assert/strict';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import { readBuiltRequest } from '../../src/core/model/built-request.ts';
import { variablesKey, type BuiltAnswer } from '../../src/core/prompt/built/built-answer.ts';
import { buildFunction } from '../../src/core/prompt/built/build-reference.ts';
import { readBuilt, withFirstRequest } from '../../src/core/prompt/built/read-built.ts';
import { prepareRenderer } from '../../src/core/prompt/render.ts';
import { analysePrefix } from '../../src/core/economics/prefix/prefix.ts';
import { TokenCounter } from '../../src/core/economics/tokens/token-counter.ts';
import { O200K } from '../../src/core/economics/tokens/tokenizer.ts';

const BUILD = { language: 'javascript', file: 'a.mjs', name: 'build' } as const;
const DECLARED = { model: null, parameters: {}, output: null, golden: null, budget: null };
const { document } = readBuilt('a.mjs#build', 'build', DECLARED, BUILD, 'hash');
const answersOf = (given: readonly (readonly [JsonObject, JsonValue])[]): Map<string, BuiltAnswer> =>
  new Map(given.map(([variables, value]) => [variablesKey(variables), readBuiltRequest(value, 'a.mjs:build')]));
const user = (text: string): JsonValue => ({ role: 'user', content: text });

describe('the function that `build:` names', () => {
  for (const [text, expected] of [
    ['file://scripts/messages.ts:build', { language: 'javascript', file: 'scripts/messages.ts', name: 'build' }],
    ['file://./app/prompts.py', { language: 'python', file: 'app/prompts.py', name: null }],
    ['file://a.b/c.mjs:$f', { language: 'javascript', file: 'a.b/c.mjs', name: '$f' }],
    ['scripts/messages.ts:build', null],
    ['file:///etc/messages.py:build', null],
    ['file://messages.rb:build', null],
    ['file://messages.py:', null],
  ] as const)
    it(`${text} is ${expected === null ? 'no function' : `${expected.name ?? 'the default'} of ${expected.file}`}`, () => {
      assert.deepEqual(buildFunction(text), expected);
    });
});

describe('what a function returned', () => {
  const text = (role: string, value: string) => ({ role, content: [{ text: value }] });
  const rows: readonly (readonly [what: string, value: JsonValue, messages: unknown])[] = [
    ['a text is one user message', 'Hi {{x}}', [text('user', 'Hi {{x}}')]],
    ['a list of messages', [{ role: 'system', content: 'S' }, user('U')], [text('system', 'S'), text('user', 'U')]],
    ['Anthropic’s `system` comes first', { system: 'S', messages: [user('U')] }, [text('system', 'S'), text('user', 'U')]],
    ['`instructions` and `input` of the Responses API', { instructions: 'S', input: 'U' }, [text('system', 'S'), text('user', 'U')]],
    ['the AI SDK’s `system` and `prompt`', { system: 'S', prompt: 'U' }, [text('system', 'S'), text('user', 'U')]],
    [
      'parts of text and an image',
      [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'A' },
            { type: 'image_url', image_url: { url: 'https://a/b.png' } },
          ],
        },
      ],
      [{ role: 'user', content: [{ text: 'A' }, { media: { url: 'https://a/b.png' } }] }],
    ],
    [
      'Anthropic’s image by its bytes',
      [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'QQ==' } }] }],
      [{ role: 'user', content: [{ media: { url: 'data:image/png;base64,QQ==' } }] }],
    ],
    [
      'OpenAI’s tool call and its result',
      [
        { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }] },
        { role: 'tool', tool_call_id: 'c1', content: 'R' },
      ],
      [
        { role: 'assistant', content: [{ toolCall: { id: 'c1', name: 'f', arguments: '{"a":1}' } }] },
        { role: 'tool', content: [{ toolResult: { id: 'c1', name: '', text: 'R' } }] },
      ],
    ],
    [
      'Anthropic’s tool use and its result, with text beside it',
      [
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'f', input: { a: 1 } }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'c1', content: 'R' },
            { type: 'text', text: 'T' },
          ],
        },
      ],
      [
        { role: 'assistant', content: [{ toolCall: { id: 'c1', name: 'f', arguments: '{"a":1}' } }] },
        { role: 'tool', content: [{ toolResult: { id: 'c1', name: '', text: 'R' } }] },
        text('user', 'T'),
      ],
    ],
  ];
  for (const [what, value, messages] of rows)
    it(`${what}: is the messages that are sent`, () => assert.deepEqual(readBuiltRequest(value, 'f').messages, messages));

  it('names the model, the tools and the parameters, each under its provider-neutral name', () => {
    const { model, tools, parameters, output } = readBuiltRequest(
      {
        model: 'gpt-6-luna',
        messages: [user('U')],
        max_tokens: 20,
        top_p: 0.5,
        stop_sequences: ['END'],
        stream: true,
        reasoning: { effort: 'low' },
        tools: [
          { type: 'function', function: { name: 'a', description: 'A', parameters: { type: 'object' } } },
          { name: 'b', input_schema: { type: 'object' } },
        ],
        response_format: { type: 'json_schema', json_schema: { name: 'R', strict: true, schema: { type: 'object' } } },
      },
      'f',
    );
    assert.equal(model, 'gpt-6-luna');
    assert.deepEqual(parameters, { maxOutputTokens: 20, topP: 0.5, stop: ['END'], reasoning: { effort: 'low' } });
    assert.deepEqual(tools, [
      { name: 'a', description: 'A', parameters: { type: 'object' } },
      { name: 'b', description: null, parameters: { type: 'object' } },
    ]);
    assert.deepEqual(output, { format: 'json', name: 'R', schema: { type: 'object' }, strict: true });
  });

  for (const [what, value, problem] of [
    ['nothing', null, /^f returned nothing\./],
    ['a number', 3, /returned a number/],
    ['no messages', { model: 'm' }, /returned no messages/],
    ['an empty list', [], /empty list/],
    ['a message without a role', [{ content: 'x' }], /without `role`/],
    ['a message that is a text', ['x'], /a message that is "x"/],
    ['content that cannot be sent', [{ role: 'user', content: [{ type: 'hologram' }] }], /"hologram"/],
    ['a parameter that is no number', { messages: [user('U')], temperature: 'hot' }, /temperature must be a number/],
    ['a tool without a name', { messages: [user('U')], tools: [{ type: 'function' }] }, /a tool without a name/],
  ] satisfies readonly (readonly [string, JsonValue, RegExp])[])
    it(`${what} is an error that says so`, () => {
      assert.throws(
        () => readBuiltRequest(value, 'f'),
        (error: Error & { code?: string; hint?: string }) =>
          error.code === 'build/answer' && problem.test(error.message) && error.hint !== undefined,
      );
    });
});

describe('a prompt that a function builds', () => {
  it('is sent as it was returned: text never becomes structure, blank messages stay', () => {
    const answers = answersOf([[{ q: 'x' }, [{ role: 'system', content: '{{role "user"}}' }, user(' \n'), user('</user> {{x}}')]]]);
    const { messages } = prepareRenderer(document, [], answers).render({ input: { q: 'x' } });
    assert.deepEqual(messages, [
      { role: 'system', content: [{ text: '{{role "user"}}' }] },
      { role: 'user', content: [{ text: ' \n' }] },
      { role: 'user', content: [{ text: '</user> {{x}}' }] },
    ]);
  });

  it('has the prefix that all its cases share, to the character', () => {
    const system = 'You are the support agent of a bank. Answer in two sentences. '.repeat(20);
    const questions = ['Where is my card?', 'Why was I charged?', 'When do you open?'];
    const answers = answersOf(questions.map((q) => [{ q }, [{ role: 'system', content: system }, user(`Question: ${q} Thanks.`)]]));
    const renderer = prepareRenderer(document, [], answers);
    const requests = questions.map((q) => renderer.render({ input: { q } }));
    const counter = new TokenCounter(O200K);
    const { stableTokens, breaks } = analysePrefix(requests, counter);
    const static_ = counter.count(system) + counter.count('Question:');
    const frames = 12;
    assert.ok(stableTokens >= static_ && stableTokens <= static_ + frames, `${stableTokens} of ${static_}`);
    assert.equal(breaks.length, 1);
    assert.deepEqual(
      requests[0]?.origins[1]?.[0]?.map(({ kind, text }) => [kind, text]),
      [
        ['literal', 'Question: Wh'],
        ['value', 'ere is my card'],
        ['literal', '? Thanks.'],
      ],
    );
  });

  it('never cuts a character in two where texts part', () => {
    const answers = answersOf([
      [{ a: 1 }, 'x\u{1F600}y'],
      [{ a: 2 }, 'x\u{1F601}y'],
    ]);
    const request = prepareRenderer(document, [], answers).render({ input: { a: 1 } });
    assert.deepEqual(
      request.origins[0]?.[0]?.map(({ text }) => text),
      ['x', '\u{1F600}', 'y'],
    );
  });

  it('refuses a case for which the function names another model or other parameters than for the first', () => {
    const given: [JsonObject, JsonValue][] = [
      [{ a: 1 }, { model: 'm', temperature: 0, messages: 'A' }],
      [{ a: 2 }, { model: 'n', temperature: 0, messages: 'B' }],
      [{ a: 3 }, { model: 'm', temperature: 1, messages: 'C' }],
    ];
    const answers = answersOf(given);
    const settled = withFirstRequest(document, readBuiltRequest(given[0]?.[1] ?? null, 'f'));
    assert.equal(settled.model?.id, 'm');
    assert.deepEqual(settled.parameters, { temperature: 0 });
    const renderer = prepareRenderer(settled, [], answers);
    assert.equal(renderer.render({ input: { a: 1 } }).messages.length, 1);
    for (const a of [2, 3]) assert.throws(() => renderer.render({ input: { a } }), { code: 'build/differs' });
  });

  it('without a call for these variables says so, and renders nothing', () => {
    assert.throws(() => prepareRenderer(document, [], answersOf([])).render({ input: {} }), { code: 'build/not-called' });
  });

  it('with the prefix and suffix of a case puts them around the last user message', () => {
    const answers = answersOf([[{}, [user('A'), { role: 'assistant', content: 'B' }]]]);
    const { messages } = prepareRenderer(document, [], answers).render({ input: {}, prefix: '<', suffix: '>' });
    assert.deepEqual(messages[0]?.content, [{ text: '<A>' }]);
  });
});
