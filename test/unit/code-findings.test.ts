/** Findings and quick fixes of prompts in code: places inside the string, through its escapes, and edits that keep how it is written. */
import assert from 'node:assert/strict';
import { MappedText } from '../../src/core/prompt/mapped-text.ts';
import { applyEdits } from '../../src/core/text/text.ts';
import { analyse } from './analyse.ts';

const RULE =
  'Never promise a refund before the parcel has arrived at the warehouse and has been checked by two people of the shop, who have written down what they found, and before the money of the customer has been booked by the bank of the shop.';
const RULES = Array.from(
  { length: 8 },
  (_, i) => `Rule ${i + 1}: answer the customer in the language of the letter, briefly and kindly.`,
).join(' ');

describe('text put together from pieces', () => {
  const at = (path: string, start: number, end: number) => ({ path, range: { start, end } });
  const text = new MappedText([
    { text: 'Say ', source: at('a.ts', 10, 14) },
    { text: '\n', source: at('a.ts', 14, 16) },
    { text: 'so', source: at('a.ts', 16, 18) },
    { text: '!', source: at('b.ts', 3, 4) },
  ]);

  it('is the text of all pieces', () => assert.equal(text.text, 'Say \nso!'));
  for (const [what, range, place] of [
    ['a piece of one character each maps to its characters', { start: 1, end: 3 }, at('a.ts', 11, 13)],
    ['an escape maps as a whole', { start: 4, end: 5 }, at('a.ts', 14, 16)],
    ['a passage over an escape begins and ends where the file has it', { start: 2, end: 6 }, at('a.ts', 12, 17)],
    ['a passage that ends in another file ends where the first file ends', { start: 5, end: 8 }, at('a.ts', 16, 18)],
    ['a passage of the other file is there', { start: 7, end: 8 }, at('b.ts', 3, 4)],
    ['an empty passage has no place', { start: 3, end: 3 }, null],
  ] as const)
    it(what, () => assert.deepEqual(text.placeOf(range), place));
});

describe('findings of prompts in code', () => {
  const placed = (prompt: string, path = 'a.ts#MY_PROMPT'): string[] =>
    analyse({ path, prompt })
      .findings.filter(({ code }) => code === 'input/repeated-text')
      .map(({ path: file, range }) => `${file}: ${range === null ? 'no place' : prompt.slice(range.start, range.end)}`);

  for (const [what, path, source, shown] of [
    ['a string with escapes', 'a.ts', `const MY_PROMPT = 'Be kind.\\n\\n${RULE}\\n\\nBe brief.\\n\\n${RULE}';`, RULE],
    ['a template literal', 'a.ts', `const MY_PROMPT = \`Be \\\`kind\\\`.\n\n${RULE}\n\n\${name}\n\n${RULE}\n\`;`, RULE],
    [
      'a passage with escapes in it',
      'a.py',
      `MY_PROMPT = "${RULE.replace('two people', 'Ana\\u0027s people')}\\n\\n" "Be brief.\\n\\n${RULE.replace('two people', "Ana's people")}"`,
      RULE.replace('two people', "Ana's people"),
    ],
    ['lines of a file with CRLF', 'a.py', `MY_PROMPT = """\r\n${RULE}\r\n\r\nBe brief.\r\n\r\n${RULE}\r\n"""\r\n`, RULE],
    ['parts of a sum', 'a.ts', `const MY_PROMPT = '${RULE}\\n\\n' + 'Be brief.\\n\\n' + '${RULE}';`, RULE],
  ] as const)
    it(`a repeated instruction is shown where the file has its second copy: ${what}`, () => {
      const found = placed(source, `${path}#MY_PROMPT`);
      assert.deepEqual(found, [`${path}: ${shown}`]);
      assert.notEqual(source.indexOf(shown), -1);
    });

  it('a comment of JavaScript or Python turns a finding off', () => {
    const ts = `const MY_PROMPT = '${RULE}\\n\\nBe brief.\\n\\n${RULE}';`;
    assert.equal(placed(ts).length, 1);
    assert.deepEqual(placed(`// goldset-off input/repeated-text\n${ts}`), []);
    assert.deepEqual(placed(`# goldset-off input\nMY_PROMPT = "${RULE}\\n\\nBe brief.\\n\\n${RULE}"`, 'a.py#MY_PROMPT'), []);
  });
});

describe('the quick fix for a variable in front of static text', () => {
  const cases = [{ vars: { name: 'Ana' } }, { vars: { name: 'Ben' } }];
  function fixed(path: string, prompt: string): string | null {
    const { findings, fixOf } = analyse({ path: `${path}#MY_PROMPT`, prompt, cases });
    const finding = findings.find(({ code }) => code === 'prefix/volatile-first');
    assert.ok(finding, findings.map(({ code }) => code).join());
    const fix = fixOf(finding);
    return fix === null ? null : applyEdits(prompt, fix.edits);
  }

  for (const [what, path, before, after] of [
    [
      'a template literal',
      'a.ts',
      `const MY_PROMPT = \`You help \${name}.\n\n${RULES} Use \\\`code\\\`.\`;\n`,
      `const MY_PROMPT = \`${RULES} Use \\\`code\\\`.\n\nYou help \${name}.\`;\n`,
    ],
    [
      'a template literal that is dedented',
      'a.ts',
      `import dedent from 'dedent';\nconst MY_PROMPT = dedent\`\n    You help \${name}.\n\n    ${RULES}\n  \`;\n`,
      `import dedent from 'dedent';\nconst MY_PROMPT = dedent\`\n    ${RULES}\n\n    You help \${name}.\n  \`;\n`,
    ],
    [
      'an f-string with escapes',
      'a.py',
      `MY_PROMPT = f'You help {name!r:>4}.\\n\\n${RULES}'\n`,
      `MY_PROMPT = f'${RULES}\\n\\nYou help {name!r:>4}.'\n`,
    ],
    [
      'a format string in triple quotes, with line ends of Windows',
      'a.py',
      `MY_PROMPT = """You help {name}.\r\n\r\n${RULES} Return {{}}."""\r\nx = MY_PROMPT.format(name=1)\r\n`,
      `MY_PROMPT = """${RULES} Return {{}}.\r\n\r\nYou help {name}."""\r\nx = MY_PROMPT.format(name=1)\r\n`,
    ],
  ] as const)
    it(`keeps the quotes, escapes and indentation of ${what}`, () => assert.equal(fixed(path, before), after));

  it('does not exist for a text of two strings', () => {
    assert.equal(fixed('a.ts', `const MY_PROMPT = \`You help \${name}.\n\n\` + '${RULES}';\n`), null);
  });

  it('does not exist where a constant of another place is in the text', () => {
    assert.equal(fixed('a.ts', `const TONE = 'Be kind.';\nconst MY_PROMPT = \`You help \${name}.\n\n${RULES}\n\n\${TONE}\`;\n`), null);
  });
});
