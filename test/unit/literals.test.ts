/** Text that stands for itself: from an interaction into a case, through every form of a golden set, and out of the template again. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { requestKey } from '../../src/core/calls/request-key.ts';
import { caseFrom } from '../../src/core/feedback/interactions/case-from-interaction.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { readStoredLine } from '../../src/core/feedback/interactions/stored-line.ts';
import { withCaseFiles } from '../../src/core/golden/case-files.ts';
import type { GoldenCase } from '../../src/core/golden/case.ts';
import { addCases, setExpected } from '../../src/core/golden/edit/edit-golden.ts';
import type { NewCase } from '../../src/core/golden/edit/new-case.ts';
import { isResolvable } from '../../src/core/golden/literal.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { filled } from '../../src/core/grade/fill.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import { instructionOf } from '../../src/core/judge/judge-kind.ts';
import { renderDataOf } from '../../src/core/prompt/case-data.ts';
import { expandLists } from '../../src/core/prompt/expand-lists.ts';
import { mediaVariables } from '../../src/core/prompt/media-variables.ts';
import { withMedia } from '../../src/core/prompt/media.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { prepareRenderer } from '../../src/core/prompt/render.ts';
import { textOf, type Message } from '../../src/core/prompt/request.ts';
import { applyEdits } from '../../src/core/text/text.ts';
import { taggedText as text } from './tagged-text.ts';

const stored = readStoredLine(JSON.stringify({ id: 'a1', time: '2026-11-01T00:00:00Z', messages: [], output: 'ok' }));
const EMPTY: Interaction = 'interaction' in stored ? stored.interaction : assert.fail();
const interaction = (variables: JsonObject, correction: string | null = null): Interaction => ({
  ...EMPTY,
  variables,
  chunks: [{ id: null, text: JSON.stringify(variables), score: null }],
  signals:
    correction === null
      ? []
      : [{ kind: 'explicit', name: 'correction', value: correction, annotator: 'human', by: null, time: null, note: null }],
});

const read = (path: string, text: string): readonly GoldenCase[] => readGoldenSet(path, text).cases;
const written = (path: string, before: string, added: NewCase): string =>
  applyEdits(before, addCases({ path, text: before, read: (text) => read(path, text) }, [added]));
const only = (cases: readonly GoldenCase[]): GoldenCase => cases.at(-1) ?? assert.fail('no case');
const noFile = (path: string): never => assert.fail(`${path} is read`);

const value: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom('literal', 'a', 'b'), text), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

describe('text of an interaction', () => {
  const document = readPrompt('p.prompt', '{{x}}', []).document;
  const renderer = prepareRenderer(document, []);
  const rendered = (item: GoldenCase): string => renderer.render(renderDataOf(item)).messages.map(textOf).join('');

  for (const path of ['t.golden.yaml', 't.golden.json', 't.golden.jsonl', 't.golden.csv'])
    it(`is rendered byte for byte from a case in ${path}, and reads no file`, async () => {
      const before = path.endsWith('.csv') ? 'id,x,status,__description\n' : '';
      await fc.assert(
        fc.asyncProperty(text, async (given) => {
          const added = caseFrom(interaction({ x: given }), new Set(), '2026-11-01');
          const set = readGoldenSet(path, written(path, before, added));
          assert.deepEqual(set.diagnostics, []);
          const whole = only((await withCaseFiles(set, 'p.prompt', noFile)).cases);
          assert.equal(whole.unsupported, null);
          assert.deepEqual(whole.vars, { x: given });
          if (given.trim() !== '') assert.equal(rendered(whole), given);
        }),
        { numRuns: 400, seed: 23 },
      );
    });

  for (const path of ['t.golden.yaml', 't.golden.json', 't.golden.jsonl'])
    it(`is the same value at any depth in ${path}, its correction and its context too`, async () => {
      await fc.assert(
        fc.asyncProperty(value, text, async (given, correction) => {
          const added = caseFrom(interaction({ x: given, literal: 'y' }, correction), new Set(), '2026-11-01');
          const set = readGoldenSet(path, written(path, '', added));
          assert.deepEqual(set.diagnostics, []);
          const whole = only((await withCaseFiles(set, 'p.prompt', noFile)).cases);
          assert.deepEqual(whole.vars, added.vars);
          assert.deepEqual(whole.expected, added.expected ?? undefined);
          assert.deepEqual(
            whole.assertions.map((spec) => ({ type: spec.type, value: spec.value })),
            added.assertions ?? [],
          );
          for (const spec of whole.assertions) assert.deepEqual(filled(spec, { x: 'other' }).value, spec.value);
          assert.deepEqual(whole.metadata, added.metadata);
          assert.equal(whole.description, added.description);
        }),
        { numRuns: 300, seed: 23 },
      );
    });
});

describe('text that could be resolved', () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ['file://a.txt', true],
    ['  FILE:///etc/passwd', true],
    ['package:fs:readFileSync', true],
    ['data:image/png;base64,AAAA', true],
    ['say {{name}}', true],
    ['{% if x %}', true],
    ['{# note', true],
    ['photo.png', true],
    ['https://example.com/a.pdf?size=1', true],
    ['The file is at file://a.txt.', false],
    ['a { b } c', false],
    ['100 %', false],
    ['See report.txt', false],
    ['My parcel is late.\nphoto.png', false],
    ['', false],
  ];
  for (const [given, isMarked] of rows)
    it(`${JSON.stringify(given)} is written ${isMarked ? 'as a literal' : 'as plain text'}`, () => {
      assert.equal(isResolvable(given), isMarked);
      const yaml = written('t.golden.yaml', '', { id: 'a', description: null, vars: { x: given }, expected: null, metadata: {} });
      assert.equal(yaml.includes('literal:'), isMarked, yaml);
    });

  it('is written as a literal where a person accepts it as expected, and replaced again', () => {
    const before = '- { id: a, vars: { x: 1 }, expected: old }\n- id: b\n  vars: { x: 2 }\n';
    for (const [path, start] of [
      ['t.golden.yaml', before],
      ['t.golden.json', '[{"id":"a","vars":{"x":1},"expected":"old"},{"id":"b","vars":{"x":2}}]'],
      ['t.golden.jsonl', '{"id":"a","vars":{"x":1},"expected":"old"}\n{"id":"b","vars":{"x":2}}\n'],
      ['t.golden.csv', 'id,x,expected\na,1,old\nb,2,\n'],
    ] as const) {
      let now: string = start;
      for (const expected of ['use {{name}}', { label: 'file://a', literal: '{%' }, 'plain'])
        for (const id of ['a', 'b']) {
          now = applyEdits(now, setExpected({ path, text: now, read: (changed) => read(path, changed) }, id, expected));
          assert.deepEqual(read(path, now).find((item) => item.id === id)?.expected, expected, path);
        }
      assert.ok(!now.includes('literal'), now);
    }
  });
});

describe('a literal in a golden set', () => {
  const caseOf = (yaml: string): GoldenCase => only(read('t.golden.yaml', yaml));

  it('may be any value, at any depth, and a variable may be called so', () => {
    const item = caseOf('- { id: a, vars: { literal: 1, deep: { list: [{ literal: "{{a}}" }] }, object: { literal: { literal: x } } } }');
    assert.deepEqual(item.vars, { literal: 1, deep: { list: ['{{a}}'] }, object: { literal: 'x' } });
    assert.deepEqual(item.literals, [
      ['vars', 'deep', 'list', 0],
      ['vars', 'object'],
    ]);
    assert.equal(item.unsupported, null);
  });

  it('stays what it is when its list makes cases', () => {
    const item = caseOf('- { id: a, vars: { x: [plain, { literal: "file://a" }] } }');
    const target = { document: readPrompt('p.prompt', '{{x}}', []).document, listVariables: [] };
    assert.deepEqual(
      expandLists(item, target).map(({ vars, literals }) => [vars['x'], literals]),
      [
        ['plain', []],
        ['file://a', [['vars', 'x']]],
      ],
    );
  });

  it('takes no variable in the value of an assertion or in a rubric', () => {
    const item = caseOf(
      '- { id: a, vars: { x: b }, assert: [{ type: equals, value: { literal: "{{x}}" } }, { type: llm-rubric, value: { literal: "{{x}}" } }, { type: is-json, value: { const: { literal: "{{x}}" }, title: "{{x}}" } }] }',
    );
    assert.equal(item.unsupported, null);
    const [equals, rubric, schema] = item.assertions;
    assert.equal(filled(equals ?? assert.fail(), item.vars).value, '{{x}}');
    assert.equal(
      instructionOf(rubric ?? assert.fail(), item.vars, (given) => given),
      '{{x}}',
    );
    assert.deepEqual(filled(schema ?? assert.fail(), item.vars).value, { const: '{{x}}', title: 'b' });
  });

  it('makes a text that contains it a literal', async () => {
    const set = readGoldenSet(
      't.golden.yaml',
      '- { id: a, vars: { url: "{{folder}}/{{name}}", folder: pictures, name: { literal: "../a.png" } } }',
    );
    const item = only((await withCaseFiles(set, 'p.prompt', noFile)).cases);
    assert.equal(item.vars['url'], 'pictures/../a.png');
    assert.deepEqual(item.literals?.at(-1), ['vars', 'url']);
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['the path of code', '{ type: javascript, value: "file://{{x}}.js" }', /not put into the path of a file/],
    [
      'the name of a judge’s prompt',
      '{ type: llm-rubric, value: a, rubricPrompt: { literal: a.prompt } }',
      /is a name, so it cannot be a literal/,
    ],
    ['the model of a judge', '{ type: llm-rubric, value: a, provider: { literal: "openai:m" } }', /is a name, so it cannot be a literal/],
  ];
  for (const [what, assertion, message] of refused)
    it(`is an error as ${what}`, () => {
      assert.match(caseOf(`- { id: a, vars: { x: { literal: b } }, assert: [${assertion}] }`).unsupported ?? '', message);
    });
});

describe('files of golden cases', () => {
  it('are relative to the golden set, and media to the prompt that sends them', async () => {
    const yaml = `- id: a
  vars: { text: "file://t.txt", photo: "file://img/a.png", other: "file://../b.pdf" }
  assert:
    - { type: javascript, value: "file://checks/a.js:named" }
    - { type: assert-set, assert: [{ type: python, value: "file://../c.py" }, { type: contains, value: "file://w.txt" }] }
    - { type: llm-rubric, value: x, rubricPrompt: "file://j.prompt", provider: "scripted:./j.yaml" }
`;
    const asked: string[] = [];
    const set = await withCaseFiles(readGoldenSet('evals/deep/t.golden.yaml', yaml), 'prompts/p.prompt', (path) => {
      asked.push(path);
      return Promise.resolve(` ${path}\n`);
    });
    const item = only(set.cases);
    assert.deepEqual(item.vars, { text: 'evals/deep/t.txt', photo: 'file://../evals/deep/img/a.png', other: 'file://../evals/b.pdf' });
    assert.deepEqual(asked.sort(), ['evals/deep/t.txt', 'evals/deep/w.txt']);
    const [code, group, judge] = item.assertions;
    assert.equal(code?.value, 'file://evals/deep/checks/a.js:named');
    assert.deepEqual(
      group?.assert?.map((member) => member.value),
      ['file://evals/c.py', 'evals/deep/w.txt'],
    );
    assert.deepEqual([judge?.rubricPrompt, judge?.provider], ['evals/deep/j.prompt', 'scripted:evals/deep/j.yaml']);
    assert.equal(set.files?.length, 8);
  });

  it('leave a set that names nothing as it is', async () => {
    const set = readGoldenSet('t.golden.yaml', '- { id: a, vars: { x: "a file:// b" } }');
    assert.equal(await withCaseFiles(set, 'p.prompt', noFile), set);
  });
});

describe('media whose address is a literal', () => {
  const { document } = readPrompt('p.prompt', '{{role "user"}}see {{media url=photo}}{{#each more}}{{media url=this}}{{/each}}', []);
  const requestOf = (yaml: string): ReturnType<ReturnType<typeof prepareRenderer>['render']> =>
    prepareRenderer(document, []).render(renderDataOf(only(read('t.golden.yaml', yaml))));
  const readFile = (url: string): Promise<{ url: string }> => Promise.resolve({ url: `data:image/png;base64,${url}` });

  const paths = ['photo.png', 'no-ending', 'file://photo.png', '../photo.png', 'C:\\\\photo.png'];
  for (const path of paths)
    it(`${path} reads no file`, async () => {
      for (const vars of [`photo: { literal: "${path}" }`, `photo: x.png, more: [{ literal: "${path}" }], options: {}`]) {
        const request = requestOf(`- { id: a, vars: { ${vars} } }`);
        await assert.rejects(withMedia(request, 'p.prompt', readFile), { code: 'media/literal' });
      }
    });

  for (const url of ['data:image/png;base64,AAAA', 'https://example.com/a.png'])
    it(`${url} is sent as it was sent in production`, async () => {
      const { messages } = await withMedia(requestOf(`- { id: a, vars: { photo: { literal: "${url}" } } }`), 'p.prompt', readFile);
      assert.deepEqual(messages[0]?.content[1], { media: { url } });
    });

  it('is a file where its author wrote it', async () => {
    const { messages } = await withMedia(requestOf('- { id: a, vars: { photo: a.png } }'), 'p.prompt', readFile);
    assert.deepEqual(messages[0]?.content[1], { media: { url: 'data:image/png;base64,a.png' } });
  });

  const templates: readonly (readonly [string, readonly string[]])[] = [
    ['{{x}} {{y}}', []],
    ['{{media url=x}} {{y}}', ['x']],
    ['{{~ media contentType="image/png" url = x.deep ~}} {{y}}', ['x']],
    ['{{#if y}}{{media url=x}}{{/if}}', ['x']],
    ['{{#each x}}{{media url=this}}{{/each}}', ['x', 'y']],
    ['{{#with x}}{{media url=photo}}{{/with}}', ['x', 'y']],
    ['{{media url=(lookup x 0)}}', ['x', 'y']],
    ['{{> part}}', ['x', 'y']],
  ];
  for (const [template, names] of templates)
    it(`of ${template} are ${names.length === 0 ? 'no variables' : names.join(', ')}`, () => {
      const partials = template.includes('part') ? [{ name: 'part', path: '_part.prompt', text: '{{media url=x}}' }] : [];
      assert.deepEqual(mediaVariables(readPrompt('p.prompt', template, partials), partials, ['x', 'y']), names);
    });
});

describe('the key of a request', () => {
  it('is of what is sent, so that what is known about a file does not change it', () => {
    const message = (over: object): Message[] => [
      { role: 'user', content: [{ media: { url: 'data:application/pdf;base64,AA', ...over } }] },
    ];
    const keyOf = (messages: Message[]): string =>
      requestKey(
        'e',
        { messages, tools: [], output: { format: null, name: null, schema: null, strict: false }, parameters: {}, repeat: 0 },
        (given) => given,
      );
    const plain = keyOf(message({}));
    for (const over of [{ pages: 3 }, { pages: null }, { seconds: 9.5 }, { isLiteral: true }]) assert.equal(keyOf(message(over)), plain);
    assert.notEqual(keyOf(message({ contentType: 'application/pdf' })), plain);
  });
});
