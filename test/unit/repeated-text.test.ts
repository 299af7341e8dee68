/** Text that stands twice as a copy, and text that only seems to. Where it stands is a place in the file. */
import assert from 'node:assert/strict';
import { analyse, type Situation } from './analyse.ts';

const LINE =
  'Never name a witness who is under age, and replace the names of schools, streets and clubs by a general word for each of them.';
const OTHER = 'Write the minutes in the present tense, and give each decision a number, a person and the day by which it has to be done.';
const head = '---\nmodel: test:model\nconfig:\n  maxOutputTokens: 300\n---\n';

const found = (prompt: string, more: Partial<Situation> = {}): string[] =>
  analyse({ prompt, ...more })
    .findings.filter(({ code }) => code === 'input/repeated-text')
    .map(({ range }) => `${range?.start ?? -1} ${prompt.slice(range?.start, range?.end)}`);
const second = (prompt: string, text: string): string[] => [`${prompt.lastIndexOf(text)} ${text}`];

describe('repeated text', () => {
  for (const [name, body] of Object.entries({
    'one line': LINE,
    'one line and a line break': `${LINE}\n`,
    'one line after a line break, before a role': `{{role "system"}}\n${LINE}\n{{role "user"}}\n{{q}}`,
    'one line and Windows line ends': `{{role "system"}}\r\n${LINE}\r\n{{role "user"}}\r\n{{q}}`,
    'several paragraphs of one line': `${LINE}\n\n${OTHER}\n`,
    'one line and spaces': `  ${LINE}  \n  \n{{q}}`,
  }))
    it(`is not a text that stands once: ${name}`, () => assert.deepEqual(found(`${head}${body}`), []));

  for (const [name, between] of Object.entries({
    'a paragraph': `\n\n${OTHER}\n\n`,
    'a variable': '\n\n{{q}}\n\n',
    'a message': '\n{{role "user"}}\n{{q}}\n',
    'the next line': '\n',
  }))
    it(`is a paragraph that stands again after ${name}`, () => {
      const prompt = `${head}${LINE}${between}${LINE}`;
      assert.deepEqual(found(prompt), second(prompt, LINE));
    });

  it('is a line within two paragraphs, and a list item', () => {
    const lines = `${head}Begin.\n${LINE}\n\nGo on.\n${LINE}\nEnd.`;
    assert.deepEqual(found(lines), second(lines, LINE));
    const items = `${head}- ${LINE}\n- ${OTHER}\n\nThen:\n- ${LINE}`;
    assert.deepEqual(found(items), second(items, `- ${LINE}`));
  });

  it('is found in a .prompt.yml behind a variable, at its place', () => {
    const prompt = `model: test:model\nmessages:\n  - role: system\n    content: |\n      Be kind.\n\n      ${LINE}\n      ${OTHER}\n  - role: user\n    content: |\n      Minutes: {{q}}\n\n      ${LINE}\n      ${OTHER}\n`;
    const copy = `${LINE}\n      ${OTHER}`;
    assert.deepEqual(found(prompt, { path: 'p.prompt.yml' }), second(prompt, copy));
    const own = `model: test:model\nmessages:\n  - role: user\n    content: |\n      ${LINE}\n\n      {{q}}\n\n      ${LINE}\n`;
    assert.deepEqual(found(own, { path: 'p.prompt.yml' }), second(own, LINE));
  });

  for (const [name, body] of Object.entries({
    'code in a fence': `\`\`\`js\n// ${LINE}\na();\n\n// ${LINE}\nb();\n\`\`\`\n\n\`\`\`\n${LINE}\n\n${LINE}\n\`\`\``,
    'a style sheet': `.a { ${'color: red; '.repeat(12)}}\n\n.a { ${'color: red; '.repeat(12)}}`,
    markup: `<p class="${'w-full '.repeat(20)}">\n\n<p class="${'w-full '.repeat(20)}">`,
    'rows of a table': `| ${'single, courtyard | 80 | '.repeat(6)}|\n| ${'single, courtyard | 80 | '.repeat(6)}|`,
    'lines of a log': `WARN ${'connection timed out, retrying '.repeat(6)}\nWARN ${'connection timed out, retrying '.repeat(6)}`,
    'the scaffold of examples': `Question: ${LINE}\nAnswer: yes\n\nQuestion: ${LINE}\nAnswer: no`,
    'a loop': `{{#each list}}${LINE} {{this}}\n{{/each}}`,
  }))
    it(`is not ${name}`, () => assert.deepEqual(found(`${head}${body}`, { cases: [{ vars: { list: [1, 2], q: 'x' } }] }), []));
});
