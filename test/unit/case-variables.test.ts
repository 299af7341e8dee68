/** Which variables a case lacks or gives in vain, by what the template prints with the values of that case. */
import assert from 'node:assert/strict';
import { caseProblems } from '../../src/core/prompt/case-problems.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import type { JsonObject } from '../../src/core/json/json.ts';

const said = (template: string, golden: object, path = 't.prompt') => {
  const { cases } = readGoldenSet('t.golden.json', JSON.stringify([{ expected: 'x', ...golden }]));
  return caseProblems(readPrompt(path, template), cases).filter(({ code }) => code.endsWith('-variable'));
};
const named = (template: string, golden: object, code: string): (string | undefined)[] =>
  said(template, golden)
    .filter((item) => item.code === code)
    .map(({ message }) => /variable `(\w+)`|value for `(\w+)`/.exec(message)?.slice(1).find(Boolean));
const missing = (template: string, vars: JsonObject = {}) => named(template, { vars }, 'golden/missing-variable');
const unused = (golden: object, template = '{{q}}') => named(template, golden, 'golden/unused-variable');

describe('a variable without a value', () => {
  for (const [sentence, template, vars, expected] of [
    ['is reported where the template prints it', '{{tone}}', {}, ['tone']],
    ['is not reported inside its own if', '{{#if tone}}{{tone}}{{/if}}', {}, []],
    ['is not reported inside an if of one of its fields', '{{#if user.name}}{{user.name}}{{/if}}', {}, []],
    ['is not reported in the else of its own unless', '{{#unless tone}}-{{else}}{{tone}}{{/unless}}', {}, []],
    ['is not reported inside its own with or block', '{{#with a}}{{b}}{{../a}}{{/with}}{{#c}}{{../c}}{{/c}}', {}, []],
    ['is reported in its own unless', '{{#unless tone}}{{tone}}{{/unless}}', {}, ['tone']],
    ['is reported in the else of its own if', '{{#if tone}}-{{else}}{{tone}}{{/if}}', {}, ['tone']],
    ['is reported inside another if that holds', '{{#if order}}{{date}}{{/if}}', { order: 1 }, ['date']],
    ['is not reported inside another if that does not hold', '{{#if order}}{{date}}{{/if}}', { order: 0 }, []],
    ['is not reported in the branch that is not taken', '{{#if a}}{{a}}{{else}}{{b}}{{/if}}', { a: 'x' }, []],
    ['is reported in the branch that is taken', '{{#if a}}{{a}}{{else}}{{b}}{{/if}}', {}, ['b']],
    ['follows a chain of else if', '{{#if a}}{{x}}{{else if b}}{{y}}{{else}}{{z}}{{/if}}', { b: true }, ['y']],
    ['is reported under a list with items', '{{#each list}}{{../tone}}{{/each}}', { list: [1] }, ['tone']],
    ['is not reported under an empty list', '{{#each list}}{{../tone}}{{/each}}', { list: [] }, []],
    ['follows an equal value', '{{#ifEquals a "x"}}{{b}}{{else}}{{c}}{{/ifEquals}}', { a: 'x' }, ['b']],
    ['follows an unequal value', '{{#unlessEquals a 1}}{{b}}{{else}}{{c}}{{/unlessEquals}}', { a: 1 }, ['c']],
    ['is not reported where the condition is not known', '{{#ifEquals a other}}{{b}}{{/ifEquals}}', { a: 1, other: 1 }, []],
    ['is reported once outside its if, however often inside', '{{#if tone}}{{tone}}{{/if}}{{tone}}', {}, ['tone']],
  ] as const)
    it(sentence, () => assert.deepEqual(missing(template, vars as JsonObject), expected));

  it('counts a default of the prompt as a value of the condition', () => {
    const head = '---\ninput:\n  default: { order: 7 }\n---\n';
    assert.deepEqual(missing(`${head}{{#if order}}{{date}}{{/if}}`), ['date']);
  });

  it('is to be added where the format has a place for it', () => {
    assert.match(said('{{tone}}', { vars: {} })[0]?.hint ?? '', /`vars`, or to `input\.default` of t\.prompt\./);
    const yml = 'messages:\n  - { role: user, content: "{{tone}}" }\n';
    assert.equal(said(yml, { vars: {} }, 't.prompt.yml')[0]?.hint, 'Add it to the case.');
  });
});

describe('a variable of a case that the template does not use', () => {
  it('is reported where nothing of the case reads it', () => {
    assert.deepEqual(unused({ vars: { q: 1, qestion: 2 } }), ['qestion']);
    assert.deepEqual(unused({ vars: { q: 1, city: 2 }, assert: [{ type: 'contains', value: 'a city hall' }] }), []);
    assert.deepEqual(unused({ vars: { q: 1, city: 2 }, assert: [{ type: 'contains', value: 'cityhall' }] }), ['city']);
  });

  it('is not reported where an assertion, the expected output or another variable reads it', () => {
    for (const golden of [
      { assert: [{ type: 'contains', value: '{{city}}' }] },
      { assert: [{ type: 'javascript', value: 'output.includes(context.vars.city)' }] },
      { assert: [{ type: 'llm-rubric', value: 'agrees with {{ city }}' }] },
      { assert: [{ type: 'assert-set', assert: [{ type: 'equals', value: '{{city}}' }] }] },
      { expected: 'in {{city}}' },
    ])
      assert.deepEqual(unused({ vars: { q: 1, city: 'Bonn' }, ...golden }), [], JSON.stringify(golden));
    assert.deepEqual(unused({ vars: { q: 'where is {{city}}?', city: 'Bonn' } }), []);
  });

  it('is not reported where code in a file may read it, or the template prints the whole input', () => {
    assert.deepEqual(unused({ vars: { q: 1, city: 2 }, assert: [{ type: 'javascript', value: 'file://check.js' }] }), []);
    for (const template of ['{{json this}}', '{{#each this}}{{@key}}{{/each}}', '{{json @root}}'])
      assert.deepEqual(unused({ vars: { q: 1, city: 2 } }, template), [], template);
    assert.deepEqual(unused({ vars: { list: [1], city: 2 } }, '{{#each list}}{{json this}}{{/each}}'), ['city']);
  });
});

describe('the same fault in many cases', () => {
  const of = (template: string, n: number, vars: (i: number) => JsonObject): string[] => {
    const golden = Array.from({ length: n }, (_, i) => ({ id: `c${i}`, expected: 'x', vars: vars(i) }));
    const { cases } = readGoldenSet('t.golden.json', JSON.stringify(golden));
    return caseProblems(readPrompt('t.prompt', template), cases).map(({ severity, message }) => `${severity}: ${message}`);
  };

  it('is reported for each of three cases, and once for more', () => {
    assert.equal(of('{{q}}', 3, () => ({})).length, 3);
    assert.deepEqual(
      of('{{q}}', 200, (i) => (i === 0 ? { q: 1 } : { other: 1 })),
      [
        'warning: 199 cases have no value for `q`, so it renders empty. The first is `c1`.',
        'info: t.prompt does not use the variable `other`, which 199 cases have. The first is `c1`.',
      ],
    );
  });

  it('says that a variable in single braces is sent as it stands', () => {
    const [said] = of('---\nmodel: openai:gpt-6-luna\n---\nRead {text}', 9, () => ({ text: 'x' }));
    assert.equal(
      said,
      'warning: t.prompt does not use the variable `text`, which 9 cases have: `{text}` in its text is sent as it stands. The first is `c0`.',
    );
    for (const template of ['${text} {{q}}', '{{{text}}}', '{ text }'])
      assert.ok(
        !of(`---\nmodel: openai:gpt-6-luna\n---\n${template}`, 1, () => ({ text: 'x', q: 1 })).some((line) =>
          line.includes('as it stands'),
        ),
        template,
      );
  });
});
