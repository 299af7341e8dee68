/** Edits of prompts in their strings: the wanted text, the same quotes, and nothing else in the file changed. */
import assert from 'node:assert/strict';
import vm from 'node:vm';
import { applyEdits } from '../../src/core/text/text.ts';
import { editPrompt, type PromptEdit } from '../../src/core/prompt/code/edit-prompt.ts';
import { readCode, type CodePrompt } from '../../src/core/prompt/code/read-code.ts';
import { promptNamed, shown } from './code-reading.ts';
import { pick, plainText, randomFrom, randomSource, randomText, type MadeSource } from './code-sources.ts';

const NO_IMPORTS = () => null;

function edited(path: string, text: string, from: string, to: string, name = 'MY_PROMPT'): { result: PromptEdit; after: string } {
  const start = text.indexOf(from);
  const result = editPrompt({ path, text }, `${path}#${name}`, { start, end: start + from.length }, to, NO_IMPORTS);
  return { result, after: 'edit' in result ? applyEdits(text, [result.edit]) : text };
}

describe('an edit in a string', () => {
  for (const [title, path, text, from, to, after] of [
    [
      'single quotes',
      'a.ts',
      "const MY_PROMPT = 'Be brief.';",
      'brief',
      'brief,\nit\'s "x" \\',
      "const MY_PROMPT = 'Be brief,\\nit\\'s \"x\" \\\\.';",
    ],
    [
      'a template literal',
      'a.ts',
      'const MY_PROMPT = `Be brief, ${name}.`;',
      'brief',
      'a `b`\n${c}',
      'const MY_PROMPT = `Be a \\`b\\`\n\\${c}, ${name}.`;',
    ],
    ['triple quotes', 'a.py', 'MY_PROMPT = """Be\nbrief"""', 'brief', 'x "y"', 'MY_PROMPT = """Be\nx "y\\""""'],
    ['an f-string', 'a.py', "MY_PROMPT = f'Be {x} brief'", 'brief', '{"a": 1}', 'MY_PROMPT = f\'Be {x} {{"a": 1}}\''],
    ['a format call', 'a.py', 'MY_PROMPT = "Be brief {x}".format(x=x)', 'brief', '{}', 'MY_PROMPT = "Be {{}} {x}".format(x=x)'],
    ['a raw string', 'a.py', 'MY_PROMPT = r"Be \\d brief"', 'brief', '\\w', 'MY_PROMPT = r"Be \\d \\w"'],
    [
      'a dedented string',
      'a.py',
      'import textwrap\nMY_PROMPT = textwrap.dedent("""\n    Be brief.\n    End.""")',
      'Be brief.',
      'Be\n  calm.',
      'import textwrap\nMY_PROMPT = textwrap.dedent("""\n    Be\n      calm.\n    End.""")',
    ],
    [
      'a dedented template',
      'a.ts',
      "import dedent from 'dedent';\nconst MY_PROMPT = dedent`\n    Be brief.\n    End.`;",
      'Be brief.',
      'Be\n  calm.',
      "import dedent from 'dedent';\nconst MY_PROMPT = dedent`\n    Be\n      calm.\n    End.`;",
    ],
    ['CRLF line ends', 'a.ts', 'const MY_PROMPT = `Be\r\nbrief.`;\r\n', 'brief', 'a\nb', 'const MY_PROMPT = `Be\r\na\r\nb.`;\r\n'],
    [
      'an attribute',
      'a.tsx',
      'const x = <A /* goldset: MY_PROMPT */ text="Be brief" />;',
      'brief',
      "it's",
      'const x = <A /* goldset: MY_PROMPT */ text="Be it\'s" />;',
    ],
  ] as const)
    it(`in ${title} keeps how the string is written`, () => {
      const { result, after: written } = edited(path, text, from, to);
      assert.deepEqual([result, written], ['edit' in result ? result : 'an edit', after]);
    });

  for (const [title, path, text, from, to, refusal] of [
    ['a quote in a raw string', 'a.py', "MY_PROMPT = r'Be brief'", 'brief', "it's", /cannot hold this text/],
    ['half of an escape', 'a.ts', "const MY_PROMPT = 'Be\\nbrief';", '\\', 'x', /inside an escape/],
    ['half of an expression', 'a.ts', 'const MY_PROMPT = `Be ${brief} x`;', '} x', 'x', /inside an expression/],
    ['what is no string', 'a.ts', "const MY_PROMPT = 'Be ' + brief;", 'brief', 'x', /not in one string/],
    ['a text of two strings', 'a.ts', "const MY_PROMPT = 'Be ' + 'brief';", "e ' + 'b", 'x', /not in one string/],
    ['a prompt that is not there', 'a.ts', "const OTHER_PROMPT = 'Be brief';", 'brief', 'x', /no prompt a\.ts#MY_PROMPT/],
  ] as const)
    it(`is refused for ${title}`, () => {
      const { result } = edited(path, text, from, to);
      assert.match('refused' in result ? result.refused : JSON.stringify(result), refusal);
    });

  it('keeps expressions that it moves inside the string', () => {
    const text = 'const MY_PROMPT = `Now ${time}. Be brief.`;';
    const hole = text.indexOf('${');
    const range = { start: text.indexOf('Now'), end: text.indexOf('`;') };
    const result = editPrompt(
      { path: 'a.ts', text },
      'a.ts#MY_PROMPT',
      range,
      ['Be brief. Now ', { start: hole, end: hole + 7 }],
      NO_IMPORTS,
    );
    assert.ok('edit' in result, JSON.stringify(result));
    const after = applyEdits(text, [result.edit]);
    assert.equal(after, 'const MY_PROMPT = `Be brief. Now ${time}`;');
    assert.deepEqual(shown(promptNamed('a.ts', after, 'MY_PROMPT')), ['user: Be brief. Now ⟨time⟩']);
  });
});

/** What JavaScript has in MY_PROMPT, run by the engine of this Node. */
const valueInJavascript = (text: string): unknown =>
  vm.runInNewContext(`${text.replace(/^import .*$/m, "const os = { env: { X: '⟨topic⟩' } };").replace(/^export /m, '')}\nMY_PROMPT`);

const flat = (prompt: CodePrompt): string =>
  shown(prompt)
    .join('\n')
    .replace(/^user: /, '');

function roundTrip(seed: number): void {
  const language = seed % 2 === 0 ? 'javascript' : 'python';
  const made: MadeSource = randomSource(seed, language);
  const where = `seed ${String(seed)}: ${made.text}`;
  const { prompts } = readCode(made.path, made.text, NO_IMPORTS);
  assert.equal(prompts.length, 1, where);
  const [prompt] = prompts;
  assert.ok(prompt);
  assert.equal(flat(prompt), made.value, where);
  if (language === 'javascript') assert.equal(valueInJavascript(made.text), made.value, where);
  const random = randomFrom(seed + 1_000_000);
  const { template } = prompt.document;
  const texts = (template.kind === 'parts' ? template.messages : []).flatMap(({ parts }) =>
    parts.flatMap((part) => ('text' in part ? [part] : [])),
  );
  const part = pick(
    random,
    texts.filter(({ text, source: { range } }) => range.end - range.start === text.length && text.length > 1),
  );
  const start = Math.floor(random() * part.text.length);
  const end = start + Math.floor(random() * (part.text.length - start));
  const range = { start: part.source.range.start + start, end: part.source.range.start + end };
  const news = plainText(randomText(random, Math.floor(random() * 5)), language);
  const result = editPrompt({ path: made.path, text: made.text }, prompt.id, range, news, NO_IMPORTS);
  if ('refused' in result) assert.fail(`${where}: ${result.refused}`);
  assert.deepEqual(result.edit.range, range, where);
  const after = applyEdits(made.text, [result.edit]);
  const again = readCode(made.path, after, NO_IMPORTS).prompts[0];
  assert.ok(again, where);
  const before = texts.slice(0, texts.indexOf(part)).reduce((sum, { text }) => sum + text.length, 0);
  // The text of the parts in front of the edit, and the variable where it stands in front of it.
  const at = made.value.indexOf('⟨') !== -1 && before >= made.value.indexOf('⟨') ? before + '⟨topic⟩'.length : before;
  const wanted = made.value.slice(0, at + start) + news + made.value.slice(at + end);
  assert.equal(flat(again), wanted, where);
  if (language === 'javascript') assert.equal(valueInJavascript(after), wanted, where);
}

describe('mutated sources', () => {
  it('an edit gives the wanted text, in JavaScript also by the engine itself, and is never refused', function () {
    this.timeout(0);
    const count = Number(process.env['GOLDSET_ROUND_TRIPS'] ?? 300);
    for (let seed = 0; seed < count; seed++) roundTrip(seed);
  });
});
