/** Move Prompt to File: the new file, the changed source, and when it is refused. */
import assert from 'node:assert/strict';
import { applyEdits } from '../../src/core/text/text.ts';
import { moveToFile } from '../../src/core/prompt/code/move-to-file.ts';
import type { PromptMove } from '../../src/core/prompt/code/move-types.ts';

const move = (path: string, text: string, hasModel = true): PromptMove =>
  moveToFile({ path, text }, `${path}#MY_PROMPT`, { resolveImport: () => null, hasModel });

function moved(path: string, text: string, hasModel = true): { file: string; content: string; source: string } {
  const result = move(path, text, hasModel);
  assert.ok('file' in result, JSON.stringify(result));
  return { file: result.file.path, content: result.file.text, source: applyEdits(text, result.edits) };
}

describe('moving a prompt of TypeScript to a file', () => {
  it('writes a .prompt and loads it, each value as the template literal prints it', () => {
    assert.deepEqual(moved('src/a.ts', "import x from 'x';\nexport const MY_PROMPT = `Hi ${user.name},\n{you} ${x}.`;\n"), {
      file: 'src/a.MY_PROMPT.prompt',
      content: 'Hi {{user_name}},\n{you} {{x}}.',
      source:
        "import x from 'x';\nimport { loadPrompt } from 'goldset/runtime';\nexport const MY_PROMPT = ((await loadPrompt('src/a.MY_PROMPT')).render({ user_name: `${user.name}`, x: `${x}` }).chat.messages[0].content as string);\n",
    });
  });

  it('keeps the model and the role of the call that sends it', () => {
    const text =
      "import { loadPrompt } from 'goldset/runtime';\nconst MY_PROMPT = 'Be brief.';\nclient.chat.completions.create({ model: 'gpt-x', messages: [{ role: 'system', content: MY_PROMPT }, { role: 'user', content: q }] });";
    const { content, source } = moved('a.js', text, false);
    assert.equal(content, '---\nmodel: "gpt-x"\n---\n{{role "system"}}Be brief.{{role "user"}}{{input}}\n');
    assert.equal(source, text.replace("'Be brief.'", "((await loadPrompt('a.MY_PROMPT')).render().chat.messages[0].content)"));
  });

  for (const [title, text, hasModel, refusal] of [
    ['where `await` cannot stand', "import x from 'x';\nfunction f() { const MY_PROMPT = 'Be brief.'; }", true, /needs `await`/],
    ['without a model', "export const MY_PROMPT = 'Be brief.';", false, /needs a model/],
    [
      'when its text begins with a line break behind front matter',
      "export const MY_PROMPT = '\\nBe brief.'; client.messages.create({ model: 'm', messages: [{ role: 'user', content: MY_PROMPT }] });",
      true,
      /begins or ends with white space/,
    ],
    ['when it has the signs of a template', "export const MY_PROMPT = 'Write {{#if x}} here.';", true, /cannot/],
    ['when the program fills it', "export const MY_PROMPT = 'Hi {{name}}';", true, /fills fields of this text itself/],
    ['when a part is in another constant', "const A = 'x'; export const MY_PROMPT = `${A} y`;", true, /in another constant/],
    [
      'when a variable has the name of a word of the template',
      'export const MY_PROMPT = `Hi ${input}`;',
      true,
      /no name that a template can use/,
    ],
  ] as const)
    it(`is refused ${title}`, () => {
      const result = move('a.ts', text, hasModel);
      assert.match('refused' in result ? result.refused : JSON.stringify(result), refusal);
    });
});

describe('moving a prompt of Python to a file', () => {
  for (const [title, text, file, content, source] of [
    [
      'a string',
      '"""Doc."""\nimport os\nMY_PROMPT = "Be {brief\\"."\n',
      'app/a.MY_PROMPT.md',
      'Be {brief".',
      '"""Doc."""\nfrom pathlib import Path\nimport os\nMY_PROMPT = Path(__file__).with_name("a.MY_PROMPT.md").read_text(encoding="utf-8")\n',
    ],
    [
      'an f-string',
      'from pathlib import Path\nMY_PROMPT = f"Hi {user.name!r:>10} {{json}} {total:.2f}"\n',
      'app/a.MY_PROMPT.md',
      'Hi {user_name!r:>10} {{json}} {total:.2f}',
      'from pathlib import Path\nMY_PROMPT = Path(__file__).with_name("a.MY_PROMPT.md").read_text(encoding="utf-8").format(user_name=user.name, total=total)\n',
    ],
    [
      'a format call',
      'MY_PROMPT = "Hi {name} {}".format(a + b, name=user["n"])\n',
      'app/a.MY_PROMPT.md',
      'Hi {name} {a}',
      'from pathlib import Path\nMY_PROMPT = Path(__file__).with_name("a.MY_PROMPT.md").read_text(encoding="utf-8").format(name=user["n"], a=a + b)\n',
    ],
    [
      'a string that is formatted elsewhere',
      'MY_PROMPT = "Hi {docs[0]} {{json}}"\nprint(MY_PROMPT.format(docs=d))\n',
      'app/a.MY_PROMPT.md',
      'Hi {docs[0]} {{json}}',
      'from pathlib import Path\nMY_PROMPT = Path(__file__).with_name("a.MY_PROMPT.md").read_text(encoding="utf-8")\nprint(MY_PROMPT.format(docs=d))\n',
    ],
    [
      'a Jinja template',
      'MY_PROMPT = """{% if x %}Hi{% endif %} there"""\n',
      'app/a.MY_PROMPT.j2',
      '{% if x %}Hi{% endif %} there',
      'from pathlib import Path\nMY_PROMPT = Path(__file__).with_name("a.MY_PROMPT.j2").read_text(encoding="utf-8")\n',
    ],
  ] as const)
    it(`${title} is read from a file in its own syntax`, () => {
      assert.deepEqual(moved('app/a.py', text), { file, content, source });
    });

  for (const [title, text, refusal] of [
    ['for a percent format', 'MY_PROMPT = "Be %5d" % n', /cannot be written in a `format` string/],
    ['for a carriage return', 'MY_PROMPT = "Be\\rbrief"', /carriage return/],
    ['for a name that is a word of Python', 'MY_PROMPT = "Be {}".format(lambda_ or (lambda: 1)) + f"{self.x} {self_x}"', /no name/],
  ] as const)
    it(`is refused ${title}`, () => {
      const result = move('a.py', text);
      assert.match('refused' in result ? result.refused : JSON.stringify(result), refusal);
    });

  it('a call is not moved as a whole', () => {
    const result = moveToFile({ path: 'a.ts', text: "generateText({ prompt: 'Hi' });" }, 'a.ts#module:1', {
      resolveImport: () => null,
      hasModel: true,
    });
    assert.match('refused' in result ? result.refused : '', /Only one string can be moved/);
  });
});
