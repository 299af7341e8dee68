/** Renames of fields that the program fills: every place that gives the value is renamed too, or nothing is. */
import assert from 'node:assert/strict';
import { renameField } from '../../src/core/prompt/code/rename-field.ts';
import { applyEdits } from '../../src/core/text/text.ts';

/** The texts of the files afterwards, or why nothing was renamed. The prompt is in the first file. */
function renamed(files: Readonly<Record<string, string>>, variable: string, to = 'topic', name = 'MY_PROMPT'): string[] | string {
  const [source, ...others] = Object.entries(files).map(([path, text]) => ({ path, text }));
  assert.ok(source);
  const result = renameField(source, { id: `${source.path}#${name}`, variable, to }, others, () => null);
  if ('refused' in result) return result.refused;
  return [source, ...others].map(({ path, text }) => applyEdits(text, result.edits.find((item) => item.path === path)?.edits ?? []));
}

describe('renaming a field of a text in code', () => {
  for (const [what, files, after] of [
    [
      'in the string and in the keyword of a format call of another file',
      {
        'a.py': 'MY_PROMPT = """About {x} {x!r:>4}, {{x}}."""\n',
        'b.py': 'from .a import MY_PROMPT\n\ntext = MY_PROMPT.format(y=1, x=(x))\n# MY_PROMPT has x\n',
      },
      [
        'MY_PROMPT = """About {topic} {topic!r:>4}, {{x}}."""\n',
        'from .a import MY_PROMPT\n\ntext = MY_PROMPT.format(y=1, topic=(x))\n# MY_PROMPT has x\n',
      ],
    ],
    [
      'through the name of a module',
      { 'a.py': 'MY_PROMPT = "About {x}"\n', 'b.py': 'import a\n\ntext = a.MY_PROMPT.format(x=1)\n' },
      ['MY_PROMPT = "About {topic}"\n', 'import a\n\ntext = a.MY_PROMPT.format(topic=1)\n'],
    ],
    [
      'in the object that a template function gets',
      {
        'a.ts': "export const MY_PROMPT = 'About {{ x }}';\n",
        'b.ts': "import { MY_PROMPT } from './a';\nrender(MY_PROMPT, { y, x });\nrender(MY_PROMPT, { 'x': 1, y: x });\n",
      },
      [
        "export const MY_PROMPT = 'About {{ topic }}';\n",
        "import { MY_PROMPT } from './a';\nrender(MY_PROMPT, { y, topic: x });\nrender(MY_PROMPT, { 'topic': 1, y: x });\n",
      ],
    ],
    [
      'in a call of replace',
      { 'a.ts': "const MY_PROMPT = 'About {{x}}';\nconst text = MY_PROMPT.replace('{{x}}', x);\n" },
      ["const MY_PROMPT = 'About {{topic}}';\nconst text = MY_PROMPT.replace('{{topic}}', x);\n"],
    ],
    [
      'in the string alone, where another file has a constant of the same name',
      { 'a.py': 'MY_PROMPT = "About {x}"\n__all__ = ["MY_PROMPT"]\n', 'b.py': 'MY_PROMPT = "Other {x}"\nsend(MY_PROMPT)\n' },
      ['MY_PROMPT = "About {topic}"\n__all__ = ["MY_PROMPT"]\n', 'MY_PROMPT = "Other {x}"\nsend(MY_PROMPT)\n'],
    ],
  ] as const)
    it(`changes it ${what}`, () => assert.deepEqual(renamed(files, 'x'), after));

  for (const [what, files, variable, reason] of [
    ['an expression of the program', { 'a.ts': 'const MY_PROMPT = `About ${x}`;\n' }, 'x', /x is an expression of the program/],
    ['the value of a format call', { 'a.py': 'MY_PROMPT = "About {x}".format(x=y)\n' }, 'x', /expression of the program/],
    ['what the user writes', { 'a.ts': "const MY_SYSTEM_PROMPT = 'Be kind';\n" }, 'input', /what the user of the application writes/],
    [
      'a use that is not followed',
      { 'a.py': 'MY_PROMPT = "About {x}"\n', 'b.py': 'from a import MY_PROMPT\n\nfill(MY_PROMPT, x=1)\n' },
      'x',
      /^b\.py:3 uses MY_PROMPT/,
    ],
    ['values that are spread', { 'a.py': 'MY_PROMPT = "About {x}"\nMY_PROMPT.format(**values)\n' }, 'x', /^a\.py:2 uses/],
    ['an object that is spread', { 'a.ts': "const MY_PROMPT = 'About {{x}}';\nrender(MY_PROMPT, { ...all });\n" }, 'x', /^a\.ts:2 uses/],
    [
      'another name for the constant',
      { 'a.py': 'MY_PROMPT = "About {x}"\n', 'b.py': 'from a import MY_PROMPT as p\np.format(x=1)\n' },
      'x',
      /^b\.py:1 uses/,
    ],
    ['another name in an export', { 'a.ts': "const MY_PROMPT = 'About {{x}}';\nexport { MY_PROMPT as text };\n" }, 'x', /^a\.ts:2 uses/],
    ['a name that the prompt has already', { 'a.py': 'MY_PROMPT = "About {x} {topic}"\n' }, 'x', /has a variable topic already/],
    ['a field with a path', { 'a.py': 'MY_PROMPT = "About {x.y}"\nMY_PROMPT.format(x=1)\n' }, 'x', /has no variable x/],
    ['a text without a name', { 'a.py': 'send(  # goldset: MY_PROMPT\n  "About {x}")\n' }, 'x', /in no constant|no variable|no prompt/],
  ] as const)
    it(`is refused for ${what}`, () => {
      const result = renamed(files, variable, 'topic', what === 'what the user writes' ? 'MY_SYSTEM_PROMPT' : 'MY_PROMPT');
      assert.match(typeof result === 'string' ? result : result.join(), reason);
    });

  it('is refused for a name that would be no field', () => {
    const result = renamed({ 'a.py': 'MY_PROMPT = "About {x}"\n' }, 'x', '0');
    assert.match(String(result), /0 would not be read as a field/);
  });
});
