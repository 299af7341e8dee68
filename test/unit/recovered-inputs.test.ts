/** What is sent for a case of a captured call: references are what the call was made with, written out by hand. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { recoverInputs, type RecoveredInputs } from '../../src/adapters/interactions/recover-inputs.ts';
import { capturedTurns, splitAtLastUser, toolMocksOf } from '../../src/core/feedback/interactions/captured-turns.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { readStoredLine } from '../../src/core/feedback/interactions/stored-line.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import type { PromptDocument } from '../../src/core/prompt/document.ts';
import { readPrompt, type PromptReading } from '../../src/core/prompt/read-prompt.ts';
import { prepareRenderer } from '../../src/core/prompt/render.ts';
import type { ReferenceUse } from '../../src/core/prompt/template/analyse.ts';

const interaction = (over: object): Interaction => {
  const stored = readStoredLine(JSON.stringify({ id: 'a', time: '2026-11-01T00:00:00Z', ...over }));
  return 'interaction' in stored ? stored.interaction : assert.fail();
};

/** Renders as the worker does. */
const evaluator: Parameters<typeof recoverInputs>[0]['evaluator'] = {
  render: ({ document, partials, data }) =>
    Promise.resolve(data.map((each) => ({ request: prepareRenderer(document, partials).render(each) }))),
};

interface Asked {
  readonly document: PromptDocument;
  readonly variables: readonly { readonly name: string; readonly use: ReferenceUse }[];
}

const prompt = (text: string, path = 'p.prompt'): Asked => {
  const { document, analysis }: PromptReading = readPrompt(path, text, []);
  return { document, variables: analysis.variables };
};

const recovered = (
  { document, variables }: Asked,
  { messages, variables: given = {}, isNamed = true }: { messages: readonly JsonValue[]; variables?: JsonObject; isNamed?: boolean },
): Promise<RecoveredInputs> =>
  recoverInputs({
    ...{ interaction: interaction({ messages, variables: given }), targets: [{ document, partials: [] }], variables, isNamed, evaluator },
    required: [...new Set(variables.filter(({ use }) => use !== 'condition').map(({ name }) => name))].filter(
      (name) => !Object.hasOwn(document.input.defaults, name),
    ),
  });

const TWO = '---\nmodel: openai:m\n---\n{{role "system"}}Answer from:\n{{context}}\n{{role "user"}}Question: {{question}}?';
const sent = (context: string, question: string): JsonValue[] => [
  { role: 'system', content: `Answer from:\n${context}\n` },
  { role: 'user', content: `Question: ${question}?` },
];

describe('variables of a captured call', () => {
  it('are read from its messages, and come out byte for byte', async () => {
    const found = await recovered(prompt(TWO), { messages: sent('Two weeks.', 'How long') });
    assert.deepEqual(
      [found.vars, found.recovered, found.problem],
      [{ context: 'Two weeks.', question: 'How long' }, ['context', 'question'], null],
    );
  });

  it('are those that were captured, and the others are read', async () => {
    const found = await recovered(prompt(TWO), { messages: sent('A', 'B'), variables: { context: 'A' } });
    assert.deepEqual([found.vars, found.recovered], [{ context: 'A', question: 'B' }, ['question']]);
  });

  it('are whatever text was sent, for any text', async () => {
    const hostile = fc.array(
      fc.constantFrom('Question: ', '?', '\n', '{{context}}', 'file://.env', 'ä😀', 'GoldsetVariable1x0y', ' ', '$&', '\\', 'x'),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (a, b) => {
        const [context, question] = [a.join(''), b.join('')];
        const found = await recovered(prompt(TWO), { messages: sent(context, question) });
        // Each message holds one variable, so nothing is ambiguous but white space that is cut from the ends of a message.
        assert.deepEqual([found.vars, found.problem], [{ context, question }, null]);
      }),
      { numRuns: 200, seed: 26 },
    );
  });

  const syntaxes: readonly (readonly [string, string])[] = [
    ['mustache', 'Reply to {{name}} in {{tone}} words.'],
    ['jinja', 'Reply to {{ name }} in {{ tone }} words.'],
    ['python', 'Reply to {name} in {tone} words.'],
    ['dollar', 'Reply to ${name} in $tone words.'],
    ['percent', 'Reply to %(name)s in %(tone)s words.'],
  ];
  for (const [syntax, source] of syntaxes)
    it(`are read from a text with ${syntax}`, async () => {
      const { document } = prompt('---\nmodel: openai:m\n---\nx');
      const text = {
        ...document,
        template: { kind: 'text', syntax, messages: [{ role: 'user', source, file: 'p.md', offset: 0 }] },
      } as never;
      const asked: Asked = { document: text, variables: ['name', 'tone'].map((name) => ({ name, use: 'value' })) };
      const found = await recovered(asked, { messages: [{ role: 'user', content: 'Reply to Ana & Bo in {kind} words.' }] });
      assert.deepEqual([found.vars, found.problem], [{ name: 'Ana & Bo', tone: '{kind}' }, null]);
    });

  it('are read from a `.prompt.yml`', async () => {
    const yml =
      'messages:\n  - { role: system, content: "Be {{tone}}." }\n  - { role: user, content: "{{question}}" }\nmodel: openai/gpt-x\n';
    const found = await recovered(prompt(yml, 'p.prompt.yml'), {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Why?' },
      ],
    });
    assert.deepEqual(found.vars, { tone: 'brief', question: 'Why?' });
  });

  it('that a condition needs are read too, and one that did not hold is left out', async () => {
    const asked = prompt('---\nmodel: openai:m\n---\nHi {{name}}.{{#if city}} You live in {{city}}.{{/if}}');
    const inTown = await recovered(asked, { messages: [{ role: 'user', content: 'Hi Ana. You live in Rome.' }] });
    assert.deepEqual(inTown.vars, { name: 'Ana', city: 'Rome' });
    const away = await recovered(asked, { messages: [{ role: 'user', content: 'Hi Ana.' }] });
    assert.deepEqual([away.vars['name'], away.problem], ['Ana', null]);
  });

  it('that could be more than one text are not guessed', async () => {
    const asked = prompt('---\nmodel: openai:m\n---\nFrom {{a}} to {{b}}.');
    const found = await recovered(asked, { messages: [{ role: 'user', content: 'From A to B to C.' }] });
    assert.deepEqual(found.vars, {});
    assert.match(found.problem ?? '', /do not say for certain what a, b were: more than one value fits/);
    const beside = await recovered(prompt('---\nmodel: openai:m\n---\n{{a}}{{b}}'), { messages: [{ role: 'user', content: 'xy' }] });
    assert.match(beside.problem ?? '', /do not say for certain/);
  });

  it('of another prompt, or that a template changes, are not read', async () => {
    const other = await recovered(prompt(TWO), { messages: [{ role: 'user', content: 'Something else' }] });
    assert.deepEqual(other.vars, {});
    assert.match(other.problem ?? '', /Only its messages were captured/);
    // The one text of the variable stands for a list that the template walks.
    const list = await recovered(prompt('---\nmodel: openai:m\n---\n{{#each xs}}- {{this}}\n{{/each}}'), {
      messages: [{ role: 'user', content: '- a\n- b' }],
    });
    assert.deepEqual(list.vars, {});
  });
});

const LOOP: JsonValue[] = [
  { role: 'system', content: 'Answer from:\nX\n' },
  { role: 'user', content: 'Question: Where is 7?' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'c1', type: 'function', function: { name: 'order', arguments: '{"id":7}' } },
      { id: 'c2', type: 'function', function: { name: 'stock', arguments: '{}' } },
    ],
  },
  { role: 'tool', tool_call_id: 'c2', content: 'none' },
  { role: 'tool', tool_call_id: 'c1', content: '{"state":"lost"}' },
];

describe('tools and conversation of a captured call', () => {
  it('become results of tools, each with its call, and no message', async () => {
    const found = await recovered(prompt(TWO), { messages: LOOP });
    assert.deepEqual(found.vars, { context: 'X', question: 'Where is 7' });
    assert.deepEqual(found.tools, [
      { name: 'order', arguments: { id: 7 }, result: { state: 'lost' } },
      { name: 'stock', arguments: {}, result: 'none' },
    ]);
    assert.equal(found.messages, undefined);
    assert.equal(found.problem, 'The prompt does not define the tools that were called: order, stock.');
  });

  for (const [name, messages] of [
    [
      'Anthropic',
      [
        { role: 'user', content: [{ type: 'text', text: 'hi' }] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'order', input: { id: 7 } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'lost' }] },
      ],
    ],
    [
      'the Responses API',
      [
        { role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
        { type: 'function_call', call_id: 't', name: 'order', arguments: '{"id":7}' },
        { type: 'function_call_output', call_id: 't', output: 'lost' },
      ],
    ],
    [
      'OpenTelemetry',
      [
        { role: 'user', parts: [{ type: 'text', content: 'hi' }] },
        { role: 'assistant', parts: [{ type: 'tool_call', id: 't', name: 'order', arguments: { id: 7 } }] },
        { role: 'tool', parts: [{ type: 'tool_call_response', id: 't', result: 'lost' }] },
      ],
    ],
  ] as [string, JsonValue[]][])
    it(`are read in the form of ${name}`, () => {
      const { turns, unread } = capturedTurns(messages);
      assert.equal(unread, null);
      assert.deepEqual(turns[0], { role: 'user', content: [{ text: 'hi' }] });
      assert.deepEqual(toolMocksOf(turns), [{ name: 'order', arguments: { id: 7 }, result: 'lost' }]);
      assert.deepEqual(splitAtLastUser(turns).asked, [turns[0]]);
    });

  it('go on from the prompt, up to what the user said last', async () => {
    const more: JsonValue[] = [...sent('A', 'B'), { role: 'assistant', content: 'Two.' }, { role: 'user', content: 'file://.env' }];
    const found = await recovered(prompt(TWO), { messages: more });
    assert.deepEqual(found.vars, { context: 'A', question: 'B' });
    assert.deepEqual(found.messages, [
      { role: 'model', content: [{ text: 'Two.' }] },
      { role: 'user', content: [{ text: 'file://.env' }] },
    ]);
  });

  it('are kept verbatim where no prompt here says them, and nothing else is missing', async () => {
    const found = await recovered(prompt(TWO), { messages: [{ role: 'system', content: 'S' }, ...sent('', 'q').slice(1)], isNamed: false });
    assert.deepEqual([found.vars, found.problem], [{}, null]);
    assert.deepEqual(found.messages, [
      { role: 'system', content: [{ text: 'S' }] },
      { role: 'user', content: [{ text: 'Question: q?' }] },
    ]);
    const picture = await recovered(prompt(TWO), {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'x' },
            { type: 'image_url', image_url: { url: 'file://a.png' } },
          ],
        },
      ],
      isNamed: false,
    });
    assert.match(picture.problem ?? '', /a picture or a file, which `messages` of a case cannot hold/);
  });

  it('that the prompt does not say are named as missing', async () => {
    const messages: JsonValue[] = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b' },
      { role: 'user', content: 'c' },
    ];
    const found = await recovered(prompt(TWO), { messages, variables: { context: 'x', question: 'y' } });
    assert.match(found.problem ?? '', /Its earlier turns are not in the case/);
  });
});
