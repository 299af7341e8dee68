/** Prompts in source files: what is found, under which identity, with which text, variables and settings. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { CodePrompt } from '../../src/core/prompt/code/read-code.ts';
import { promptVersion } from '../../src/core/versions/identity.ts';
import { only, promptNamed, read, shown } from './code-reading.ts';

describe('the shapes of calls', () => {
  const rows: readonly [title: string, path: string, text: string, messages: string[], model: string | null][] = [
    [
      'OpenAI chat in TypeScript',
      'a.ts',
      "const r = await client.chat.completions.create({ model: 'gpt-x', messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: `Q: ${question}` }] });",
      ['system: Be brief.', 'user: Q: ⟨question⟩'],
      'gpt-x',
    ],
    [
      'OpenAI chat in Python',
      'a.py',
      'r = client.chat.completions.create(model="gpt-x", messages=[{"role": "system", "content": "Be brief."}, dict(role="user", content=f"Q: {question}")])',
      ['system: Be brief.', 'user: Q: ⟨question⟩'],
      'gpt-x',
    ],
    [
      'OpenAI responses',
      'a.py',
      'client.responses.create(model="m", instructions="Be brief.", input=text)',
      ['system: Be brief.', 'user: ⟨text⟩'],
      'm',
    ],
    [
      'Anthropic with system blocks and a spread',
      'a.ts',
      "anthropic.messages.stream({ ...defaults, model: 'c', system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }], messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] })",
      ['system: Be kind.', 'user: Hi'],
      'c',
    ],
    [
      'Vercel AI',
      'a.tsx',
      "export async function POST() { return streamText({ model: openai('gpt-x'), system: 'Be brief.', messages }); }",
      ['system: Be brief.', 'user: ⟨messages⟩'],
      'openai:gpt-x',
    ],
    [
      'Vercel AI with a prompt and a schema',
      'a.js',
      "generateObject({ model: 'openai/gpt-x', schema: z.object({}), prompt: 'List ' + count + ' names' })",
      ['user: List ⟨count⟩ names'],
      'openai/gpt-x',
    ],
    [
      'Google GenAI',
      'a.ts',
      "ai.models.generateContent({ model: 'gemini-x', contents: `Say ${word}`, config: { systemInstruction: 'Be brief.', temperature: 0 } })",
      ['system: Be brief.', 'user: Say ⟨word⟩'],
      'gemini-x',
    ],
    [
      'OpenAI Agents in Python, with the type of the context',
      'a.py',
      'agent = Agent[Context](name="Triage", model="gpt-x", instructions=f"Sort the mail of {shop}.", tools=[])',
      ['system: Sort the mail of ⟨shop⟩.', 'user: ⟨input⟩'],
      'gpt-x',
    ],
    [
      'OpenAI Agents in TypeScript',
      'a.ts',
      "const agent = new Agent<Context>({ name: 'Triage', instructions: 'Sort the mail.' });",
      ['system: Sort the mail.', 'user: ⟨input⟩'],
      null,
    ],
    [
      'an agent of LangChain',
      'a.py',
      'agent = create_agent(model, tools=[look], system_prompt="Be brief.")',
      ['system: Be brief.', 'user: ⟨input⟩'],
      null,
    ],
    [
      'a list of messages for a function of the program',
      'a.py',
      'async def title(text):\n    return await self.ask(messages=[{"role": "system", "content": "Give a title."}, {"role": "user", "content": f"Text: {text}"}], limit=20)',
      ['system: Give a title.', 'user: Text: ⟨text⟩'],
      null,
    ],
    [
      'a list of messages in a variable',
      'a.ts',
      "const messages = [{ role: 'system' as const, content: 'Be brief.' }, { role: 'user', content: question }];\nawait send(messages);",
      ['system: Be brief.', 'user: ⟨question⟩'],
      null,
    ],
    [
      'a list of messages of a class',
      'a.py',
      "def extract(context):\n    return [Message(role='system', content='Extract facts.'), Message(role='user', content=f'Text: {context.text}')]",
      ['system: Extract facts.', 'user: Text: ⟨context.text⟩'],
      null,
    ],
    [
      'Google GenAI in Python',
      'a.py',
      'client.models.generate_content(model="gemini-x", contents=[{"role": "user", "parts": [{"text": "Hi"}]}], config=types.GenerateContentConfig(system_instruction="Be brief."))',
      ['system: Be brief.', 'user: Hi'],
      'gemini-x',
    ],
    [
      'LangChain in Python',
      'a.py',
      'p = ChatPromptTemplate.from_messages([("system", "You are {role}. {{json}}"), MessagesPlaceholder("history"), ("human", "{q}")])',
      ['system: You are ⟨role⟩. {json}', 'user: ⟨history⟩', 'user: ⟨q⟩'],
      null,
    ],
    [
      'LangChain in TypeScript',
      'a.ts',
      "const p = ChatPromptTemplate.fromMessages([['system', 'You are {role}.'], new HumanMessage('Hi {there}')]);",
      ['system: You are ⟨role⟩.', 'user: Hi {there}'],
      null,
    ],
    [
      'LangChain messages',
      'a.py',
      'llm.invoke([SystemMessage(content="S"), HumanMessage(content=f"q {q}")])',
      ['system: S', 'user: q ⟨q⟩'],
      null,
    ],
    ['LiteLLM', 'a.py', 'await acompletion(model="x/y", messages=[{"role": "user", "content": "Hi"}])', ['user: Hi'], 'x/y'],
  ];
  for (const [title, path, text, messages, model] of rows)
    it(`${title}: messages and model are read`, () => {
      const prompt = only(path, text);
      assert.deepEqual(shown(prompt), messages);
      assert.equal(prompt.document.model?.id ?? null, model);
      assert.equal(prompt.origin, 'call');
    });

  it('other libraries with these names, and calls without any text of their own, are no prompts', () => {
    for (const [path, text] of [
      ['a.ts', "twilio.messages.create({ to: '+1', body: 'Your code is ' + code })"],
      ['a.ts', 'client.chat.completions.create({ model, messages })'],
      ['a.py', 'completion = completion(messages=messages)'],
      ['a.ts', "axios.create({ prompt: 'x' }); form.create({ messages: ['x y'] })"],
    ] as const)
      assert.deepEqual(read(path, text).prompts, [], text);
  });

  it('parameters, tools and the response format are read where they are literals', () => {
    const { document, unresolved } = only(
      'a.ts',
      `const LIMIT = 20;
       client.chat.completions.create({ model: pick(), temperature: 0.5, max_tokens: LIMIT, stop: ['END'], top_p: share,
         messages: [{ role: 'user', content: 'Hi' }],
         tools: [{ type: 'function', function: { name: 'find', description: 'Finds', parameters: { type: 'object', properties: {} } } }],
         response_format: { type: 'json_schema', json_schema: { name: 'r', strict: true, schema: { type: 'object' } } } });`,
    );
    assert.deepEqual(document.parameters, { temperature: 0.5, maxOutputTokens: 20, stop: ['END'] });
    assert.deepEqual(document.tools, [{ name: 'find', description: 'Finds', parameters: { type: 'object', properties: {} } }]);
    assert.deepEqual(document.output, { format: 'json', name: 'r', schema: { type: 'object' }, strict: true });
    assert.deepEqual(
      unresolved.map(({ expression }) => expression),
      ['pick()', 'share'],
    );
  });
});

describe('constants by their name', () => {
  for (const [name, isFound] of [
    ['SYSTEM_PROMPT', true],
    ['systemPrompt', true],
    ['INSTRUCTIONS', true],
    ['SYSTEM_MESSAGE', true],
    ['Prompt', true],
    ['prompt', false],
    ['PROMPTS', false],
    ['instructions', false],
    ['promptId', false],
  ] as const)
    it(`${name} is ${isFound ? 'one' : 'not one'}`, () => {
      assert.equal(read('a.ts', `export const ${name} = 'Be brief.';`).prompts.length, isFound ? 1 : 0);
      assert.equal(read('a.py', `${name} = 'Be brief.'`).prompts.length, isFound ? 1 : 0);
    });

  const texts: readonly [title: string, path: string, text: string, expected: string][] = [
    ['a triple-quoted string', 'a.py', 'MY_PROMPT = """One\n  two"""', 'One\n  two'],
    ['adjacent strings', 'a.py', 'MY_PROMPT = ("One " \'two \'\n  r"\\n")', 'One two \\n'],
    ['textwrap.dedent', 'a.py', 'import textwrap\nMY_PROMPT = textwrap.dedent("""\n    One\n      two\n    """)', '\nOne\n  two\n'],
    ['an f-string', 'a.py', 'MY_PROMPT = f"One {two} {{three}} {four:.2f} {five!r}"', 'One ⟨two⟩ {three} ⟨four:.2f⟩ ⟨five!r⟩'],
    ['a format call', 'a.py', 'MY_PROMPT = "One {two} {} {{x}}".format(user.name, two=2 + n)', 'One ⟨two⟩ ⟨user.name⟩ {x}'],
    ['a percent expression', 'a.py', 'MY_PROMPT = "One %s %(two)s 5%%" % values', 'One ⟨values⟩ ⟨two⟩ 5%'],
    ['a joined list', 'a.py', 'LINES = ["One", "two"]\nMY_PROMPT = "\\n".join([*LINES, three])', 'One\ntwo\n⟨three⟩'],
    ['a sum', 'a.py', 'MY_PROMPT = "One " + two + " three"', 'One ⟨two⟩ three'],
    ['fields that are filled elsewhere', 'a.py', 'MY_PROMPT = "One {two} {user.name} {docs[0]}"', 'One ⟨two⟩ ⟨user.name⟩ ⟨docs.0⟩'],
    ['JSON in a text, which no format call fills', 'a.py', 'MY_PROMPT = \'Reply {"a": 1}\'', 'Reply {"a": 1}'],
    ['a template literal', 'a.ts', 'const MY_PROMPT = `One ${two}\n\\${three} \\u00e9`;', 'One ⟨two⟩\n${three} é'],
    ['String.raw', 'a.ts', 'const MY_PROMPT = String.raw`One\\n${two}`;', 'One\\n⟨two⟩'],
    ['dedent', 'a.ts', "import dedent from 'dedent';\nconst MY_PROMPT = dedent`\n    One\n      ${two}\\n\n  `;", 'One\n  ⟨two⟩\n'],
    ['a joined list in TypeScript', 'a.ts', "const MY_PROMPT = ['One', two, `three`].join('\\n');", 'One\n⟨two⟩\nthree'],
    ['a sum in TypeScript', 'a.ts', "const MY_PROMPT = 'One ' + two + /* x */ ' three';", 'One ⟨two⟩ three'],
    ['as const and satisfies', 'a.ts', "const MY_PROMPT = ('One' as const) satisfies string;", 'One'],
    ['an arrow function', 'a.ts', 'const myPrompt = (user: User) => `Hi ${user.name}`;', 'Hi ⟨user.name⟩'],
    ['placeholders of another language', 'a.ts', "const MY_PROMPT = 'Hi {{ name }}';", 'Hi ⟨name⟩'],
    ['a replaced placeholder', 'a.ts', "const MY_PROMPT = 'Hi [NAME]'.replace('[NAME]', name).trim();", 'Hi ⟨name⟩'],
  ];
  for (const [title, path, text, expected] of texts)
    it(`${title} is read as the program builds it`, () => {
      assert.deepEqual(shown(only(path, text)), [`user: ${expected}`]);
    });
});

describe('variables', () => {
  it('are named after their expression; one expression is one variable, and no two share a name', () => {
    const prompt = only(
      'a.ts',
      'const MY_PROMPT = `For ${user.name} ${ user.name } ${today()} ${f(a)} ${f(b)} ${docs.map((d) => d.text).join("\\n")} ${docs} ${x ?? "none"} ${x}`;',
    );
    assert.deepEqual(shown(prompt), ['user: For ⟨user.name⟩ ⟨user.name⟩ ⟨today⟩ ⟨f⟩ ⟨f2⟩ ⟨docs⟩ ⟨docs2⟩ ⟨x⟩ ⟨x2⟩']);
  });

  it('constants of the file and of imported files are static text with their own place', () => {
    const prompt = promptNamed(
      'src/a.ts',
      "import { TONE, RULES as R } from './lib/rules';\nimport * as all from '@/shared';\nconst NAME = 'Ana';\nexport const MY_PROMPT = `${TONE} ${R.short} ${all.END} ${NAME} ${missing}`;",
      'MY_PROMPT',
      {
        'src/lib/rules.ts': "export { TONE } from './tone.js';\nexport const RULES = { short: 'Be short.' } as const;",
        'src/lib/tone.ts': "export const TONE = 'Calm.';",
        'src/shared/index.ts': "export * from './end';",
        'src/shared/end.ts': "export const END = 'Bye.';",
      },
    );
    assert.deepEqual(shown(prompt), ['user: Calm. Be short. Bye. Ana ⟨missing⟩']);
    assert.deepEqual([...prompt.dependencies].sort(), ['src/lib/rules.ts', 'src/lib/tone.ts', 'src/shared/end.ts']);
    const { template } = prompt.document;
    const place = template.kind === 'parts' ? template.messages[0]?.parts[0]?.source : null;
    assert.deepEqual(place, { path: 'src/lib/tone.ts', range: { start: 21, end: 26 } });
  });

  it('modules of Python are followed: relative, absolute, aliased, as a whole, and from a class', () => {
    const prompt = only(
      'app/api/chat.py',
      'from ..prompts import TONE\nfrom app.prompts import Rules\nfrom .. import prompts\nimport app.more as m\nMY_PROMPT = f"{TONE} {Rules.SHORT} {prompts.END} {m.MORE}"',
      { 'app/prompts.py': "TONE = 'Calm.'\nEND = 'Bye.'\nclass Rules:\n    SHORT: str = 'Be short.'\n", 'app/more.py': 'MORE = "More."' },
    );
    assert.deepEqual(shown(prompt), ['user: Calm. Be short. Bye. More.']);
  });

  it('a name that is assigned again, a parameter and a shadowed constant are variables', () => {
    for (const text of [
      "let A = 'x'; A = 'y'; const MY_PROMPT = `t ${A}`;",
      "let A = 'x'; function f() { A += 'y'; } const MY_PROMPT = `t ${A}`;",
      "const A = 'x'; const myPrompt = (A) => `t ${A}`;",
      "const A = 'x'; function f({ A }) { const MY_PROMPT = `t ${A}`; }",
      'const A = `x ${A}`.split(); const MY_PROMPT = `t ${A}`;',
    ])
      assert.deepEqual(shown(read('a.ts', text).prompts[0] as CodePrompt), ['user: t ⟨A⟩'], text);
    for (const text of [
      "A = 'x'\nA += 'y'\nMY_PROMPT = f't {A}'",
      "A = 'x'\ndef f():\n    global A\n    A = 'y'\nMY_PROMPT = f't {A}'",
      "if b:\n    A = 'x'\nelse:\n    A = 'y'\nMY_PROMPT = f't {A}'",
      "A = 'x'\ndef f(A):\n    MY_PROMPT = f't {A}'",
      "A = 'x'\nfor A in b:\n    pass\nMY_PROMPT = f't {A}'",
    ])
      assert.deepEqual(shown(read('a.py', text).prompts[0] as CodePrompt), ['user: t ⟨A⟩'], text);
  });

  it('what goes round in circles, or grows without end, is a variable', () => {
    assert.deepEqual(
      shown(
        promptNamed('a.ts', "import { A } from './b'; export const B_PROMPT = `b ${A}`;", 'B_PROMPT', {
          'b.ts': "import { B_PROMPT } from './a'; export const A = `a ${B_PROMPT}`;",
        }),
      ),
      ['user: b a ⟨B_PROMPT⟩'],
    );
    const doubling = Array.from({ length: 60 }, (_, i) => `const A${String(i + 1)} = A${String(i)} + A${String(i)};`).join('\n');
    assert.equal(read('a.ts', `const A0 = 'x';\n${doubling}\nconst MY_PROMPT = 't' + A60;`).prompts.length, 1);
  });

  it('each says why it is not known', () => {
    const { unresolved } = only(
      'a.ts',
      "import { X } from 'package';\nfunction f(question) { const MY_PROMPT = `t ${question} ${X} ${load()}`; }",
    );
    assert.deepEqual(
      unresolved.map(({ variable, why }) => [variable, why]),
      [
        ['question', 'question has its value only when the program runs'],
        ['X', 'package is not a file of the workspace that Goldset reads'],
        ['load', 'a call gives its value when the program runs'],
      ],
    );
  });
});

describe('the identity of a prompt in code', () => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

  it('is the name, or the number of the call in its function', () => {
    const text = `
      generateText({ prompt: 'at the top' });
      export class Bot { run() { generateText({ prompt: 'one' }); generateText({ prompt: 'two' }); } }
      const answer = async () => { await generateText({ prompt: 'three' }); };
      // goldset: named
      generateText({ prompt: 'four' });`;
    assert.deepEqual(
      read('src/a.ts', text).prompts.map(({ id, name }) => [id, name]),
      [
        ['src/a.ts#module:1', null],
        ['src/a.ts#Bot.run:1', null],
        ['src/a.ts#Bot.run:2', null],
        ['src/a.ts#answer:1', null],
        ['src/a.ts#named', 'named'],
      ],
    );
  });

  it('a constant that a call sends is listed with the call, and can be addressed by itself', () => {
    const { prompts } = read(
      'a.py',
      'TRIAGE_PROMPT = "Sort this."\ndef f(q):\n    return client.chat.completions.create(model="m", messages=[{"role": "system", "content": TRIAGE_PROMPT.strip()}, {"role": "user", "content": q}])\n',
    );
    assert.deepEqual(
      prompts.map(({ id, containedIn }) => [id, containedIn]),
      [
        ['a.py#TRIAGE_PROMPT', 'a.py#f:1'],
        ['a.py#f:1', null],
      ],
    );
    assert.deepEqual(prompts.map(shown), [
      ['system: Sort this.', 'user: ⟨input⟩'],
      ['system: Sort this.', 'user: ⟨q⟩'],
    ]);
  });

  it('two prompts of one name have two ids', () => {
    const ids = (text: string) => read('a.ts', text).prompts.map(({ id }) => id);
    assert.deepEqual(ids("const MY_PROMPT = 'a';\nfunction f() { const MY_PROMPT = 'b'; }\nfunction g() { const MY_PROMPT = 'c'; }"), [
      'a.ts#MY_PROMPT',
      'a.ts#f.MY_PROMPT',
      'a.ts#g.MY_PROMPT',
    ]);
    const marked = read('a.ts', "// goldset: x\nconst a = 'a';\n// goldset: x\nconst b = 'b';");
    assert.deepEqual(
      marked.diagnostics.map(({ code }) => code),
      ['code/duplicate-name'],
    );
  });

  it('code that moves, and is formatted in another way, keeps its version', () => {
    const version = (path: string, text: string) => promptVersion((read(path, text).prompts[0] as CodePrompt).document, [], sha256);
    const before = version('a.ts', "const MY_PROMPT = 'One ' + user.name + ' two';");
    assert.equal(version('lib/b.ts', '\n\n// moved\nexport const MY_PROMPT = `One ${\n  user.name\n} two`;'), before);
    assert.notEqual(version('a.ts', "const MY_PROMPT = 'One ' + user.name + ' three';"), before);
  });
});

describe('functions of the program', () => {
  it('that return a text at their end only are followed where they are called without arguments', () => {
    const texts = (text: string) => shown(read('a.ts', text).prompts.at(-1) as CodePrompt);
    const call = 'generateText({ system: build(), prompt: q });';
    assert.deepEqual(texts(`const build = () => { const now = today(); return \`It is \${now}.\`; };\n${call}`), [
      'system: It is ⟨now⟩.',
      'user: ⟨q⟩',
    ]);
    assert.deepEqual(read('a.ts', `const build = () => { if (x) { return 'a'; } return 'b'; };\n${call}`).prompts, []);
    assert.deepEqual(texts("const build = (x) => `It is ${x}.`;\ngenerateText({ system: build(y), prompt: 'Go' });"), [
      'system: ⟨build⟩',
      'user: Go',
    ]);
    const python =
      'def build():\n    """Says it."""\n    return f"It is {now}."\nllm.chat.completions.create(messages=[Message(role="user", content=build())])\n';
    assert.deepEqual(shown(only('a.py', python)), ['user: It is ⟨now⟩.']);
  });
});
