/** The two native formats as real files use them: what only the application's code defines, keys and texts of other tools. */
import { prepareRenderer } from '../../src/core/prompt/render.ts';
import { NO_CONTEXT } from '../../src/core/prompt/formats/text-prompt.ts';
import assert from 'node:assert/strict';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import { isOfAnotherTool, refuseUnusable } from '../../src/core/prompt/refuse-broken.ts';
import { analyse } from './analyse.ts';
import { withReplacements } from '../../src/core/config/read-evaluators.ts';
import { closedServiceModel } from '../../src/core/config/closed-service.ts';
import { readPrompt, type PromptReading } from '../../src/core/prompt/read-prompt.ts';
import { NO_STUBS, type Stubs } from '../../src/core/prompt/external.ts';

const dotprompt = (frontMatter: string, body = 'Hi {{name}}'): string =>
  `---\nmodel: googleai/gemini-2.5-flash\n${frontMatter}\n---\n${body}`;

const stubsOf = (yaml: string): Stubs => readGoldsetYaml('goldset.yaml', `stubs:\n${yaml}`).config.stubs;

const said = ({ diagnostics }: Pick<PromptReading, 'diagnostics'>): string[] =>
  diagnostics.map(({ severity, code }) => `${severity} ${code}`);

const isUsable = (reading: PromptReading): boolean => {
  try {
    refuseUnusable(reading);
    return true;
  } catch {
    return false;
  }
};

const IN_CODE: readonly (readonly [what: string, text: string, names: string])[] = [
  ['an input schema', dotprompt('input: { schema: DishRequest }'), 'the schema `DishRequest`'],
  ['an output schema with a description', dotprompt('output: { schema: "Dish, the best one" }'), 'the schema `Dish`'],
  ['schemas inside a schema', dotprompt('output: { schema: { "dishes(array)": Dish, side?: Side } }'), 'the schemas `Dish` and `Side`'],
  [
    'the format array',
    dotprompt('output: { format: array, schema: { type: array, items: { type: string } } }'),
    'the output format `array`',
  ],
  ['the format enum', dotprompt('output: { format: enum }'), 'the output format `enum`'],
  ['the format jsonl', dotprompt('output: { format: jsonl }'), 'the output format `jsonl`'],
  ['the format media', dotprompt('output: { format: media }'), 'the output format `media`'],
  ['the format csv', dotprompt('output: { format: csv }'), 'the output format `csv`'],
  ['a helper', dotprompt('', '{{list name}}'), 'the helper `list`'],
  ['a helper in a condition', dotprompt('', '{{#if (gt name 3)}}x{{/if}}'), 'the helper `gt`'],
  ['a block helper', dotprompt('', '{{#repeat 3}}{{name}}{{/repeat}}'), 'the helper `repeat`'],
  ['partials', dotprompt('', '{{> header}} {{> parts/footer}}'), 'the partials `header` and `parts/footer`'],
  ['tools', dotprompt('tools: [a, b, c, d, e, f]'), 'the tools `a`, `b`, `c`, `d` and 2 more'],
  [
    'all of these',
    dotprompt('input: { schema: In }\noutput: { schema: Out }\ntools: [find]', '{{list name}}{{> header}}'),
    'the schemas `In` and `Out`, the tool `find`, the helper `list` and the partial `header`',
  ],
];

describe('a dotprompt that uses what only the application’s code defines', () => {
  for (const [what, text, names] of IN_CODE)
    it(`runs with one warning that names ${what}`, () => {
      const reading = readPrompt('a.prompt', text);
      assert.deepEqual(said(reading), ['warning prompt/defined-in-code']);
      assert.ok(reading.diagnostics[0]?.message.includes(names), reading.diagnostics[0]?.message);
      assert.ok(isUsable(reading));
    });

  it('has no warning when goldset.yaml declares all of it, and uses the declared schemas and tools', () => {
    const stubs = stubsOf(
      [
        '  schemas: { Dish: { name: string, side?: Side }, Side: { type: string } }',
        '  helpers: [list, today]',
        '  partials: [header]',
        '  tools: { find: { description: Finds., inputSchema: { query: string } } }',
      ].join('\n'),
    );
    const reading = readPrompt('a.prompt', dotprompt('output: { schema: Dish }\ntools: [find]', '{{list name}}{{today}}{{> header}}'), [], {
      ...NO_CONTEXT,
      stubs,
    });
    assert.deepEqual(said(reading), []);
    assert.deepEqual(reading.document.output.schema, {
      type: 'object',
      properties: { name: { type: 'string' }, side: { type: ['string', 'null'] } },
      required: ['name'],
      additionalProperties: false,
    });
    assert.deepEqual(reading.document.tools, [
      {
        name: 'find',
        description: 'Finds.',
        parameters: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'], additionalProperties: false },
      },
    ]);
    assert.deepEqual(
      reading.analysis.variables.map(({ name }) => name),
      ['name'],
    );
    // What a helper or a partial adds to the request is unknown, declared or not.
    assert.deepEqual(
      reading.document.external?.map(({ kind, name }) => `${kind} ${name}`),
      ['helper list', 'helper today', 'partial header'],
    );
  });

  it('does not end when stubs name each other in a circle', () => {
    const stubs = stubsOf('  schemas: { A: { b: B }, B: { a: A } }');
    assert.deepEqual(said(readPrompt('a.prompt', dotprompt('output: { schema: A }'), [], { ...NO_CONTEXT, stubs })), []);
  });

  const SLIPS: readonly (readonly [slip: string, text: string, hint: RegExp])[] = [
    ['a type in capitals', dotprompt('input: { schema: { name: String } }'), /Did you mean string/],
    ['a type with a letter too few', dotprompt('input: { schema: { name: strng } }'), /Did you mean string/],
    ['a list in TypeScript’s form', dotprompt('input: { schema: { name: "string[]" } }'), /name\(array\): string/],
    ['a format', dotprompt('output: { format: jsn }'), /json, text/],
    ['a helper', dotprompt('', '{{roel "system"}}Hi'), /role/],
    ['a block helper', dotprompt('', '{{#eahc name}}x{{/eahc}}'), /each/],
  ];
  for (const [slip, text, hint] of SLIPS)
    it(`is still broken by a slip in ${slip}`, () => {
      const reading = readPrompt('a.prompt', text);
      const error = reading.diagnostics.find(({ severity }) => severity === 'error');
      assert.match(`${error?.message} ${error?.hint}`, hint);
      assert.ok(!isUsable(reading));
    });

  it('keeps variables of an unknown block out of the undeclared ones', () => {
    const text = dotprompt('input: { schema: { items: string } }', '{{#table items}}{{title}}{{/table}}');
    assert.deepEqual(said(readPrompt('a.prompt', text)), ['warning prompt/defined-in-code']);
  });

  it('renders the default of a partial block whose partial does not exist, without a warning', () => {
    assert.deepEqual(said(readPrompt('a.prompt', dotprompt('', '{{#> layout}}Hi{{/layout}}'))), []);
  });
});

describe('stubs of goldset.yaml', () => {
  const ROWS: readonly (readonly [mistake: string, yaml: string, message: RegExp])[] = [
    ['a key that is unknown', '  helper: [list]', /Unknown key `helper`/],
    ['helpers that are no list', '  helpers: list', /must be a list/],
    ['a helper that is no name', '  helpers: [{ a: 1 }]', /list of names/],
    ['a tool that is no map', '  tools: { find: yes please }', /must be a map/],
    ['a schema of a name that is missing', '  schemas: { A: { b: Missing } }', /no schema `Missing`/],
    ['a schema with an invalid type', '  schemas: { A: { b: Strng } }', /Did you mean string/],
  ];
  for (const [mistake, yaml, message] of ROWS)
    it(`are reported for ${mistake}`, () => {
      const { diagnostics } = readGoldsetYaml('goldset.yaml', `stubs:\n${yaml}`);
      assert.equal(diagnostics.length, 1, JSON.stringify(diagnostics));
      assert.match(diagnostics[0]?.message ?? '', message);
    });

  it('are empty where goldset.yaml has none', () => {
    assert.deepEqual(readGoldsetYaml('goldset.yaml', 'model: openai:gpt-5-mini').config.stubs, NO_STUBS);
  });
});

describe('a key that Goldset does not read', () => {
  it('is said once per file when it belongs to another tool', () => {
    const reading = readPrompt('a.prompt', dotprompt('maxTurns: 3\ntoolChoice: auto\nreturnToolRequests: true\nuse: [retry]'));
    assert.deepEqual(said(reading), ['info prompt/other-key']);
    assert.match(reading.diagnostics[0]?.message ?? '', /`maxTurns`, `toolChoice`, `returnToolRequests`, `use`/);
  });

  it('is a warning with the right place when it is a parameter, in both formats', () => {
    const hints = [
      readPrompt('a.prompt', dotprompt('temperature: 0.2')),
      readPrompt('a.prompt.yml', 'temperature: 0.2\nmessages: [{ role: user, content: Hi }]'),
    ].map(({ diagnostics }) => diagnostics.map(({ severity, hint }) => `${severity} ${hint}`));
    assert.deepEqual(hints, [['warning Move it under `config`.'], ['warning Move it under `modelParameters`.']]);
  });

  it('is a warning with the key that was meant when it is a slip', () => {
    assert.equal(readPrompt('a.prompt', dotprompt('ouput: {}')).diagnostics[0]?.hint, 'Did you mean `output`?');
  });
});

describe('a `---` line', () => {
  const PROSE = [
    '# Rules\n\n---\n\nBe kind.\n',
    '---\nBe kind and helpful.\n---\nAnswer.\n',
    '---\n\nBe kind.\n',
    '# A\n---\nBe kind.\n\n---\nBye.\n',
  ];
  for (const text of PROSE)
    it(`is a rule of Markdown in ${JSON.stringify(text)}`, () => {
      const reading = readPrompt('a.prompt', text);
      assert.deepEqual(said(reading), []);
      assert.deepEqual(reading.document.template, { kind: 'handlebars', source: text, offset: 0 });
    });

  const FRONT_MATTER = [
    '---\nmodel: a:b\n---\nHi',
    '# Licence\n---\nmodel: a:b\n---\nHi',
    '---\n# a comment\nmodel: a:b\n---\nHi',
    '---\n{ model: a:b }\n---\nHi',
  ];
  for (const text of FRONT_MATTER)
    it(`begins front matter in ${JSON.stringify(text)}`, () => {
      assert.equal(readPrompt('a.prompt', text).document.model?.id, 'a:b');
    });

  it('begins front matter that is not closed when a key of the format follows', () => {
    assert.deepEqual(said(readPrompt('a.prompt', '---\nmodel: a:b\nHi')), ['error prompt/front-matter-unclosed']);
  });
});

describe('a .prompt file in another language', () => {
  const UNUSABLE: readonly (readonly [language: string, text: string, message: RegExp])[] = [
    ['a Go template', 'Hello {{.Name}}, {{range .Items}}{{.}}{{end}}', /is a Go template, not dotprompt: `\{\{\.Name\}\}`/],
    ['JSON', '{"messages": [{"role": "user", "content": "Hi {{name}}"}]}', /is JSON/],
    ['an ERB template', 'Hello <%= name %>', /is an ERB or EJS template/],
  ];
  for (const [language, text, message] of UNUSABLE)
    it(`is named as ${language} in one info, and is refused`, () => {
      const reading = readPrompt('a.prompt', text);
      assert.deepEqual(said(reading), ['info prompt/other-syntax']);
      assert.match(reading.diagnostics[0]?.message ?? '', message);
      assert.ok(!isUsable(reading) && isOfAnotherTool(reading.document));
    });

  it('is one error when its front matter is that of dotprompt', () => {
    const reading = readPrompt('a.prompt', dotprompt('', '{{ range .Items }}{{ .Name }}{{ end }}'));
    assert.deepEqual(said(reading), ['error prompt/other-syntax']);
    assert.ok(!isUsable(reading) && !isOfAnotherTool(reading.document));
  });

  for (const [name, text] of [
    ['Python, with front matter of dotprompt', dotprompt('', 'Question: {question}')],
    ['no known syntax', 'Write for {{INSERT COMPANY NAME}}.'],
  ] as const)
    it(`is a warning, and is sent as it stands, for placeholders of ${name}`, () => {
      const reading = readPrompt('a.prompt', text);
      assert.ok(said(reading).includes('warning prompt/other-syntax'), said(reading).join());
      assert.ok(isUsable(reading));
    });

  for (const [language, text, rendered] of [
    ['a Jinja template', 'Hello {% for a in b %}{{ a | upper }}{% endfor %}', 'Hello XY'],
    ['a Python format string', 'Question: {question}', 'Question: why'],
    ['text with `${name}`', 'Question: ${question}', 'Question: why'],
  ] as const)
    it(`is read as ${language}, and one info says so, when it has no front matter`, () => {
      const reading = readPrompt('a.prompt', text);
      assert.deepEqual(said(reading), ['info prompt/other-syntax']);
      assert.ok(reading.diagnostics[0]?.message.includes(`read as ${language}`), reading.diagnostics[0]?.message);
      const { messages } = prepareRenderer(reading.document, []).render({ input: { question: 'why', b: ['x', 'y'] } });
      assert.deepEqual(messages.at(-1)?.content, [{ text: rendered }]);
    });

  for (const text of [
    dotprompt('', 'Hi {{name}}, say {yes}.'),
    dotprompt('', 'Set ${HOME} for {{name}}.'),
    'Be kind.',
    dotprompt('', 'Write {% raw %} for {{name}}.'),
  ])
    it(`is not suspected in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(said(readPrompt('a.prompt', text)), []);
    });
});

describe('a .prompt.yml of another tool', () => {
  for (const text of ['name: x\nprompt: Hi\n', '- step: one\n', 'version: 1\nagents: { a: { role: b } }\n'])
    it(`is an info, and is refused, for ${JSON.stringify(text)}`, () => {
      const reading = readPrompt('a.prompt.yaml', text);
      assert.deepEqual(said(reading), ['info prompt/other-syntax']);
      assert.ok(!isUsable(reading) && isOfAnotherTool(reading.document));
    });

  for (const text of ['model: openai/gpt-4o\nmodelParameters: { maxTokens: 1 }\n', 'messages: []\n', 'evaluators: []\nname: a\n'])
    it(`is not suspected in ${JSON.stringify(text)}, which has an error of its own`, () => {
      assert.ok(said(readPrompt('a.prompt.yml', text)).includes('error prompt/no-messages'));
    });
});

describe('evaluators that goldset.yaml replaces', () => {
  const PROMPT = [
    'messages: [{ role: user, content: Hi }]',
    'evaluators:',
    '  - { name: similar, uses: github/similarity }',
    '  - { name: tone, llm: { modelId: openai/gpt-4o, prompt: "Is it kind?", choices: [{ choice: "yes", score: 1 }] } }',
    '  - { name: greets, string: { contains: hi } }',
  ].join('\n');
  const replaced = (evaluators: string) => {
    const { config, diagnostics } = readGoldsetYaml('goldset.yaml', `prompts: { a.prompt.yml: { evaluators: ${evaluators} } }`);
    const { document } = readPrompt('a.prompt.yml', PROMPT);
    return {
      diagnostics,
      assertions: withReplacements(document, config.prompts.get('a.prompt.yml')?.evaluators ?? new Map()).embedded.assertions.map(
        ({ type, value, metric }) => ({ type, metric, ...(typeof value === 'string' ? { value } : {}) }),
      ),
    };
  };

  it('are those of the name or of the kind; the others stay', () => {
    const { assertions, diagnostics } = replaced('{ github/similarity: { type: icontains, value: "{{expected}}" }, tone: [] }');
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(assertions, [
      { type: 'icontains', metric: 'similar', value: '{{expected}}' },
      { type: 'icontains', metric: 'greets', value: 'hi' },
    ]);
  });

  it('may be all of the kind llm', () => {
    assert.deepEqual(
      replaced('{ llm: { type: is-refusal } }').assertions.map(({ type }) => type),
      ['github/similarity', 'is-refusal', 'icontains'],
    );
  });

  for (const [mistake, evaluators] of [
    ['an assertion without a type', '{ tone: { value: x } }'],
    ['a type that does not exist', '{ tone: { type: nonsense } }'],
    ['code', '{ tone: { type: javascript, value: "true" } }'],
  ] as const)
    it(`are an error of goldset.yaml with ${mistake}`, () => {
      assert.deepEqual(
        replaced(evaluators).diagnostics.map(({ severity }) => severity),
        ['error'],
      );
    });
});

describe('a model of the closed GitHub Models', () => {
  const said = (id: string, served: readonly string[], runs = false) => {
    const { document } = readPrompt('a.prompt.yml', `model: ${id}\nmessages: [{ role: user, content: Hi }]`);
    return closedServiceModel(
      document,
      () => runs,
      (offer) => served.includes(offer),
    );
  };

  it('is a warning with a change to each provider that has it', () => {
    const found = said('meta/Llama-3.3-70B-Instruct', ['openrouter:meta-llama/llama-3.3-70b-instruct']);
    assert.equal(found?.severity, 'warning');
    assert.deepEqual(found.fixes, [
      {
        title: 'Use openrouter:meta-llama/llama-3.3-70b-instruct',
        edits: [{ range: { start: 7, end: 34 }, text: 'openrouter:meta-llama/llama-3.3-70b-instruct' }],
      },
    ]);
  });

  it('is a warning without a change where no provider is known to have it', () => {
    assert.equal(said('core42/jais-30b-chat', [])?.fixes, undefined);
  });

  it('is nothing where the name has a provider here, or is not one of its', () => {
    assert.equal(said('openai/gpt-4o', [], true), null);
    assert.equal(said('house/model', []), null);
  });
});

describe('the economics of a prompt of which a part is unknown', () => {
  const LONG = 'Answer politely and keep every fact that the customer gives. '.repeat(20);
  const modelOf = (prompt: string) => {
    const [model] = analyse({ prompt }).analysis.models;
    assert.ok(model);
    return model;
  };

  it('are exact for the text alone', () => {
    const { isExact, prefix } = modelOf(dotprompt('', `${LONG}{{name}}`));
    assert.deepEqual([isExact, prefix.cacheable], [true, true]);
  });

  for (const [what, prompt] of [
    ['tools that the code defines', dotprompt('tools: [find]', `${LONG}{{name}}`)],
    ['a schema that the code defines', dotprompt('output: { schema: Dish }', `${LONG}{{name}}`)],
    ['a helper of the code', dotprompt('', `${LONG}{{list name}}`)],
    ['a partial of the code', dotprompt('', `${LONG}{{> header}}{{name}}`)],
  ] as const)
    it(`are not exact with ${what}`, () => {
      assert.equal(modelOf(prompt).isExact, false);
    });

  for (const [what, prompt] of [
    ['Python’s format, with front matter of dotprompt', dotprompt('', `Question: {question}\n${LONG}`)],
    ['a syntax that is not known', `Write for {{INSERT COMPANY NAME}}.\n${LONG}`],
    ['a Go template', `{{.Query}}\n${LONG}`],
  ] as const)
    it(`promise no cache for a text in ${what}`, () => {
      const { isExact, prefix, stableTokens } = modelOf(prompt);
      assert.deepEqual([isExact, prefix.cacheable, prefix.tokens, stableTokens], [false, false, 0, 0]);
    });
});
