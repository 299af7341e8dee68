/** Whatever the bytes of a source file are, it is read without an exception, and in bounded time. */
import assert from 'node:assert/strict';
import { mayHavePrompts } from '../../src/core/prompt/code/may-have-prompts.ts';
import { importsOf, readCode } from '../../src/core/prompt/code/read-code.ts';
import { pick, randomFrom, randomSource } from './code-sources.ts';

const PATHS = ['a.ts', 'a.tsx', 'a.js', 'a.py'];
const many = (text: string, count: number): string => text.repeat(count);

describe('hostile source files', () => {
  for (const [title, text] of [
    ['nothing', ''],
    ['a lone surrogate', 'const A_PROMPT = "\ud83d";'],
    ['an open string', 'A_PROMPT = "abc'],
    ['an open template', 'const A_PROMPT = `abc ${x'],
    ['an open triple quote', 'A_PROMPT = f"""abc {x'],
    ['half an escape', "A_PROMPT = 'abc\\"],
    ['a wrong code point', "A_PROMPT = 'x \\u{ffffffff} \\UFFFFFFFF'"],
    ['brackets without end', `A_PROMPT = ${many('[', 20_000)}`],
    ['calls without end', `A_PROMPT = ${many('f(', 20_000)}`],
    ['a long sum', `A_PROMPT = ${many('"a" + ', 2000)}"b"`],
    ['templates in templates', `const A_PROMPT = ${many('`a ${', 3000)}x${many('}`', 3000)}`],
    ['dictionaries in dictionaries', `A_PROMPT = ${many('{"a": ', 5000)}1${many('}', 5000)}`],
    ['members without end', `A_PROMPT = "x" + a${many('.b', 1000)}`],
    ['format fields without end', `A_PROMPT = "${many('{', 20_000)}"`],
    ['markers without end', many('# goldset: a\n// goldset: b\n', 100)],
    ['constants that name themselves', 'A_PROMPT = A_PROMPT\nB_PROMPT = "x" + B_PROMPT'],
    ['the prototype', 'const A_PROMPT = "x" + a.__proto__ + constructor; generateText({ __proto__: { system: "x y" }, prompt: "z" });'],
    ['methods of every object', "const A_PROMPT = 'x'.constructor() + 'y'.hasOwnProperty() + 'z'.toString();"],
  ] as const)
    it(`${title} is read`, () => {
      for (const path of PATHS) {
        assert.ok(Array.isArray(readCode(path, text, () => null).prompts));
        importsOf(path, text);
      }
      mayHavePrompts(text);
    });

  it('a file that imports itself, or another that imports it, is read', () => {
    const text = "import { A_PROMPT as B } from './a';\nexport * from './a';\nexport const A_PROMPT = `x ${B} ${C}`;";
    assert.ok(readCode('a.ts', text, () => ({ path: 'b.ts', text })).prompts.length > 0);
  });

  it('broken copies of real sources are read', () => {
    for (let seed = 0; seed < 400; seed++) {
      const random = randomFrom(seed);
      const { path, text } = randomSource(seed, seed % 2 === 0 ? 'javascript' : 'python');
      const at = Math.floor(random() * text.length);
      const broken =
        text.slice(0, at) +
        pick(random, ['', '`', '"', "'", '"""', '{', '}', '${', '\\', '\n', '(', '\0', '#', '//', '/*']) +
        text.slice(at + 3);
      readCode(path, broken, () => null);
    }
  });

  it('the search of the text finds every file that has a prompt', () => {
    for (const text of [
      "const x = 'Be brief.'; // goldset: x",
      'SYSTEM_MESSAGE: str = "Be brief."',
      'export const systemPrompt: string = `Be brief.`;',
      'function systemPrompt() { return `Be brief.`; }',
      'client.chat\n  .completions\n  .create({})',
      'client.responses.create(x)',
      'client.beta.messages.stream(x)',
      'ai.models.generateContentStream(x)',
      'await acompletion (x)',
      'ChatPromptTemplate.from_messages(x)',
      'SystemMessage(content="x")',
    ])
      assert.ok(mayHavePrompts(text), text);
    for (const text of [
      'interface PromptProps { prompt: Prompt }',
      'const onPrompt = 1 === 2'.replace('onPrompt =', 'x ='),
      "import { SYSTEM_PROMPT } from './x';",
      'app.create(x)',
    ])
      assert.ok(!mayHavePrompts(text), text);
  });
});
